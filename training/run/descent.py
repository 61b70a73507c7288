"""Changes weights along their gradients: at the scheduled rate, clipped, and from scaled losses in float16."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.amp.grad_scaler import GradScaler
from torch.optim import Optimizer

from training.errors import Diverged

_LEAST_SCALE = 1.0  # of a loss: gradients that overflow even with it would overflow in float32, too


class Descent:
    """The optimisers of a recipe with all that is between a gradient and a new weight.

    In float16 small gradients become 0. So a loss is multiplied by a large scale, and its gradients are divided by it;
    where they overflow, the update is left out and the scale halved (Micikevicius et al. 2018, section 3.2). Each
    optimiser has a scale of its own, because the losses of a generator and of its discriminator differ.
    """

    def __init__(self, optimisers: Mapping[str, Optimizer], clip: float | None = None, half_on: str = "") -> None:
        """`clip`: the largest norm of an update's gradients; None: they are left as they are.

        `half_on`: the type of the device that computes in float16; empty: nothing is scaled.
        """
        self.optimisers = dict(optimisers)
        self.factor = 1.0  # of all learning rates
        self._clip = clip
        self._scalers = {name: GradScaler(half_on) for name in optimisers} if half_on else {}

    def scale(self, name: str, loss: Tensor) -> Tensor:
        """Return the loss whose gradients `update` expects."""
        return self._scalers[name].scale(loss) if self._scalers else loss

    def update(self, name: str, parameters: list[nn.Parameter]) -> None:
        """Change the weights by the gradients of the whole batch, of all parts and processes.

        Raises `Diverged`, with the weights as before, where a gradient is not finite whatever the scale.
        """
        optimiser, scaler = self.optimisers[name], self._scalers.get(name)
        if scaler is not None:
            scaler.unscale_(optimiser)
        norm = nn.utils.get_total_norm([p.grad for p in parameters if p.grad is not None])
        if bool(torch.isfinite(norm)):
            if self._clip is not None:
                nn.utils.clip_grads_with_norm_(parameters, self._clip, norm)
        elif scaler is None or scaler.get_scale() <= _LEAST_SCALE:
            if scaler is not None:
                scaler.update()  # else it counts as unscaled already
            raise Diverged
        with self._at_scheduled_rate(optimiser):
            if scaler is None:
                optimiser.step()
            else:
                scaler.step(optimiser)  # leaves it out where a gradient is not finite
                scaler.update()

    @contextmanager
    def _at_scheduled_rate(self, optimiser: Optimizer) -> Iterator[None]:
        """Inside, the rates are multiplied by the factor. Outside they stay the recipe's, so phases can set them."""
        rates = [group["lr"] for group in optimiser.param_groups]
        try:
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * self.factor
            yield
        finally:
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate

    def scaler_states(self) -> dict[str, Any]:
        """Return the scales for a checkpoint, by the names of the optimisers; empty where nothing is scaled."""
        return {name: scaler.state_dict() for name, scaler in self._scalers.items()}

    def load_scaler_states(self, states: Mapping[str, Any]) -> None:
        """Continue with the scales of a checkpoint; one of a training in another precision has none."""
        for name, scaler in self._scalers.items():
            if name in states:
                scaler.load_state_dict(states[name])
