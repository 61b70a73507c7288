"""Criss-cross attention (CCNet): a place attends to its row and column only; twice, and it has seen every place.

Huang et al., CCNet: Criss-Cross Attention for Semantic Segmentation (ICCV 2019), section 3, and the authors' code
(speedinghzl/CCNet, cc_attention/functions.py). With x as C x H x W and `cross(u)` the H + W - 1 places in the row and
the column of u:

    q = Wq x + bq, k = Wk x + bk             C/8
    v = Wv x + bv                            C
    a[u, i] = softmax over i in cross(u) of q_u . k_i
    A(x)_u = sum over i in cross(u) of a[u, i] v_i

The paper computes x' = gamma A(x) + x and x'' = gamma A(x') + x' with the same weights, gamma 0 at the start. This
block returns A(x) + A(x'): x plus gamma times that is x''. Its own gamma, inside x', is separate from the network's
factor, which is a reading of ours. Each place has H + W scores: memory is linear in H + W per place, not in H W.

Blocked places have no weight in either pass; a place whose whole cross is blocked gets 0. Shown is the strongest path
of two steps: the greatest a''[u, t] a'[t, i] over all t and i, of which i lies outside the hole.
"""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from inpaint_studio.layers.attention.block import (
    MEMORY,
    Attended,
    AttentionBlock,
    BlockCost,
    Shows,
    find_blocked,
    find_hidden,
    product,
    reduce_channels,
    softmax_open,
)

RATIO = 8  # functions.py
PASSES = 2  # section 3


class CrissCrossAttention(AttentionBlock):
    """A(x) + A(x') of the formula above; see the module."""

    shows: ClassVar[frozenset[Shows]] = frozenset({"offsets"})
    reads_donors: ClassVar[bool] = True

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        inner = reduce_channels(channels, RATIO)
        self.query = nn.Conv2d(channels, inner, 1)
        self.key = nn.Conv2d(channels, inner, 1)
        self.value = nn.Conv2d(channels, channels, 1)
        self.gamma = nn.Parameter(torch.zeros(()))

    def forward(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Tensor:
        """Return A(x) + A(x'), N x C x H x W, whatever the hole."""
        del hole, memory
        blocked = _cross_of(find_blocked(donors, features))
        first = self._pass(features, self._weights(features, blocked))
        again = features + self.gamma * first
        return first + self._pass(again, self._weights(again, blocked))

    @torch.no_grad()
    def look(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Attended:
        """Return offset and weight of the strongest path of two steps that ends outside the hole."""
        del memory
        height = features.shape[2]
        blocked = _cross_of(find_blocked(donors, features))
        before = self._weights(features, blocked)
        after = self._weights(features + self.gamma * self._pass(features, before), blocked)
        hidden = _cross_of(find_hidden(hole, donors, features))
        greatest, row, column = _sources(before if hidden is None else before.masked_fill(hidden, 0))
        # Of each place t in the cross: a''[u, t] times the greatest a'[t, i].
        down = greatest.transpose(1, 2)[:, None]  # N x 1 x W x H: the column of each place
        across = greatest[:, :, None]  # N x H x 1 x W: its row
        paths = torch.cat([after[..., :height] * down, after[..., height:] * across], -1)
        weight, over_row, over_column = _sources(paths)
        place = torch.arange(len(features), device=features.device)[:, None, None]
        target = torch.stack([part[place, over_row, over_column] for part in (row, column)], 1)
        own = torch.stack(torch.meshgrid(*(torch.arange(s, device=row.device) for s in row.shape[1:]), indexing="ij"))
        return Attended(target - own, weight)

    def _weights(self, features: Tensor, blocked: Tensor | None) -> Tensor:
        """Compute a, N x H x W x (H + W): of each place the weights of its column, then of its row, itself once."""
        query, key = self.query(features), self.key(features)
        height = features.shape[2]
        column = product(_columns(query), _columns(key).transpose(2, 3)).transpose(1, 2)
        row = product(_rows(query), _rows(key).transpose(2, 3))
        itself = torch.eye(height, dtype=torch.bool, device=features.device)[:, None]
        scores = torch.cat([column.masked_fill(itself, -torch.inf), row], -1)
        return softmax_open(scores, blocked).to(features.dtype)

    def _pass(self, features: Tensor, weights: Tensor) -> Tensor:
        """Compute A, N x C x H x W."""
        value, height = self.value(features), features.shape[2]
        column = weights[..., :height].transpose(1, 2) @ _columns(value)
        row = weights[..., height:] @ _rows(value)
        return column.permute(0, 3, 2, 1) + row.permute(0, 3, 1, 2)

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """In each pass 3 convolutions, and 2 products with H + W places of each place."""
        n, inner = height * width, reduce_channels(channels, RATIO)
        macs = n * channels * (2 * inner + channels) + n * (height + width) * (inner + channels)
        return BlockCost(PASSES * macs, n * max(height + width, channels))


def _columns(x: Tensor) -> Tensor:
    """Turn N x C x H x W into N x W x H x C."""
    return x.permute(0, 3, 2, 1)


def _rows(x: Tensor) -> Tensor:
    """Turn N x C x H x W into N x H x W x C."""
    return x.permute(0, 2, 3, 1)


def _cross_of(plane: Tensor | None) -> Tensor | None:
    """Return N x H x W x (H + W): of each place the values of N x H x W in its column, then in its row."""
    if plane is None:
        return None
    height, width = plane.shape[1:]
    column = plane.transpose(1, 2)[:, None].expand(-1, height, -1, -1)
    row = plane[:, :, None].expand(-1, -1, width, -1)
    return torch.cat([column, row], -1)


def _sources(scores: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return greatest score of each place (N x H x W) with the row and the column of the place that it belongs to."""
    greatest, best = scores.max(-1)
    height, width = scores.shape[1:3]
    rows = torch.arange(height, device=best.device)[:, None].expand_as(best)
    columns = torch.arange(width, device=best.device).expand_as(best)
    in_column = best < height
    return greatest, torch.where(in_column, best, rows), torch.where(in_column, columns, best - height)
