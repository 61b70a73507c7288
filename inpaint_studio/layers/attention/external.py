"""External attention: every place is described by a small learned memory that all photos share.

Guo et al., Beyond Self-attention: External Attention using Two Linear Layers for Visual Tasks (TPAMI 2022). With x
as C x N and a memory of S = 64 entries, as in the authors' code (MenghaoGuo/EANet, model_torch.py):

    q = W1 x + b1                              C x N
    A[s, p] = softmax over p of (Mk q)[s, p]   S x N
    A[s, p] = A[s, p] / (1e-9 + sum_s A[s, p])
    o = W2 Mv A                                C x N

Mk is S x C, Mv is C x S and starts as the transpose of Mk. The code returns relu(batch norm(o) + x). Batch norm, ReLU
and x are left to the network here: a reading of ours. The cost grows with N, not with its square.
"""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from inpaint_studio.layers.attention.block import Attended, BlockCost, Shows, WholeBlock

ENTRIES = 64  # model_torch.py
_TINY = 1e-9  # model_torch.py


class ExternalAttention(WholeBlock):
    """o of the formula above; see the module."""

    shows: ClassVar[frozenset[Shows]] = frozenset({"memory"})

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        self.query = nn.Conv2d(channels, channels, 1)
        self.key = nn.Conv1d(channels, ENTRIES, 1, bias=False)
        self.value = nn.Conv1d(ENTRIES, channels, 1, bias=False)
        self.output = nn.Conv2d(channels, channels, 1, bias=False)
        with torch.no_grad():
            self.value.weight.copy_(self.key.weight.transpose(0, 1))

    def draw(self, features: Tensor) -> Tensor:
        """Return o, N x C x H x W."""
        mixed: Tensor = self.value(self._weights(features))
        drawn: Tensor = self.output(mixed.view_as(features))
        return drawn

    def show(self, features: Tensor) -> Attended:
        """Return the mean weight of each of the 64 entries over all places; they add up to 1."""
        return Attended(units=self._weights(features).mean(-1))

    def _weights(self, features: Tensor) -> Tensor:
        """Compute A, N x S x HW."""
        weights = torch.softmax(self.key(self.query(features).flatten(2)), -1)
        return weights / (_TINY + weights.sum(1, keepdim=True))

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """2 convolutions and 2 products with the memory."""
        n = height * width
        return BlockCost(2 * n * channels * channels + 2 * n * channels * ENTRIES, n * max(channels, ENTRIES))
