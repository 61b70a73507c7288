"""Convolutions of 3 x 3 with a quarter of the products, for processors on which those are what takes the time.

Minimal filtering F(4 x 4, 3 x 3): A. Lavin, S. Gray, Fast Algorithms for Convolutional Neural Networks (CVPR 2016),
section 4. A tile of 6 x 6 values becomes 36 others, each of which meets one matrix of all channels; from those come
4 x 4 values. The ways there and back are matrices too. They belong to the points 0, 1, -1, 1/2, -2 and infinity, at
which polynomials are multiplied (B. Barabasz et al., Error Analysis and Improving the Accuracy of Winograd Convolution
for Deep Neural Networks, 2020): with these it rounds about as the plain sum does, to some 2e-6 of the largest value
over 96 channels; with the usual 2 instead of 1/2 it would be four times as much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

TILE, SPAN = 4, 6  # values a tile gives, and takes, along each axis
_AT_ONE = SPAN + 1  # of the 36: what is added there is added to every value of the tile
_TILES = 512  # worked on at a time: few enough to stay in the processor's outer cache; measured: 160 to 640 are alike

_ENTER = (
    (1, -3 / 2, -2, 3 / 2, 1, 0),
    (0, -1, 1 / 2, 5 / 2, 1, 0),
    (0, 1, -5 / 2, 1 / 2, 1, 0),
    (0, -2, -1, 2, 1, 0),
    (0, 1 / 2, -1, -1 / 2, 1, 0),
    (0, 1, -3 / 2, -2, 3 / 2, 1),
)
_KERNEL = (
    (1, 0, 0),
    (1 / 3, 1 / 3, 1 / 3),
    (-1 / 3, 1 / 3, -1 / 3),
    (-16 / 15, -8 / 15, -4 / 15),
    (1 / 15, -2 / 15, 4 / 15),
    (0, 0, 1),
)
_LEAVE = (
    (1, 1, 1, 1, 1, 0),
    (0, 1, -1, 1 / 2, -2, 0),
    (0, 1, 1, 1 / 4, 4, 0),
    (0, 1, -1, 1 / 8, -8, 1),
)

Join = Callable[[list[Tensor]], Tensor]


def transformed(kernel: Tensor) -> Tensor:
    """36 x C x C' from C' x C x 3 x 3."""
    g = torch.tensor(_KERNEL, dtype=torch.float64, device=kernel.device)
    made = torch.einsum("ui,vj,ocij->uvco", g, g, kernel.double())
    return made.flatten(0, 1).to(kernel.dtype).contiguous()


def waste(height: int, width: int, dilation: int) -> float:
    """How many times more values are computed than there are, as tiles go over the rim."""
    side = TILE * dilation
    return (-(-height // side) * side) * (-(-width // side) * side) / (height * width)


def convolve(x: Tensor, kernels: Sequence[Tensor], biases: Sequence[Tensor], dilation: int, join: Join) -> Tensor:
    """Convolutions of N x C x H x W with `kernels` (`transformed`), zeros round it, in channels-last order.

    `join` makes one tensor of the results of all kernels, value by value; it may write to them. Of a dilated kernel,
    every tile takes each so many-th row and column, and tiles lie in one another.
    """
    return torch.cat([_convolve(one, kernels, biases, dilation, join) for one in x]).permute(0, 3, 1, 2)


def _convolve(x: Tensor, kernels: Sequence[Tensor], biases: Sequence[Tensor], d: int, join: Join) -> Tensor:
    """1 x H x W x C' from C x H x W."""
    (channels, height, width), outputs = x.shape, kernels[0].shape[2]
    down, across = (-(-side // (TILE * d)) for side in (height, width))
    more = [TILE * d * tiles - side for tiles, side in ((across, width), (down, height))]
    padded = functional.pad(x.permute(1, 2, 0), (0, 0, d, d + more[0], d, d + more[1])).contiguous()
    row = padded.shape[1] * channels
    enter, leave = (torch.kron(m, m) for m in (x.new_tensor(_ENTER), x.new_tensor(_LEAVE)))
    out = x.new_empty(down, TILE, d, across, TILE, d, outputs)

    strip = min(down, max(1, _TILES // (across * d * d)))
    count = strip * across * d * d
    tiles, entered = x.new_empty(2, SPAN * SPAN * count * channels)
    met = x.new_empty(SPAN * SPAN * count * outputs)
    left = [x.new_empty(TILE * TILE * count * outputs) for _ in kernels]
    for top in range(0, down, strip):
        rows = min(strip, down - top)
        size, count = (rows, d, across, d), rows * across * d * d
        lines = (d * row, d * channels, TILE * d * row, row, TILE * d * channels, channels, 1)
        seen = padded.as_strided((SPAN, SPAN, *size, channels), lines, TILE * d * top * row)
        given = tiles[: seen.numel()].view(SPAN * SPAN, -1)
        given.view(seen.shape).copy_(seen)
        frequencies = entered[: seen.numel()].view(SPAN * SPAN, -1)
        torch.mm(enter, given, out=frequencies)
        parts = []
        for kernel, bias, values in zip(kernels, biases, left, strict=True):
            products = met[: SPAN * SPAN * count * outputs].view(SPAN * SPAN, count, outputs)
            torch.bmm(frequencies.view(SPAN * SPAN, count, channels), kernel, out=products)
            products[_AT_ONE] += bias
            part = values[: TILE * TILE * count * outputs].view(TILE * TILE, -1)
            parts.append(torch.mm(leave, products.flatten(1), out=part))
        drawn = join(parts).view(TILE, TILE, *size, outputs)
        out[top : top + rows] = drawn.permute(2, 0, 3, 4, 1, 5, 6)
    return out.view(1, down * TILE * d, across * TILE * d, outputs)[:, :height, :width]
