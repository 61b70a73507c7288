"""Measure how fast a training would be on this machine: prepare one, take a few steps, and keep nothing."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from inpaint_studio.errors import StudioError
from inpaint_studio.protocol.events import EstimateEvent, FailedEvent, StoppedEvent
from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.protocol.run_folder import RunFolder
from training.data.batch import Batch
from training.errors import Diverged, describe
from training.run import start_weights
from training.run.events import Commands, Listener, Reporter
from training.run.interruptible import stop_on_signal
from training.run.samples import SampleWriter
from training.run.setup import TrainingSetup, set_up
from training.run.trainer import Trainer

STEPS = 4  # of a kind, at least; the first is slower than the others and is left out
LEAST = 3.0  # s of steps, so that short ones are measured well
MOST = 20.0  # s of steps, even where that is only one of each kind


class _Trial(Trainer):
    """A training that takes a few steps of each kind, and writes only the checkpoint of the start.

    `seconds` of a step on average: of the first phase without a length, else of all phases by their shares.
    """

    seconds: float | None = None  # None: not known
    first: float | None = None  # the same of the first phase alone
    began = 0.0  # the first step, by the monotonic clock
    extra = 0.0  # s that the first step took longer than others

    def _take_steps(self, batches: Iterator[Batch]) -> str:
        self.began = time.monotonic()
        phases = self.recipe.phases if self.plan.has_length else self.recipe.phases[:1]
        kinds = sum(len(self.recipe.cycle(phase.name)) for phase in phases)

        def draw() -> Batch:
            return next(batches).to(self.fabric.device)

        found = [(phase.share, self._time_phase(number, draw, kinds)) for number, phase in enumerate(phases)]
        self.first = found[0][1]
        self.seconds = _mean_step(found, by_steps=self.plan.steps is not None)
        return "done"

    def _time_phase(self, number: int, draw: Callable[[], Batch], kinds: int) -> float:
        """Return the seconds of a step on average over a whole cycle; `kinds` are timed in all phases together."""
        self.state.phase, self.state.phase_start = number, self.state.step
        self.phases.begin()
        counts = self.recipe.cycle(self.phases.current.name)
        cycle = sum(count * self._time_step(step, draw, kinds) for step, count in counts.items())
        return cycle / sum(counts.values())

    def _time_step(self, step: int, draw: Callable[[], Batch], kinds: int) -> float:
        """Return the median seconds of steps like number `step` of the phase."""
        times: list[float] = []
        while True:
            before = time.monotonic()
            self._take_this_step(step, draw)
            times.append(time.monotonic() - before)
            enough = len(times) >= STEPS and sum(times) >= LEAST / kinds
            if self.group.agree(enough or sum(times) + times[-1] > MOST / kinds):
                break
        typical = statistics.median(times[1:] or times)
        if self.state.step == len(times):
            self.extra = max(0.0, times[0] - typical)
        return typical

    def _take_this_step(self, step: int, draw: Callable[[], Batch]) -> None:
        updates = self.recipe.updates(self.phases.current.name, step)
        self.steps.run(updates, draw)
        self.state.step += 1
        if self.steps.teaches_generator(updates):
            self.average.update(self.recipe.modules["generator"])

    def _measure_last_steps(self) -> None:
        """Measure nothing: the result is thrown away."""

    def save(self) -> None:
        if not self.commands.stopping:
            super().save()

    @property
    def measuring(self) -> float:
        """Seconds of one measurement."""
        return self._measuring


def _mean_step(phases: Sequence[tuple[float, float]], by_steps: bool) -> float:
    """Return the mean seconds of a step over phases, each a share and the seconds of its steps.

    `by_steps`: they share the steps; else the time, in which quick steps are more.
    """
    whole = sum(share for share, _ in phases)
    if by_steps:
        return sum(share * seconds for share, seconds in phases) / whole
    return whole / sum(share / max(1e-9, seconds) for share, seconds in phases)


def estimate(request: TrainingRequest, listeners: Sequence[Listener], stdin: Any = None) -> None:
    """Report the event `estimate`, or `stopped` where the command `stop` came; leave no files anywhere.

    Whole cycles are timed: one update of the generator with all that belong to it, and what is done only every few
    steps by its share. Without a length they are those of the first phase, which has no end that can be known; else the
    mean of all phases. Raises InputError and its subclasses for what cannot begin; a later failure is reported as
    `failed`, too.
    """
    process_start = time.monotonic() - time.process_time()  # the time to import everything is part of each start
    setup = set_up(request, start_weights.choose(request.model, request.weights, request.configuration()))
    reporter = Reporter(None, listeners, setup.is_first)
    with tempfile.TemporaryDirectory(prefix="inpaint-studio-", ignore_cleanup_errors=True) as folder:
        commands = Commands(None, stdin if setup.is_first else None)
        trial = _make_trial(setup, RunFolder(Path(folder)), commands)
        try:
            with stop_on_signal(commands):
                trial.run()
        except BaseException as error:
            reporter.emit(FailedEvent(reason=describe(error)))
            if isinstance(error, Diverged):
                raise StudioError(describe(error)) from error
            raise
    if setup.is_first:
        known = trial.seconds is not None
        reporter.emit(_result(setup, trial, process_start) if known else StoppedEvent(step=trial.state.step))


def _result(setup: TrainingSetup, trial: _Trial, process_start: float) -> EstimateEvent:
    return EstimateEvent(
        seconds_per_step=round(trial.seconds or 0.0, 4),
        overhead_seconds=round(trial.began - process_start + trial.extra, 4),
        measuring_seconds=round(trial.measuring, 4),
        batch=setup.batch,
        size=setup.size,
        photos=setup.photos.training_count,
        held_out=setup.photos.held_count,
        device=str(setup.fabric.device),
        first_phase_seconds=round(trial.first or 0.0, 4),
    )


def _make_trial(setup: TrainingSetup, run: RunFolder, commands: Commands) -> _Trial:
    return _Trial(
        setup.fabric,
        setup.recipe,
        setup.stream,
        setup.held,
        setup.plan,
        run,
        Reporter(None, [], setup.is_first),
        commands,
        setup.identity(),
        SampleWriter(run, setup.held).write,
        setup.judge,
    )
