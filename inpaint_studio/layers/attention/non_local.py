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

from torch import Tensor, nn

from inpaint_studio.layers.attention.block import BlockCost, PairBlock, reduce_channels

RATIO = 2  # section 3


class NonLocal(PairBlock):
    """z of the formula above; see the module."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        inner = reduce_channels(channels, RATIO)
        self.theta = nn.Conv2d(channels, inner, 1)
        self.phi = nn.Conv2d(channels, inner, 1)
        self.g = nn.Conv2d(channels, inner, 1)
        self.z = nn.Conv2d(inner, channels, 1)

    def project(self, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return theta, phi and g of the features."""
        return self.theta(features), self.phi(features), self.g(features)

    def finish(self, mixed: Tensor) -> Tensor:
        """Return z, N x C x H x W."""
        drawn: Tensor = self.z(mixed)
        return drawn

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """4 convolutions and 2 products; the weights are the largest: N^2 values."""
        n, inner = height * width, reduce_channels(channels, RATIO)
        return BlockCost(4 * n * channels * inner + 2 * n * n * inner, max(n * n, n * channels))
