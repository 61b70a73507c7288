"""The networks, one file per paper, and the interface through which the rest of the program uses them.

All modules of this package import torch; the modules of `inpaint_studio.models` declare the systems without it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from inpaint_studio.layers.attention.block import Ranked
from inpaint_studio.layers.diffusion import diffuse
from inpaint_studio.models.base.interface import Only, UnitKind

Report = Callable[[float], None]  # called with the fraction done; raises Cancelled


class Hints(NamedTuple):
    """What the user painted beside the hole, 1 x 1 x H x W float32 each, or None; and limits of the computation."""

    lines: Tensor | None = None  # 1 on guide lines
    edges: Tensor | None = None  # an edge map in [0, 1]
    labels: Tensor | None = None  # numbers of painted classes, 0 where nothing was painted, 1 for the first class
    donors: Tensor | None = None  # 1 where the attention must not copy from
    only: Only | None = None  # stop after these are predicted; the output may be the unchanged image
    memory: int = 256 << 20  # bytes that one step of an attention may take
    ranked: int = 0  # how many sources of each cell to list in `NetworkOutput.ranked`; 0: none
    whole: bool = True  # compute all of the output, not only the hole and its surroundings


class NetworkOutput(NamedTuple):
    """The output of a network, in the ranges of this program, float32.

    Sources are offsets (row, col) in px of the image from the middle of each of h x w cells to its source.
    """

    output: Tensor  # 1 x 3 x H x W, RGB, [0, 1] by convention but not clamped; before compositing
    coarse: Tensor | None = None  # 1 x 3 x H x W, the first stage's image
    edges: Tensor | None = None  # 1 x 1 x H x W in [0, 1]
    labels: Tensor | None = None  # 1 x 1 x H x W numbers of classes, 1 for the first one
    sources: Tensor | None = None  # 2 x h x w integers
    weight: Tensor | None = None  # h x w in [0, 1]
    ranked: Ranked | None = None  # of each cell, for N = 1; only where `Hints.ranked` asks for them
    places: Tensor | None = None  # h x w in [0, 1]: weight of each place of the features itself, which has no source
    units: Tensor | None = None  # K weights, of channels of features or of entries of a learned memory
    unit_kind: UnitKind | None = None  # which of these they are


class Inpainter(nn.Module):
    """A network that fills holes. `forward` has the paper's conventions, for training; `fill` those of this program.

    Where `halves` is True, its parameters may be converted to 16 bits: it must convert its input to `dtype`, and its
    output back to float32.
    """

    halves = True  # whether it may compute in 16 bits on the processor
    diffused = False  # whether it is shown colours diffused into the hole, and draws what to add to them
    image_layers: tuple[str, ...] = ()  # names of the layers that draw the image
    export_obstacle = ""  # why it cannot be turned into a program for others, as the end of a sentence; "": it can

    def fill(self, image: Tensor, hole: Tensor, hints: Hints, report: Report) -> NetworkOutput:
        """Fill `hole` (1 x 1 x H x W float32, 1 inside) of `image` (1 x 3 x H x W float32 RGB in [0, 1]).

        The output must not depend on `image` inside the hole. Calls `report` between its steps.
        """
        raise NotImplementedError

    def diffuse(self, image: Tensor, hole: Tensor, empty: float = 0.0) -> Tensor | None:
        """Return `image` with the colours in its hole to which a `diffused` network adds; None for other networks.

        `image` is N x 3 x H x W in the range of the network, `hole` N x 1 x H x W, 1 inside; `empty` is the colour
        where nothing is known.
        """
        return diffuse(image, hole, empty) if self.diffused else None

    def begin_diffused(self, diffused: bool = True) -> None:
        """Make an untrained network `diffused`, or do nothing.

        Its last layers become zeros, so that it draws the diffused colours from its first step on.
        """
        self.diffused = diffused
        for name in self.image_layers if diffused else ():
            for parameter in self.get_submodule(name).parameters():
                nn.init.zeros_(parameter)

    def optimise(self) -> None:
        """Rearrange the loaded weights for inference; called once, after `eval`. The state dictionary may change."""
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @property
    def dtype(self) -> torch.dtype:
        """The type that the network computes in, that of its weights."""
        return next(self.parameters()).dtype
