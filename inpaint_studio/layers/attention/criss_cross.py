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

Shown is the strongest path of two steps: the greatest a''[u, t] a'[t, i] over all t and i.
"""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from inpaint_studio.layers.attention.block import Attended, BlockCost, Shows, WholeBlock, product, reduce_channels

RATIO = 8  # functions.py
PASSES = 2  # section 3


class CrissCrossAttention(WholeBlock):
    """A(x) + A(x') of the formula above; see the module."""

    shows: ClassVar[frozenset[Shows]] = frozenset({"offsets"})

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        inner = reduce_channels(channels, RATIO)
        self.query = nn.Conv2d(channels, inner, 1)
        self.key = nn.Conv2d(channels, inner, 1)
        self.value = nn.Conv2d(channels, channels, 1)
        self.gamma = nn.Parameter(torch.zeros(()))

    def draw(self, features: Tensor) -> Tensor:
        """Return A(x) + A(x'), N x C x H x W."""
        first = self._pass(features, self._weights(features))
        again = features + self.gamma * first
        return first + self._pass(again, self._weights(again))

    def show(self, features: Tensor) -> Attended:
        """Return offset and weight of the strongest path of two steps."""
        height = features.shape[2]
        before = self._weights(features)
        after = self._weights(features + self.gamma * self._pass(features, before))
        greatest, row, column = _sources(before)
        # Of each place t in the cross: a''[u, t] times the greatest a'[t, i].
        down = greatest.transpose(1, 2)[:, None]  # N x 1 x W x H: the column of each place
        across = greatest[:, :, None]  # N x H x 1 x W: its row
        paths = torch.cat([after[..., :height] * down, after[..., height:] * across], -1)
        weight, over_row, over_column = _sources(paths)
        place = torch.arange(len(features), device=features.device)[:, None, None]
        target = torch.stack([part[place, over_row, over_column] for part in (row, column)], 1)
        own = torch.stack(torch.meshgrid(*(torch.arange(s, device=row.device) for s in row.shape[1:]), indexing="ij"))
        return Attended(target - own, weight)

    def _weights(self, features: Tensor) -> Tensor:
        """Compute a, N x H x W x (H + W): of each place the weights of its column, then of its row, itself once."""
        query, key = self.query(features), self.key(features)
        height = features.shape[2]
        column = product(_columns(query), _columns(key).transpose(2, 3)).transpose(1, 2)
        row = product(_rows(query), _rows(key).transpose(2, 3))
        itself = torch.eye(height, dtype=torch.bool, device=features.device)[:, None]
        return torch.softmax(torch.cat([column.masked_fill(itself, -torch.inf), row], -1), -1).to(features.dtype)

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


def _sources(scores: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return greatest score of each place (N x H x W) with the row and the column of the place that it belongs to."""
    greatest, best = scores.max(-1)
    height, width = scores.shape[1:3]
    rows = torch.arange(height, device=best.device)[:, None].expand_as(best)
    columns = torch.arange(width, device=best.device).expand_as(best)
    in_column = best < height
    return greatest, torch.where(in_column, best, rows), torch.where(in_column, columns, best - height)
