"""The state of a training, built from the events that it reports."""

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

_MAX_POINTS = 1200  # of a curve; a screen shows no more
_WARM_UP = 2  # steps before the speed is measured: the first are slower


class Curve:
    """Losses over the steps. Where there are too many points, every other one is removed."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.values: dict[str, list[float]] = {}  # by loss, as long as `steps`; NaN where it was not reported
        self._every, self._skipped = 1, 0

    def add(self, step: int, losses: dict[str, float]) -> None:
        """Add the losses at a step."""
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
        if len(self.steps) >= _MAX_POINTS:
            self._every *= 2
            self.steps = self.steps[::2]
            self.values = {name: values[::2] for name, values in self.values.items()}

    def cut(self, step: int) -> None:
        """Remove what came after `step`: the training went back to it."""
        count = sum(known <= step for known in self.steps)
        self.steps = self.steps[:count]
        self.values = {name: values[:count] for name, values in self.values.items()}


@dataclass
class Run:
    """The state of a training after the events it has reported so far."""

    folder: Path
    name: str = ""  # in the request; `saved` is the name of the weights in the end
    model: str = ""
    base: str = ""  # weights it started from; empty: an untrained network
    begun: bool = False
    photos: int = 0
    held_out: int = 0  # photos
    measured: int = 0  # of those
    skipped: int = 0
    size: int = 0  # px
    batch: int = 0
    device: str = ""
    steps: int | None = None  # in all; None: no such limit
    minutes: float | None = None  # in all; None: no such limit
    step: int = 0
    seconds: float = 0.0
    seconds_left: float | None = None
    curve: Curve = field(default_factory=Curve)
    losses: dict[str, float] = field(default_factory=dict)
    phase: str = ""  # such as "phase 1 of 4: edges"; empty where there is only one
    samples: list[dict[str, Path]] = field(default_factory=list)  # by role
    before: float | None = None  # dB on the held-out photos
    now: float | None = None
    sharpness: float | None = None  # of the newest fills; below 1: blurred
    seam: float | None = None  # of the newest fills; above 1: visible
    gain: str = ""  # a sentence: how sure the gain is
    best: float | None = None
    others_before: float | None = None  # dB on other photos, known at its end
    others: float | None = None  # the same with the best weights
    note: str = ""  # the newest sentence it reported
    paused: bool = False
    end: End | None = None
    reason: str = ""  # of a failure
    code: str = ""  # of a failure, as in `protocol.events`
    saved: str = ""  # the name of the trained weights
    unsaved: str = ""  # a sentence: why no weights were saved
    best_step: int | None = None  # that the trained weights are from
    has_last: bool = False  # whether the weights of the last step are in its folder
    last_name: str = ""  # of these, once they were added to the models
    removed: bool = False  # whether the trained weights were deleted since
    resumable: bool = False  # whether there is a checkpoint to continue from; known once it has ended
    _events: EventReader = field(default_factory=EventReader)
    _first: tuple[int, float] | None = None  # step and seconds from which the speed is measured

    @property
    def seconds_per_step(self) -> float | None:
        """Mean over the steps after the first few, in seconds; None until there are some."""
        if self._first is None or self.step < self._first[0] + _WARM_UP:
            return None
        return (self.seconds - self._first[1]) / (self.step - self._first[0])

    @property
    def fraction(self) -> float | None:
        """The part of it that is done, in [0, 1]; None where it goes on until it is stopped."""
        if self.end == "done":
            return 1.0
        shares = [self.step / self.steps] if self.steps else []
        shares += [self.seconds / (60 * self.minutes)] if self.minutes else []
        return min(1.0, max(shares)) if shares else None

    @property
    def has_other_last(self) -> bool:
        """Whether the weights of the last step are there, are other ones than the saved, and were not added yet."""
        return self.has_last and not self.last_name and not (self.saved and self.best_step == self.step)

    def restart(self) -> None:
        """Expect the events of a new process; the last one may have ended within a line, or within a pause."""
        self._events, self.end, self.paused = EventReader(), None, False
        self.code = ""

    def feed(self, data: bytes) -> set[str]:
        """Read what it wrote, in pieces of any size; gives the kinds of events in it."""
        kinds = set()
        for event in self._events.read(data):
            update = _UPDATES.get(event.kind)
            if update is not None:
                update(self, event)
                kinds.add(event.kind)
        return kinds

    # One method for each kind of event

    def _on_started(self, event: StartedEvent) -> None:
        self.begun, self.end, self.reason, self.code, self.paused = True, None, "", "", False
        self.saved, self.removed, self.has_last, self.last_name = "", False, False, ""
        self.model = event.model or self.model
        self.base = event.base or ""
        self.photos, self.held_out = event.photos, event.held_out
        self.measured = event.measured or self.held_out
        self.skipped, self.size, self.batch = event.skipped, event.size, event.batch
        self.device = event.device
        self.steps, self.minutes = event.steps or None, event.minutes
        self.step, self._first, self.seconds_left = event.step, None, None
        self.curve.cut(self.step)

    def _on_progress(self, event: ProgressEvent) -> None:
        if event.step < self.step:  # a loss that was not finite sent it back to its last checkpoint
            self.curve.cut(event.step - 1)
            self._first = None
        self.step, self.seconds, self.seconds_left = event.step, event.seconds, event.seconds_left
        self.losses = {name: value for name, value in event.losses.items() if value is not None}
        self.phase = event.phase_text
        self.curve.add(self.step, self.losses)
        if self._first is None:
            self._first = self.step, self.seconds

    def _on_sample(self, event: SampleEvent) -> None:
        self.now, self.sharpness, self.seam = event.figures.psnr, event.figures.sharpness, event.figures.seam
        if self.before is None:
            self.before = self.now
        self.samples = event.paths_in(RunFolder(self.folder).samples) or self.samples

    def _on_best(self, event: BestEvent) -> None:
        self.best = event.figures.psnr
        self.before = self.before if event.before.psnr is None else event.before.psnr

    def _on_note(self, event: NoteEvent) -> None:
        self.note = event.text

    def _on_paused(self, _event: PausedEvent) -> None:
        self.paused = True

    def _on_resumed(self, _event: ResumedEvent) -> None:
        self.paused = False

    def _on_done(self, event: DoneEvent) -> None:
        self._end("done", event)

    def _on_stopped(self, event: StoppedEvent) -> None:
        self._end("stopped", event)

    def _on_failed(self, event: FailedEvent) -> None:
        self.reason, self.code = event.reason, event.code
        self._end("failed", event)

    def _end(self, kind: End, event: EndEvent) -> None:
        self.end, self.paused, self.seconds_left = kind, False, None
        self.saved, self.unsaved, self.gain = event.name or "", event.unsaved, event.gain
        self.step, self.best_step, self.has_last = event.step or self.step, event.best_step, event.last is not None
        before = None if event.before is None else event.before.psnr
        self.before = self.before if before is None else before
        self.best = self.best if event.best is None else event.best
        self.others_before = None if event.others_before is None else event.others_before.psnr
        self.others = None if event.others is None else event.others.psnr


_UPDATES: dict[str, Callable[[Run, Any], None]] = {
    "started": Run._on_started,
    "progress": Run._on_progress,
    "sample": Run._on_sample,
    "best": Run._on_best,
    "note": Run._on_note,
    "paused": Run._on_paused,
    "resumed": Run._on_resumed,
    "done": Run._on_done,
    "stopped": Run._on_stopped,
    "failed": Run._on_failed,
}
