"""The panel with the options of the chosen tool. Each option is a setting, which the tool reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.action_views import with_keys
from inpaint_studio.ui.panels.fields import NumberField, SegmentedControl, Switch
from inpaint_studio.ui.panels.section import ActionButton, soft_label
from inpaint_studio.ui.tools.sampling import SHAPES


class _Number(NamedTuple):
    """A number of a tool: its setting, its name, its unit, the curve of its field (see `NumberField`), its tip."""

    setting: str
    text: str
    suffix: str
    curve: float
    tip: str


_WHEEL = mark("Ctrl+wheel")
_BRUSH = (
    _Number(
        "brush_size",
        mark("Size"),
        " px",
        2.5,
        mark("Width of the brush in pixels of the photo"),
    ),
    _Number(
        "eraser_size",
        mark("Size"),
        " px",
        2.5,
        mark("Width of the eraser in pixels of the photo"),
    ),
    _Number("brush_hardness", mark("Hardness"), " %", 1.0, mark("How sharp the edge of brush and eraser is")),
)
_FOUND = (
    _Number("wand_tolerance", mark("Tolerance"), "", 1.0, mark("How much the colours that the wand takes may differ")),
    _Number(
        "found_margin",
        mark("Grow"),
        " px",
        1.0,
        mark("Pixels added round what wand, Object, magnetic lasso and mask files mark"),
    ),
)
_LINES = (
    _Number(
        "line_band",
        mark("Band"),
        " px",
        2.0,
        mark("Width of what continues along the line, in the photo's pixels"),
    ),
)
_EDGES = (
    _Number(
        "edge_size",
        mark("Width"),
        " px",
        2.0,
        mark("Width of drawn edges in pixels of the photo"),
    ),
)
_SWITCHES = (
    ("pressure_size", mark("Pressure sets the size"), mark("A pen pressed lightly draws a thin stroke")),
    ("close_loops", mark("Closed strokes fill their inside"), mark("Draw round something to mark all of it")),
    ("wand_connected", mark("Only what is connected"), mark("Off: the wand marks its colour everywhere in the photo")),
)
_FILL_SWITCH = (
    "fill_on_release",
    mark("Fill on release"),
    mark("Fill as soon as the pen lifts; one undo takes back both"),
)
_SAMPLES = {
    "1": (mark("1 pixel"), mark("The wand takes the colour of the pixel under it")),
    "3": ("3 x 3", mark("The wand takes the mean colour of 3 x 3 pixels")),
    "5": ("5 x 5", mark("The wand takes the mean colour of 5 x 5 pixels")),
}
_ICON = QSize(16, 16)  # px
_GAP = 2  # px between rows
_ROWS = 4  # the most that one tool has
_ABOVE = 4  # px above the text
_TEXT_WIDTH = theme.COLUMN - 40  # px that text has here, also beside a scroll bar
_BELOW = 4  # px more below the shapes, so that they do not touch a number
_HEIGHT = _ROWS * theme.FIELD_HEIGHT + (_ROWS - 1) * _GAP + _BELOW


class ToolPanel(QWidget):
    """The options of the chosen tool, and no others. The panel's height stays, so that nothing below it moves.

    A tool with few options shows below them how it is used. `done` is emitted when typing has ended.
    """

    done = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.numbers: dict[str, NumberField] = {}
        self.switches: dict[str, Switch] = {}
        self.edge_buttons: dict[str, ActionButton] = {}  # by the action's id
        self.sample = SegmentedControl(tr("Sample size"), _SAMPLES)
        self.sample.picked.connect(lambda value: session.settings.set("wand_sample", value))
        self.how_to = soft_label(wrap=True)
        self.how_to.setContentsMargins(0, _ABOVE, 0, 0)
        self.shape = _make_shapes()
        self.shape.picked.connect(lambda value: session.settings.set("sampling_shape", value))
        self.shape.picked.connect(self.done)
        self._rows: list[tuple[QWidget, tuple[str, ...]]] = []  # with the settings of which one must be an option
        self.setFixedHeight(_HEIGHT)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(_GAP)
        self._shape_row = self._add_shapes()
        for numbers in (_BRUSH, _FOUND, _LINES, _EDGES):
            self._edge_row = self._add_numbers(numbers)  # in the end the row of the edges
        for row in _SWITCHES:
            self._add_switch(*row)
        self._add_row(self.sample, "wand_sample")
        self._add_switch(*_FILL_SWITCH)
        self._column.addWidget(self.how_to)
        self._column.addStretch(1)
        session.settings.changed.connect(self._show)
        for name in self.controls:
            self._show(name)

    @property
    def controls(self) -> dict[str, QWidget]:
        """The controls by the names of their settings."""
        return {**self.numbers, **self.switches, "wand_sample": self.sample, "sampling_shape": self.shape}

    def show_options(self, options: tuple[str, ...], how_to: str = "", edges: bool = False) -> None:
        """Show these options (names of settings) of the chosen tool, and how it is used.

        If it has no number of its own and the edges are shown, the buttons for edges take the place of the numbers.
        """
        for name, control in self.controls.items():
            control.setEnabled(name in options)
            control.setVisible(name in options)
        own_numbers = any(name in options for name in self.numbers)
        shown = [row for row, names in self._rows if any(name in options for name in names)]
        if edges and not own_numbers:
            shown.append(self._edge_row)
        for row, _ in self._rows:
            row.setVisible(row in shown)
        self._show_how_to(how_to, len(shown))

    def add_edge_actions(self, *actions: QAction) -> None:
        """Add buttons beside the width of edges."""
        for action in actions:
            button = ActionButton(action, action.text().split()[0])
            button.setFixedHeight(theme.FIELD_HEIGHT)
            button.clicked.connect(self.done)
            self.edge_buttons[action.objectName()] = button
            layout = self._edge_row.layout()
            assert layout is not None
            layout.addWidget(button)

    def add_sampling_action(self, action: QAction) -> None:
        """Add a button beside the shapes that mark sampling areas."""
        button = QToolButton()
        button.setDefaultAction(action)
        button.setIconSize(_ICON)
        button.setProperty("flat", "true")
        button.setFixedHeight(theme.FIELD_HEIGHT)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text())
        button.clicked.connect(self.done)
        self._shape_row.addWidget(button)

    def show_keys(self, key_of: Callable[[str], str]) -> None:
        """Name the keys that change numbers in their tips; `key_of` returns that of an action."""
        sizes, hardness = [(key_of(one), key_of(other)) for one, other in (("smaller", "larger"), ("softer", "harder"))]
        for number in (*_BRUSH, *_LINES, *_EDGES):
            keys = hardness if number.setting == "brush_hardness" else (*sizes, tr(_WHEEL))
            self.numbers[number.setting].setToolTip(with_keys(tr(number.tip), *keys))

    def _show_how_to(self, text: str, rows: int) -> None:
        """Show the text below so many rows; nothing where it would be cut off."""
        self.how_to.setText(text)
        room = _HEIGHT - rows * (theme.FIELD_HEIGHT + _GAP)
        self.how_to.setVisible(bool(text) and self.how_to.heightForWidth(_TEXT_WIDTH) <= room)

    def _add_row(self, row: QWidget, *settings: str) -> None:
        self._rows.append((row, settings))
        self._column.addWidget(row)

    def _add_shapes(self) -> QHBoxLayout:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, _BELOW)
        row.setSpacing(theme.GRID)
        row.addWidget(self.shape, 1)
        self._add_row(holder, "sampling_shape")
        return row

    def _add_switch(self, name: str, text: str, tip: str) -> None:
        switch = self.switches[name] = Switch(text)
        switch.setToolTip(tr(tip))
        switch.toggled.connect(lambda on: self._set(name, on))
        self._add_row(switch, name)

    def _add_numbers(self, numbers: tuple[_Number, ...]) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GRID)
        for name, text, suffix, curve, tip in numbers:
            setting = self._session.settings.row(name)
            field = NumberField(tr(text), int(setting.low or 0), int(setting.high or 0), suffix, curve)
            field.setToolTip(tr(tip))
            field.valueChanged.connect(lambda value, name=name: self._set(name, value))
            field.finished.connect(self.done)
            self.numbers[name] = field
            row.addWidget(field)
        self._add_row(holder, *(number.setting for number in numbers))
        return holder

    def _set(self, name: str, value: int | bool) -> None:
        if name == "fill_on_release":
            self._session.models.fill_on_release = bool(value)
        else:
            self._session.settings.set(name, value)

    def _show(self, name: str) -> None:
        settings: Settings = self._session.settings
        if name in self.numbers:
            self.numbers[name].setValue(int(settings.get(name)))
        elif name in self.switches:
            self.switches[name].setChecked(bool(settings.get(name)))
        elif name in ("wand_sample", "sampling_shape"):
            (self.sample if name == "wand_sample" else self.shape).show_value(str(settings.get(name)))


def _make_shapes() -> SegmentedControl:
    """Make the choice of what marks a sampling area, as the icons of these tools."""
    control = SegmentedControl(
        tr("Shape"),
        {
            name: (tr(tool.title), tr("{title} (Q takes the next shape)", title=tr(tool.title)))
            for name, tool in SHAPES.items()
        },
    )
    for name, button in control.buttons.items():
        button.setIcon(icons.icon(SHAPES[name].icon, theme.SOFT, theme.ON_CHOSEN))
        button.setIconSize(_ICON)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setProperty("narrow", "true")
        button.setAccessibleName(tr(SHAPES[name].title))
    return control
