"""Selective kernels (SK): every channel chooses between a narrow and a wide convolution.

Li et al., Selective Kernel Networks (CVPR 2019), section 3.1, with two branches as in the authors' network
(implus/SKNet, sknet50.prototxt). With x as C x H x W:

    U1 = relu(conv 3 x 3 of x), U2 = relu(conv 3 x 3 of x, dilation 2)      32 groups
    s = mean over all places of (U1 + U2)                                   C
    z = relu(W s)                                                           d = max(C/16, 32)
    a1, a2 = softmax over the two of (A1 z, A2 z)                           C each, a1 + a2 = 1
    y_c = a1_c U1_c + a2_c U2_c                                             C x H x W

16 and 32 are the paper's r and L. The paper has batch norm after each convolution and after W; biases stand for it
here, since at inference it is no more than a scale and a bias of each channel, and training with one or few images
knows no good statistics. Where 32 does not divide C, as many groups as divide both: two readings of ours. In the
paper y replaces a 3 x 3 convolution.
"""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor, nn

from inpaint_studio.layers.attention.block import Attended, BlockCost, Shows, WholeBlock

RATIO, LEAST, GROUPS = 16, 32, 32  # section 3.1
BRANCHES = 2


class SelectiveKernels(WholeBlock):
    """y of the formula above; see the module."""

    shows: ClassVar[frozenset[Shows]] = frozenset({"channels"})

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        groups = math.gcd(channels, GROUPS)
        self.narrow = nn.Conv2d(channels, channels, 3, padding=1, groups=groups)
        self.wide = nn.Conv2d(channels, channels, 3, padding=2, dilation=2, groups=groups)
        inner = _inner(channels)
        self.fuse = nn.Linear(channels, inner)
        self.select = nn.Linear(inner, BRANCHES * channels, bias=False)

    def draw(self, features: Tensor) -> Tensor:
        """Return y, N x C x H x W."""
        narrow, wide = self._branches(features)
        weights = self._weights(narrow, wide)[..., None, None]
        return weights[:, 0] * narrow + weights[:, 1] * wide

    def show(self, features: Tensor) -> Attended:
        """Return a2: the weight of the wide convolution in each channel, from 0 to 1."""
        return Attended(units=self._weights(*self._branches(features))[:, 1])

    def _branches(self, features: Tensor) -> tuple[Tensor, Tensor]:
        return self.narrow(features).relu(), self.wide(features).relu()

    def _weights(self, narrow: Tensor, wide: Tensor) -> Tensor:
        """Compute a1 and a2, N x 2 x C."""
        scores = self.select(self.fuse((narrow + wide).mean((2, 3))).relu())
        return torch.softmax(scores.view(-1, BRANCHES, self.channels), 1)

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """Two convolutions in groups and two small products."""
        each = channels // math.gcd(channels, GROUPS)
        inner = _inner(channels)
        macs = BRANCHES * 9 * channels * each * height * width + (1 + BRANCHES) * channels * inner
        return BlockCost(macs, max(channels * height * width, BRANCHES * channels, inner))


def _inner(channels: int) -> int:
    return max(channels // RATIO, LEAST)
