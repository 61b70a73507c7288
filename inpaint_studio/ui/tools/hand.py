"""The hand tool, which moves the photo."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from inpaint_studio.texts import mark
from inpaint_studio.ui.tools.base import Tool
from inpaint_studio.ui.tools.pointer import Pointer


class HandTool(Tool):
    """Drag to move the photo."""

    name = "hand"
    title = mark("Hand")
    key = "H"
    icon = "hand"
    tip = mark("Move the photo; with any tool, hold Space or the middle button")
    cursor = Qt.CursorShape.OpenHandCursor

    _from: QPointF | None = None

    @property
    def busy(self) -> bool:
        return self._from is not None

    def press(self, pointer: Pointer) -> None:
        self._from = pointer.place
        self.context.set_cursor(Qt.CursorShape.ClosedHandCursor)

    def drag(self, pointer: Pointer) -> None:
        if self._from is not None:
            moved = pointer.place - self._from
            self._from = pointer.place
            self.context.pan(moved.x(), moved.y())

    def release(self, pointer: Pointer) -> None:
        del pointer
        self.cancel()

    def cancel(self) -> bool:
        self._from = None
        self.context.set_cursor(self.cursor)
        return False
