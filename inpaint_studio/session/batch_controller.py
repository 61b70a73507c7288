"""A batch of the window: it is planned and run beside everything else, with the engine of the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.session.task_queue import TaskQueue

if TYPE_CHECKING:
    from inpaint_studio.engine.batch.job import BatchJob, HowToFill
    from inpaint_studio.engine.batch.pool import Pool
    from inpaint_studio.engine.batch.run import BatchProgress, BatchReport
    from inpaint_studio.models.base.interface import Options

_PLAN, _RUN = "plan", "run"  # lanes


@dataclass(frozen=True)
class BatchChoices:
    """What the user chose for a batch."""

    photos: Path
    output: Path
    masks: Path | None = None  # a folder, or one mask for all; None: beside the photos
    suggest: tuple[str, ...] = ()
    workers: int = 1
    resume: bool = True


class BatchController(QObject):
    """Plans and runs batches, one at a time, in threads of its own; lives in the main thread."""

    planned = Signal(object, object)  # the choices, and the jobs: list[BatchJob]
    unusable = Signal(object, str)  # the choices, and why nothing can be done
    progressed = Signal(object)  # BatchProgress
    ended = Signal(str)  # why it broke off, in a sentence; empty where it came to its end or was cancelled

    def __init__(
        self, parent: QObject | None = None, make_pool: Callable[[HowToFill, int], Pool] | None = None
    ) -> None:
        """`make_pool`: another way to make the workers, for tests."""
        super().__init__(parent)
        self._queue = TaskQueue("batch", self)
        self._make_pool = make_pool
        self._ticket: Ticket | None = None
        self.report: BatchReport | None = None  # of the batch that runs, or ran last

    @property
    def is_running(self) -> bool:
        """Whether a batch runs."""
        return self._ticket is not None

    def plan(self, choices: BatchChoices) -> None:
        """Find the photos and the masks; `planned` or `unusable` follows."""

        def task() -> list[BatchJob]:
            from inpaint_studio.engine.batch.plan import plan_batch

            return plan_batch([choices.photos], choices.output, choices.masks, suggested=bool(choices.suggest))

        self._queue.run(
            task,
            lambda jobs: self.planned.emit(choices, jobs),
            lambda sentence: self.unusable.emit(choices, sentence),
            lane=_PLAN,
        )

    def start(self, choices: BatchChoices, jobs: list[BatchJob], model: str, options: Options) -> None:
        """Fill the photos of `jobs` by `model`. `progressed` follows for each change, and `ended` at the end."""
        if self.is_running:
            return
        from inpaint_studio.engine.batch.job import HowToFill
        from inpaint_studio.engine.batch.run import BatchRun

        how = HowToFill(model, replace(options, threads=None, ranked=0), choices.suggest)
        run = BatchRun(jobs, how, choices.output, choices.resume)
        self.report, self._ticket = run.report, (ticket := Ticket())

        def task() -> None:
            run.run(self._pool(how, choices.workers), ticket, self._on_progress)

        self._queue.run(task, lambda _: self._on_end(""), self._on_end, lane=_RUN)

    def cancel(self) -> None:
        """Stop; what is done stays."""
        if self._ticket is not None:
            self._ticket.cancel()

    def stop(self) -> None:
        """Stop, and wait until the workers have ended."""
        self.cancel()
        self._queue.stop()

    def _pool(self, how: HowToFill, workers: int) -> Pool:
        if self._make_pool is not None:
            return self._make_pool(how, workers)
        from inpaint_studio.engine.batch.pool import ProcessPool

        return ProcessPool(how, workers)

    def _on_progress(self, progress: BatchProgress) -> None:
        self.progressed.emit(progress)  # from the thread of the batch; delivered in the main thread

    def _on_end(self, sentence: Any) -> None:
        was_cancelled = self._ticket is not None and self._ticket.cancelled
        self._ticket = None
        self.ended.emit("" if was_cancelled else sentence)
