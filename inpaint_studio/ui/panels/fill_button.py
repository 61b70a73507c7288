"""The button at the foot of the panels: it fills the hole; while a fill runs, it shows the progress and cancels it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter

from inpaint_studio.session.fill_controller import FillController
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.action_views import with_keys

_FILL = mark("Fill the hole")
_CANCEL = mark("Cancel")
_READY = mark("Fill the hole with the chosen model")
_NO_HOLE = mark("Mark something in the photo first; then fill it")
_BUSY = mark("Stop; the photo stays as it is")
_LINE = 3  # px: height of the bright line under the part that is done


class FillButton(QPushButton):
    """Dim without a hole. `done` is emitted when the photo should get the keyboard focus again."""

    fill_requested = Signal()
    done = Signal()

    def __init__(self, fills: FillController) -> None:
        super().__init__()
        self._fills = fills
        self._has_hole = False
        self._key = ""  # that does the same
        self.fraction = 0.0  # of the fill that runs: how much is done, in [0, 1]
        self.setIconSize(QSize(18, 18))
        self.setMinimumHeight(36)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._on_clicked)
        fills.busy.connect(self._on_busy)
        fills.progress.connect(self._on_progress)
        self._show()

    def set_has_hole(self, has_hole: bool) -> None:
        """Set whether there is a hole to fill."""
        if has_hole != self._has_hole:
            self._has_hole = has_hole
            self._show()

    def show_key(self, key: str) -> None:
        """Name the key that fills in the tip."""
        self._key = key
        self._show()

    @Slot(bool)
    def _on_busy(self, _busy: bool) -> None:
        self.fraction = 0.0
        self._show()

    def _show(self) -> None:
        busy = self._fills.is_busy
        self.setText(f"  {tr(_CANCEL if busy else _FILL)}")
        self.setAccessibleName(tr("Cancel the fill") if busy else tr(_FILL))
        self.setIcon(icons.icon("x") if busy else icons.icon("sparkles", theme.ON_ACCENT))
        tip = tr(_BUSY if busy else _READY if self._has_hole else _NO_HOLE)
        self.setToolTip(with_keys(tip, "Esc" if busy else self._key))
        self.setProperty("primary", "false" if busy else "true")
        self.style().unpolish(self)
        self.style().polish(self)
        enabled = busy or self._has_hole
        if not enabled and self.hasFocus():
            self.done.emit()  # else Qt gives the focus to whatever comes next
        self.setEnabled(enabled)
        self.update()

    @Slot(float, str)
    def _on_progress(self, fraction: float, _note: str) -> None:
        self.fraction = fraction
        self.update()

    def _on_clicked(self) -> None:
        if self._fills.is_busy:
            self._fills.cancel()
        else:
            self.fill_requested.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ignore the second press of a double click: it would cancel the fill that the first has begun."""
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._fills.is_busy:
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        qpainter = QStylePainter(self)
        qpainter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        inside = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        shape = QPainterPath()
        shape.addRoundedRect(inside, theme.RADIUS - 1, theme.RADIUS - 1)
        qpainter.save()
        qpainter.setClipPath(shape)
        finished = QRectF(inside.left(), inside.top(), inside.width() * self.fraction, inside.height())
        qpainter.fillRect(finished, QColor(theme.BAND))
        finished.setTop(inside.bottom() - _LINE)
        qpainter.fillRect(finished, QColor(theme.ACCENT))
        qpainter.restore()
        qpainter.drawControl(QStyle.ControlElement.CE_PushButtonLabel, option)
