"""The events that a training reports, one JSON object a line, and the commands it takes.

Each event is a dataclass that declares its fields with their meaning. The training writes it with `encode`; a window
reads it with `EventReader`, from the same declaration. What is read is hostile until parsed: lines that are too
long or not JSON are skipped, a value of the wrong type or out of range becomes the empty value of its type, and texts
and lists have a maximum length. ``docs/events.md`` is generated from this file.
"""

from __future__ import annotations

import json
import math
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin, get_type_hints

from inpaint_studio.json_text import escape_undecodable, to_json
from inpaint_studio.protocol.run_folder import SAMPLE_ROLES
from inpaint_studio.texts import tr

COMMANDS: Mapping[str, str] = {
    "stop": "Measure the last steps and end; the best weights are saved where they are better than the start.",
    "stop now": "End at once, also within the measurement after `stop`.",
    "pause": "Save a checkpoint and wait.",
    "resume": "Continue after `pause`.",
    "sample": "Fill the held-out photos now and report `sample`.",
    "save": "Save a checkpoint now.",
}
MISSING_FEATURES = "missing_features"  # code of a failure: the file of a trained VGG is not there
MAX_LOSSES = 12

_LONGEST_LINE = 1 << 20  # bytes
_LONGEST_TEXT = 1000  # characters
_LONGEST_PATH = 4096  # characters
_LONGEST_KEY = 40  # characters
_MAX_SAMPLES = 16
_LARGEST_COUNT = 1e12
_LARGEST_AMOUNT = 1e9  # s, minutes, dB


@dataclass(frozen=True)
class Scores:
    """How well the held-out crops are filled, over the pixels of their holes; means over the crops."""

    psnr: Annotated[float | None, "peak signal-to-noise ratio, dB"]
    l1: Annotated[float | None, "mean absolute error of values in [0, 1]"] = None
    sharpness: Annotated[float | None, "mean gradient divided by the photo's; below 1: blurred"] = None
    seam: Annotated[float | None, "mean step across the rim divided by the photo's; above 1: a visible seam"] = None
    ssim: Annotated[float | None, "structural similarity; only where it decides which weights are best"] = None
    lpips: Annotated[float | None, "perceptual distance; only where it decides which weights are best"] = None
    agreement: Annotated[
        float | None, "mean IoU of a label map and the classes that a fill along it shows; only with label maps"
    ] = None


@dataclass(frozen=True)
class Event:
    """Base of all events. Numbers are 0 or more; what is not finite is written as null."""

    kind: ClassVar[str]


@dataclass(frozen=True)
class StartedEvent(Event):
    """Everything is ready; the held-out photos are measured next, then the first step follows."""

    kind = "started"
    model: Annotated[str, "the model or weights that the request names"]
    system: Annotated[str, "the network that is trained"]
    base: Annotated[str | None, "the weights it continues from; null: an untrained network"]
    folder: Annotated[Path, "the run folder"]
    photos: Annotated[int, "photos that are trained on"]
    counted: Annotated[str, "the same as text; begins with `about` where it is an estimate"]
    held_out: Annotated[int, "photos that are never trained on"]
    measured: Annotated[int, "crops that every measurement fills, several of a photo where there are fewer"]
    skipped: Annotated[int, "image files that cannot be used"]
    size: Annotated[int, "side of the crops, px"]
    batch: Annotated[int, "crops a step, of all processes together"]
    device: Annotated[str, "device as torch names it"]
    processes: Annotated[int, "processes that train together"]
    steps: Annotated[int | None, "steps in all; null: no such limit"]
    minutes: Annotated[float | None, "length in minutes; null: no such limit"]
    step: Annotated[int, "steps already taken, above 0 after `--resume`"]
    smaller_sizes: Annotated[str, "smaller sides of the crops of some batches, px with commas; empty: none"] = ""
    colours: Annotated[str, "how far crops change in colour: none, small or wide"] = "small"


@dataclass(frozen=True)
class ProgressEvent(Event):
    """Some steps were taken; at most two a second."""

    kind = "progress"
    step: Annotated[int, "steps taken; smaller than before where the training went back to its last checkpoint"]
    steps: Annotated[int | None, "steps in all; null: no such limit"]
    seconds: Annotated[float, "seconds of training so far"]
    seconds_left: Annotated[float | None, "seconds to go; null: not known"]
    losses: Annotated[dict[str, float | None], "running mean of each weighted loss, by name; the only negative numbers"]
    phase: Annotated[str, "name of the phase, a part of the training with losses or rates of its own"] = ""
    phase_number: Annotated[int, "number of the phase, from 1"] = 1
    phases: Annotated[int, "number of phases"] = 1
    phase_done: Annotated[
        float | None, "share of the phase that is done, 0 to 1; null: it ends when its losses stop falling, or never"
    ] = None

    rate: Annotated[float, "factor of the recipe's learning rates: of the schedule, and of halvings after a fault"] = (
        1.0
    )

    @property
    def phase_text(self) -> str:
        """The phase for the user, such as "phase 1 of 4: edges, 40 % done"; empty where there is only one.

        Without a share where its end is not known.
        """
        if self.phases < 2 or not self.phase:
            return ""
        # Below 100: the next phase begins with the step after the last of this one.
        values: dict[str, Any] = {"number": self.phase_number, "phases": self.phases, "phase": tr(self.phase)}
        if self.phase_done is None:
            return tr("phase {number} of {phases}: {phase}", **values)
        percent = min(99, int(100 * self.phase_done))
        return tr("phase {number} of {phases}: {phase}, {percent} % done", percent=percent, **values)


@dataclass(frozen=True)
class SampleEvent(Event):
    """The held-out photos were filled and saved as images."""

    kind = "sample"
    step: Annotated[int, "steps taken"]
    paths: Annotated[
        tuple[dict[str, Path], ...], f"one object a sample: a PNG by each of the roles {', '.join(SAMPLE_ROLES)}"
    ]
    figures: Annotated[Scores, "how well they were filled"]
    seconds: Annotated[float, "seconds that the measurement took"] = 0.0

    def paths_in(self, folder: Path) -> list[dict[str, Path]]:
        """Return the samples all of whose images lie directly in `folder`."""
        written = Path(escape_undecodable(str(folder)))  # as `encode` writes it
        inside = [row for row in self.paths if all(path.parent in (folder, written) for path in row.values())]
        return [{role: folder / path.name for role, path in row.items()} for row in inside]


@dataclass(frozen=True)
class BestEvent(Event):
    """The held-out crops were filled better than ever before; the first one is the measurement at the start.

    By PSNR, SSIM or LPIPS, as the option `--best-by` says.
    """

    kind = "best"
    step: Annotated[int, "steps taken"]
    figures: Annotated[Scores, "how well they are filled now"]
    before: Annotated[Scores, "how well they were filled at the start"]


@dataclass(frozen=True)
class SavedEvent(Event):
    """The checkpoint was written."""

    kind = "saved"
    step: Annotated[int, "steps taken"]
    path: Annotated[Path, "the checkpoint"]


@dataclass(frozen=True)
class NoteEvent(Event):
    """Something the user should know."""

    kind = "note"
    text: Annotated[str, "a sentence"]


@dataclass(frozen=True)
class PausedEvent(Event):
    """The training waits, after the command `pause`."""

    kind = "paused"
    step: Annotated[int, "steps taken"]


@dataclass(frozen=True)
class ResumedEvent(Event):
    """The training continues after a pause."""

    kind = "resumed"
    step: Annotated[int, "steps taken"]


@dataclass(frozen=True)
class EndEvent(Event):
    """The training has ended; the last event. Base of the three ways to end."""

    name: Annotated[str | None, "the saved weights; null: none were saved"] = None
    path: Annotated[Path | None, "file of the saved weights; null: none were saved"] = None
    step: Annotated[int, "steps taken"] = 0
    last: Annotated[
        Path | None, "file of the weights at the last step, for `models import`; null: the network learned nothing"
    ] = None
    before: Annotated[Scores | None, "how well the held-out photos were filled at the start; null: not measured"] = None
    best: Annotated[float | None, "`psnr` of the best weights since, dB; null: not measured"] = None
    best_step: Annotated[int | None, "steps that the best weights had; null: not measured"] = None
    measured: Annotated[int | None, "steps taken at the last measurement; null: not measured"] = None
    others_before: Annotated[
        Scores | None, "how well other photos, the samples of the program, were filled at the start; null: not measured"
    ] = None
    others: Annotated[Scores | None, "the same with the best weights; null: not measured"] = None
    gain: Annotated[str, "a sentence: how sure the gain over the start is; empty where there is none"] = ""
    unsaved: Annotated[str, "a sentence: why no weights were saved; empty where some were"] = ""


@dataclass(frozen=True)
class DoneEvent(EndEvent):
    """The training has come to the end of its steps, its time or its patience."""

    kind = "done"


@dataclass(frozen=True)
class StoppedEvent(EndEvent):
    """The training was stopped before its end."""

    kind = "stopped"


@dataclass(frozen=True)
class FailedEvent(EndEvent):
    """The training could not start or could not continue."""

    kind = "failed"
    reason: Annotated[str, "a sentence: why"] = ""
    code: Annotated[str, f"`{MISSING_FEATURES}`: the file of a trained VGG is not there; else empty"] = ""


@dataclass(frozen=True)
class EstimateEvent(Event):
    """The answer to `--estimate`: how fast a training would be; nothing was kept."""

    kind = "estimate"
    seconds_per_step: Annotated[float, "seconds for one step: the mean of all phases; without a length of the first"]
    overhead_seconds: Annotated[float | None, "seconds for starting, one measurement and saving"]
    measuring_seconds: Annotated[float | None, "seconds for one measurement of the held-out photos"]
    batch: Annotated[int, "crops a step, of all processes together"]
    size: Annotated[int, "side of the crops, px"]
    photos: Annotated[int, "photos that would be trained on"]
    held_out: Annotated[int, "photos that would never be trained on"]
    device: Annotated[str, "device as torch names it"]
    first_phase_seconds: Annotated[
        float | None, "seconds for one step of the first phase, in which a training without a length stays for long"
    ] = None


EVENTS: Mapping[str, type[Event]] = {
    event.kind: event
    for event in (
        *(StartedEvent, ProgressEvent, SampleEvent, BestEvent, SavedEvent, NoteEvent, PausedEvent, ResumedEvent),
        *(DoneEvent, StoppedEvent, FailedEvent, EstimateEvent),
    )
}


def encode(event: Event) -> str:
    """Return the event as one line of JSON, without the line's end."""
    return to_json({"event": event.kind, **_plain(event)})


def parse(values: object) -> Event | None:
    """Return the event in a parsed JSON value; None where it is not one. Never raises."""
    kind = values.get("event") if isinstance(values, dict) else None
    event = EVENTS.get(kind) if isinstance(kind, str) else None
    return None if event is None or not isinstance(values, dict) else event(**_coerce_fields(event, values))


class EventReader:
    """Splits what a process writes into lines and parses them."""

    def __init__(self) -> None:
        self._rest = b""

    def read(self, data: bytes) -> Iterator[Event]:
        """Take a piece of any size; yield each event that it completes."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _LONGEST_LINE:
            self._rest = b""
        for line in lines:
            try:
                values = json.loads(line[:_LONGEST_LINE])
            except (ValueError, RecursionError):
                continue
            event = parse(values)
            if event is not None:
                yield event


def _plain(value: Any) -> Any:
    """Return `value` in the types of JSON."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value) if isinstance(value, Path) else value


@cache
def _types(declared: type) -> dict[str, Any]:
    return get_type_hints(declared)


def _coerce_fields(declared: type, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _coerce(kind, values.get(name)) for name, kind in _types(declared).items() if name != "kind"}


def _coerce(kind: Any, value: object) -> Any:
    """Return `value` as `kind`; the empty value of `kind` where it is of another type or out of range."""
    if get_origin(kind) in (Union, types.UnionType):
        inner = get_args(kind)[0]
        return _coerce(inner, value) if _is_valid(inner, value) else None
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**_coerce_fields(kind, value if isinstance(value, dict) else {}))
    if get_origin(kind) is dict:
        return _losses(value)
    if get_origin(kind) is tuple:
        rows = value[:_MAX_SAMPLES] if isinstance(value, list) else []
        return tuple(
            {role: Path(row[role]) for role in SAMPLE_ROLES}
            for row in rows
            if isinstance(row, dict) and all(_is_valid(Path, row.get(role)) for role in SAMPLE_ROLES)
        )
    if not _is_valid(kind, value):
        return kind()
    return " ".join(str(value)[:_LONGEST_TEXT].split()) if kind is str else kind(value)


def _is_valid(kind: Any, value: object) -> bool:
    if kind is str:
        return isinstance(value, str)
    if kind is Path:
        return isinstance(value, str) and len(value) < _LONGEST_PATH and "\0" not in value
    if kind in (int, float):
        number = _finite(value)
        return number is not None and 0 <= number < (_LARGEST_COUNT if kind is int else _LARGEST_AMOUNT)
    return isinstance(value, dict)


def _losses(value: object) -> dict[str, float]:
    items = list(value.items())[:MAX_LOSSES] if isinstance(value, dict) else []
    found = {str(key)[:_LONGEST_KEY]: _finite(item) for key, item in items}
    return {key: item for key, item in found.items() if item is not None}


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None
