"""Canny edges by tensor operations alone, for networks that are exported, where scikit-image cannot be used.

The same steps as scikit-image's `canny` (J. Canny, A Computational Approach to Edge Detection, 1986, with
interpolation between the neighbours along the gradient), in float32; weak edges are followed for `REACH` px.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

REACH = 128  # px
_WEAK, _STRONG = 0.1, 0.2  # of the gradient, the thresholds scikit-image takes for images in [0, 1]
_TRUNCATE = 4  # standard deviations at which the Gaussian ends
_FAINT = 1e-12  # keeps divisions from zero
_RED, _GREEN, _BLUE = 0.2125, 0.7154, 0.0721  # Rec. 709


def grey(image: Tensor) -> Tensor:
    """Compute the luminance (N x 1 x H x W) of N x 3 x H x W RGB."""
    return _RED * image[:, 0:1] + _GREEN * image[:, 1:2] + _BLUE * image[:, 2:3]


def canny(image: Tensor, hole: Tensor, sigma: float) -> Tensor:
    """Find the edges of a grey image: 1 on edges, else 0; N x 1 x H x W each. Pixels where `hole` is 1 are ignored."""
    known = 1 - hole
    smooth = _blur(image * known, sigma) / (_blur(known, sigma) + _FAINT)
    down, right = _sobel(smooth, 2), _sobel(smooth, 3)
    size = torch.sqrt(down * down + right * right)
    inside = 1 - functional.max_pool2d(functional.pad(hole, (1, 1, 1, 1), value=1.0), 3, 1)
    thin = size * inside * _is_maximum(down, right, size)
    weak = (thin >= _WEAK).to(size.dtype)
    edges = (thin >= _STRONG).to(size.dtype)
    for _ in range(REACH):
        edges = functional.max_pool2d(edges, 3, 1, 1) * weak
    return edges


def _blur(x: Tensor, sigma: float) -> Tensor:
    radius = int(_TRUNCATE * sigma + 0.5)
    at = torch.arange(-radius, radius + 1, device=x.device, dtype=x.dtype)
    bell = torch.exp(-0.5 * (at / sigma) ** 2)
    bell = bell / bell.sum()
    x = functional.conv2d(x, bell.view(1, 1, -1, 1), padding=(radius, 0))
    return functional.conv2d(x, bell.view(1, 1, 1, -1), padding=(0, radius))


def _sobel(x: Tensor, axis: int) -> Tensor:
    """Compute Sobel's derivative along an axis; the border is repeated."""
    first = torch.tensor([-1.0, 0.0, 1.0], device=x.device, dtype=x.dtype)
    across = torch.tensor([1.0, 2.0, 1.0], device=x.device, dtype=x.dtype)
    kernel = first[:, None] * across if axis == 2 else across[:, None] * first
    return functional.conv2d(functional.pad(x, (1, 1, 1, 1), mode="replicate"), kernel[None, None])


def _is_maximum(down: Tensor, right: Tensor, size: Tensor) -> Tensor:
    """1 where the gradient is at least as large as on both sides of it, between the two neighbours on each."""
    height, width = size.shape[-2:]
    around = functional.pad(size, (1, 1, 1, 1))

    def at(row: int, column: int) -> Tensor:
        return around[..., 1 + row : 1 + row + height, 1 + column : 1 + column + width]

    steep = down.abs() > right.abs()
    share = torch.minimum(down.abs(), right.abs()) / (torch.maximum(down.abs(), right.abs()) + _FAINT)
    alike = down * right >= 0  # the gradient points down and right, or up and left
    corner_one = torch.where(alike, at(1, 1), torch.where(steep, at(1, -1), at(-1, 1)))
    corner_two = torch.where(alike, at(-1, -1), torch.where(steep, at(-1, 1), at(1, -1)))
    side_one, side_two = torch.where(steep, at(1, 0), at(0, 1)), torch.where(steep, at(-1, 0), at(0, -1))
    larger = torch.maximum(corner_one * share + side_one * (1 - share), corner_two * share + side_two * (1 - share))
    return (larger <= size).to(size.dtype)
