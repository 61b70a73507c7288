"""Twice and half the size through the smooth filter [1, 3, 3, 1], as StyleGAN and its kin resample."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

TAPS = (1.0, 3.0, 3.0, 1.0)


def doubled(x: Tensor) -> Tensor:
    """N x C x H x W with zeros put between the values, then filtered (gain 4): N x C x 2H x 2W.

    Between values the filter is bilinear interpolation; beyond the border it sees zeros.
    """
    x = functional.pad(x, (1, 1, 1, 1))
    return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)[..., 2:-2, 2:-2]


def halved(x: Tensor) -> Tensor:
    """N x C x H x W filtered, every second value kept: N x C x H/2 x W/2; zeros beyond the border."""
    taps = torch.tensor(TAPS, dtype=x.dtype, device=x.device)
    kernel = torch.outer(taps, taps) / taps.sum() ** 2
    channels = x.shape[1]
    return functional.conv2d(x, kernel.expand(channels, 1, 4, 4), stride=2, padding=1, groups=channels)
