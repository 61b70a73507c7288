"""The spatial transformer (STN): one affine map for the whole plane, found by a small network, moves the features.

Jaderberg et al., Spatial Transformer Networks (NIPS 2015), section 3. With x as C x H x W:

    t = Loc(x)                                            2 x 3, the identity at the start
    (c, r) = t (c', r', 1)^T for every place (c', r')     positions from -1 to 1 between the outer edges of the plane
    y = x sampled at (c, r), bilinearly, 0 beyond the border

The paper leaves the form of Loc open. Here, a reading of ours: two 3 x 3 convolutions with stride 2 to C/4
channels, means over a grid of 4 x 4, and two full layers of 32 and 6; relu between them. Yu et al. (CVPR 2018, DeepFill
v1) report that it fails for inpainting: one map is too coarse.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.layers.attention.block import BlockCost, product, reduce_channels
from inpaint_studio.layers.attention.sampling import MovingBlock, own_positions, to_cells, to_scaled

RATIO, CELLS, HIDDEN = 4, 4, 32
_IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


class SpatialTransformer(MovingBlock):
    """y of the formula above; see the module."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        inner = reduce_channels(channels, RATIO)
        self.conv1 = nn.Conv2d(channels, inner, 3, 2, 1)
        self.conv2 = nn.Conv2d(inner, inner, 3, 2, 1)
        self.fc1 = nn.Linear(inner * CELLS * CELLS, HIDDEN)
        self.fc2 = nn.Linear(HIDDEN, len(_IDENTITY))
        with torch.no_grad():
            self.fc2.weight.zero_()
            self.fc2.bias.copy_(torch.tensor(_IDENTITY))

    def locate(self, features: Tensor) -> Tensor:
        """Return t, N x 2 x 3."""
        found = self.conv2(self.conv1(features).relu()).relu()
        flat = functional.adaptive_avg_pool2d(found, CELLS).flatten(1)
        numbers: Tensor = self.fc2(self.fc1(flat).relu())
        return numbers.view(-1, 2, 3)

    def move(self, features: Tensor) -> Tensor:
        """Return (r, c) in cells, N x 2 x H x W."""
        height, width = features.shape[-2:]
        scaled = to_scaled(own_positions(features), features)
        places = torch.stack([scaled[1], scaled[0], torch.ones_like(scaled[0])]).flatten(1)
        moved = product(self.locate(features), places).view(-1, 2, height, width).flip(1)
        return to_cells(moved, features)

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """Two convolutions, two full layers and the affine map; the sampling is not counted."""
        inner = reduce_channels(channels, RATIO)
        half = -(-height // 2) * -(-width // 2)
        quarter = -(-height // 4) * -(-width // 4)
        n = height * width
        macs = 9 * inner * (channels * half + inner * quarter) + HIDDEN * (inner * CELLS * CELLS + 6) + 6 * n
        return BlockCost(macs, max(n * max(channels, 3), inner * CELLS * CELLS, HIDDEN))
