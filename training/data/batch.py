"""A batch of crops to train on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
from torch import Tensor

# Lines that come with an image: like drawn by hand, or the exact edges that EdgeConnect is trained with.
Sketches = Literal["hand", "canny"]


@dataclass(eq=False)
class Batch:
    """Crops with holes. `image` B x 3 x S x S float32 RGB in [0, 1]; `hole` B x 1 x S x S, 1 inside.

    `guides` are what the recipe needs beside them, B x 1 x S x S float32 each: "sketch" has lines, 0 or 1; "labels" has
    numbers of classes, 1 for the first one, 0 where the class is not known.
    """

    image: Tensor
    hole: Tensor
    guides: Mapping[str, Tensor] = field(default_factory=dict)
    keep: bool = True  # whether a result of one update is kept for the next one of the same step
    _results: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, compute: Callable[[], Any]) -> Any:
        """Return the result of `compute`, computed once for all updates of this step.

        With `keep` off it is computed each time, so that the graphs of several parts of a batch are not held at once.
        """
        if not self.keep:
            return compute()
        if name not in self._results:
            self._results[name] = compute()
        return self._results[name]

    def clear(self) -> None:
        """Release the results that `once` keeps."""
        self._results.clear()

    def to(self, device: torch.device | str) -> Batch:
        """Return a copy on `device`, without the kept results."""
        guides = {name: guide.to(device) for name, guide in self.guides.items()}
        return Batch(self.image.to(device), self.hole.to(device), guides, self.keep)

    def parts(self, count: int) -> Iterator[Batch]:
        """Yield this batch in `count` parts of similar size, whose gradients are added up."""
        if count == 1:
            yield self
            return
        chunks = {name: guide.chunk(count) for name, guide in self.guides.items()}
        for number, (image, hole) in enumerate(zip(self.image.chunk(count), self.hole.chunk(count), strict=True)):
            yield Batch(image, hole, {name: chunk[number] for name, chunk in chunks.items()}, keep=False)
