"""The jobs for the fill thread: one is computed, and the others wait in the order in which they were requested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.candidates import HoleFill
from inpaint_studio.session.document import Document
from inpaint_studio.session.history import Command
from inpaint_studio.session.rebasing import Moved
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.worker import FillWorker
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Request, Result

Report = Callable[[], None]
Dropped = Callable[[str], None]  # with the sentence about what failed; "" where it was cancelled or replaced
Apply = Callable[["Result"], Report]  # puts a result into the document; its report follows once the job has ended
Prepare = Callable[[], "Callable[[], Request] | None"]


@dataclass(eq=False)
class Job:
    """One thing for the fill thread to compute."""

    prepare: Prepare  # called at its turn: gives what makes the request in the fill thread; None: nothing is to be done
    apply: Apply
    owner: QObject
    hole: HoleFill  # that it is about
    dropped: Dropped | None = None  # called where there is no result; reports what has failed in place of `failed`
    fills: bool = True  # else it only predicts something for the hole
    batch: object = None  # the jobs of one batch are taken back together; None: this one alone
    strokes: list[Command] = field(default_factory=list)  # steps that become one with the result, undone with it
    since: int = 0  # number of the document's state at the request

    def is_of(self, other: Job) -> bool:
        """Return whether this is `other`, or was requested together with it."""
        return self is other or (self.batch is not None and self.batch is other.batch)


class FillJobs(QObject):
    """Sends requests and hands their answers on, in the main thread; nothing it does takes long.

    A result that comes while a stroke is drawn waits for its end.
    """

    busy = Signal(bool)  # a job is computed
    waitingChanged = Signal(int)  # number of the fills that wait for that one
    progress = Signal(float, str)  # of that: fraction and what it does
    failed = Signal(str)  # a sentence for each kind of failure, once no job is left: a fill would outdate it
    status = Signal(object)  # Status

    def __init__(self, document: Document, worker: FillWorker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._worker = document, worker
        self._jobs: list[Job] = []  # the first is computed where there is a number
        self._number: int | None = None  # of the request that is computed
        self._held: Result | None = None  # came while a stroke was drawn
        self._paused = False  # the photo is being changed
        self._failures: list[str] = []  # not reported yet
        self._reported = False, 0  # by `busy` and `waitingChanged`
        worker.progressed.connect(self._on_progress)
        worker.fillFinished.connect(self._on_result)
        worker.failed.connect(self._on_failed)
        worker.cancelled.connect(self._on_cancelled)
        document.liveEnded.connect(self._on_live_ended)

    @property
    def is_busy(self) -> bool:
        """Whether a fill or a prediction is computed."""
        return bool(self._jobs)

    @property
    def waiting(self) -> int:
        """The number of fills that wait for the one that is computed."""
        return max(0, len(self._jobs) - 1)

    @property
    def box(self) -> Box | None:
        """The box of the hole that what is computed is about; None where nothing is."""
        return self._jobs[0].hole.box if self._jobs else None

    def runs(self, owner: QObject) -> bool:
        """Return whether the job that is computed was requested by `owner`."""
        return bool(self._jobs) and self._jobs[0].owner is owner

    @property
    def is_newest(self) -> bool:
        """Whether there is a job, and no step was made since the newest one was requested."""
        return bool(self._jobs) and self._document.history.state <= self._jobs[-1].since

    def add(self, job: Job) -> None:
        """Compute `job` after those that were requested before."""
        job.since = self._document.history.state
        self._jobs.append(job)
        self._go_on()

    def submit(self, job: Job) -> None:
        """Compute `job`, which is about the hole that is drawn, in place of all others about that hole."""
        self._replace(job, lambda each: each.hole.is_drawn)

    def _replace(self, job: Job, which: Callable[[Job], bool]) -> None:
        gone = self._take_out(which)
        self.add(job)
        _report_dropped(gone)

    def drop(self, which: Callable[[Job], bool]) -> bool:
        """Drop the jobs for which `which` is true; whether there are any. The document is unchanged."""
        gone = self._take_out(which)
        self._go_on()
        _report_dropped(gone)
        self._report_failures()
        return bool(gone)

    @Slot()
    def cancel(self) -> None:
        """Drop all jobs; the document is unchanged."""
        if self.drop(lambda _job: True):
            self.status.emit(Status.result(tr("Cancelled.")))

    def take_back(self) -> None:
        """Drop the newest job, with all that were requested together with it; the document is unchanged."""
        newest = self._jobs[-1]
        if self.drop(newest.is_of):
            self.status.emit(Status.result(tr("Cancelled.")))

    def _take_out(self, which: Callable[[Job], bool]) -> list[Job]:
        gone = [job for job in self._jobs if which(job)]
        if gone and gone[0] is self._jobs[0]:
            self._interrupt()
        self._jobs = [job for job in self._jobs if job not in gone]
        return gone

    def _interrupt(self) -> None:
        """Stop what is computed; `_go_on` begins again with it, if it is still the first."""
        if self._number is not None:
            self._worker.cancel()
        self._number = self._held = None

    def _go_on(self) -> None:
        """Send the first job to the fill thread, unless one is there."""
        while self._jobs and self._number is None and not self._paused:
            request = self._jobs[0].prepare()
            if request is None:
                _report_dropped([self._jobs.pop(0)])
            else:
                self._number = self._worker.request(request)
                self._report_waiting()
                self.progress.emit(0.0, "")
        self._report_waiting()

    def _report_waiting(self) -> None:
        before, self._reported = self._reported, (self.is_busy, self.waiting)
        if before[0] != self._reported[0]:
            self.busy.emit(self.is_busy)
        if before[1] != self._reported[1]:
            self.waitingChanged.emit(self.waiting)

    def _report_failures(self) -> None:
        if self._failures and not self.is_busy:
            sentences, self._failures = list(dict.fromkeys(self._failures)), []
            self.failed.emit("\n".join(sentences))

    def _follow(self, moved: Moved) -> None:
        """Note that steps were put beneath those made since."""
        for job in self._jobs:
            job.since = moved.states.get(job.since, job.since)
            job.strokes[:] = [moved.steps.get(step, step) for step in job.strokes]

    # Answers of the fill thread

    @Slot(int, float, str)
    def _on_progress(self, number: int, fraction: float, note: str) -> None:
        if number == self._number:
            self.progress.emit(fraction, note)

    @Slot(int, object)
    def _on_result(self, number: int, result: Result) -> None:
        if number != self._number:
            return
        if self._document.live is not None:
            self._held = result  # a stroke is drawn; it must end on the rasters on which it began
            return
        job = self._end_first()
        try:
            report = job.apply(result)
        except BaseException:  # the memory did not suffice
            _report_dropped([job])
            raise
        finally:
            self._go_on()
        report()
        self._report_failures()

    def _end_first(self) -> Job:
        self._number = None
        return self._jobs.pop(0)

    @Slot()
    def _on_live_ended(self) -> None:
        if self._held is not None:  # after the tool has finished, which may request a fill at once
            QTimer.singleShot(0, self, self._take_held)

    @Slot()
    def _take_held(self) -> None:
        result, number = self._held, self._number
        if result is not None and number is not None:
            self._held = None
            self._on_result(number, result)

    @Slot(int, str)
    def _on_failed(self, number: int, sentence: str) -> None:
        if number == self._number:
            job = self._end_first()
            if job.dropped is None:
                self._failures.append(sentence)
            self._go_on()
            if job.dropped is not None:
                job.dropped(sentence)
            self._report_failures()

    @Slot(int)
    def _on_cancelled(self, number: int) -> None:
        if number == self._number:  # by the fill thread itself, which stops
            self.drop(lambda _job: True)


def _report_dropped(jobs: list[Job]) -> None:
    for job in jobs:
        if job.dropped is not None:
            job.dropped("")
