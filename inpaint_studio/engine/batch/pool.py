"""Processes of this machine that share the photos of a batch."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from inpaint_studio.engine.batch.job import BatchJob, HowToFill, Outcome
from inpaint_studio.engine.batch.worker import serve
from inpaint_studio.errors import StudioError
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

MOST_STARTS = 3  # workers in a row that may end before they are ready
TRIES = 2  # how often a photo is tried whose worker ended: the system may have killed it for another one's memory
_TURN = 0.1  # s between two looks whether the batch was cancelled
_PATIENCE = 5.0  # s that a worker gets to end by itself

Numbered = tuple[int, BatchJob]
Work = Callable[[Connection, HowToFill], None]  # see `worker.serve`


class Step(NamedTuple):
    """News from a pool: a job has begun, how far it is, or its outcome."""

    number: int  # of the job
    fraction: float = 0.0
    outcome: Outcome | None = None


class Pool(Protocol):
    """Workers that fill photos."""

    def run(self, jobs: Iterable[Numbered]) -> Generator[Step | None]:
        """Do all the jobs and yield what happens, in the order in which it does; None, at times, where nothing does.

        Raises StudioError where no worker starts.

        When the iterator is closed, what is being filled is given up, and nothing of it stays.
        """
        ...


class ProcessPool:
    """Starts `workers` processes; one that ends without a word is replaced, and its photo is tried once more."""

    def __init__(self, how: HowToFill, workers: int, work: Work = serve) -> None:
        """Without a number of threads in the options, the workers share the cores. `work` is what a process does."""
        if how.options.threads is None:
            how = replace(how, options=replace(how.options, threads=share_cores(workers)))
        self._how, self._count, self._work = how, workers, work

    def run(self, jobs: Iterable[Numbered]) -> Generator[Step | None]:
        """See `Pool.run`."""
        waiting = deque(jobs)
        tries: dict[int, int] = {}
        workers: list[_Worker] = []
        failed = 0  # starts in a row
        try:
            while waiting or any(worker.job is not None for worker in workers):
                while waiting and len(workers) < min(self._count, len(waiting) + _busy(workers)):
                    workers.append(_Worker(self._how, self._work))
                for worker in workers:
                    if worker.is_ready and worker.job is None and waiting:
                        job = waiting.popleft()
                        worker.take(job)
                        yield Step(job[0])
                ready = wait([worker.connection for worker in workers], _TURN)
                if not ready:
                    yield None
                for worker in [each for each in workers if each.connection in ready]:
                    step = worker.receive()
                    if step is not None:
                        yield step
                    if not worker.is_alive:
                        workers.remove(worker)
                        failed = 0 if worker.is_ready else failed + 1
                        if failed >= MOST_STARTS:
                            raise StudioError(tr("The workers do not start; perhaps there is not enough memory."))
                        yield from _give_back(worker.job, waiting, tries)
        finally:
            for worker in workers:
                worker.connection.close()
            for worker in workers:
                worker.stop()


class _Worker:
    """One process, and the job that it does."""

    def __init__(self, how: HowToFill, work: Work) -> None:
        context = multiprocessing.get_context("spawn")  # torch and numba do not survive a fork
        self.connection, other = context.Pipe()
        self.job: Numbered | None = None
        self.is_ready, self.is_alive = False, True
        self._process: SpawnProcess = context.Process(target=work, args=(other, how), daemon=True)
        self._process.start()
        other.close()

    def take(self, job: Numbered) -> None:
        """Give it a job."""
        self.job = job
        with suppress(OSError):  # it has ended; `receive` finds that out
            self.connection.send(job[1])

    def receive(self) -> Step | None:
        """Read what it has sent; `is_alive` is False afterwards where it has ended."""
        try:
            answer: Any = self.connection.recv()
        except (EOFError, OSError):
            self.is_alive = False
            self.stop()
            return None
        if isinstance(answer, str):
            self.is_ready = True
        if self.job is None or isinstance(answer, str):
            return None
        number = self.job[0]
        if not isinstance(answer, Outcome):
            return Step(number, answer)
        self.job = None
        return Step(number, 1.0, answer)

    def stop(self) -> None:
        """Wait until it has ended; kill it where it takes long."""
        self.connection.close()
        self._process.join(_PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def share_cores(workers: int) -> int:
    """Return the number of threads for each of so many workers on this machine, all cores but one among them."""
    from inpaint_studio.engine.machine.hardware import usable_cores

    cores = usable_cores()
    return max(1, (cores - 1 if workers == 1 else cores) // workers)


def _busy(workers: list[_Worker]) -> int:
    return sum(worker.job is not None for worker in workers)


def _give_back(job: Numbered | None, waiting: deque[Numbered], tries: dict[int, int]) -> Iterator[Step]:
    """Put the job of a worker that ended back, or give it up."""
    if job is None:
        return
    number = job[0]
    tries[number] = tries.get(number, 1) + 1
    if tries[number] <= TRIES:
        waiting.append(job)
    else:
        yield Step(number, 1.0, lost(job[1]))


def lost(job: BatchJob) -> Outcome:
    """Return the outcome of a job whose workers ended without a word."""
    text = tr("The worker ended while it filled {name}; perhaps there is not enough memory.", name=job.name)
    return Outcome("failed", reason=text)
