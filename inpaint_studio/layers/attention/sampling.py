"""The bilinear sampling that spatial transformer and appearance flow share.

Jaderberg et al., Spatial Transformer Networks (NIPS 2015), equation 5; Zhou et al., View Synthesis by Appearance Flow
(ECCV 2016), section 3, has the same one. The value at a position (r, c), in cells and not only at whole ones, is

    V(r, c) = sum over all cells (n, m) of U(n, m) max(0, 1 - |r - n|) max(0, 1 - |c - m|)

so that there is 0 beyond the border. It is deterministic but for gradients on a graphics card, where sums of several
threads are added in any order.
"""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from inpaint_studio.layers.attention.block import (
    MEMORY,
    Attended,
    AttentionBlock,
    Shows,
    find_blocked,
    widen,
)


def sample(features: Tensor, positions: Tensor) -> Tensor:
    """Sample N x C x H x W features at positions (N x 2 x h x w: rows and columns, in cells); returns N x C x h x w."""
    exact = widen(features)
    # grid_sample has columns before rows.
    grid = to_scaled(widen(positions), exact).flip(1).permute(0, 2, 3, 1)
    values = functional.grid_sample(exact, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    return values.to(features.dtype)


def to_scaled(positions: Tensor, features: Tensor) -> Tensor:
    """Turn positions (.. x 2 x h x w, in cells of `features`) into numbers from -1 to 1 between the plane's edges.

    The edges are the outer ones of the first and last cell, half a cell from their middle.
    """
    sides = zip(positions.unbind(-3), features.shape[-2:], strict=True)
    return torch.stack([(2 * each + 1) / side - 1 for each, side in sides], -3)


def to_cells(scaled: Tensor, features: Tensor) -> Tensor:
    """Turn positions from -1 to 1 into cells: the inverse of `to_scaled`."""
    sides = zip(scaled.unbind(-3), features.shape[-2:], strict=True)
    return torch.stack([((each + 1) * side - 1) / 2 for each, side in sides], -3)


def own_positions(features: Tensor) -> Tensor:
    """Return 2 x H x W: row and column of every cell, as numbers of at least 32 bits."""
    kind = torch.float64 if features.dtype == torch.float64 else torch.float32
    sides = (torch.arange(s, dtype=kind, device=features.device) for s in features.shape[-2:])
    return torch.stack(torch.meshgrid(*sides, indexing="ij"))


class MovingBlock(AttentionBlock):
    """A block that samples the features at other positions, which a subclass returns from `move`.

    Blocked places are sampled as 0, as beyond the border.
    """

    shows: ClassVar[frozenset[Shows]] = frozenset({"offsets"})
    reads_donors: ClassVar[bool] = True

    def forward(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Tensor:
        """Return the sampled features, N x C x H x W, whatever the hole."""
        del hole, memory
        blocked = find_blocked(donors, features)
        shown = features if blocked is None else features.masked_fill(blocked[:, None], 0)
        return sample(shown, self.move(features))

    @torch.no_grad()
    def look(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Attended:
        """Return the offsets to the positions that are sampled, not only to whole cells, and how much of each lies in
        the plane and is not blocked, from 0 to 1."""
        del hole, memory
        positions = self.move(features)
        shown = torch.ones_like(features[:, :1])
        blocked = find_blocked(donors, features)
        if blocked is not None:
            shown = shown.masked_fill(blocked[:, None], 0)
        return Attended(positions - own_positions(features), sample(shown, positions)[:, 0])

    def move(self, features: Tensor) -> Tensor:
        """Return the sampled positions, N x 2 x H x W, rows and columns in cells."""
        raise NotImplementedError
