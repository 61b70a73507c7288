"""A training as it tells of itself, and the files it does so in."""

from __future__ import annotations

import errno
import math
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal

from inpaint_studio import paths
from inpaint_studio.protocol.events import MOST_LOSSES, Facts, Lines

RUN, LOG, COMMANDS, CHECKPOINT = "run.json", "events.jsonl", "commands", "checkpoint.pt"
SAMPLES, BOARD = "samples", "tensorboard"  # folders
End = Literal["done", "stopped", "failed"]

_MOST_POINTS = 1200  # of a curve; a screen shows no more
_WARM = 2  # steps before the speed is measured: the first are slower


def home() -> Path:
    """The folder of the trainings that were given none of their own (not created here)."""
    return paths.data_dir() / "training"


class Curve:
    """Losses over the steps; where they get many, every other point is forgotten."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.values: dict[str, list[float]] = {}  # by loss, as long as `steps`; not a number where it was not told
        self._every, self._skipped = 1, 0

    def add(self, step: int, losses: dict[str, float]) -> None:
        self._skipped += 1
        if self._skipped < self._every and self.steps:
            return
        self._skipped = 0
        for name in losses:
            if len(self.values) < MOST_LOSSES:
                self.values.setdefault(name, [math.nan] * len(self.steps))
        self.steps.append(step)
        for name, values in self.values.items():
            values.append(losses.get(name, math.nan))
        if len(self.steps) >= _MOST_POINTS:
            self._every *= 2
            self.steps = self.steps[::2]
            self.values = {name: values[::2] for name, values in self.values.items()}

    def cut(self, step: int) -> None:
        """Forget what came after `step`: the training went back to it."""
        kept = sum(known <= step for known in self.steps)
        self.steps = self.steps[:kept]
        self.values = {name: values[:kept] for name, values in self.values.items()}


@dataclass
class Run:
    """Where a training stands, by the events it has told so far."""

    folder: Path
    name: str = ""  # asked for; `saved` is what the weights are called in the end
    model: str = ""
    base: str = ""  # nothing: it began from nothing
    begun: bool = False
    photos: int = 0
    held_out: int = 0  # photos
    measured: int = 0  # of those
    skipped: int = 0
    size: int = 0  # px
    batch: int = 0
    device: str = ""
    steps: int | None = None  # wanted
    minutes: float | None = None  # wanted
    step: int = 0
    seconds: float = 0.0
    seconds_left: float | None = None
    curve: Curve = field(default_factory=Curve)
    losses: dict[str, float] = field(default_factory=dict)
    samples: list[dict[str, Path]] = field(default_factory=list)  # by role
    before: float | None = None  # dB on the held-out photos
    now: float | None = None
    best: float | None = None
    note: str = ""  # the last sentence it told
    paused: bool = False
    end: End | None = None
    reason: str = ""  # of a failure
    saved: str = ""  # the name of the weights that came of it
    removed: bool = False  # whether those were deleted since
    _lines: Lines = field(default_factory=Lines)
    _first: tuple[int, float] | None = None  # step and seconds from which the speed is measured

    @property
    def resumable(self) -> bool:
        """Whether there is something to go on from."""
        return (self.folder / CHECKPOINT).is_file()

    @property
    def seconds_per_step(self) -> float | None:
        """Measured over the steps after the first few; None until there are some."""
        if self._first is None or self.step < self._first[0] + _WARM:
            return None
        return (self.seconds - self._first[1]) / (self.step - self._first[0])

    @property
    def fraction(self) -> float | None:
        """How much of it is done; None where it goes on until it is stopped."""
        if self.end == "done":
            return 1.0
        shares = [self.step / self.steps] if self.steps else []
        shares += [self.seconds / (60 * self.minutes)] if self.minutes else []
        return min(1.0, max(shares)) if shares else None

    def rebegin(self) -> None:
        """Another process tells from here on; the last one may have died in the middle of a line, or of a pause."""
        self._lines, self.end, self.paused = Lines(), None, False

    def feed(self, data: bytes) -> set[str]:
        """Take in what it wrote, in pieces of any size; gives the kinds of events that were in it."""
        kinds = set()
        for kind, facts in self._lines.events(data):
            take = _TAKERS.get(kind)
            if take is not None:
                take(self, facts)
                kinds.add(kind)
        return kinds

    # One method an event

    def _started(self, facts: Facts) -> None:
        self.begun, self.end, self.reason, self.paused = True, None, "", False
        self.saved, self.removed = "", False
        self.model = facts.text("model") or self.model
        self.base = facts.text("base")
        self.photos, self.held_out = facts.count("photos"), facts.count("held_out")
        self.measured = facts.count("measured") or self.held_out
        self.skipped, self.size, self.batch = facts.count("skipped"), facts.count("size"), facts.count("batch")
        self.device = facts.text("device")
        self.steps, self.minutes = facts.count("steps") or None, facts.amount("minutes")
        self.step, self._first, self.seconds_left = facts.count("step"), None, None
        self.curve.cut(self.step)

    def _progress(self, facts: Facts) -> None:
        step = facts.count("step")
        if step < self.step:  # a loss that was no number sent it back to its last checkpoint
            self.curve.cut(step - 1)
            self._first = None
        self.step, self.seconds = step, facts.amount("seconds") or 0.0
        self.seconds_left = facts.amount("seconds_left")
        self.losses = facts.numbers("losses")
        self.curve.add(self.step, self.losses)
        if self._first is None:
            self._first = self.step, self.seconds

    def _sample(self, facts: Facts) -> None:
        self.now = facts.inner("figures").amount("psnr")
        if self.before is None:
            self.before = self.now
        own = self.folder / SAMPLES
        self.samples = facts.pictures("paths", own) or self.samples

    def _best(self, facts: Facts) -> None:
        self.best = facts.inner("figures").amount("psnr")
        before = facts.inner("before").amount("psnr")
        self.before = self.before if before is None else before

    def _note(self, facts: Facts) -> None:
        self.note = facts.text("text")

    def _paused(self, _facts: Facts) -> None:
        self.paused = True

    def _resumed(self, _facts: Facts) -> None:
        self.paused = False

    def _done(self, facts: Facts) -> None:
        self._ended("done", facts)

    def _stopped(self, facts: Facts) -> None:
        self._ended("stopped", facts)

    def _failed(self, facts: Facts) -> None:
        self._ended("failed", facts)

    def _ended(self, kind: End, facts: Facts) -> None:
        self.end, self.paused, self.seconds_left = kind, False, None
        self.reason, self.saved = facts.text("reason"), facts.text("name")
        self.step = facts.count("step") or self.step
        before, best = facts.inner("before").amount("psnr"), facts.amount("best")
        self.before = self.before if before is None else before
        self.best = self.best if best is None else best


_TAKERS: dict[str, Callable[[Run, Facts], None]] = {
    "started": Run._started,
    "progress": Run._progress,
    "sample": Run._sample,
    "best": Run._best,
    "note": Run._note,
    "paused": Run._paused,
    "resumed": Run._resumed,
    "done": Run._done,
    "stopped": Run._stopped,
    "failed": Run._failed,
}


# On the disk


def ask(folder: Path, command: str) -> None:
    """Ask the training that writes to `folder` for something. Raises OSError."""
    with regular(folder / COMMANDS, "ab") as file:
        file.write(f"{command}\n".encode())


@contextmanager
def regular(path: Path, mode: str = "rb") -> Iterator[IO[bytes]]:
    """A file of a training. Raises OSError, for a pipe too: whoever opened one would wait for its other end."""
    with open(path, mode, opener=_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "It is no file", str(path))
        yield file


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o666)
