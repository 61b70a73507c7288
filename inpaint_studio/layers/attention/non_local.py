"""The non-local block: the response at a place is a weighed mean of learned features at all places.

Wang et al., Non-local Neural Networks (CVPR 2018), section 3, with the embedded Gaussian. With x as C x N:

    theta = Wt x, phi = Wp x, g = Wg x    each C/2 x N
    y_i = sum_j exp(theta_i . phi_j) g_j / sum_j exp(theta_i . phi_j)
    z_i = Wz y_i                          C x N

The paper returns z + x. All W are 1 x 1 convolutions with bias; C/2 is the paper's. The authors' code
(facebookresearch/video-nonlocal-net, lib/models/nonlocal_helper.py) can also divide the exponents by sqrt(C/2) and
halve phi and g by max pooling; neither is in the formula and both are left out. It normalises z by batch norm whose
scale starts at 0. Here Wz starts like any convolution, because the network's own factor starts at 0 and two such
factors would never learn: a reading of ours.
"""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor, nn

from inpaint_studio.layers.attention.block import (
    Attended,
    BlockCost,
    Shows,
    WholeBlock,
    find_strongest,
    image_of,
    reduce_channels,
    rows_of,
    weigh_pairs,
)

RATIO = 2  # section 3


class NonLocal(WholeBlock):
    """z of the formula above; see the module."""

    shows: ClassVar[frozenset[Shows]] = frozenset({"offsets"})

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        inner = reduce_channels(channels, RATIO)
        self.theta = nn.Conv2d(channels, inner, 1)
        self.phi = nn.Conv2d(channels, inner, 1)
        self.g = nn.Conv2d(channels, inner, 1)
        self.z = nn.Conv2d(inner, channels, 1)

    def draw(self, features: Tensor) -> Tensor:
        """Return z, N x C x H x W."""
        mixed = self._weights(features) @ rows_of(self.g(features))
        drawn: Tensor = self.z(image_of(mixed, *features.shape[-2:]))
        return drawn

    def show(self, features: Tensor) -> Attended:
        """Return offset and weight of the strongest j of each i."""
        return find_strongest(self._weights(features), *features.shape[-2:])

    def _weights(self, features: Tensor) -> Tensor:
        """Compute the weights, N x HW x HW, [.., i, j]."""
        return weigh_pairs(self.theta(features), self.phi(features))

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """4 convolutions and 2 products; the weights are the largest: N^2 values."""
        n, inner = height * width, reduce_channels(channels, RATIO)
        return BlockCost(4 * n * channels * inner + 2 * n * n * inner, max(n * n, n * channels))
