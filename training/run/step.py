"""One training step: its updates, computed in parts where memory is short, and undone where they are interrupted."""

from __future__ import annotations

from collections.abc import Callable

import torch
from lightning_fabric import Fabric
from torch import nn
from torch.optim import Optimizer

from inpaint_studio.protocol.events import NoteEvent
from inpaint_studio.texts import tr
from training.data.batch import Batch
from training.distributed.launch import half_precision_device
from training.distributed.sync import ProcessGroup
from training.errors import Diverged, Stopped, is_out_of_memory
from training.recipe import Recipe, Update
from training.run import checkpoint
from training.run.descent import Descent
from training.run.events import Commands, Reporter
from training.run.state import TrainingState

_SMOOTHING = 0.9  # share of a reported loss that comes from the steps before


class StepRunner:
    """Takes the steps of a recipe. Counts updates in `state`; `losses` are the running means, by name.

    `loss` is the sum of the losses of the newest update, which is the generator's at the end of a step.
    """

    def __init__(
        self,
        fabric: Fabric,
        recipe: Recipe,
        group: ProcessGroup,
        state: TrainingState,
        reporter: Reporter,
        commands: Commands,
        clip: float | None = None,
    ) -> None:
        """`recipe`'s modules must be on their device already, as its optimisers are made here.

        `clip`: the largest norm of the gradients of an update; None: they are left as they are.
        """
        self._fabric, self._recipe, self._group = fabric, recipe, group
        self._state, self._reporter, self._commands = state, reporter, commands
        self.optimisers: dict[str, Optimizer] = recipe.optimisers()
        self.descent = Descent(self.optimisers, clip, half_precision_device(fabric))
        self.losses: dict[str, float] = {}
        self.loss = 0.0
        self.ending = False  # whether a stop is being carried out, so only "stop now" stops

    def teaches_generator(self, updates: list[Update]) -> bool:
        """Return whether one of `updates` changes weights of the generator."""
        generator = {id(weight) for weight in self._recipe.modules["generator"].parameters()}
        groups = [group for update in updates for group in self.optimisers[update.optimiser].param_groups]
        return any(id(weight) in generator for group in groups for weight in group["params"])

    def check_stop(self) -> None:
        """Raise `Stopped` where the command `stop` came."""
        if self._group.agree(self._commands.stopping_now if self.ending else self._commands.stopping):
            raise Stopped

    def run(self, updates: list[Update], draw: Callable[[], Batch]) -> None:
        """Make the updates that are left of this step; in smaller parts each time that memory runs out.

        `draw` returns batch number `state.batches` at its first call, and each time the next one. Raises `Stopped`,
        `Diverged`, or the error of memory where even the smallest parts do not fit. The update that was interrupted is
        then undone.
        """
        batch = draw()
        while True:
            while not self._fits(updates[self._state.update], batch):
                batch.clear()  # results for the whole batch, of this update or the one before
                self._divide()
            self._state.update += 1
            if self._state.update >= len(updates):
                break
            if updates[self._state.update].new_batch:
                # Counted before it is drawn, so a training that is stopped meanwhile resumes with it.
                self._state.batches += 1
                batch = draw()
        self._state.batches += 1
        self._state.update = 0

    def _fits(self, update: Update, batch: Batch) -> bool:
        """Make one update; return False where memory ran out and smaller parts are possible."""
        most = max(1, len(batch.image) // self._recipe.least_batch(batch.image.shape[-1]))
        parts = list(batch.parts(min(self._state.parts, most)))
        try:
            self._make_update(update, parts)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error) or len(parts) >= most:
                raise
            return False
        return True

    def _make_update(self, update: Update, parts: list[Batch]) -> None:
        """Make one update from all parts of the batch. Where it raises, the state is as before."""
        optimiser = self.optimisers[update.optimiser]
        rng_state = checkpoint.rng_state()
        buffers = [(buffer, buffer.clone()) for module in self._recipe.modules.values() for buffer in module.buffers()]
        try:
            losses = self._compute_gradients(update, optimiser, parts)
            self.descent.update(update.optimiser, _parameters(optimiser))
        except BaseException:
            optimiser.zero_grad(set_to_none=True)
            checkpoint.set_rng_state(rng_state)
            for buffer, before in buffers:  # running statistics of norms
                buffer.copy_(before)
            raise
        means = self._group.mean(losses)
        self.loss = sum(means.values())
        for name, value in means.items():
            old = self.losses.get(name, value)
            self.losses[name] = _SMOOTHING * old + (1 - _SMOOTHING) * value

    def _compute_gradients(self, update: Update, optimiser: Optimizer, parts: list[Batch]) -> dict[str, float]:
        """Set the gradients of the whole batch, as `descent` expects them; returns its losses."""
        losses_of_batch: dict[str, float] = {}
        optimiser.zero_grad(set_to_none=True)
        inputs = _parameters(optimiser)
        for part in parts:
            share = len(part.image) / sum(len(other.image) for other in parts)
            self.check_stop()
            with self._group.raise_together():
                with self._fabric.autocast():
                    losses = update.losses(part)
                    total = torch.stack([loss.float() for loss in losses.values()]).sum() * share
                if not bool(torch.isfinite(total)):
                    raise Diverged
                if self._group.alone:
                    self.check_stop()
                self.descent.scale(update.optimiser, total).backward(inputs=inputs)  # type: ignore[no-untyped-call]
            for name, loss in losses.items():
                losses_of_batch[name] = losses_of_batch.get(name, 0.0) + share * float(loss.detach())
        self._group.average_gradients(inputs)
        self.check_stop()
        return losses_of_batch

    def _divide(self) -> None:
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        self._state.parts *= 2
        text = tr(
            "Memory ran out; from now on each batch is computed in {parts} parts, with the same result.",
            parts=self._state.parts,
        )
        self._reporter.emit(NoteEvent(text))


def _parameters(optimiser: Optimizer) -> list[nn.Parameter]:
    """Return the parameters that learn."""
    return [p for group in optimiser.param_groups for p in group["params"] if p.requires_grad]
