"""Squeeze and excitation (SE): every channel is scaled by a weight from the means of all channels.

Hu et al., Squeeze-and-Excitation Networks (CVPR 2018), section 3. With x as C x H x W:

    z_c = mean over all places of x_c                   C
    s = sigmoid(W2 relu(W1 z + b1) + b2)                W1: C/r x C, W2: C x C/r
    y_c = s_c x_c                                       C x H x W

r = 16 is the paper's. Its formula shows no biases; the authors' networks have them (hujie-frank/SENet,
SE-ResNet-50.prototxt), and so has this block. Fewer than 16 channels are reduced to 1, which is a reading of ours. In
the paper y replaces x at the end of a residual branch.
"""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor, nn

from inpaint_studio.layers.attention.block import Attended, BlockCost, Shows, WholeBlock, reduce_channels

RATIO = 16  # section 3


class SqueezeExcitation(WholeBlock):
    """y of the formula above; see the module."""

    shows: ClassVar[frozenset[Shows]] = frozenset({"channels"})

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        inner = reduce_channels(channels, RATIO)
        self.squeeze = nn.Linear(channels, inner)
        self.excite = nn.Linear(inner, channels)

    def draw(self, features: Tensor) -> Tensor:
        """Return y, N x C x H x W."""
        return features * self._weights(features)[..., None, None]

    def show(self, features: Tensor) -> Attended:
        """Return s, each from 0 to 1."""
        return Attended(units=self._weights(features))

    def _weights(self, features: Tensor) -> Tensor:
        """Compute s, N x C."""
        scores: Tensor = self.excite(self.squeeze(features.mean((2, 3))).relu())
        return scores.sigmoid()

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """Two small products, whatever the size of the plane."""
        return BlockCost(2 * channels * reduce_channels(channels, RATIO), channels * height * width)
