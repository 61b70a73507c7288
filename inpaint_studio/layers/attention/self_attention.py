"""Self-attention: every place mixes what all places hold, weighed by learned queries and keys.

Zhang et al., Self-Attention Generative Adversarial Networks (ICML 2019), section 3. With x as C x N, N = H W:

    f = Wf x, g = Wg x, h = Wh x          each C/8 x N
    b[j, i] = exp(f_i . g_j) / sum_i exp(f_i . g_j)
    o_j = Wv sum_i b[j, i] h_i            C x N

The paper returns gamma o + x with gamma 0 at the start. All four W are 1 x 1 convolutions without bias. C/8 is the
paper's; fewer than 8 channels become 1, which is a reading of ours. The authors' code
(brain-research/self-attention-gan, non_local.py) takes keys and values from features that are halved by max pooling,
with C/2 channels of values; pooling is left out here, since it has no meaning for a side of 1. Spectral norm of the
weights is a matter of training and left out, too.
"""

from __future__ import annotations

from torch import Tensor, nn

from inpaint_studio.layers.attention.block import BlockCost, PairBlock, reduce_channels

RATIO = 8  # section 3


class SelfAttention(PairBlock):
    """o of the formula above; see the module."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        inner = reduce_channels(channels, RATIO)
        self.f = nn.Conv2d(channels, inner, 1, bias=False)
        self.g = nn.Conv2d(channels, inner, 1, bias=False)
        self.h = nn.Conv2d(channels, inner, 1, bias=False)
        self.v = nn.Conv2d(inner, channels, 1, bias=False)

    def project(self, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return g, f and h."""
        return self.g(features), self.f(features), self.h(features)

    def finish(self, mixed: Tensor) -> Tensor:
        """Return o, N x C x H x W."""
        drawn: Tensor = self.v(mixed)
        return drawn

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """4 convolutions and 2 products; the weights are the largest: N^2 values."""
        n, inner = height * width, reduce_channels(channels, RATIO)
        return BlockCost(4 * n * channels * inner + 2 * n * n * inner, max(n * n, n * channels))
