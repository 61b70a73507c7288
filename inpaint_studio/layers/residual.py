"""Residual blocks with instance norm and mirrored borders (Johnson et al. 2016), as used first for style transfer."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.layers.cpu.conv import convolve3x3, is_exporting

EPSILON = 1e-5  # added to a variance


def instance_norm(x: Tensor) -> Tensor:
    """Normalise each channel of each image, N x C x H x W, to mean 0 and variance 1; both sides above 1."""
    if x.device.type != "cpu" or is_exporting():
        return functional.instance_norm(x, eps=EPSILON)
    if torch.is_grad_enabled() and x.requires_grad:
        # An image at a time, as batch norm leaves the channels innermost in memory; see `_statistics` for its error.
        return torch.cat(
            [functional.batch_norm(one, None, None, training=True, eps=EPSILON) for one in torch.split(x, 1)]
        )
    return torch.cat([functional.batch_norm(one, *_statistics(one), eps=EPSILON) for one in torch.split(x, 1)])


def _statistics(x: Tensor) -> tuple[Tensor, Tensor]:
    """Compute mean and variance of every channel of one image by batch norm.

    Unlike instance norm, that keeps the channels innermost in memory. But it adds up the values of a channel one by
    one, with an error of 1e-4 at 512 x 512; so the statistics of every column are computed first.
    """
    _, channels, height, width = x.shape
    columns = x.permute(0, 2, 3, 1).reshape(1, height, 1, width * channels).permute(0, 3, 1, 2)
    mean, variance = (torch.zeros(width * channels, device=x.device) for _ in range(2))
    functional.batch_norm(columns, mean, variance, training=True, momentum=1)
    mean, variance = mean.view(width, channels), variance.view(width, channels) * ((height - 1) / height)
    whole = mean.mean(0)
    return whole, (variance + (mean - whole).square()).mean(0)


class InstanceNorm(nn.Module):
    """Normalises each channel of each image to mean 0 and deviation 1, then scales and shifts; no running statistics.

    For one image that is a batch norm over it, which unlike `functional.instance_norm` stays in channels_last. A
    channel of a single value becomes its shift.
    """

    def __init__(self, channels: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Normalise. x: N x C x H x W; returns the same shape."""
        if x.shape[0] == 1:
            return torch.batch_norm(x, self.weight, self.bias, None, None, True, 0.0, self.eps, False)
        return functional.instance_norm(x, None, None, self.weight, self.bias, True, 0.0, self.eps)


def norm_relu(x: Tensor) -> Tensor:
    """Apply `instance_norm`, then ReLU. x: N x C x H x W; returns the same shape."""
    return functional.relu(instance_norm(x), inplace=not torch.is_grad_enabled())


def reflect_pad(x: Tensor, by: int) -> Tensor:
    """Mirror N x C x H x W into a border of `by` px around it; both sides must be longer than that."""
    return functional.pad(x, (by, by, by, by), mode="reflect")


class ResidualBlock(nn.Module):
    """x plus two 3 x 3 convolutions of it, the first dilated; nothing after the sum."""

    def __init__(self, channels: int, dilation: int = 1, *, bias: bool = True) -> None:
        super().__init__()
        self.dilation = dilation
        self.conv1 = nn.Conv2d(channels, channels, 3, dilation=dilation, bias=bias)
        self.conv2 = nn.Conv2d(channels, channels, 3, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the block. x: N x C x H x W, sides longer than the dilation; returns the same shape."""
        one, two = self.conv1, self.conv2
        y = norm_relu(convolve3x3(reflect_pad(x, self.dilation), one.weight, one.bias, self.dilation))
        y = instance_norm(convolve3x3(reflect_pad(y, 1), two.weight, two.bias))
        return x + y if torch.is_grad_enabled() else y.add_(x)
