"""What the processes of a training settle among themselves; one alone settles it at once.

All of them must come to the same calls in the same order, or they wait for each other for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from training.run.state import Diverged

_FINE, _MEMORY, _DIVERGED = range(3)  # the worst is what all of them hear of


class Together:
    """The processes that `fabric` launched."""

    def __init__(self, fabric: Fabric) -> None:
        self._fabric = fabric
        self.alone = fabric.world_size == 1

    def agreed(self, local: bool) -> bool:
        """What the first process says, so that all do the same."""
        return local if self.alone else self.told(float(local)) > 0

    def told(self, value: float) -> float:
        """The first process's value."""
        if self.alone:
            return value
        return float(self._fabric.broadcast(torch.tensor([value], device=self._fabric.device))[0])

    @contextmanager
    def raising(self) -> Iterator[None]:
        """Where one runs out of memory, or raises `Diverged`, within this, all do at its end."""
        found = _FINE
        try:
            yield
        except (Diverged, RuntimeError, MemoryError) as error:
            if self.alone or not (isinstance(error, Diverged) or is_memory(error)):
                raise
            found = _DIVERGED if isinstance(error, Diverged) else _MEMORY
        worst = self._worst(found)
        if worst == _DIVERGED:
            raise Diverged
        if worst == _MEMORY:
            raise MemoryError

    def _worst(self, found: int) -> int:
        if self.alone:
            return found
        return int(self._reduced(torch.tensor([float(found)], device=self._fabric.device), "max")[0])

    def mean(self, values: dict[str, float]) -> dict[str, float]:
        """The means over all processes."""
        if self.alone:
            return values
        joined = self._reduced(torch.tensor(list(values.values()), device=self._fabric.device), "mean")
        return dict(zip(values, joined.tolist(), strict=True))

    def average_gradients(self, parameters: list[nn.Parameter]) -> None:
        """Gives every process the mean of all their gradients."""
        if self.alone:
            return
        gradients = [p.grad if p.grad is not None else torch.zeros_like(p) for p in parameters]
        joined = self._reduced(torch.cat([gradient.reshape(-1) for gradient in gradients]), "mean")
        parts = torch.split(joined, [gradient.numel() for gradient in gradients])
        for parameter, gradient in zip(parameters, parts, strict=True):
            parameter.grad = gradient.view_as(parameter).clone()

    def _reduced(self, values: Tensor, how: str) -> Tensor:
        joined = self._fabric.all_reduce(values, reduce_op=how)
        assert isinstance(joined, Tensor)
        return joined


def is_memory(error: BaseException) -> bool:
    """Whether this is how torch says that memory ran out."""
    texts = ("out of memory", "can't allocate memory", "not enough memory")
    return isinstance(error, (MemoryError, torch.OutOfMemoryError)) or any(t in str(error).lower() for t in texts)
