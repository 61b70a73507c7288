"""The training loop: one process or many, that can be stopped, paused and resumed.

Lightning Fabric launches the processes, moves the modules to their devices and sums over machines. Gradients are
averaged once an update, after all parts of the batch; so the result is exact also with discriminators, penalties and
frozen networks.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim import Optimizer

from inpaint_studio.errors import InputError
from inpaint_studio.protocol.events import (
    NoteEvent,
    PausedEvent,
    ProgressEvent,
    ResumedEvent,
    SampleEvent,
    SavedEvent,
)
from inpaint_studio.protocol.request import LOWER_IS_BETTER
from inpaint_studio.protocol.run_folder import RunFolder
from inpaint_studio.protocol.speed import pause_between
from inpaint_studio.texts import mark, tr
from training.data.batch import Batch
from training.distributed.launch import memory_layout
from training.distributed.sync import ProcessGroup
from training.errors import Diverged, Stopped
from training.recipe import Recipe, Update
from training.run import checkpoint, interruptible
from training.run.compilation import compile_modules
from training.run.events import Commands, Reporter
from training.run.moment import Moment
from training.run.phases import PhaseClock
from training.run.schedule import Schedule
from training.run.selection import Selection
from training.run.state import MovingAverage, Plan, TrainingState
from training.run.step import StepRunner
from training.run.validation import Judge, Validation, measure, measure_others, scores
from training.run.warm_up import MOST, choose_updates, kept_buffers

_MOST_HALVINGS = 3  # of the learning rate, after losses or gradients that are not finite


class Trainer:
    """Runs a recipe on batches, measures the held-out crops, and keeps the best weights in `best`."""

    def __init__(
        self,
        fabric: Fabric,
        recipe: Recipe,
        stream: Callable[[int], Iterator[Batch]],
        held: Batch,
        plan: Plan,
        folder: RunFolder,
        reporter: Reporter,
        commands: Commands,
        identity: dict[str, Any],
        write_samples: Callable[[Tensor], tuple[dict[str, Path], ...]] | None = None,
        judge: Judge | None = None,
    ) -> None:
        """`stream(n)` yields the batches from number n on; `folder` holds the checkpoint; `identity` is what must be
        equal when it is resumed. `write_samples(images)` saves the held-out crops as they are filled now and
        returns the paths by role. `judge` computes the figures, with PSNR where it is None."""
        self.fabric, self.recipe, self.stream, self.plan = fabric, recipe, stream, plan
        self.folder, self.reporter, self.commands, self.write_samples = folder, reporter, commands, write_samples
        self.state = TrainingState(identity=identity)
        layout = memory_layout(fabric)
        for module in recipe.modules.values():
            module.to(device=fabric.device, memory_format=layout).train()  # type: ignore[call-overload]
        if recipe.features is not None:
            recipe.features.to(fabric.device)
        self.group = ProcessGroup(fabric)
        self.average = MovingAverage(recipe.modules["generator"], plan.ema_decay)
        self.judge = judge or Judge()
        self.selection = Selection(self.state, folder, reporter, plan.best_by, plan.keep_best)
        self._measuring = 0.0  # s that the last measurement took
        self.steps = StepRunner(fabric, recipe, self.group, self.state, reporter, commands, plan.clip)
        self._obstacle = compile_modules(recipe.compilable(), fabric.device) if plan.compile else ""
        if self.group.alone:  # several processes stop together, between the parts of a step
            others = [self.average.network, *([] if recipe.features is None else [recipe.features])]
            is_compiled = plan.compile and not self._obstacle  # such code cannot be stopped within
            trained = [module for name, module in recipe.modules.items() if not (is_compiled and name == "generator")]
            interruptible.add_hooks([*trained, *others], self.steps.check_stop)
        self.schedule = Schedule(plan.schedule, plan.warm_up)
        self.phases = PhaseClock(recipe, plan, self.state, self.group, reporter)
        self.held = held.to(fabric.device)
        self.others: Batch | None = None  # crops of other photos; None: they are not measured
        self._unsaved: dict[str, Any] | None = None  # the last checkpoint, where it could not be written
        self._is_first = fabric.global_rank == 0

    @property
    def best(self) -> dict[str, Tensor] | None:
        """The weights that were best so far, by name; None before the first measurement."""
        return self.selection.best

    # The run

    def run(self) -> str:
        """Train until the plan is fulfilled ("done") or the user stops it ("stopped").

        Raises `Diverged` where halving the learning rate did not help; the best weights are in `best` all the same.
        """
        if self._obstacle:
            self.reporter.emit(NoteEvent(self._obstacle))
        self.phases.begin()
        while True:
            try:
                batches = self.stream(self.state.batches)  # its workers start while the held-out crops are measured
                if not self.state.before:
                    validation = self._measure()
                    self.state.before = validation.values()
                    self._consider(validation)
                    self._report_samples(validation)
                    if self.others is not None:
                        others, check = self.others.to(self.fabric.device), self.steps.check_stop
                        found = measure_others(self.recipe, self.average.network, others, check, self.judge)
                        self.state.others_before = found
                    self.save()
                if self.group.alone:
                    batches = interruptible.iterate(batches, self.steps.check_stop)
                return self._take_steps(batches)
            except Stopped:
                self._measure_last_steps()
                self.save()
                return "stopped"
            except Diverged:
                self._go_back()

    def _take_steps(self, batches: Iterator[Batch]) -> str:
        started, before = time.monotonic(), self.state.seconds
        saved = measured = reported = started
        while not self._is_over():
            self._take_step(lambda: next(batches).to(self.fabric.device))
            now = time.monotonic()
            self.state.seconds = before + now - started
            if now - reported >= self.plan.report_every or self.state.step == 1:
                reported = now
                self._report_progress()
            due = now - measured >= pause_between(self._measuring, self.plan.evaluate_every)
            if self.group.agree(due or self.commands.take("sample")):
                self._evaluate()
                measured = time.monotonic()
                if self._has_no_patience():
                    break
            if self.group.agree(now - saved >= self.plan.save_every or self.commands.take("save")):
                self.save()
                saved = time.monotonic()
            paused = self._wait_while_paused()
            started, saved, measured = started + paused, saved + paused, measured + paused
        self._report_progress()
        self._evaluate()
        self.save()
        return "done"

    def _is_over(self) -> bool:
        plan, state = self.plan, self.state
        is_over = plan.steps is not None and state.step >= plan.steps
        return self.group.agree(is_over or (plan.seconds is not None and state.seconds >= plan.seconds))

    def _has_no_patience(self) -> bool:
        """Return whether the training ends, as it got no better; before the last phase only the phase ends."""
        if self.plan.patience is None or self.state.since_best < self.plan.patience:
            return False
        ends = mark("The held-out photos got no better for a while, so the training ends here.")
        goes_on = mark("The held-out photos got no better for a while, so the next phase begins.")
        self.reporter.emit(NoteEvent(tr(ends if self.phases.is_last else goes_on)))
        if self.phases.is_last:
            return True
        self.phases.advance()
        return False

    def _wait_while_paused(self) -> float:
        """Wait while the command `pause` is in effect; return the seconds waited."""
        if not self.group.agree(self.commands.paused):
            return 0.0
        self.save()
        self.reporter.emit(PausedEvent(self.state.step))
        began = time.monotonic()
        while self.group.agree(self.commands.paused and not self.commands.stopping):
            time.sleep(0.1)
        self.reporter.emit(ResumedEvent(self.state.step))
        return time.monotonic() - began

    def _take_step(self, draw: Callable[[], Batch]) -> None:
        if not self.state.update:  # else it was stopped within a step of its phase
            self.phases.advance_if_over(self._measure_end_of_phase)
        number = self.state.step - self.state.phase_start
        self.steps.descent.factor = self._scheduled_factor(number)
        updates = self.recipe.updates(self.phases.current.name, number)
        chosen = self._choose_updates(updates)
        is_warming_up = len(chosen) < len(updates)
        with kept_buffers(self.recipe.modules["generator"]) if is_warming_up else nullcontext():
            self.steps.run(chosen, draw)
        self.state.step += 1
        for update in chosen:
            if update.optimiser not in self.state.taught:
                self.state.taught.append(update.optimiser)
            if self.state.warm_up.get(update.optimiser):
                self.state.warm_up[update.optimiser] -= 1
        if not is_warming_up:
            self.phases.count(self.steps.loss)
        if self.steps.teaches_generator(chosen):
            self.state.generator_steps += 1
            self.average.update(self.recipe.modules["generator"])

    def _choose_updates(self, updates: list[Update]) -> list[Update]:
        """Return those of `updates` that are made, see `warm_up`; after its share of the time a warm-up ends."""
        state, seconds = self.state, self.plan.seconds
        chosen = choose_updates(updates, state.warm_up)
        if len(chosen) < len(updates) and seconds is not None and self.plan.steps is None and not state.update:
            began = state.warm_up_began.setdefault(chosen[0].optimiser, state.seconds)
            if self.group.agree(state.seconds - began > MOST * seconds):
                state.warm_up |= {update.optimiser: 0 for update in chosen}
                return updates
        return chosen

    def _scheduled_factor(self, number: int) -> float:
        share = self.phases.done() or 0.0
        by_time = self.plan.steps is None and self.plan.seconds is not None
        return self.schedule.factor(number, self.group.broadcast(share) if by_time else share)

    # Measuring

    def _measure(self) -> Validation:
        began = time.monotonic()
        validation = measure(self.recipe, self.average.network, self.held, self.steps.check_stop, self.judge)
        self._measuring, self.state.measured_step = time.monotonic() - began, self.state.step
        return validation

    def _measure_end_of_phase(self) -> None:
        """Measure what a phase taught last: in the next one the generator may not learn, and nothing is decided."""
        if self._has_learned():
            self._evaluate()

    def _has_learned(self) -> bool:
        """Whether the weights have changed since the last measurement, in a phase in which they can get better."""
        # Weights that were measured before, as while discriminators warm up, decide nothing.
        learned = self.state.generator_steps > self.state.measured_at.get("generator_steps", 0)
        return learned and self.recipe.teaches_generator(self.phases.current.name)

    def _measure_last_steps(self) -> None:
        """Measure what was learned since the last measurement, after a stop; a second stop leaves that out."""
        if not self.state.before or self.state.measured_step == self.state.step or self.commands.stopping_now:
            return
        text = tr("The last steps are measured before it ends; stop it again to leave that out.")
        self.reporter.emit(NoteEvent(text))
        self.steps.ending = True
        with suppress(Stopped, KeyboardInterrupt):
            self._evaluate()
        self.steps.ending = False

    def _evaluate(self) -> None:
        validation = self._measure()
        self._consider(validation)
        self._report_samples(validation)

    def last(self) -> tuple[dict[str, Tensor], Moment]:
        """Return the weights as they are now, and their moment; it has figures where they were measured."""
        now, measured = Moment.now(self.state, self.recipe), self.state.measured_at
        figures = measured["figures"] if measured.get("step") == now.step else {}
        return self.average.network.state_dict(), replace(now, figures=figures)

    def _report_samples(self, validation: Validation) -> None:
        if self.write_samples is not None and self._is_first:
            paths = self.write_samples(validation.images)
            figures = scores(validation.values())
            self.reporter.emit(SampleEvent(self.state.step, paths, figures, round(self._measuring, 3)))

    def _consider(self, validation: Validation) -> None:
        state = self.state
        learns = self._has_learned()
        self.selection.consider(validation, self.average.network, learns=learns, writes=self._is_first)
        figure = validation.values().get(self.plan.best_by)
        if learns and figure is not None:
            self.schedule.measure(-figure if self.plan.best_by in LOWER_IS_BETTER else figure)
        state.measured_at = Moment.now(state, self.recipe, validation.values()).to_dict()
        if learns and state.best_step == state.step:
            state.best_at = state.measured_at

    def trained_discriminators(self) -> dict[str, nn.Module]:
        """Return the discriminators that have learned something, here or before; the others are not worth keeping."""
        taught = {id(weight) for name in self.state.taught for weight in _weights(self.steps.optimisers[name])}
        return {
            name: module
            for name, module in self.recipe.discriminators().items()
            if name not in self.state.untrained or any(id(weight) in taught for weight in module.parameters())
        }

    def _report_progress(self) -> None:
        step, steps = self.state.step, self.plan.steps
        left = None if self.plan.seconds is None else max(0.0, self.plan.seconds - self.state.seconds)
        if steps is not None and step:
            by_steps = (steps - step) * self.state.seconds / step
            left = by_steps if left is None else min(left, by_steps)
        done = self.phases.done()
        self.reporter.emit(
            ProgressEvent(
                step=step,
                steps=steps,
                seconds=round(self.state.seconds, 2),
                seconds_left=None if left is None else round(left, 1),
                losses={name: round(value, 6) for name, value in self.steps.losses.items()},
                phase=self.phases.current.name,
                phase_number=self.state.phase + 1,
                phases=len(self.recipe.phases),
                phase_done=None if done is None else round(done, 4),
                rate=round(self.state.rate * self.steps.descent.factor, 6),
            )
        )

    # Checkpoints

    def save(self) -> None:
        """Write the checkpoint; where there is no room, report it and continue."""
        if not self._is_first:
            return
        modules = {name: module.state_dict() for name, module in self.recipe.modules.items()}
        average = checkpoint.without_copies(self.average.network.state_dict(), modules["generator"])
        best = self.selection.best
        state = {
            "state": vars(self.state).copy(),
            "modules": modules,
            "optimisers": {name: self.steps.optimisers[name].state_dict() for name in sorted(self._needed())},
            "average": {"weights": average, "updates": self.average.updates},
            "best": best and checkpoint.without_copies(best, average, modules["generator"]),
            "rng_state": checkpoint.rng_state(),
            "losses": dict(self.steps.losses),
            "schedule": self.schedule.state_dict(),
            "scalers": self.steps.descent.scaler_states(),
        }
        try:
            checkpoint.save(state, self.folder.checkpoint)
            self._unsaved = None
            self.reporter.emit(SavedEvent(self.state.step, self.folder.checkpoint))
        except OSError as error:
            self._unsaved = copy.deepcopy(state)
            reason = (error.strerror or str(error)).lower()
            text = tr("The checkpoint could not be saved ({reason}); the training continues without it.", reason=reason)
            self.reporter.emit(NoteEvent(text))

    def _needed(self) -> set[str]:
        return checkpoint.needed_optimisers(self.recipe, self.state.phase)

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from what `save` wrote. Raises InputError where a part of it is missing or of another type."""
        try:
            self._restore(state)
        except (KeyError, TypeError, IndexError, ValueError, AttributeError, RuntimeError) as error:
            text = mark("The checkpoint in {path} is damaged and cannot be resumed; start the training again.")
            raise InputError(tr(text, path=self.folder.path)) from error

    def _restore(self, state: dict[str, Any]) -> None:
        vars(self.state).update(vars(TrainingState(**state["state"])))
        for name, module in self.recipe.modules.items():
            module.load_state_dict(state["modules"][name])
        self.recipe.enter(self.phases.current.name)
        for name in self._needed():
            self.steps.optimisers[name].load_state_dict(state["optimisers"][name])
        self.schedule.load_state_dict(state["schedule"])
        self.steps.descent.load_scaler_states(state["scalers"])
        self.average.network.load_state_dict(state["average"]["weights"])
        self.average.updates = state["average"]["updates"]
        self.selection.best, self.steps.losses = state["best"], dict(state["losses"])
        checkpoint.set_rng_state(state["rng_state"])

    def _go_back(self) -> None:
        """Go back to the last checkpoint with half the learning rate. Raises `Diverged` after too many times."""
        failures, rate = self.state.failures + 1, self.state.rate / 2
        if failures > _MOST_HALVINGS:
            raise Diverged
        unsaved = self._unsaved
        self.restore(checkpoint.load(self.folder.checkpoint) if unsaved is None else copy.deepcopy(unsaved))
        slower = rate / self.state.rate
        self.state.failures, self.state.rate = failures, rate
        for optimiser in self.steps.optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] *= slower
        text = mark("A loss was not finite; back to step {step} with {rate:g} of the learning rate.")
        self.reporter.emit(NoteEvent(tr(text, step=self.state.step, rate=rate)))


def _weights(optimiser: Optimizer) -> Iterator[Tensor]:
    for group in optimiser.param_groups:
        yield from group["params"]
