"""The training loop: one process or many, that can be stopped, resumed, and told what it does.

Lightning Fabric launches the processes, places the modules and sums across machines. Gradients are averaged once a
turn, after all parts of the batch, which is exact for any mixture of critics, penalties and frozen networks.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from inpaint_studio.errors import InputError
from training.distributed.sync import Together, is_memory
from training.recipe import Batch, Phase, Recipe, Turn
from training.run import checkpoint, interruptible
from training.run.ema import Average
from training.run.events import Commands, Events
from training.run.state import Diverged, Plan, State, Stopped
from training.run.validation import Figures, measure

_HALVINGS = 3  # of the rate, after losses that are no numbers
_SMOOTH = 0.9  # how much of a reported loss is that of the steps before


class Trainer:
    """Runs a recipe on batches. `folder` holds the checkpoint; `stream(n)` gives the batches from number n on."""

    def __init__(
        self,
        fabric: Fabric,
        recipe: Recipe,
        stream: Callable[[int], Iterator[Batch]],
        held: Batch,
        plan: Plan,
        folder: Path,
        events: Events,
        commands: Commands,
        identity: dict[str, Any],
        show: Callable[[Tensor], list[Any]] | None = None,
    ) -> None:
        """`identity` says what a resumed training must agree in; `show(pictures)` writes samples of the held-out
        pictures as they are filled now, the first time also as those of before, and gives what is told of them."""
        self.fabric, self.recipe, self.stream, self.plan = fabric, recipe, stream, plan
        self.folder, self.events, self.commands, self.show = folder, events, commands, show
        self.state = State(recipe=identity)
        # Processors gain nothing by it here: measured, the library's convolutions of training are slower so.
        layout = torch.channels_last if fabric.device.type == "cuda" else torch.preserve_format
        for module in recipe.modules.values():
            module.to(device=fabric.device, memory_format=layout).train()  # type: ignore[call-overload]
        if recipe.features is not None:
            recipe.features.to(fabric.device)
        self.together = Together(fabric)
        self.average = Average(recipe.modules["generator"], plan.average)
        self.best: dict[str, Tensor] | None = None
        self.optimisers = recipe.optimisers()
        if self.together.alone:  # several processes stop together, between the parts of a step
            seen = [self.average.network, *([] if recipe.features is None else [recipe.features])]
            interruptible.within([*recipe.modules.values(), *seen], self._look_for_stop)
        self.held = held.to(fabric.device)
        self._losses: dict[str, float] = {}
        self._unsaved: dict[str, Any] | None = None  # the last checkpoint, where the disk did not take it
        self._first = fabric.global_rank == 0

    # The run

    def run(self) -> str:
        """Trains until the plan is fulfilled ("done") or somebody stops it ("stopped"). Raises `Diverged` where halving
        the rate did not help; the best weights stand in `best` all the same."""
        self.recipe.enter(self._phase.name)
        while True:
            try:
                batches = self.stream(self.state.step)  # its workers start while the held-out photos are measured
                if not self.state.before:
                    figures = self._measured()
                    self.state.before = figures.plain()
                    self._keep_if_best(self.state.before)
                    self._show(figures)
                    self.save()
                return self._go(batches)
            except Stopped:
                self.save()
                return "stopped"
            except Diverged:
                self._back_up()

    def _go(self, batches: Iterator[Batch]) -> str:
        started, before = time.monotonic(), self.state.seconds
        saved = measured = reported = started
        for batch in interruptible.awaited(batches, self._look_for_stop) if self.together.alone else batches:
            if self._is_over():
                break
            self._step(batch.to(self.fabric.device))
            now = time.monotonic()
            self.state.seconds = before + now - started
            if now - reported >= self.plan.report_every or self.state.step == 1:
                reported = now
                self._report()
            if self.together.agreed(now - measured >= self.plan.evaluate_every or self.commands.take("sample")):
                self._evaluate()
                measured = time.monotonic()
                if self.plan.patience is not None and self.state.since_best >= self.plan.patience:
                    self.events.tell("note", text="The held-out photos got no better for a while; it ends here.")
                    break
            if self.together.agreed(now - saved >= self.plan.save_every or self.commands.take("save")):
                self.save()
                saved = time.monotonic()
            rested = self._wait_while_paused()
            started, saved, measured = started + rested, saved + rested, measured + rested
        self._report()
        self._evaluate()
        self.save()
        return "done"

    def _is_over(self) -> bool:
        plan, state = self.plan, self.state
        over = plan.steps is not None and state.step >= plan.steps
        return self.together.agreed(over or (plan.seconds is not None and state.seconds >= plan.seconds))

    def _wait_while_paused(self) -> float:
        """The seconds that it took."""
        if not self.together.agreed(self.commands.paused):
            return 0.0
        self.save()
        self.events.tell("paused", step=self.state.step)
        begun = time.monotonic()
        while self.together.agreed(self.commands.paused and not self.commands.stopping):
            time.sleep(0.1)
        self.events.tell("resumed", step=self.state.step)
        return time.monotonic() - begun

    # One step

    def _step(self, batch: Batch) -> None:
        self._enter_phase()
        turns = self.recipe.turns(self._phase.name, self.state.step - self.state.phase_start)
        while not self._all_taken(turns, batch):
            batch.forget()  # what the failed turn, or one before it, made of the whole
            self._divide()
        self.state.turn = 0
        self.state.step += 1
        self.average.follow(self.recipe.modules["generator"])

    def _all_taken(self, turns: list[Turn], batch: Batch) -> bool:
        """Takes the turns that are left; False where memory ran out, and smaller parts are to be tried."""
        most = max(1, len(batch.image) // self.recipe.least_batch(batch.image.shape[-1]))
        parts = list(batch.parts(min(self.state.parts, most)))
        try:
            while self.state.turn < len(turns):
                self._take(turns[self.state.turn], parts)
                self.state.turn += 1
        except (RuntimeError, MemoryError) as error:
            if not is_memory(error) or len(parts) >= most:
                raise
            return False
        return True

    def _take(self, turn: Turn, parts: list[Batch]) -> None:
        """One update from all parts of the batch; until the optimiser steps, nothing of the state has changed."""
        optimiser = self.optimisers[turn.optimiser]
        chances = checkpoint.chances()
        buffers = [(buffer, buffer.clone()) for module in self.recipe.modules.values() for buffer in module.buffers()]
        told: dict[str, float] = {}
        try:
            optimiser.zero_grad(set_to_none=True)
            inputs = [p for group in optimiser.param_groups for p in group["params"] if p.requires_grad]
            for part in parts:
                share = len(part.image) / sum(len(other.image) for other in parts)
                self._look_for_stop()
                with self.together.raising():
                    with self.fabric.autocast():
                        losses = turn.losses(part)
                        total = torch.stack([loss.float() for loss in losses.values()]).sum() * share
                    if not bool(torch.isfinite(total)):
                        raise Diverged
                    if self.together.alone:
                        self._look_for_stop()
                    total.backward(inputs=inputs)  # type: ignore[no-untyped-call]
                for name, loss in losses.items():
                    told[name] = told.get(name, 0.0) + share * float(loss.detach())
            self.together.average_gradients(inputs)
            if not bool(torch.isfinite(nn.utils.get_total_norm([p.grad for p in inputs if p.grad is not None]))):
                raise Diverged  # a loss that is a number may have slopes that are none
            self._look_for_stop()
        except BaseException:
            optimiser.zero_grad(set_to_none=True)
            checkpoint.take_chances(chances)
            for buffer, before in buffers:  # what norms gather on the way
                buffer.copy_(before)
            raise
        optimiser.step()
        for name, value in self.together.mean(told).items():
            old = self._losses.get(name, value)
            self._losses[name] = _SMOOTH * old + (1 - _SMOOTH) * value

    def _look_for_stop(self) -> None:
        if self.together.agreed(self.commands.stopping):
            raise Stopped

    def _divide(self) -> None:
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        self.state.parts *= 2
        text = f"Memory ran out; each batch is computed in {self.state.parts} parts from now on, to the same end."
        self.events.tell("note", text=text)

    # Phases

    @property
    def _phase(self) -> Phase:
        return self.recipe.phases[self.state.phase]

    def _enter_phase(self) -> None:
        phases = self.recipe.phases
        while self.state.phase + 1 < len(phases) and self._progress() >= sum(
            phase.share for phase in phases[: self.state.phase + 1]
        ):
            self.state.phase += 1
            self.state.phase_start = self.state.step
            self.recipe.enter(self._phase.name)
            self.events.tell("note", text=f"Phase {self.state.phase + 1} of {len(phases)}: {self._phase.name}.")

    def _progress(self) -> float:
        """The share of the training that is done."""
        if self.plan.steps is not None:
            return self.state.step / max(1, self.plan.steps)
        if self.plan.seconds is not None:
            return self.together.told(self.state.seconds / max(1e-6, self.plan.seconds))
        return self.state.step / max(1, self.plan.least_steps)

    # Measuring

    def _measured(self) -> Figures:
        return measure(self.recipe, self.average.network, self.held, self._look_for_stop)

    def _evaluate(self) -> None:
        figures = self._measured()
        self.state.figures = figures.plain()
        self._keep_if_best(self.state.figures)
        self._show(figures)

    def _show(self, figures: Figures) -> None:
        if self.show is not None and self._first:
            paths, told = self.show(figures.pictures), figures.plain()
            self.events.tell("sample", step=self.state.step, paths=paths, figures=told)

    def _keep_if_best(self, figures: dict[str, float]) -> None:
        psnr = figures["psnr"]
        if self.state.best is not None and not psnr > self.state.best:
            self.state.since_best += 1
            return
        self.state.best, self.state.since_best = psnr, 0
        self.best = {key: value.detach().cpu().clone() for key, value in self.average.network.state_dict().items()}
        self.events.tell("best", step=self.state.step, figures=figures, before=self.state.before)

    def _report(self) -> None:
        step, steps = self.state.step, self.plan.steps
        left = None if self.plan.seconds is None else max(0.0, self.plan.seconds - self.state.seconds)
        if steps is not None and step:
            by_steps = (steps - step) * self.state.seconds / step
            left = by_steps if left is None else min(left, by_steps)
        self.events.tell(
            "progress",
            step=step,
            steps=steps,
            seconds=round(self.state.seconds, 2),
            seconds_left=None if left is None else round(left, 1),
            losses={name: round(value, 6) for name, value in self._losses.items()},
        )

    # State

    def save(self) -> None:
        """Writes the checkpoint; where there is no room, says so and goes on."""
        if not self._first:
            return
        kept = {
            "state": vars(self.state).copy(),
            "modules": {name: module.state_dict() for name, module in self.recipe.modules.items()},
            "optimisers": {name: optimiser.state_dict() for name, optimiser in self.optimisers.items()},
            "average": {"weights": self.average.network.state_dict(), "updates": self.average.updates},
            "best": self.best,
            "chances": checkpoint.chances(),
            "losses": dict(self._losses),
        }
        try:
            checkpoint.save(kept, self.folder / checkpoint.NAME)
            self._unsaved = None
            self.events.tell("saved", step=self.state.step, path=str(self.folder / checkpoint.NAME))
        except OSError as error:
            self._unsaved = copy.deepcopy(kept)
            reason = (error.strerror or str(error)).lower()
            text = f"The checkpoint could not be saved ({reason}); the training goes on without it."
            self.events.tell("note", text=text)

    def take(self, kept: dict[str, Any]) -> None:
        """Go on from what `save` wrote. Raises InputError where something of it is missing or of another kind."""
        try:
            self._take_all(kept)
        except (KeyError, TypeError, IndexError, ValueError, AttributeError, RuntimeError) as error:
            text = f"The checkpoint in {self.folder} is damaged and cannot be resumed; start the training anew."
            raise InputError(text) from error

    def _take_all(self, kept: dict[str, Any]) -> None:
        self.state = State(**kept["state"])
        for name, module in self.recipe.modules.items():
            module.load_state_dict(kept["modules"][name])
        self.recipe.enter(self._phase.name)
        for name, optimiser in self.optimisers.items():
            optimiser.load_state_dict(kept["optimisers"][name])
        self.average.network.load_state_dict(kept["average"]["weights"])
        self.average.updates = kept["average"]["updates"]
        self.best, self._losses = kept["best"], dict(kept["losses"])
        checkpoint.take_chances(kept["chances"])

    def _back_up(self) -> None:
        """Back to the last checkpoint with half the rate. Raises `Diverged` when that was done too often."""
        failures, rate = self.state.failures + 1, self.state.rate / 2
        if failures > _HALVINGS:
            raise Diverged
        path, unsaved = self.folder / checkpoint.NAME, self._unsaved
        self.take(checkpoint.load(path) if unsaved is None else copy.deepcopy(unsaved))
        slower = rate / self.state.rate
        self.state.failures, self.state.rate = failures, rate
        for optimiser in self.optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] *= slower
        self.events.tell(
            "note",
            text=f"A loss was no number any more; back to step {self.state.step} with {rate:g} of the learning rate.",
        )
