"""Values and decisions that all processes of a training share.

All of them must make the same calls in the same order, or they wait for each other forever. A single process needs no
communication.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from training.errors import Diverged, is_out_of_memory

_FINE, _MEMORY, _DIVERGED = range(3)  # in order of severity


class ProcessGroup:
    """The processes that `fabric` launched."""

    def __init__(self, fabric: Fabric) -> None:
        self._fabric = fabric
        self.alone = fabric.world_size == 1

    def agree(self, local: bool) -> bool:
        """Return the first process's decision, so that all do the same."""
        return local if self.alone else self.broadcast(float(local)) > 0

    def broadcast(self, value: float) -> float:
        """Return the first process's value."""
        if self.alone:
            return value
        return float(self._fabric.broadcast(torch.tensor([value], device=self._fabric.device))[0])

    @contextmanager
    def raise_together(self) -> Iterator[None]:
        """Raise `Diverged` or MemoryError in all processes at the end where one of them raises it inside."""
        found = _FINE
        try:
            yield
        except (Diverged, RuntimeError, MemoryError) as error:
            if self.alone or not (isinstance(error, Diverged) or is_out_of_memory(error)):
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
        return int(self._reduce(torch.tensor([float(found)], device=self._fabric.device), "max")[0])

    def mean(self, values: dict[str, float]) -> dict[str, float]:
        """Return the means over all processes."""
        if self.alone:
            return values
        reduced = self._reduce(torch.tensor(list(values.values()), device=self._fabric.device), "mean")
        return dict(zip(values, reduced.tolist(), strict=True))

    def average_gradients(self, parameters: list[nn.Parameter]) -> None:
        """Give every process the mean of the gradients of all."""
        if self.alone:
            return
        gradients = [p.grad if p.grad is not None else torch.zeros_like(p) for p in parameters]
        reduced = self._reduce(torch.cat([gradient.reshape(-1) for gradient in gradients]), "mean")
        parts = torch.split(reduced, [gradient.numel() for gradient in gradients])
        for parameter, gradient in zip(parameters, parts, strict=True):
            parameter.grad = gradient.view_as(parameter).clone()

    def _reduce(self, values: Tensor, operation: str) -> Tensor:
        reduced = self._fabric.all_reduce(values, reduce_op=operation)
        assert isinstance(reduced, Tensor)
        return reduced
