"""How fast a training would go here: everything is made as for one, a few steps are taken, and nothing is kept."""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from inpaint_studio.errors import StudioError
from inpaint_studio.protocol.arguments import Training
from training.run import start_weights
from training.run.ending import DIVERGED, ctrl_c_stops, sentence
from training.run.events import Commands, Events, Listener
from training.run.samples import Samples
from training.run.setup import Prepared, prepare
from training.run.state import Diverged
from training.run.trainer import Trainer

STEPS = 4  # at least; the first is slower than all that follow and is left out
LEAST = 3.0  # s of steps, so that short ones are no chance
MOST = 20.0  # s of steps, even where that is but one


class _Trial(Trainer):
    """A training of which only the checkpoint of the beginning is written, as that takes its time."""

    def save(self) -> None:
        if not self.commands.stopping:
            super().save()


class _Clock:
    """Listens to a training and has it stopped when its pace is known."""

    def __init__(self, commands: Commands, begun: float) -> None:
        self.known = False
        self._commands, self._begun, self._started = commands, begun, time.monotonic()
        self._measured = self._last = self._started
        self._steps: list[float] = []

    def listen(self, event: str, facts: dict[str, Any]) -> None:
        now = time.monotonic()
        if event == "best" and not facts["step"]:
            self._measured = now
        elif event == "progress" and not self.known:
            self._steps.append(now - self._last)
            self.known = self._is_enough()
            if self.known:
                self._commands.ask("stop")
        if event != "note":  # which comes within a step
            self._last = now

    def _is_enough(self) -> bool:
        spent, next_one = sum(self._steps), self._steps[-1]
        return (len(self._steps) >= STEPS and spent >= LEAST) or spent + next_one > MOST

    def facts(self) -> dict[str, float]:
        """Of the event."""
        step = statistics.median(self._steps[1:] or self._steps)
        before = self._last - self._begun - sum(self._steps) + max(0.0, self._steps[0] - step)
        measuring = self._measured - self._started
        told = {"seconds_per_step": step, "overhead_seconds": before, "measuring_seconds": measuring}
        return {name: round(value, 4) for name, value in told.items()}


def estimate(asked: Training, listeners: list[Listener], stdin: Any = None) -> None:
    """Tells the event `estimate`, or `stopped` where somebody wants none; leaves nothing anywhere.

    Its facts are those of `inpaint_studio.protocol.speed.Pace`. The steps are those of the last phase, in which all
    networks learn. Raises InputError and its kind for what cannot begin; a failure is told as `failed`, too.
    """
    begun = time.monotonic() - time.process_time()  # the time to import everything is part of each start
    # Neither bound: all phases but the last are left out.
    asked = replace(asked, steps=None, minutes=None, patience=None, report_seconds=0.0, evaluate_seconds=float("inf"))
    ready = prepare(asked, start_weights.chosen(asked))
    events = Events(None, listeners, ready.first)
    with tempfile.TemporaryDirectory(prefix="inpaint-studio-", ignore_cleanup_errors=True) as folder:
        commands = Commands(None, stdin if ready.first else None)
        clock = _Clock(commands, begun)
        trainer = _trial(ready, Path(folder), clock, commands)
        try:
            with ctrl_c_stops(commands):
                trainer.run()
        except Diverged as error:
            events.tell("failed", reason=DIVERGED, name=None)
            raise StudioError(DIVERGED) from error
        except BaseException as error:
            events.tell("failed", reason=sentence(error), name=None)
            raise
    if ready.first and not clock.known:
        events.tell("stopped", name=None, path=None, step=trainer.state.step)
        return
    if ready.first:
        events.tell(
            "estimate",
            **clock.facts(),
            batch=ready.batch,
            size=ready.size,
            photos=ready.source.training_count,
            held_out=ready.source.held_count,
            device=str(ready.fabric.device),
        )


def _trial(ready: Prepared, folder: Path, clock: _Clock, commands: Commands) -> Trainer:
    return _Trial(
        ready.fabric,
        ready.recipe,
        ready.stream,
        ready.held,
        ready.plan(),
        folder,
        Events(None, [clock.listen], ready.first),
        commands,
        ready.identity(),
        Samples(folder / "samples", ready.held).show,
    )
