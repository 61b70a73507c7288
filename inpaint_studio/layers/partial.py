"""Partial convolution: it uses only known values, and every output with a known input becomes known.

Liu et al., Image Inpainting for Irregular Holes Using Partial Convolutions (ECCV 2018), equation 1 and 2.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


class PartialConv2d(nn.Module):
    """A convolution over `sources` (the channels of each), each of which has its own mask; the sides are
    padded by half a kernel.

    All channels of a source have the same mask, so one plane per source is enough. With `window` the result is
    scaled by the window's size over the number of known values in it, as in the paper and in NVIDIA/partialconv;
    without, by one over that number, as in naoto0804/pytorch-inpainting-with-partial-conv, whose weights need that.
    """

    def __init__(
        self, sources: Sequence[int], out: int, kernel: int, stride: int = 1, *, bias: bool = False, window: bool = True
    ) -> None:
        super().__init__()
        self.sources, self.stride, self.window = tuple(sources), stride, window
        like = nn.Conv2d(sum(sources), out, kernel, bias=bias)  # for its initial values
        self.weight, self.bias = like.weight, like.bias

    def forward(self, x: Tensor, known: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Convolve the known values.

        `x` is N x C x H x W and 0 where nothing is known; `known` has N x 1 x H x W float32 of 0 and 1 for each source.
        Returns the features (0 where no value is known) and the float32 mask of outputs with a known input.
        """
        count = self._count(known)
        seen = (count > 0).to(count.dtype)
        # NVIDIA/partialconv adds 1e-8 to the count, which in 32 bits does not change 1.
        ratio = seen * (self.weight[0].numel() if self.window else 1) / count.clamp_min(1)
        kernel = self.weight.shape[-1]
        drawn = functional.conv2d(x, self.weight, None, self.stride, kernel // 2)
        if torch.is_grad_enabled():
            drawn = drawn * ratio.to(drawn.dtype)
            return drawn if self.bias is None else drawn + self._shift(seen, drawn), seen
        drawn.mul_(ratio.to(drawn.dtype))
        if self.bias is not None:
            drawn.addcmul_(self.bias.to(drawn.dtype).view(1, -1, 1, 1), seen.to(drawn.dtype))
        return drawn, seen

    def _count(self, known: Sequence[Tensor]) -> Tensor:
        """Count the known values in each window, over all channels."""
        kernel = self.weight.shape[-1]
        ones = known[0].new_ones(1, 1, kernel, kernel)
        counts = [
            channels * functional.conv2d(mask, ones, None, self.stride, kernel // 2).float()
            for channels, mask in zip(self.sources, known, strict=True)
        ]
        return counts[0] if len(counts) == 1 else counts[0] + counts[1]

    def _shift(self, seen: Tensor, drawn: Tensor) -> Tensor:
        assert self.bias is not None
        return self.bias.view(1, -1, 1, 1) * seen.to(drawn.dtype)
