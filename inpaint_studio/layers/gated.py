"""Gated convolution: a second convolution decides, for every place and channel, how much of the first goes on.

Yu et al., Free-Form Image Inpainting with Gated Convolution (ICCV 2019), section 3.1.
"""

from __future__ import annotations

from torch import Tensor, nn

from inpaint_studio.layers.drawing import Convolution, Fast, activated


class GatedConvolution(Convolution):
    """activation(features) * sigmoid(gate); the kernels of both lie in one tensor of 2 `outputs`, features first."""

    planes = 2

    def forward(self, x: Tensor) -> Tensor:
        features, gate = self.linear(x).chunk(2, 1)
        return activated(features, self.activation) * gate.sigmoid()

    def optimised(self) -> nn.Module:
        """The same as two convolutions: halves of one result lie interleaved, which every later step pays for."""
        assert self.bias is not None
        return Fast(self, self.weight.chunk(2), self.bias.chunk(2))
