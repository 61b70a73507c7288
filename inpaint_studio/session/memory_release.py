"""Returns freed memory to the system when the user rests: after a large fill, or once another photo was opened."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from inpaint_studio.session.document import Document
from inpaint_studio.session.task_queue import Lane

REST = 2000  # ms without a change of the document


class MemoryRelease(QObject):
    """Looks after each change of the document whether much memory is free that the C library has kept.

    Large blocks go back as soon as they are freed (`engine.machine.allocator.share_memory`). What the history, the
    candidates or a closed photo have held is many small ones, which the C library keeps by itself.

    It waits for a rest, so that one stroke after the other does not return memory that the next one needs.
    """

    def __init__(self, document: Document, background: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(REST)
        self.timer.timeout.connect(self._release)
        document.replaced.connect(self.timer.start)
        document.historyChanged.connect(self.timer.start)

    @Slot()
    def _release(self) -> None:
        self._background.run(_release_excess)


def _release_excess() -> None:
    from inpaint_studio.engine.machine import allocator

    allocator.release_excess()
