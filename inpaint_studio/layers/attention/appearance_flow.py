"""Appearance flow: every place predicts from where in the plane its features come.

Zhou et al., View Synthesis by Appearance Flow (ECCV 2016), section 3. With x as C x H x W:

    f = conv 3 x 3 of x                        2 x H x W: rows and columns, in cells, 0 at the start
    y_p = x sampled at p + f_p, bilinearly, 0 beyond the border

The paper predicts f by a network of its own from an image and a change of the viewpoint; as a block inside another
network one convolution predicts it, which is a reading of ours, as is the start at 0. Yu et al. (CVPR 2018, DeepFill
v1) report that it fails for inpainting as the only attention: the flow is hardly learned; Ren et al. (StructureFlow,
ICCV 2019) help it by a loss on the sampled features.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from inpaint_studio.layers.attention.block import BlockCost
from inpaint_studio.layers.attention.sampling import MovingBlock, own_positions

KERNEL = 3


class AppearanceFlow(MovingBlock):
    """y of the formula above; see the module."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        self.flow = nn.Conv2d(channels, 2, KERNEL, padding=KERNEL // 2)
        with torch.no_grad():
            self.flow.weight.zero_()
            assert self.flow.bias is not None
            self.flow.bias.zero_()

    def move(self, features: Tensor) -> Tensor:
        """Return p + f_p."""
        flow: Tensor = self.flow(features)
        return own_positions(features) + flow

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """One convolution; the sampling is not counted."""
        n = height * width
        return BlockCost(KERNEL * KERNEL * 2 * channels * n, n * max(channels, 2))
