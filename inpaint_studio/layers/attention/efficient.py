"""Efficient channel attention (ECA): a channel's weight comes from the means of its neighbouring channels only.

Wang et al., ECA-Net: Efficient Channel Attention for Deep Convolutional Neural Networks (CVPR 2020), sections 3.2 and
3.3. With x as C x H x W:

    z_c = mean over all places of x_c
    s_c = sigmoid(sum_j w_j z_(c + j)), j from -(k - 1)/2 to (k - 1)/2, z = 0 beyond the ends
    y_c = s_c x_c
    k = log2(C) / 2 + 1 / 2, rounded down, plus 1 where that is even

The convolution has no bias, as in the authors' code (BangguWu/ECANet, models/eca_module.py). k is the
paper's formula with gamma = 2 and b = 1, which takes the nearest odd number; how to round is a reading of ours. In the
paper y replaces x at the end of a residual branch.
"""

from __future__ import annotations

import math
from typing import ClassVar

from torch import Tensor, nn

from inpaint_studio.layers.attention.block import Attended, BlockCost, Shows, WholeBlock


class EfficientChannelAttention(WholeBlock):
    """y of the formula above; see the module."""

    shows: ClassVar[frozenset[Shows]] = frozenset({"channels"})

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        kernel = kernel_for(channels)
        self.conv = nn.Conv1d(1, 1, kernel, padding=kernel // 2, bias=False)

    def draw(self, features: Tensor) -> Tensor:
        """Return y, N x C x H x W."""
        return features * self._weights(features)[..., None, None]

    def show(self, features: Tensor) -> Attended:
        """Return s, each from 0 to 1."""
        return Attended(units=self._weights(features))

    def _weights(self, features: Tensor) -> Tensor:
        """Compute s, N x C."""
        scores: Tensor = self.conv(features.mean((2, 3))[:, None])
        return scores[:, 0].sigmoid()

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """One convolution over the channels, whatever the size of the plane."""
        return BlockCost(channels * kernel_for(channels), channels * height * width)


def kernel_for(channels: int) -> int:
    """Return k, the number of neighbouring channels."""
    size = int((math.log2(channels) + 1) / 2)
    return size if size % 2 else size + 1
