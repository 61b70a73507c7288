"""Coherent semantic attention (CSA): places of the hole are made in order, each from its source and the one before.

Liu et al., Coherent Semantic Attention for Image Inpainting (ICCV 2019), section 3.2, as in the authors' code
(KumapowerLIU/CSA-inpainting, models/CSAFunction.py). With features x_p, the missing places p = 1, 2, .. row by row, and
the known places q:

    q(p) = the q with the greatest x_p . x_q / |x_q|, and b_p = that product
    y_1 = x_q(1)
    a_p = y_(p-1) . x_p / |x_p|
    y_p = (a_p y_(p-1) + b_p x_q(p)) / (a_p + b_p)
    y_q = x_q

A patch is a single place. Where a or b is below 0, 0 is taken for it, and where both are 0, y_p is x_q(p): readings of
ours, without which the quotient has no bounds. The authors' gradient holds a and b constant and passes also straight
to x_p; here it is the derivative of the formula. Blocked places are no q. Where there is no q or nothing is missing, y
is x.
"""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from inpaint_studio.layers.attention.block import (
    MEMORY,
    Attended,
    AttentionBlock,
    BlockCost,
    Shows,
    find_hole,
    image_of,
    product,
    rows_of,
    to_offsets,
    widen,
)

_TINY = 1e-8  # CSAFunction.py


class CoherentAttention(AttentionBlock):
    """y of the formula above; see the module. It has nothing to learn."""

    shows: ClassVar[frozenset[Shows]] = frozenset({"offsets"})
    reads_hole: ClassVar[bool] = True
    reads_donors: ClassVar[bool] = True
    obstacle: ClassVar[str] = "it makes the places of the hole one after another, and their number is not fixed"

    def forward(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Tensor:
        """Return y, N x C x H x W."""
        rows, missing = rows_of(features), find_hole(hole, features).flatten(1)
        open_ = ~(missing | find_hole(donors, features).flatten(1))
        best, found = _search(rows, open_, memory)
        made = []
        for x, inside, source, score, there in zip(rows, missing, best, found, open_, strict=True):
            cells = inside.nonzero()[:, 0]
            if len(cells) and there.any():
                values, _ = _propagate(x[cells], x[source[cells]], score[cells])
                x = x.index_put((cells,), values.to(x.dtype))
            made.append(x)
        return image_of(torch.stack(made), *features.shape[-2:])

    @torch.no_grad()
    def look(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Attended:
        """Return for each missing place the known one with the greatest share of it, over all places made before;
        offset 0 and weight 1 elsewhere, and weight 0 where there was none to copy from."""
        height, width = features.shape[-2:]
        rows, missing = rows_of(features), find_hole(hole, features).flatten(1)
        open_ = ~(missing | find_hole(donors, features).flatten(1))
        best, found = _search(rows, open_, memory)
        weights = []
        for x, inside, source, score, there in zip(rows, missing, best, found, open_, strict=True):
            strongest = torch.arange(len(x), device=x.device)
            weight = score.new_ones(len(x)) if there.any() else (~inside).to(score)
            cells = inside.nonzero()[:, 0]
            if len(cells) and there.any():
                _, before = _propagate(x[cells], x[source[cells]], score[cells])
                shares = score.new_zeros(len(x))
                for cell, place, part in zip(cells, source[cells], before, strict=True):
                    shares = shares * part
                    shares[place] += 1 - part
                    weight[cell], strongest[cell] = shares.max(0)
            weights.append((strongest, weight))
        place, weight = (torch.stack(part) for part in zip(*weights, strict=True))
        place, weight = (part.view(-1, height, width) for part in (place, weight))
        return Attended(to_offsets(place, height, width), weight)

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """One product of all places with all places. The steps from place to place are not counted."""
        n = height * width
        return BlockCost(n * n * channels, n * max(n, channels))


def _search(rows: Tensor, open_: Tensor, memory: int) -> tuple[Tensor, Tensor]:
    """Return q(p) of every place and its b, both N x HW; `open_` (N x HW bool) are the places q."""
    directions = _directions(rows).transpose(1, 2)
    step = rows.shape[1]
    if not torch.is_grad_enabled():
        step = max(1, min(step, memory // (8 * rows.shape[0] * step)))
    scores = (product(some, directions).masked_fill(~open_[:, None], -torch.inf) for some in torch.split(rows, step, 1))
    found, best = (torch.cat(part, 1) for part in zip(*(each.max(-1) for each in scores), strict=True))
    return best, found


def _directions(rows: Tensor) -> Tensor:
    """Return the rows with length 1; rows of zeros stay."""
    exact = widen(rows)
    length: Tensor = exact.norm(dim=-1, keepdim=True)
    return exact / length.clamp_min(_TINY)


def _propagate(own: Tensor, source: Tensor, score: Tensor) -> tuple[Tensor, Tensor]:
    """Return y of the missing places (M x C) and the share in it of the place before, from x_p, x_q(p) and b_p."""
    directions, known, source = _directions(own), score.relu(), widen(source)
    made, shares = [source[0]], [score.new_zeros(())]
    for n in range(1, len(own)):
        before = (made[-1] * directions[n]).sum().relu()
        share = before / (before + known[n]).clamp_min(_TINY)
        made.append(share * made[-1] + (1 - share) * source[n])
        shares.append(share)
    return torch.stack(made), torch.stack(shares)
