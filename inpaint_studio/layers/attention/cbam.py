"""The convolutional block attention module (CBAM): channels are weighed first, then places.

Woo et al., CBAM: Convolutional Block Attention Module (ECCV 2018), section 3. With x as C x H x W:

    Mc = sigmoid(MLP(mean over all places) + MLP(maximum over all places))     C, one MLP for both
    MLP(v) = W2 relu(W1 v + b1) + b2                                           W1: C/16 x C, W2: C x C/16
    x' = Mc x
    Ms = sigmoid(conv 7 x 7 of [maximum, mean over the channels of x'])        H x W
    y = Ms x'                                                                  C x H x W

16 and 7 x 7 are the paper's; biases of the MLP and the order of maximum and mean are those of the authors' code
(Jongchan/attention-module, MODELS/cbam.py). The code has batch norm after the 7 x 7 convolution; a bias stands for it
here (see `selective.py`), and fewer than 16 channels are reduced to 1: readings of ours. In the paper y replaces x
after the last convolution of a residual branch.
"""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from inpaint_studio.layers.attention.block import Attended, BlockCost, Shows, WholeBlock, reduce_channels

RATIO, KERNEL = 16, 7  # MODELS/cbam.py


class ConvolutionalBlockAttention(WholeBlock):
    """y of the formula above; see the module."""

    shows: ClassVar[frozenset[Shows]] = frozenset({"channels", "places"})

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        inner = reduce_channels(channels, RATIO)
        self.mlp = nn.Sequential(nn.Linear(channels, inner), nn.ReLU(), nn.Linear(inner, channels))
        self.spatial = nn.Conv2d(2, 1, KERNEL, padding=KERNEL // 2)

    def draw(self, features: Tensor) -> Tensor:
        """Return y, N x C x H x W."""
        scaled = features * self._channels(features)[..., None, None]
        return scaled * self._places(scaled)

    def show(self, features: Tensor) -> Attended:
        """Return Mc and Ms, each from 0 to 1."""
        units = self._channels(features)
        return Attended(weight=self._places(features * units[..., None, None])[:, 0], units=units)

    def _channels(self, features: Tensor) -> Tensor:
        """Compute Mc, N x C."""
        scores: Tensor = self.mlp(features.mean((2, 3))) + self.mlp(features.amax((2, 3)))
        return scores.sigmoid()

    def _places(self, scaled: Tensor) -> Tensor:
        """Compute Ms, N x 1 x H x W, from x'."""
        scores: Tensor = self.spatial(torch.cat([scaled.amax(1, keepdim=True), scaled.mean(1, keepdim=True)], 1))
        return scores.sigmoid()

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """The MLP twice, and one convolution of two planes."""
        n = height * width
        macs = 4 * channels * reduce_channels(channels, RATIO) + 2 * KERNEL * KERNEL * n
        return BlockCost(macs, n * max(channels, 2))
