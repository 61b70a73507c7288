"""The discriminator of MI-GAN, StyleGAN2's with separable convolutions. Only training uses it.

Karras et al. 2020, section 4.1; Picsart-AI-Research/MI-GAN, lib/model_zoo/migan.py, `Discriminator` as in its
configuration `migan_dw_reparam_d256`.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.models.networks.mi_gan import downsample

_GAIN, _BOUND = math.sqrt(2), 256.0  # of the activations (lrelu_agc in lib/model_zoo/common/utils.py)
_GROUP = 4  # images over which a spread is taken (mbstd_group_size)
# The authors' kernels are sums of nine, divided by 3. All nine get the same gradient, so with Adam their sum moves as
# one kernel that begins a third as large; only its direction counts.
_START = 1 / 3


class ResidualDiscriminator(nn.Module):
    """Residual blocks that halve the size, the spread over the batch as one more channel, two linear layers: B x 1."""

    def __init__(self, channels: int, size: int, base: int = 32768, most: int = 512) -> None:
        """Takes images of `channels` x `size` x `size`; `size` is a power of 2. Maps of n px have `base` / n channels,
        `most` at most."""
        super().__init__()

        def width(side: int) -> int:
            return min(base // side, most)

        self.enter = _UnitConvolution(channels, width(size), 1)
        blocks = []
        while size > 4:
            blocks.append(_Halving(width(size), width(size // 2)))
            size //= 2
        self.blocks = nn.Sequential(*blocks)
        last = width(size)
        self.last = _Separable(last + 1, last)
        self.features = _EqualisedLinear(last * size * size, last)
        self.judge = _EqualisedLinear(last, 1)

    def forward(self, image: Tensor) -> Tensor:
        """Score whole images. image: B x channels x `size` x `size`; returns B x 1."""
        features = self.blocks(_activate(self.enter(image)))
        features = self.last(torch.cat([features, _spread(features)], dim=1))
        features = _activate(self.features(features.flatten(1)))
        result: Tensor = self.judge(features)
        return result


class _UnitConvolution(nn.Conv2d):
    """A convolution that uses the directions of its filters alone."""

    def __init__(self, channels: int, out: int, kernel: int, *, bias: bool = True, groups: int = 1) -> None:
        super().__init__(channels, out, kernel, padding=kernel // 2, bias=bias, groups=groups)

    def reset_parameters(self) -> None:
        nn.init.normal_(self.weight, 0.0, _START)
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        length = self.weight.square().sum((1, 2, 3), keepdim=True).add(1e-8).sqrt()
        return functional.conv2d(x, self.weight / length, self.bias, padding=self.padding, groups=self.groups)


class _EqualisedLinear(nn.Linear):
    """A linear layer with normal weights, divided by the root of the number of its inputs."""

    def reset_parameters(self) -> None:
        nn.init.normal_(self.weight)
        nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight / math.sqrt(self.in_features), self.bias)


class _Separable(nn.Module):
    """A 3 x 3 convolution of each channel alone, then a 1 x 1 one across them, which may halve the size first."""

    def __init__(self, channels: int, out: int, *, halve: bool = False, factor: float = 1.0) -> None:
        super().__init__()
        self.depthwise = _UnitConvolution(channels, channels, 3, groups=channels)
        self.pointwise = _UnitConvolution(channels, out, 1, bias=False)
        self.halve, self.factor = halve, factor

    def forward(self, x: Tensor) -> Tensor:
        x = _activate(self.depthwise(x))
        return _activate(self.pointwise(downsample(x) if self.halve else x), self.factor)


class _Halving(nn.Module):
    """Two convolutions beside a skip; the sum of both keeps the variance."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = _Separable(before, before)
        self.second = _Separable(before, after, halve=True, factor=0.5**0.5)
        self.skip = _UnitConvolution(before, after, 1, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        result: Tensor = self.second(self.first(features)) + 0.5**0.5 * self.skip(downsample(features))
        return result


def _activate(x: Tensor, factor: float = 1.0) -> Tensor:
    """Apply leaky ReLU with its gain, clamped, times `factor`."""
    return (functional.leaky_relu(x, 0.2) * (_GAIN * factor)).clamp(-_BOUND * factor, _BOUND * factor)


def _spread(features: Tensor) -> Tensor:
    """Return the mean deviation over groups of the batch, B x 1 x H x W (Karras et al. 2018, section 3)."""
    count = len(features)
    group = max(size for size in range(1, _GROUP + 1) if count % size == 0)
    groups = features.float().reshape(group, -1, *features.shape[1:])
    deviation = groups.var(dim=0, unbiased=False).add(1e-8).sqrt().mean((1, 2, 3)).to(features.dtype)
    return deviation.repeat(group).view(-1, 1, 1, 1).expand(-1, 1, *features.shape[2:])
