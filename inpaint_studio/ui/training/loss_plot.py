"""The plot of the losses of a training over its steps, with a legend."""

from __future__ import annotations

import math
from itertools import islice
from typing import Any

from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QVBoxLayout, QWidget

from inpaint_studio.session.training.run_state import Curve
from inpaint_studio.texts import tr
from inpaint_studio.ui import theme
from inpaint_studio.ui.panels.section import soft_label
from inpaint_studio.ui.training.loss_words import explain, format_entry

_SOLID, _DASH, _DOT = Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine
_DASH_DOT, _DASH_DOTS = Qt.PenStyle.DashDotLine, Qt.PenStyle.DashDotDotLine
_MAIN = ("ACCENT", _SOLID, 2.0)
_OTHERS = (
    ("TEXT", _SOLID, 1.25),
    ("SOFT", _DASH, 1.25),
    ("FAINT", _SOLID, 1.25),
    ("SOFT", _DOT, 1.25),
    ("FAINT", _DASH_DOT, 1.25),
    ("TEXT", _DASH_DOTS, 1.25),
    ("TEXT", _DOT, 1.25),
    ("FAINT", _DASH, 1.25),
    ("TEXT", _DASH_DOT, 1.25),
    ("FAINT", _DASH_DOTS, 1.25),
    ("FAINT", _DOT, 1.25),
)
_MAX_LINES = 1 + len(_OTHERS)  # more cannot be distinguished
_FIRST = ("reconstruction", "hole")  # names, in the recipes, of the most important loss
_MIN_TICKS, _MAX_TICKS = 2, 8
_STEP_TICKS = 5  # on the axis of the steps, at most
_SAMPLE = 20  # px of a line in the legend


def make_pens(names: list[str]) -> dict[str, QPen]:
    """Make a pen for each loss: the accent colour for the most important one, greys and dashes for the others."""
    main = next((name for name in (*_FIRST, *names) if name in names), "")
    made, others = {}, 0
    for name in names:
        colour, style, width = _MAIN if name == main else _OTHERS[others % len(_OTHERS)]
        others += name != main
        made[name] = QPen(QColor(theme.colour_of(colour)), width, style)
        made[name].setCosmetic(True)
    return made


class Legend(QWidget):
    """A sample of each line with the name and the newest value of its loss, in rows of two."""

    _COLUMNS, _ROWS = 2, 2

    def __init__(self) -> None:
        super().__init__()
        self.setFont(theme.small(self.font()))
        self.setAccessibleName(tr("Losses"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.entries: list[tuple[str, float]] = []
        self.undrawn: set[str] = set()  # losses that have no line
        self._pens: dict[str, QPen] = {}

    def show_losses(self, losses: dict[str, float], undrawn: set[str]) -> None:
        """Show these values; `undrawn`: names of losses that have no line."""
        if list(losses) != [name for name, _ in self.entries]:
            self._pens = make_pens(list(losses))
            self.updateGeometry()
        self.entries, self.undrawn = list(losses.items()), undrawn
        spoken = (f"{explain(name)}, {value:.4g}" for name, value in self.entries)
        self.setAccessibleDescription("; ".join(spoken))
        self.update()

    def explain_at(self, place: QPoint) -> str:
        """Return what the loss at `place` measures, in a sentence; "" where there is none."""
        column, row = self._COLUMNS * place.x() // max(1, self.width()), place.y() // self._line()
        number = row * self._COLUMNS + column
        if not (0 <= column < self._COLUMNS and 0 <= number < len(self.entries)):
            return ""
        name = self.entries[number][0]
        note = tr("It is not drawn, as the axis has only values above 0.") if name in self.undrawn else ""
        return " ".join(filter(None, (tr("{parts}.", parts=explain(name)), note)))

    def changeEvent(self, event: QEvent) -> None:
        """Draw in the colours of another scheme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._pens = make_pens(list(self._pens))
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Show what the loss under the pointer measures."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.explain_at(event.pos()), self)
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        rows = max(self._ROWS, math.ceil(len(self.entries) / self._COLUMNS))
        return QSize(160, rows * self._line())

    def _line(self) -> int:
        return QFontMetrics(self.font()).lineSpacing() + 4

    def paintEvent(self, _event: QPaintEvent) -> None:
        qpainter = QPainter(self)
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics, line = QFontMetrics(self.font()), self._line()
        width = self.width() // self._COLUMNS
        for number, (name, value) in enumerate(self.entries):
            left, top = number % self._COLUMNS * width, number // self._COLUMNS * line
            middle = top + line / 2
            if name not in self.undrawn:
                qpainter.setPen(self._pens[name])
                qpainter.drawLine(QLineF(QPointF(left, middle), QPointF(left + _SAMPLE, middle)))
            qpainter.setPen(QColor(theme.SOFT))
            room = width - _SAMPLE - 2 * theme.GRID
            text = format_entry(name, value, name in self.undrawn, room, metrics)
            qpainter.drawText(left + _SAMPLE + theme.GRID, top, width, line, Qt.AlignmentFlag.AlignVCenter, text)


class LossPlot(QWidget):
    """The plot. Its library is imported when the first plot is on screen."""

    def __init__(self) -> None:
        super().__init__()
        self._plot: Any = None
        self._lines: dict[str, Any] = {}
        self._shown: tuple[Curve, dict[str, float], bool] | None = None
        self.legend = Legend()
        self._room = QVBoxLayout()
        self._holder = QWidget()
        self._holder.setObjectName("plot")
        self._holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._holder.setMinimumSize(160, 96)
        self._holder.setLayout(self._room)
        self._room.setContentsMargins(4, 8, 8, 4)
        self.note = soft_label()
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._room.addWidget(self.note)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.GRID)
        whole.addWidget(self._holder, 1)
        whole.addWidget(self.legend)
        # Once the page is on screen, and in this thread: pyqtgraph inspects all classes of Qt while it is imported, and
        # other threads must not use them meanwhile.
        QTimer.singleShot(0, self, self._make)

    def show_curve(self, curve: Curve, losses: dict[str, float], running: bool = True) -> None:
        """Show the losses of a training so far, and the newest value of each."""
        self._shown = curve, losses, running
        self.note.setText(
            tr("They are drawn after the first steps.") if running else tr("There were too few steps to draw.")
        )
        values = dict(islice(curve.values.items(), _MAX_LINES))
        undrawn = {name for name, known in values.items() if known and not any(value > 0 for value in known)}
        self.legend.show_losses({name: losses.get(name, math.nan) for name in values}, undrawn)
        if self._plot is None:
            return
        drawable = len(curve.steps) > 1
        self._plot.setVisible(drawable)
        self.note.setVisible(not drawable)
        if list(self._lines) != list(values):
            self._plot.clear()
            pens = make_pens(list(values))
            self._lines = {name: self._plot.plot(pen=pens[name], connect="finite") for name in pens}
        drawn: list[float] = []
        for name, line in self._lines.items():
            # A logarithmic axis has no place for values that are not above 0.
            heights = [value if value > 0 else math.nan for value in values[name]]
            line.setData(curve.steps, heights)
            drawn += [value for value in heights if value > 0]
        if drawn:
            ticks = choose_ticks(min(drawn), max(drawn))
            self._plot.getAxis("left").setTicks([[(math.log10(value), f"{value:g}") for value in ticks]])
        if drawable:
            steps = choose_steps(curve.steps[0], curve.steps[-1])
            self._plot.getAxis("bottom").setTicks([[(step, str(step)) for step in steps]])

    def _make(self) -> None:
        import pyqtgraph

        plot = self._plot = pyqtgraph.PlotWidget()
        plot.setAccessibleName(tr("Losses over the steps"))
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setFrameShape(plot.Shape.NoFrame)
        plot.setAntialiasing(True)
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(False, False)
        plot.hideButtons()
        plot.setLogMode(False, True)
        for name in ("left", "bottom"):
            axis = plot.getAxis(name)
            axis.setStyle(tickFont=theme.small(self.font()), tickLength=4)
            axis.enableAutoSIPrefix(False)
        plot.getAxis("left").setWidth(44)
        plot.hide()
        self._colour()
        self._room.addWidget(plot)
        if self._shown is not None:
            self.show_curve(*self._shown)

    def _colour(self) -> None:
        """Give the plot the colours of the present scheme."""
        self._plot.setBackground(str(theme.FIELD))
        for name in ("left", "bottom"):
            axis = self._plot.getAxis(name)
            axis.setPen(QPen(QColor(theme.LINE)))
            axis.setTextPen(QPen(QColor(theme.SOFT)))
        for name, pen in make_pens(list(self._lines)).items():
            self._lines[name].setPen(pen)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and self._plot is not None:
            self._colour()
        super().changeEvent(event)


def choose_steps(first: int, last: int) -> list[int]:
    """Choose a few round whole steps between `first` and `last` for the axis of the steps."""
    sizes = (factor * 10**power for power in range(20) for factor in (1, 2, 5))
    apart = next(size for size in sizes if last - first < _STEP_TICKS * size)
    return list(range(math.ceil(first / apart) * apart, last + 1, apart))


def choose_ticks(low: float, high: float) -> list[float]:
    """Choose round values of a logarithmic axis between `low` and `high`, as few as show the scale."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    inside: list[float] = []
    for steps in ((1,), (1, 3), (1, 2, 5), range(1, 10)):
        made = [float(f"{step}e{decade}") for decade in decades for step in steps]
        inside = [value for value in made if low <= value <= high]
        if len(inside) >= _MIN_TICKS:
            break
    return inside[:: math.ceil(len(inside) / _MAX_TICKS)] if inside else inside
