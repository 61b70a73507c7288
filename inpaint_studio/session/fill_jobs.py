"""The jobs that are sent to the fill thread, one at a time: a newer one replaces the one that runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from inpaint_studio.session.candidates import HoleFill
from inpaint_studio.session.document import Document
from inpaint_studio.session.history import Command
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.worker import FillWorker

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Request, Result

Report = Callable[[], None]
Dropped = Callable[[str], None]  # with the sentence about what failed; "" where it was cancelled or replaced
Apply = Callable[["Result"], Report]  # puts a result into the document; its report follows once the job has ended


class FillJobs(QObject):
    """Sends requests and hands their answers on, in the main thread; nothing it does takes long.

    A result that comes while a stroke is drawn waits for its end.
    """

    busy = Signal(bool)  # a job runs
    progress = Signal(float, str)  # of that: fraction and what it does
    failed = Signal(str)  # a sentence; the document is unchanged
    status = Signal(object)  # Status

    def __init__(self, document: Document, worker: FillWorker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._worker = document, worker
        self._apply: dict[int, Apply] = {}  # by number of the request
        self._number: int | None = None  # of the newest request, until it is answered
        self._owner: QObject | None = None  # of that
        self._dropped: Dropped | None = None  # to be called where that has no result
        self._of: HoleFill | None = None  # whose candidates may be exchanged meanwhile
        self._since = 0  # number of the document's state at the newest request
        self._held: Result | None = None  # came while a stroke was drawn
        self._strokes: list[Command] = []  # not filled yet, to become one step with their fill
        worker.progressed.connect(self._on_progress)
        worker.fillFinished.connect(self._on_result)
        worker.failed.connect(self._on_failed)
        worker.cancelled.connect(self._on_cancelled)
        document.liveEnded.connect(self._on_live_ended)

    @property
    def is_busy(self) -> bool:
        """Whether a fill or a prediction runs."""
        return self._number is not None

    def runs(self, owner: QObject) -> bool:
        """Return whether the job that runs was submitted by `owner`."""
        return self.is_busy and self._owner is owner

    @property
    def is_newest(self) -> bool:
        """Whether a job runs, and no step was made since it was requested."""
        return self.is_busy and self._document.history.state <= self._since

    def submit(
        self,
        request: Callable[[], Request],
        apply: Apply,
        owner: QObject,
        of: HoleFill | None = None,
        dropped: Dropped | None = None,
        strokes: Sequence[Command] = (),
    ) -> None:
        """Send a request to the fill thread; it replaces the one that runs.

        `apply` is called in the main thread with its result, or `dropped` where there is none, which then reports what
        has failed in place of `failed`. The request goes on while the candidates of the finished fill `of` are
        exchanged. `strokes` are the newest steps, which become one with the result and are undone with it.
        """
        self._held, self._strokes = None, list(strokes)
        self._since = self._document.history.state
        was_busy, overtaken = self.is_busy, self._dropped
        self._number, self._owner = self._worker.request(request), owner
        self._apply[self._number] = apply
        self._dropped, self._of = dropped, of
        if was_busy and overtaken is not None:
            overtaken("")
        if not was_busy:
            self.busy.emit(True)
        self.progress.emit(0.0, "")

    @Slot()
    def cancel(self) -> None:
        """Drop the fill that runs; the document is unchanged."""
        if self.is_busy:
            self._worker.cancel()
            self._end_job()
            self.status.emit(Status.result("Cancelled."))

    def _end_job(self, sentence: str = "") -> None:
        dropped, self._dropped = self._dropped, None
        self._number, self._held, self._strokes = None, None, []
        self.busy.emit(False)
        if dropped is not None:
            dropped(sentence)

    # Answers of the fill thread

    @Slot(int, float, str)
    def _on_progress(self, number: int, fraction: float, note: str) -> None:
        if number == self._number:
            self.progress.emit(fraction, note)

    @Slot(int, object)
    def _on_result(self, number: int, result: Result) -> None:
        if number != self._number:
            self._apply.pop(number, None)
        elif self._document.live is not None:
            self._held = result  # a stroke is drawn; it must end on the rasters on which it began
        else:
            apply = self._apply.pop(number)
            self._number = self._dropped = None
            try:
                report = apply(result)
            finally:
                self._strokes = []
                self.busy.emit(False)
            report()

    @Slot()
    def _on_live_ended(self) -> None:
        if self._held is not None:  # after the tool has finished, which may request a newer fill at once
            QTimer.singleShot(0, self, self._take_held)

    @Slot()
    def _take_held(self) -> None:
        result, number = self._held, self._number
        if result is not None and number is not None:
            self._held = None
            self._on_result(number, result)

    @Slot(int, str)
    def _on_failed(self, number: int, sentence: str) -> None:
        self._apply.pop(number, None)
        if number == self._number:
            is_reported = self._dropped is not None
            self._end_job(sentence)
            if not is_reported:
                self.failed.emit(sentence)

    @Slot(int)
    def _on_cancelled(self, number: int) -> None:
        self._apply.pop(number, None)
        if number == self._number:
            self._end_job()
