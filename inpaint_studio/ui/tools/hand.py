"""The hand moves the photo."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from inpaint_studio.ui.tools.base import Pointer, Tool


class HandTool(Tool):
    """Drag the photo about."""

    name = "hand"
    title = "Hand"
    key = "H"
    icon = "hand"
    tip = "Move the photo; with any tool, hold Space or the middle button"
    cursor = Qt.CursorShape.OpenHandCursor

    _from: QPointF | None = None

    @property
    def busy(self) -> bool:
        return self._from is not None

    def press(self, pointer: Pointer) -> None:
        self._from = pointer.place
        self.canvas.setCursor(Qt.CursorShape.ClosedHandCursor)

    def drag(self, pointer: Pointer) -> None:
        if self._from is not None:
            way = pointer.place - self._from
            self._from = pointer.place
            self.canvas.pan(way.x(), way.y())

    def release(self, pointer: Pointer) -> None:
        del pointer
        self.cancel()

    def cancel(self) -> bool:
        self._from = None
        self.canvas.setCursor(self.cursor)
        return False
