"""The small controls of the panels: a number to drag or type, a switch, a choice between a few values."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from inpaint_studio.texts import tr
from inpaint_studio.ui import theme

_END_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class NumberField(QSpinBox):
    """A whole number with its name: drag across it to change it, click to type it, arrow keys to step it.

    With `curve` above 1 the low end of the range gets more of the width, which suits brush sizes. Without `track` no
    filled part is drawn, for numbers that are not amounts, such as seeds.

    Enter takes what was typed, Escape drops it, and `finished` is emitted. Where nothing is being typed, both keys also
    go on to the dialog, which closes.
    """

    finished = Signal()

    def __init__(
        self, name: str, low: int, high: int, suffix: str = "", curve: float = 1.0, track: bool = True
    ) -> None:
        super().__init__()
        self._name, self._curve, self._track = tr(name), curve, track
        self._press: tuple[QPoint, int, float] | None = None
        self._dragged = False
        self._before = low  # what Escape brings back
        self._typing = False  # since the last Enter or Escape
        self.setRange(low, high)
        self.setSuffix(suffix)
        self.setAccessibleName(tr(name))
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(theme.FIELD_HEIGHT)
        self.setMinimumWidth(72)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.lineEdit().setTextMargins(0, 0, 5, 0)
        self.lineEdit().textEdited.connect(self._begin_typing)
        self._edit_with_mouse(False)

    def sizeHint(self) -> QSize:
        return QSize(120, theme.FIELD_HEIGHT)

    @property
    def editing(self) -> bool:
        """Whether keys go into the number."""
        return self.hasFocus()

    def _edit_with_mouse(self, on: bool) -> None:
        # Until a click starts typing, the text lets mouse events through to the drag.
        self.lineEdit().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not on)

    def _begin_typing(self) -> None:
        self._typing = True

    def stepBy(self, steps: int) -> None:
        self._begin_typing()
        super().stepBy(steps)

    def _fraction(self) -> float:
        span = max(1, self.maximum() - self.minimum())
        return float(((self.value() - self.minimum()) / span) ** (1 / self._curve))

    def _at(self, fraction: float) -> int:
        span = self.maximum() - self.minimum()
        part: float = min(1.0, max(0.0, fraction)) ** self._curve
        return round(self.minimum() + span * part)

    def _place_text(self) -> None:
        # The style sheet reserves room for buttons, which this field does not have.
        self.lineEdit().setGeometry(self.rect().adjusted(6, 1, -2, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_text()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place_text()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self._place_text()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._press = (event.position().toPoint(), self.value(), self._fraction())
            self._dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            return
        point, value, fraction = self._press
        moved = event.position().toPoint().x() - point.x()
        if not self._dragged and abs(moved) < 4:
            return
        self._dragged = True
        fine = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        if self._track:
            self.setValue(self._at(fraction + fine * moved / max(1, self.width())))
        else:
            self.setValue(value + round(fine * moved / 6))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._press is not None:
            if not self._dragged:
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                self.selectAll()
                self._begin_typing()
            self._press = None

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._before, self._typing = self.value(), False
        self._edit_with_mouse(True)
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._edit_with_mouse(False)
        self.lineEdit().deselect()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _END_KEYS:
            super().keyPressEvent(event)
            return
        typed, self._typing = self._typing, False
        if event.key() != Qt.Key.Key_Escape:
            self.interpretText()
            self._before = self.value()
        elif typed:
            self.setValue(self._before)
            named = self.specialValueText() if self._before == self.minimum() else ""
            self.lineEdit().setText(named or self.textFromValue(self._before) + self.suffix())
        if typed:
            self.selectAll()
        self.finished.emit()
        event.setAccepted(typed)

    def event(self, event: QEvent) -> bool:
        # Enter and Escape end the typing here; they must not reach the window's shortcuts.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _END_KEYS:
            event.accept()
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # the column scrolls

    def paintEvent(self, _event: QPaintEvent) -> None:
        qpainter = QPainter(self)
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(frame, theme.RADIUS, theme.RADIUS)
        qpainter.fillPath(shape, QColor(theme.FIELD))
        if self._track and self.isEnabled() and not self.editing:
            qpainter.save()
            qpainter.setClipPath(shape)
            filled = QRectF(frame.left(), frame.top(), frame.width() * self._fraction(), frame.height())
            qpainter.fillRect(filled, QColor(theme.BAND))
            qpainter.restore()
        edge = theme.ACCENT if self.hasFocus() else theme.EDGE if self.underMouse() and self.isEnabled() else theme.LINE
        qpainter.setPen(QPen(QColor(edge), 1))
        qpainter.drawPath(shape)
        qpainter.setPen(QColor(theme.SOFT if self.isEnabled() else theme.FAINT))
        qpainter.drawText(self.rect().adjusted(10, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._name)


class Switch(QCheckBox):
    """A check box that looks like a switch: text on the left, switch on the right; the whole row can be clicked."""

    _WIDTH, _HEIGHT = 30, 16

    def __init__(self, text: str) -> None:
        super().__init__(tr(text))
        self.setFixedHeight(theme.FIELD_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + self._WIDTH + 16, theme.FIELD_HEIGHT)

    def hitButton(self, point: QPoint) -> bool:
        return self.rect().contains(point)

    def paintEvent(self, _event: QPaintEvent) -> None:
        qpainter = QPainter(self)
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        qpainter.setPen(QColor(theme.TEXT if self.isEnabled() else theme.FAINT))
        qpainter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        pill = QRectF(self.width() - self._WIDTH - 1, (self.height() - self._HEIGHT) / 2, self._WIDTH, self._HEIGHT)
        on = self.isChecked()
        ground = theme.ACCENT if on else theme.HOVER if self.underMouse() else theme.RAISED
        qpainter.setPen(QPen(QColor(theme.ACCENT if on else theme.KNOB_EDGE), 1))
        qpainter.setBrush(QColor(ground if self.isEnabled() else theme.PANEL))
        qpainter.drawRoundedRect(pill, self._HEIGHT / 2, self._HEIGHT / 2)
        knob = QRectF(0, 0, self._HEIGHT - 6, self._HEIGHT - 6)
        knob.moveCenter(pill.center())
        knob.moveLeft(pill.right() - knob.width() - 3 if on else pill.left() + 3)
        qpainter.setPen(Qt.PenStyle.NoPen)
        qpainter.setBrush(QColor(theme.ON_ACCENT if on else theme.TEXT if self.isEnabled() else theme.FAINT))
        qpainter.drawEllipse(knob)
        if self.hasFocus():
            qpainter.setPen(QPen(QColor(theme.TEXT if on else theme.ACCENT), 2.0))
            qpainter.setBrush(Qt.BrushStyle.NoBrush)
            qpainter.drawRoundedRect(pill, self._HEIGHT / 2, self._HEIGHT / 2)


class SegmentedControl(QWidget):
    """A choice between a few values, side by side. `picked` carries the value that the user chose."""

    picked = Signal(str)

    def __init__(self, name: str, choices: dict[str, tuple[str, str]]) -> None:
        """`choices` maps each value to its text and its tool tip."""
        super().__init__()
        self.setAccessibleName(tr(name))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._values = list(choices)
        self.buttons: dict[str, QToolButton] = {}
        for index, (value, (text, tip)) in enumerate(choices.items()):
            button = self.buttons[value] = QToolButton()
            button.setText(tr(text))
            button.setToolTip(tr(tip))
            button.setAccessibleName(f"{tr(name)}: {tr(text)}")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            place = "first" if index == 0 else "last" if index == len(choices) - 1 else "middle"
            button.setProperty("segment", place)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setFixedHeight(theme.FIELD_HEIGHT)
            self._group.addButton(button, index)
            row.addWidget(button)
        self._group.idClicked.connect(self._on_clicked)

    def _set_tab_stop(self) -> None:
        """Let Tab go to the chosen one; arrow keys go on to the others."""
        for button in self.buttons.values():
            stops = button.isChecked() or self._group.checkedId() < 0
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if stops else Qt.FocusPolicy.NoFocus)

    def _on_clicked(self, index: int) -> None:
        self._set_tab_stop()
        self.picked.emit(self._values[index])

    @property
    def value(self) -> str:
        """The value that is marked as chosen; empty before one is."""
        return self._values[self._group.checkedId()] if self._group.checkedId() >= 0 else ""

    def show_value(self, value: str) -> None:
        """Mark `value` as chosen; emits nothing."""
        self.buttons[value].setChecked(True)
        self._set_tab_stop()
