"""The journal of a session: it keeps the steps of its document, and brings back what a killed program has left."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal

from inpaint_studio import paths
from inpaint_studio.session.journal.recorder import Recorder
from inpaint_studio.session.journal.recovery import (
    BroughtBack,
    UnsavedWork,
    bring_back,
    delete_unsaved,
    find_unsaved,
)
from inpaint_studio.session.reporting import Status
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.session.document import Document
    from inpaint_studio.session.task_queue import TaskQueues

LANE = "unsaved work"


def journals_folder() -> Path:
    """Return the folder of all journals."""
    return paths.state_dir() / "journals"


class Journal(QObject):
    """Keeps what is done in a document, and finds what was not saved; nothing here waits for the disk for long."""

    found = Signal(object)  # tuple[UnsavedWork, ...], the newest first, of programs that were killed
    brought_back = Signal()  # such work is in the document
    failed = Signal(str)  # a sentence
    status = Signal(object)  # Status

    def __init__(
        self,
        document: Document,
        queues: TaskQueues,
        make_document: Callable[[], Document],
        parent: QObject | None = None,
    ) -> None:
        """`make_document` makes an empty document with the limits of this one, in another thread."""
        super().__init__(parent)
        self._document, self._queues, self._make_document = document, queues, make_document
        self._recorder = Recorder(document, queues.io, journals_folder, self)
        self._recorder.failed.connect(self.failed)

    def look(self) -> None:
        """Look for work that programs have left when they were killed; `found` follows where there is any."""

        def report(works: list[UnsavedWork]) -> None:
            if works:
                self.found.emit(tuple(works))

        self._queues.reads.run(lambda: find_unsaved(journals_folder()), report, lane=LANE)

    def bring_back(self, work: UnsavedWork) -> None:
        """Put this work into the document, in place of what is there; `brought_back` or `failed` follows."""
        status = Status.working(tr("Bringing back your work…"))
        self.status.emit(status)

        def read() -> BroughtBack:
            brought = bring_back(work, self._make_document)
            brought.document.moveToThread(QCoreApplication.instance().thread())  # type: ignore[union-attr]
            return brought

        def failed(sentence: str) -> None:
            self.status.emit(status.ended())
            self.failed.emit(sentence)

        self._queues.io.run(read, partial(self._adopt, status, self._document.modified), failed, lane=LANE)

    def _adopt(self, status: Status, modified: bool, brought: BroughtBack) -> None:
        if self._document.modified and not modified:  # nobody was asked about what was drawn since
            brought.writer.close(delete=False)
            self.status.emit(status.ended())
            self.failed.emit(tr("Your work was not brought back: the photo here was changed meanwhile. Start again."))
            return
        self._recorder.go_on_with(brought.writer, brought.stacks)
        self._document.adopt(brought.document)
        self.status.emit(status.ended())
        self.brought_back.emit()

    def delete(self, work: UnsavedWork) -> None:
        """Delete this work for good; `failed` follows where that cannot be."""
        self._queues.io.run(partial(delete_unsaved, work), None, self.failed.emit, lane=LANE)

    def discard(self) -> None:
        """Delete what was kept of the document: the user does not want it, and the window closes."""
        self._recorder.discard()

    def close(self) -> None:
        """Stop keeping. What is not saved stays for the next start; where all is saved, nothing stays."""
        self._recorder.close()
