"""Measure how fast a training would be on this machine: prepare one, take a few steps, and keep nothing."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from inpaint_studio.errors import StudioError
from inpaint_studio.protocol.events import (
    BestEvent,
    EstimateEvent,
    Event,
    FailedEvent,
    NoteEvent,
    ProgressEvent,
    StoppedEvent,
)
from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.protocol.run_folder import RunFolder
from training.errors import Diverged, describe
from training.run import start_weights
from training.run.events import Commands, Listener, Reporter
from training.run.interruptible import stop_on_signal
from training.run.samples import SampleWriter
from training.run.setup import TrainingSetup, set_up
from training.run.trainer import Trainer

STEPS = 4  # at least; the first is slower than the others and is left out
LEAST = 3.0  # s of steps, so that short ones are measured well
MOST = 20.0  # s of steps, even where that is only one


class _Trial(Trainer):
    """A training that writes only the checkpoint of the start, because that takes its time, and measures that alone."""

    def _measure_last_steps(self) -> None:
        """Measure nothing: the result is thrown away."""

    def save(self) -> None:
        if not self.commands.stopping:
            super().save()


class _Times(NamedTuple):
    step: float  # s
    overhead: float  # s
    measuring: float  # s


class _Clock:
    """Listens to a training and stops it when its speed is known."""

    def __init__(self, commands: Commands, process_start: float) -> None:
        self.known = False
        self._commands, self._process_start, self._started = commands, process_start, time.monotonic()
        self._measured = self._last = self._started
        self._steps: list[float] = []

    def listen(self, event: Event) -> None:
        now = time.monotonic()
        if isinstance(event, BestEvent) and not event.step:
            self._measured = now
        elif isinstance(event, ProgressEvent) and not self.known:
            self._steps.append(now - self._last)
            self.known = self._is_enough()
            if self.known:
                self._commands.add("stop")
        if not isinstance(event, NoteEvent):  # which comes within a step
            self._last = now

    def _is_enough(self) -> bool:
        spent, next_step = sum(self._steps), self._steps[-1]
        return (len(self._steps) >= STEPS and spent >= LEAST) or spent + next_step > MOST

    def times(self) -> _Times:
        step = statistics.median(self._steps[1:] or self._steps)
        overhead = self._last - self._process_start - sum(self._steps) + max(0.0, self._steps[0] - step)
        return _Times(round(step, 4), round(overhead, 4), round(self._measured - self._started, 4))


def estimate(request: TrainingRequest, listeners: Sequence[Listener], stdin: Any = None) -> None:
    """Report the event `estimate`, or `stopped` where the command `stop` came; leave no files anywhere.

    The steps are those of the last phase, in which all networks are trained. Raises InputError and its subclasses for
    what cannot begin; a later failure is reported as `failed`, too.
    """
    process_start = time.monotonic() - time.process_time()  # the time to import everything is part of each start
    open_ended = {"steps": None, "minutes": None, "patience": None}
    request = replace(request, **open_ended, report_seconds=0.0, evaluate_seconds=float("inf"))  # type: ignore[arg-type]
    setup = set_up(request, start_weights.choose(request.model, request.weights, request.configuration()))
    setup.recipe.phases = setup.recipe.phases[-1:]
    reporter = Reporter(None, listeners, setup.is_first)
    with tempfile.TemporaryDirectory(prefix="inpaint-studio-", ignore_cleanup_errors=True) as folder:
        commands = Commands(None, stdin if setup.is_first else None)
        clock = _Clock(commands, process_start)
        trainer = _trial(setup, RunFolder(Path(folder)), clock, commands)
        try:
            with stop_on_signal(commands):
                trainer.run()
        except BaseException as error:
            reporter.emit(FailedEvent(reason=describe(error)))
            if isinstance(error, Diverged):
                raise StudioError(describe(error)) from error
            raise
    if not setup.is_first:
        return
    reporter.emit(_result(setup, clock) if clock.known else StoppedEvent(step=trainer.state.step))


def _result(setup: TrainingSetup, clock: _Clock) -> EstimateEvent:
    times = clock.times()
    return EstimateEvent(
        seconds_per_step=times.step,
        overhead_seconds=times.overhead,
        measuring_seconds=times.measuring,
        batch=setup.batch,
        size=setup.size,
        photos=setup.photos.training_count,
        held_out=setup.photos.held_count,
        device=str(setup.fabric.device),
    )


def _trial(setup: TrainingSetup, run: RunFolder, clock: _Clock, commands: Commands) -> Trainer:
    return _Trial(
        setup.fabric,
        setup.recipe,
        setup.stream,
        setup.held,
        setup.plan,
        run,
        Reporter(None, [clock.listen], setup.is_first),
        commands,
        setup.identity(),
        SampleWriter(run, setup.held).write,
        setup.judge,
    )
