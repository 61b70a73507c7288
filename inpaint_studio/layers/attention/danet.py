"""Dual attention (DANet): one block lets places attend to places, the other channels to channels.

Fu et al., Dual Attention Network for Scene Segmentation (CVPR 2019), sections 3.2 and 3.3, and the authors' code
(junfu1115/DANet, encoding/nn/da_att.py). Position attention, with x as C x N:

    B = Wb x + bb, K = Wc x + bc                     C/8 x N
    D = Wd x + bd                                    C x N
    s[j, i] = exp(B_j . K_i) / sum_i exp(B_j . K_i)
    P_j = sum_i s[j, i] D_i

Channel attention has nothing to learn, with E = x x^T (C x C):

    m[j, i] = exp(max_k E[j, k] - E[j, i]) / sum_i exp(max_k E[j, k] - E[j, i])
    Q_j = sum_i m[j, i] x_i

The paper's equation for m has E[j, i] itself; the code, with which its results were measured, has the difference, and
so has this file. The paper returns alpha P + x and beta Q + x, and their sum in the network. Here a block alone returns
P or Q, and the two together return alpha P + beta Q with alpha and beta 1 at the start, because the network's own
factor starts at 0: a reading of ours.
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
    PairBlock,
    Shows,
    WholeBlock,
    product,
    reduce_channels,
)

RATIO = 8  # da_att.py


class PositionAttention(PairBlock):
    """P of the formula above; see the module."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        inner = reduce_channels(channels, RATIO)
        self.query = nn.Conv2d(channels, inner, 1)
        self.key = nn.Conv2d(channels, inner, 1)
        self.value = nn.Conv2d(channels, channels, 1)

    def project(self, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return B, K and D."""
        return self.query(features), self.key(features), self.value(features)

    def finish(self, mixed: Tensor) -> Tensor:
        """Return P, N x C x H x W."""
        return mixed

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """3 convolutions and 2 products; the weights are the largest: N^2 values."""
        n, inner = height * width, reduce_channels(channels, RATIO)
        macs = n * channels * (2 * inner + channels) + n * n * (inner + channels)
        return BlockCost(macs, max(n * n, n * channels))


class ChannelAttention(WholeBlock):
    """Q of the formula above; see the module."""

    shows: ClassVar[frozenset[Shows]] = frozenset({"channels"})

    def draw(self, features: Tensor) -> Tensor:
        """Return Q, N x C x H x W."""
        return (self._weights(features) @ features.flatten(2)).view_as(features)

    def show(self, features: Tensor) -> Attended:
        """Return the mean over j of m[j, i]: how much all channels draw from channel i; they add up to 1."""
        return Attended(units=self._weights(features).mean(1))

    def _weights(self, features: Tensor) -> Tensor:
        """Compute m, N x C x C."""
        rows = features.flatten(2)
        alike = product(rows, rows.transpose(1, 2))
        return torch.softmax(alike.amax(-1, keepdim=True) - alike, -1).to(features.dtype)

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """Two products over the channels."""
        n = height * width
        return BlockCost(2 * n * channels * channels, channels * max(n, channels))


class DualAttention(AttentionBlock):
    """alpha P + beta Q of the formulas above; see the module. What is blocked has no part in P; Q stays as it is."""

    shows: ClassVar[frozenset[Shows]] = frozenset({"offsets", "channels"})
    reads_donors: ClassVar[bool] = True

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        self.position, self.channel = PositionAttention(channels), ChannelAttention(channels)
        self.alpha, self.beta = nn.Parameter(torch.ones(())), nn.Parameter(torch.ones(()))

    def forward(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Tensor:
        """Return alpha P + beta Q, N x C x H x W."""
        places = self.position(features, hole, donors=donors, memory=memory)
        drawn: Tensor = self.alpha * places + self.beta * self.channel.draw(features)
        return drawn

    @torch.no_grad()
    def look(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Attended:
        """Return what both blocks attend to."""
        places = self.position.look(features, hole, donors=donors, memory=memory)
        return Attended(places.offsets, places.weight, self.channel.show(features).units)

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """The sum of both."""
        both = [block.cost(channels, height, width) for block in (PositionAttention, ChannelAttention)]
        return BlockCost(sum(cost.macs for cost in both), max(cost.values for cost in both))
