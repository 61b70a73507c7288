"""Residual attention: a branch that shrinks and grows the plane weighs every value of a plain branch.

Wang et al., Residual Attention Network for Image Classification (CVPR 2017), section 3, and the authors' network
(fwang91/residual-attention-network, model/Attention-56-deploy.prototxt). With x as C x H x W:

    unit(x) = x + W3 relu(W2 relu(W1 relu(x)))     W1: 1 x 1 to C/4, W2: 3 x 3, W3: 1 x 1 to C
    T = unit(unit(x))                              the trunk, t = 2
    D = unit(pool(x)), S = unit(D)                 pool: maximum of 3 x 3, every second one
    E = unit(unit(pool(D)))                        two units in the middle, r = 1
    M = sigmoid(V2 relu(V1 relu(up(unit(up(E) + S)))))
    y = (1 + M) T                                  C x H x W, M from 0 to 1

`up` resizes bilinearly, corner to corner, to the size before the pooling; all units have weights of their own, V1 and
V2 are 1 x 1. t and r are the paper's. It pools three times for 56 x 56, twice for 28 x 28 and once for 14 x 14; this
block pools twice. It has batch norm before every relu; biases stand for it here (see `selective.py`). The pooling is
padded by one place, so that it leaves half of any size, rounded up. The units before and after (p = 1) are the
network's own layers. The last four sentences are readings of ours. In the paper y replaces x.
"""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.layers.attention.block import Attended, BlockCost, Shows, WholeBlock, reduce_channels

RATIO = 4  # Attention-56-deploy.prototxt


class _Unit(nn.Module):
    """unit(x) of the formula."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        inner = reduce_channels(channels, RATIO)
        self.reduce = nn.Conv2d(channels, inner, 1)
        self.conv = nn.Conv2d(inner, inner, 3, padding=1)
        self.expand = nn.Conv2d(inner, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map N x C x H x W to as many."""
        added: Tensor = self.expand(self.conv(self.reduce(x.relu()).relu()).relu())
        return x + added


class ResidualAttention(WholeBlock):
    """y of the formula above; see the module."""

    shows: ClassVar[frozenset[Shows]] = frozenset({"places", "channels"})

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        self.trunk = nn.Sequential(_Unit(channels), _Unit(channels))
        self.down, self.skip = _Unit(channels), _Unit(channels)
        self.middle = nn.Sequential(_Unit(channels), _Unit(channels))
        self.up = _Unit(channels)
        self.mix = nn.Conv2d(channels, channels, 1)
        self.output = nn.Conv2d(channels, channels, 1)

    def draw(self, features: Tensor) -> Tensor:
        """Return y, N x C x H x W."""
        drawn: Tensor = (1 + self._mask(features)) * self.trunk(features)
        return drawn

    def show(self, features: Tensor) -> Attended:
        """Return the means of M over the channels of each place and over the places of each channel."""
        mask = self._mask(features)
        return Attended(weight=mask.mean(1), units=mask.mean((2, 3)))

    def _mask(self, features: Tensor) -> Tensor:
        """Compute M, N x C x H x W."""
        down = self.down(_pool(features))
        low = _resize(self.middle(_pool(down)), down) + self.skip(down)
        high = _resize(self.up(low), features)
        scores: Tensor = self.output(self.mix(high.relu()).relu())
        return scores.sigmoid()

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """2 units and 2 convolutions at full size, 3 units at half, 2 at a quarter."""
        inner = reduce_channels(channels, RATIO)
        unit = 2 * channels * inner + 9 * inner * inner
        half = -(-height // 2) * -(-width // 2)
        quarter = -(-height // 4) * -(-width // 4)
        n = height * width
        return BlockCost(unit * (2 * n + 3 * half + 2 * quarter) + 2 * n * channels * channels, n * channels)


def _pool(x: Tensor) -> Tensor:
    return functional.max_pool2d(x, 3, 2, 1)


def _resize(x: Tensor, like: Tensor) -> Tensor:
    return functional.interpolate(x, like.shape[-2:], mode="bilinear", align_corners=True)
