"""Run the stages of a shipped set one after another, each in a run folder of its own, and go on where they stopped."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeAlias

import torch

from inpaint_studio import atomic
from inpaint_studio.errors import InputError
from inpaint_studio.protocol.events import BestEvent, DoneEvent, Event, NoteEvent, ProgressEvent, StartedEvent
from inpaint_studio.protocol.run_folder import RunFolder, send_command
from training.release.plan import Course, ReleasePlan
from training.run.train import train

RECORD = "stage.json"  # in the run folder of a finished stage
_REPORT_EVERY = 30.0  # s between two lines about the progress

Report: TypeAlias = Callable[[str], object]  # shows one line to the user


@dataclass(frozen=True)
class StageRecord:
    """A stage that was run: what the card of the set says of it."""

    title: str
    size: int  # px per side of the crops
    batch: int
    steps: int  # taken
    seconds: float = 0.0
    machine: str = ""  # that it ran on; empty: not known


@dataclass(frozen=True)
class SetProgress:
    """How far a set is: the stages that were run, and the weights after them."""

    records: tuple[StageRecord, ...]
    weights: Path | None  # None: untrained
    whole: bool  # whether no stage is left


def stage_folder(folder: Path, course: Course, number: int) -> RunFolder:
    """Return the run folder of stage `number`, counted from 0, below the set's own `folder`."""
    return RunFolder(folder / course.machine / f"{number + 1}-{course.stages[number].size}px")


def run_stages(
    plan: ReleasePlan,
    course: Course,
    photos: Path,
    folder: Path,
    start: SetProgress,
    minutes: float | None,
    report: Report,
) -> SetProgress:
    """Run all stages that are left after `start`, each from the weights of the one before.

    A stage that was stopped goes on at its checkpoint. The run ends after `minutes` (None: never), or when it is
    stopped; then the rest is left for the next time. Raises InputError and its subclasses, and what a training raises.
    """
    end = None if minutes is None else time.monotonic() + 60 * minutes
    records, weights = list(start.records), start.weights
    for number in range(len(records), len(course.stages)):
        run = stage_folder(folder, course, number)
        known = _read_record(run)
        if known is None:
            if end is not None and time.monotonic() >= end:
                return SetProgress(tuple(records), weights, False)
            known = _run_stage(plan, course, number, photos, run, weights, end, report)
        if known is None:
            return SetProgress(tuple(records), weights, False)
        record, weights = known
        records.append(record)
    return SetProgress(tuple(records), weights, True)


def find_progress(course: Course, folder: Path, start: SetProgress) -> SetProgress:
    """Return how far the stages in `folder` are, with the last weights of one that was stopped; nothing is run."""
    records, weights = list(start.records), start.weights
    for number in range(len(records), len(course.stages)):
        run = stage_folder(folder, course, number)
        known = _read_record(run)
        if known is None:
            if run.last.is_file():
                stage = course.stages[number]
                machine = describe_machine("cuda" if course.machine == "cuda" else "cpu")
                records.append(StageRecord(stage.title, stage.size, stage.batch, _steps_taken(run), machine=machine))
                weights = run.last
            return SetProgress(tuple(records), weights, False)
        record, weights = known
        records.append(record)
    return SetProgress(tuple(records), weights, True)


def _run_stage(
    plan: ReleasePlan,
    course: Course,
    number: int,
    photos: Path,
    run: RunFolder,
    start: Path | None,
    end: float | None,
    report: Report,
) -> tuple[StageRecord, Path] | None:
    """Run one stage, or what is left of it; return None where it was stopped."""
    stage = course.stages[number]
    request = plan.request(course, number, photos, run.path, start)
    is_resumed = run.checkpoint.is_file()
    if is_resumed:  # the checkpoint holds how the network is built
        request = replace(request, resume=True)
    report(f"Stage {number + 1} of {len(course.stages)}: {stage.title}{', resumed' if is_resumed else ''}.")
    watch = _Watch(run.path, end, report)
    train(request, [watch], in_library=False)
    if watch.done is None:
        return None
    record = StageRecord(
        stage.title, stage.size, stage.batch, watch.done.step, round(watch.seconds, 1), describe_machine(watch.device)
    )
    if stage.take == "best" and not watch.done.best_step:
        report("  No step was better than the start; the weights of the last step are taken.")
    weights = _choose_file(run, stage.take == "best" and bool(watch.done.best_step))
    text = json.dumps(asdict(record) | {"file": weights.relative_to(run.path).as_posix()}, indent=2)
    atomic.write(run.path / RECORD, text)
    return record, weights


def _choose_file(run: RunFolder, is_best: bool) -> Path:
    """Return the best weights of a finished stage, or those of its last step."""
    best = sorted(run.best.glob("step-*.safetensors")) if is_best else []
    found = best[-1] if best else run.last
    if not found.is_file():
        raise InputError(f"The stage in {run.path} left no weights; look at its events, and start it again.")
    return found


def _read_record(run: RunFolder) -> tuple[StageRecord, Path] | None:
    """Return what a finished stage left; None where it is not finished."""
    try:
        values: Any = json.loads((run.path / RECORD).read_text(encoding="utf-8"))
        file = run.path / str(values.pop("file"))
        record = _make_record(values)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise InputError(f"{run.path / RECORD} is damaged; delete the folder to run that stage again.") from error
    if not file.is_file():
        raise InputError(f"The weights {file} are gone; delete the folder {run.path} to run that stage again.")
    return record, file


def _make_record(values: Mapping[str, Any]) -> StageRecord:
    """Return the record with these values; what other versions of the program noted is left out. Raises TypeError."""
    known = {field.name for field in fields(StageRecord)}
    return StageRecord(**{name: value for name, value in values.items() if name in known})


def parse_records(text: str) -> tuple[StageRecord, ...]:
    """Return the stages in the metadata of a set; none where the text is not such a list."""
    try:
        found = json.loads(text)
        return tuple(_make_record(each) for each in found)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return ()


def format_records(records: Sequence[StageRecord]) -> str:
    """Return the stages as text for the metadata of a set."""
    found: list[Mapping[str, Any]] = [asdict(record) for record in records]
    return json.dumps(found)


def _steps_taken(run: RunFolder) -> int:
    """Return the steps of a stage that was stopped, by the metadata of its last weights."""
    from inpaint_studio.engine.weights.metadata import read_header

    text = read_header(run.last).facts.get("steps", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def describe_machine(device: str) -> str:
    """Return what computed, in a few words: the graphics card, or the processor and its cores."""
    if device.startswith("cuda") and torch.cuda.is_available():
        return str(torch.cuda.get_device_name(0))
    cores = os.cpu_count() or 1
    name = _processor_name() or platform.machine() or "an unknown processor"
    return f"{cores} core{'' if cores == 1 else 's'} of {name}"


def _processor_name() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return " ".join(value.split())
    return platform.processor()


class _Watch:
    """Follows a training: prints a line now and then, and stops it when the time is over."""

    def __init__(self, folder: Path, end: float | None, report: Report) -> None:
        self.done: DoneEvent | None = None
        self.device = ""
        self.seconds = 0.0
        self._folder, self._end, self._report = folder, end, report
        self._reported, self._is_stopped = time.monotonic(), False

    def __call__(self, event: Event) -> None:
        match event:
            case StartedEvent():
                self.device = event.device
                self._report(f"  {event.counted} photos, {event.held_out} more held out, on {event.device}.")
            case NoteEvent():
                self._report(f"  {event.text}")
            case BestEvent() if event.step and event.figures.psnr is not None:
                self._report(f"  Step {event.step}: {event.figures.psnr:.2f} dB on held-out crops.")
            case DoneEvent():
                self.done = event
            case ProgressEvent():
                self.seconds = event.seconds
                self._show(event)
                self._stop_in_time()

    def _show(self, event: ProgressEvent) -> None:
        if time.monotonic() - self._reported >= _REPORT_EVERY:
            self._reported = time.monotonic()
            left = "" if event.seconds_left is None else f", about {event.seconds_left / 60:.0f} minutes left"
            self._report(f"  Step {event.step} of {event.steps}{left}.")

    def _stop_in_time(self) -> None:
        if self._end is not None and time.monotonic() >= self._end and not self._is_stopped:
            with suppress(OSError):  # it is sent again at the next step
                send_command(self._folder, "stop")
                self._is_stopped = True
