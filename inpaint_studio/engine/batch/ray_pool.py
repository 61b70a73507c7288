"""Workers on the machines of a Ray cluster that share the photos of a batch.

The machines need the program and the weights, but no common disk: the files travel with the jobs, and their results
come back.
"""

from __future__ import annotations

import logging
import tempfile
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from inpaint_studio import __version__, build_info, language
from inpaint_studio.engine.batch.job import BatchJob, HowToFill, Outcome
from inpaint_studio.engine.batch.pool import MOST_STARTS, TRIES, Numbered, Step, lost
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import InputError, PhotoError, StudioError
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from types import ModuleType

_TURN = 0.2  # s between two looks whether the batch was cancelled


class _Parcel(NamedTuple):
    """A job with the content of its files."""

    job: BatchJob
    photo: bytes
    mask: bytes | None


class RayWorker:
    """Fills photos in a process of its own on a machine of the cluster; its models stay loaded."""

    def __init__(self, how: HowToFill, version: str, spoken: str) -> None:
        """`version` and `spoken`, its language, are those of the program that shares out the jobs.

        Raises RuntimeError where this machine has another version.
        """
        if version != __version__:
            raise RuntimeError(f"this machine has Inpaint Studio {__version__}, and the batch needs {version}")
        language.start(spoken)
        from inpaint_studio.engine.batch import fill_one  # loads everything that fills need
        from inpaint_studio.engine.machine import allocator

        allocator.tune()
        self._how, self._fill = how, fill_one.fill_one
        fill_one.prepare(how, Ticket())

    def start(self) -> None:
        """Do nothing: it answers once it is ready."""

    def fill(self, parcel: _Parcel) -> tuple[Outcome, bytes]:
        """Fill one photo; return its outcome, and the content of the file that was made (empty where there is none)."""
        job = parcel.job
        with tempfile.TemporaryDirectory(prefix="inpaint-batch-") as name:
            places = {part: Path(name, part) for part in ("photo", "mask", "output")}
            for place in places.values():
                place.mkdir()
            photo = places["photo"] / job.photo.name
            photo.write_bytes(parcel.photo)
            mask = None
            if job.mask is not None and parcel.mask is not None:
                mask = places["mask"] / job.mask.name
                mask.write_bytes(parcel.mask)
            here = replace(job, photo=photo, mask=mask, output=places["output"] / job.output.name)
            outcome = self._fill(here, self._how, Ticket())
            return outcome, here.output.read_bytes() if here.output.exists() else b""


class RayPool:
    """Keeps one actor for each worker; one whose machine goes away is replaced, and its photo is tried once more."""

    def __init__(self, how: HowToFill, workers: int, address: str) -> None:
        """`address` is that of a running cluster, as ``auto``, ``HOST:6379`` or ``ray://HOST:10001``.

        Raises InputError where Ray is not installed or does not answer there.
        """
        self._ray = connect(address)
        resources = self._ray.cluster_resources()
        cores, gpus = int(resources.get("CPU", 1)), resources.get("GPU", 0.0)
        self._count = max(1, min(workers, cores))
        threads = how.options.threads or max(1, cores // self._count)
        self._how = replace(how, options=replace(how.options, threads=threads))
        # One CPU each, so that workers find a place beside other jobs. Without a share of a GPU Ray hides it.
        needs = {"num_cpus": 1, "num_gpus": min(1.0, gpus / self._count), "scheduling_strategy": "SPREAD"}
        self._kind = self._ray.remote(**needs)(RayWorker)

    def run(self, jobs: Iterable[Numbered]) -> Generator[Step | None]:
        """See `Pool.run`. While no place is free in the cluster, it waits."""
        share = _Share(self._ray, deque(jobs))
        failed = 0  # starts in a row
        try:
            while share.waiting or share.busy:
                while share.waiting and len(share.actors) < min(self._count, len(share.waiting) + share.busy):
                    share.add(self._kind.remote(self._how, __version__, language.present()))
                yield from share.give()
                answers = share.wait()
                if not answers:
                    yield None
                for answer in answers:
                    step, is_lost_start = share.take(answer)
                    failed = failed + 1 if is_lost_start else 0
                    if failed >= MOST_STARTS:
                        raise StudioError(tr("The workers do not start in the cluster: {reason}.", reason=share.fault))
                    if step is not None:
                        yield step
        finally:
            for actor in share.actors:
                self._ray.kill(actor)


class _Share:
    """The jobs of a batch, and the actors that do them."""

    def __init__(self, ray: Any, waiting: deque[Numbered]) -> None:
        self.waiting, self.fault = waiting, ""  # the last reason why an actor was lost
        self.actors: list[Any] = []
        self._ray = ray
        self._idle: list[Any] = []
        self._calls: dict[Any, tuple[Any, Numbered | None]] = {}  # the answer to come -> the actor, and its job
        self._tries: dict[int, int] = {}

    @property
    def busy(self) -> int:
        """How many jobs are being done."""
        return sum(job is not None for _, job in self._calls.values())

    def add(self, actor: Any) -> None:
        """Take an actor that is being started."""
        self.actors.append(actor)
        self._calls[actor.start.remote()] = actor, None

    def give(self) -> Iterator[Step]:
        """Send a job to each idle actor; yield what begins, and those whose files cannot be read."""
        while self._idle and self.waiting:
            number, job = self.waiting.popleft()
            try:
                mask = None if job.mask is None else job.mask.read_bytes()
                parcel = _Parcel(job, job.photo.read_bytes(), mask)
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                text = tr("{name} could not be read: {reason}.", name=job.name, reason=reason)
                yield Step(number, 1.0, Outcome("failed", reason=text))
                continue
            actor = self._idle.pop()
            self._calls[actor.fill.remote(parcel)] = actor, (number, job)
            yield Step(number)

    def wait(self) -> list[Any]:
        """Wait a moment for an answer."""
        answers: list[Any] = []
        if self._calls:
            answers, _ = self._ray.wait(list(self._calls), num_returns=1, timeout=_TURN)
        return answers

    def take(self, answer: Any) -> tuple[Step | None, bool]:
        """Return what an answer brings, and whether an actor was lost before it was ready."""
        actor, job = self._calls.pop(answer)
        try:
            found = self._ray.get(answer)
        except self._ray.exceptions.RayError as error:
            self.actors.remove(actor)
            self.fault = _shorten(error)
            return (None, True) if job is None else (self._put_back(job), False)
        self._idle.append(actor)
        return (None if job is None else Step(job[0], 1.0, _save(job[1], *found))), False

    def _put_back(self, job: Numbered) -> Step | None:
        self._tries[job[0]] = self._tries.get(job[0], 1) + 1
        if self._tries[job[0]] > TRIES:
            return Step(job[0], 1.0, lost(job[1]))
        self.waiting.append(job)
        return None


def connect(address: str) -> Any:
    """Connect with the Ray cluster at `address` and return Ray. Raises InputError."""
    try:
        import ray
    except ImportError as error:
        raise InputError(
            tr("A cluster needs Ray, which is not installed."),
            tr("A packed program cannot get it; install the program with: pip install 'inpaint-studio[cluster]'")
            if build_info.frozen()
            else tr("Install it with: pip install 'inpaint-studio[cluster]'"),
        ) from error
    if not ray.is_initialized():
        try:
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, configure_logging=False)
        except (ConnectionError, ValueError, RuntimeError, OSError, AssertionError) as error:
            raise InputError(
                tr("No Ray cluster answers at {address}; check the address.", address=address),
                tr("A cluster that asks for a token needs RAY_AUTH_MODE=token here, too."),
            ) from error
    found: ModuleType = ray
    return found


def _save(job: BatchJob, outcome: Outcome, content: bytes) -> Outcome:
    """Write the result to its place on this machine."""
    from inpaint_studio.engine.photo import encoding

    if not content:
        return outcome
    try:
        job.output.parent.mkdir(parents=True, exist_ok=True)
        with encoding.open_replacement(job.output) as file:
            file.write(content)
    except PhotoError as error:
        return Outcome("failed", outcome.seconds, reason=str(error))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        text = tr("The folder {folder} was not made: {reason}.", folder=job.output.parent, reason=reason)
        return Outcome("failed", outcome.seconds, reason=text)
    return outcome


def _shorten(error: Exception) -> str:
    """Return the last line of an error, which has the cause, without its full stop."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__).rstrip(".")
