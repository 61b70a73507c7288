"""Batch norms folded into neighbouring convolutions for inference, which saves one pass over memory each."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Clip(nn.Module):
    """Clamps each channel between two bounds, in place."""

    low: Tensor
    high: Tensor

    def __init__(self, low: Tensor, high: Tensor) -> None:
        super().__init__()
        self.register_buffer("low", low.view(1, -1, 1, 1))
        self.register_buffer("high", high.view(1, -1, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Clamp each channel of `x` (N x C x H x W) between its bounds, in place; returns `x`."""
        return x.clamp_(self.low, self.high)


def scale_and_shift(norm: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """Return scale and shift per channel, so that the norm in inference is x * scale + shift.

    Raises ValueError for a norm without statistics.
    """
    if norm.running_mean is None or norm.running_var is None:
        raise ValueError("this norm keeps no statistics")
    scale = torch.rsqrt(norm.running_var + norm.eps)
    if norm.weight is not None:
        scale = scale * norm.weight
    shift = -norm.running_mean * scale
    return scale, shift if norm.bias is None else shift + norm.bias


def scale_convolution(convolution: nn.Module, scale: Tensor, shift: Tensor) -> None:
    """Change a convolution, or a transposed one, so that it returns its output * scale + shift. Raises TypeError."""
    if not isinstance(convolution, nn.Conv2d | nn.ConvTranspose2d) or convolution.groups != 1:
        raise TypeError("only plain convolutions can be scaled")
    axis = 1 if isinstance(convolution, nn.ConvTranspose2d) else 0
    shape = [1] * convolution.weight.ndim
    shape[axis] = -1
    bias = shift if convolution.bias is None else convolution.bias * scale + shift
    convolution.weight = nn.Parameter(convolution.weight * scale.view(shape), requires_grad=False)
    convolution.bias = nn.Parameter(bias, requires_grad=False)


def fold_into(convolution: nn.Module, norm: nn.BatchNorm2d) -> nn.Module:
    """Fold a norm that follows `convolution` into it; return the module that replaces the norm."""
    scale_convolution(convolution, *(part.detach() for part in scale_and_shift(norm)))
    return nn.Identity()


def fold_over_relu(convolution: nn.Module, norm: nn.BatchNorm2d) -> Clip:
    """Fold a norm that follows the activation after `convolution` into it; return what replaces activation and norm.

    scale * max(y, 0) + shift is max(y', shift) for a scale above 0 and min(y', shift) below, y' = y * scale + shift.
    """
    scale, shift = (part.detach() for part in scale_and_shift(norm))
    scale_convolution(convolution, scale, shift)
    endless = torch.full_like(shift, torch.inf)
    return Clip(torch.where(scale < 0, -endless, shift), torch.where(scale > 0, endless, shift))
