"""The networks themselves, one paper a file, and the one way in which the rest of the program talks to them.

Everything in this package imports torch; the files of `inpaint_studio.models` beside it declare the systems without it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

Report = Callable[[float], None]  # told the fraction done; raises Cancelled


class Hints(NamedTuple):
    """What the user gave beside the hole, 1 x 1 x H x W float32 each, None where not given."""

    lines: Tensor | None = None  # 1 on guide lines
    edges: Tensor | None = None  # an edge map in [0, 1]
    donors: Tensor | None = None  # 1 where nothing may be taken from
    only_edges: bool = False  # stop once the edges are predicted; the output may be the image as it came
    memory: int = 256 << 20  # bytes that one step of an attention may take
    whole: bool = True  # whether all of the output is wanted, not only the hole and its surroundings


class NetworkOutput(NamedTuple):
    """What a network says, in the product's ranges, float32.

    Sources are offsets (row, col) in px of the image from the middle of each of h x w cells to where it looked.
    """

    output: Tensor  # 1 x 3 x H x W, RGB, [0, 1] by convention but not clamped; before compositing
    coarse: Tensor | None = None  # 1 x 3 x H x W, the first stage's image
    edges: Tensor | None = None  # 1 x 1 x H x W in [0, 1]
    sources: Tensor | None = None  # 2 x h x w integers
    weight: Tensor | None = None  # h x w in [0, 1]


class Inpainter(nn.Module):
    """A network that fills holes. `forward` speaks the paper's conventions, for training; `fill` the product's."""

    halves = True  # whether it may compute in 16 bits on the processor

    def fill(self, image: Tensor, hole: Tensor, hints: Hints, report: Report) -> NetworkOutput:
        """Fill `hole` (1 x 1 x H x W float32, 1 inside) of `image` (1 x 3 x H x W float32 RGB in [0, 1]).

        What `image` holds inside the hole must not matter. Calls `report` between its steps.
        """
        raise NotImplementedError

    def optimise(self) -> None:
        """Rearrange for inference what was loaded; called once, after `eval`. The state dictionary may change."""
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @property
    def dtype(self) -> torch.dtype:
        """What it computes in."""
        return next(self.parameters()).dtype
