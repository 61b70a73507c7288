"""Run a batch: skip what is done, give the rest to workers, keep the record, and report progress and the time left."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from inpaint_studio.engine.batch.job import BatchJob, HowToFill, Outcome, Status
from inpaint_studio.engine.batch.pool import Pool, Step
from inpaint_studio.engine.batch.record import BatchRecord, open_record
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled

_LEAST = 2.0  # s before an estimate of the time that is left is made


class BatchProgress(NamedTuple):
    """How far a batch is."""

    done: int  # photos, in whatever way
    total: int
    fraction: float  # 0 to 1, by the sizes of the files
    seconds_left: float | None  # None while it is not known
    latest: int | None = None  # the number of the job that has just ended


@dataclass
class BatchReport:
    """What became of the photos of a batch."""

    jobs: list[BatchJob]
    outcomes: list[Outcome | None] = field(default_factory=list)  # in the order of the jobs; None: not reached
    seconds: float = 0.0

    def count(self, status: Status) -> int:
        """Return how many photos ended so."""
        return sum(outcome is not None and outcome.status == status for outcome in self.outcomes)

    @property
    def left(self) -> int:
        """How many photos were not reached, as the batch was stopped."""
        return sum(outcome is None for outcome in self.outcomes)


class BatchRun:
    """One run of a batch. `report` is up to date at every moment, also after `run` was stopped by an exception."""

    def __init__(self, jobs: list[BatchJob], how: HowToFill, folder: Path, resume: bool = False) -> None:
        """`folder` gets the results. With `resume`, what is there already of the same content is skipped."""
        self.report = BatchReport(jobs, [None] * len(jobs))
        self._how, self._folder, self._resume = how, folder, resume
        self._begun = time.monotonic()
        self._filling: float | None = None  # when the first worker was at work
        self._fractions: dict[int, float] = {}

    @property
    def waited(self) -> float | None:
        """Seconds until the first worker was at work; None where none was."""
        return None if self._filling is None else self._filling - self._begun

    def run(self, pool: Pool, ticket: Ticket, listen: Callable[[BatchProgress], None]) -> BatchReport:
        """Do the jobs and return the report; `listen` is called with every change.

        Raises InputError where the folder cannot be written, StudioError where no worker starts, and Cancelled.
        """
        self._begun = time.monotonic()
        try:
            with open_record(self._folder) as record:
                self._run(pool, record, ticket, listen)
        finally:
            self.report.seconds = time.monotonic() - self._begun
        return self.report

    def _run(self, pool: Pool, record: BatchRecord, ticket: Ticket, listen: Callable[[BatchProgress], None]) -> None:
        jobs, outcomes = self.report.jobs, self.report.outcomes
        done = record.find_done(jobs, self._how, ticket) if self._resume else set()
        for number, job in enumerate(jobs):
            if job.fault or number in done:
                outcomes[number] = Outcome("failed", reason=job.fault) if job.fault else Outcome("skipped")
                listen(self._measure(number))
        todo = [(number, jobs[number]) for number, outcome in enumerate(outcomes) if outcome is None]
        if not todo:
            return
        with closing(pool.run(todo)) as steps:
            for step in steps:
                if ticket.cancelled:
                    raise Cancelled
                if step is not None:
                    self._take(step, record)
                    listen(self._measure(None if step.outcome is None else step.number))

    def _take(self, step: Step, record: BatchRecord) -> None:
        self._filling = self._filling or time.monotonic()
        self._fractions[step.number] = step.fraction
        if step.outcome is not None:
            self.report.outcomes[step.number] = step.outcome
            record.add(self.report.jobs[step.number], step.outcome)

    def _measure(self, latest: int | None) -> BatchProgress:
        """Measure by bytes of the files that are to be filled; skipped ones and faults take no time."""
        jobs, outcomes = self.report.jobs, self.report.outcomes
        done = sum(outcome is not None for outcome in outcomes)
        sizes = {
            number: job.size for number, job in enumerate(jobs) if number in self._fractions or outcomes[number] is None
        }
        total = sum(sizes.values())
        part = sum(sizes[number] * fraction for number, fraction in self._fractions.items())
        spent = 0.0 if self._filling is None else time.monotonic() - self._filling
        left = spent * (total - part) / part if part and spent >= _LEAST else None
        return BatchProgress(done, len(jobs), part / total if total else 1.0, left, latest)
