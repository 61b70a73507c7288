"""A training as it tells of itself, and the files it does so in."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from inpaint_studio.protocol.events import (
    MAX_LOSSES,
    BestEvent,
    DoneEvent,
    EndEvent,
    EventReader,
    FailedEvent,
    NoteEvent,
    PausedEvent,
    ProgressEvent,
    ResumedEvent,
    SampleEvent,
    StartedEvent,
    StoppedEvent,
)
from inpaint_studio.protocol.run_folder import RunFolder

End = Literal["done", "stopped", "failed"]

_MOST_POINTS = 1200  # of a curve; a screen shows no more
_WARM = 2  # steps before the speed is measured: the first are slower


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
            if len(self.values) < MAX_LOSSES:
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
    code: str = ""  # of a failure, as in `protocol.events`
    saved: str = ""  # the name of the weights that came of it
    unsaved: str = ""  # a sentence: why no weights were saved
    removed: bool = False  # whether those were deleted since
    _events: EventReader = field(default_factory=EventReader)
    _first: tuple[int, float] | None = None  # step and seconds from which the speed is measured

    @property
    def resumable(self) -> bool:
        """Whether there is something to go on from."""
        return RunFolder(self.folder).checkpoint.is_file()

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
        self._events, self.end, self.paused = EventReader(), None, False
        self.code = ""

    def feed(self, data: bytes) -> set[str]:
        """Take in what it wrote, in pieces of any size; gives the kinds of events that were in it."""
        kinds = set()
        for event in self._events.read(data):
            take = _TAKERS.get(event.kind)
            if take is not None:
                take(self, event)
                kinds.add(event.kind)
        return kinds

    # One method an event

    def _started(self, event: StartedEvent) -> None:
        self.begun, self.end, self.reason, self.code, self.paused = True, None, "", "", False
        self.saved, self.removed = "", False
        self.model = event.model or self.model
        self.base = event.base or ""
        self.photos, self.held_out = event.photos, event.held_out
        self.measured = event.measured or self.held_out
        self.skipped, self.size, self.batch = event.skipped, event.size, event.batch
        self.device = event.device
        self.steps, self.minutes = event.steps or None, event.minutes
        self.step, self._first, self.seconds_left = event.step, None, None
        self.curve.cut(self.step)

    def _progress(self, event: ProgressEvent) -> None:
        if event.step < self.step:  # a loss that was not finite sent it back to its last checkpoint
            self.curve.cut(event.step - 1)
            self._first = None
        self.step, self.seconds, self.seconds_left = event.step, event.seconds, event.seconds_left
        self.losses = {name: value for name, value in event.losses.items() if value is not None}
        self.curve.add(self.step, self.losses)
        if self._first is None:
            self._first = self.step, self.seconds

    def _sample(self, event: SampleEvent) -> None:
        self.now = event.figures.psnr
        if self.before is None:
            self.before = self.now
        self.samples = event.paths_in(RunFolder(self.folder).samples) or self.samples

    def _best(self, event: BestEvent) -> None:
        self.best = event.figures.psnr
        self.before = self.before if event.before.psnr is None else event.before.psnr

    def _note(self, event: NoteEvent) -> None:
        self.note = event.text

    def _paused(self, _event: PausedEvent) -> None:
        self.paused = True

    def _resumed(self, _event: ResumedEvent) -> None:
        self.paused = False

    def _done(self, event: DoneEvent) -> None:
        self._ended("done", event)

    def _stopped(self, event: StoppedEvent) -> None:
        self._ended("stopped", event)

    def _failed(self, event: FailedEvent) -> None:
        self.reason, self.code = event.reason, event.code
        self._ended("failed", event)

    def _ended(self, kind: End, event: EndEvent) -> None:
        self.end, self.paused, self.seconds_left = kind, False, None
        self.saved, self.unsaved = event.name or "", event.unsaved
        self.step = event.step or self.step
        before = None if event.before is None else event.before.psnr
        self.before = self.before if before is None else before
        self.best = self.best if event.best is None else event.best


_TAKERS: dict[str, Callable[[Run, Any], None]] = {
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
