"""Convolutions that compute the same sums another way, where the usual way is slow on a processor.

All take a picture that is already padded and give what `torch.nn.functional.conv2d` gives, to rounding. While gradients
are wanted, on other devices, in 16 bits and while a network is exported they are that convolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

_NARROW = 1 << 15  # weights at one place of a kernel below which the sums of `convolve3x3` cost more than they save
_STRIP = 1 << 23  # values worked on at a time: 32 MiB
_FEW = 4  # channels out


def exporting() -> bool:
    """Whether the network is being written down rather than run: then only plain operations will do."""
    tracing: bool = torch.jit.is_tracing()  # type: ignore[attr-defined, no-untyped-call]
    return tracing or torch.compiler.is_compiling()


def convolve3x3(x: Tensor, weight: Tensor, bias: Tensor | None = None, dilation: int = 1) -> Tensor:
    """N x C x H+2d x W+2d with C' x C x 3 x 3: N x C' x H x W.

    By Winograd's minimal filtering F(2 x 2, 3 x 3) (A. Lavin, S. Gray, Fast Algorithms for Convolutional Neural
    Networks, CVPR 2016, section 4.1): 16 products for 4 values instead of 36. It rounds no worse than the direct sum,
    as fewer values are added up.
    """
    if _plain(x, weight) or not _has_avx2_alone() or weight[..., 0, 0].numel() < _NARROW:
        return functional.conv2d(x, weight, bias, dilation=dilation)
    return _winograd(x.permute(0, 2, 3, 1), weight, bias, dilation).permute(0, 3, 1, 2)


def convolve1x1(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """N x C x H x W with C' x C x 1 x 1: N x C' x H x W.

    PyTorch gives such a convolution to oneDNN for several threads; for one it copies its operands about.
    """
    if _plain(x, weight) or torch.get_num_threads() > 1:
        return functional.conv2d(x, weight, bias)
    return functional.linear(x.permute(0, 2, 3, 1), weight.flatten(1), bias).permute(0, 3, 1, 2)


def convolve_to_few(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """N x C x H+k-1 x W+k-1 with C' x C x k x k for a C' of a few channels: N x C' x H x W.

    A processor computes 8 or 16 channels at once, whether they are there or not, so the kernel's rows become channels
    and are summed afterwards.
    """
    out, channels, rows, columns = weight.shape
    if out > _FEW or _plain(x, weight):
        return functional.conv2d(x, weight, bias)
    by_row = weight.permute(2, 0, 1, 3).reshape(rows * out, channels, 1, columns)
    partial = functional.conv2d(x, by_row)
    height = x.shape[2] - rows + 1
    total = partial[:, :out, :height].contiguous()
    for row in range(1, rows):
        total += partial[:, row * out : (row + 1) * out, row : row + height]
    if bias is not None:
        total += bias.view(1, -1, 1, 1)
    return total


def _plain(x: Tensor, weight: Tensor) -> bool:
    learning = torch.is_grad_enabled() and (x.requires_grad or weight.requires_grad)
    ours = x.device.type == "cpu" and x.dtype == weight.dtype == torch.float32
    return learning or not ours or exporting()


@cache
def _has_avx2_alone() -> bool:
    """Where it was measured to pay: 256 channels at 128 x 128 take 0.6 of the time. With AVX-512 the direct sum runs
    at so much more of the peak than small products do that nothing is won."""
    return torch.backends.cpu.get_cpu_capability() == "AVX2"


# Winograd's way. A tile of 4 x 4 values, 2 apart from the next, gives 2 x 2; of a dilated kernel every tile takes each
# d-th row and column, so that d x d tiles lie in one another. All tiles' values of one frequency stand together, for
# one product each; the work is in few and large steps, as every step of several threads ends in waiting for the last.


def _winograd(x: Tensor, weight: Tensor, bias: Tensor | None, d: int) -> Tensor:
    """N x H+2d x W+2d x C to N x H x W x C'."""
    count, height, width, channels = x.shape[0], x.shape[1] - 2 * d, x.shape[2] - 2 * d, x.shape[3]
    made = weight.shape[0]
    down, across = -(-height // (2 * d)), -(-width // (2 * d))
    short_down, short_across = 2 * d * down - height, 2 * d * across - width
    if short_down or short_across:
        x = functional.pad(x, (0, 0, 0, short_across, 0, short_down))
    kernels = _kernels(_kernels(weight, 2), 3).view(16, made, channels).transpose(1, 2)
    out = x.new_empty(count, down, 2, d, 2 * d * across, made)
    strip = max(1, _STRIP // (16 * count * d * d * across * max(channels, made)))
    for top in range(0, down, strip):
        bottom = min(down, top + strip)
        lines = count * (bottom - top) * d
        rows = _enter(x[:, 2 * d * top : 2 * d * (bottom + 1)], 1, d).view(4, lines, -1, channels)
        tiles = _enter(rows, 2, d).view(16, -1, channels)
        products = tiles.new_empty(16, tiles.shape[1], made)
        for tile, kernel, product in zip(tiles, kernels, products, strict=True):
            torch.mm(tile, kernel, out=product)
        columns = x.new_empty(4, lines, across, 2, d, made)
        _leave(products.view(4, 4, lines, across, d, made), columns.unbind(3))
        part = out[:, top:bottom]
        _leave(columns.view(4, count, bottom - top, d, 2 * d * across, made), part.unbind(2))
    whole = out.view(count, 2 * d * down, 2 * d * across, made)[:, :height, :width]
    return whole if bias is None else whole.add_(bias)


def _enter(x: Tensor, axis: int, d: int) -> Tensor:
    """B^T d of the paper: the four frequencies of every tile along an axis of `x`, first; the axis becomes two, the
    tiles and the d that lie in one another."""
    lines = x.reshape(*x.shape[:axis], -1, d, *x.shape[axis + 1 :])
    tiles = lines.shape[axis] - 3
    every_second = (slice(None),) * axis + (slice(None, None, 2),)
    a, b, c, e = (lines.narrow(axis, first, tiles)[every_second] for first in range(4))
    made = x.new_empty(4, *a.shape)
    torch.sub(a, c, out=made[0])
    torch.add(b, c, out=made[1])
    torch.sub(c, b, out=made[2])
    torch.sub(b, e, out=made[3])
    return made


def _leave(frequencies: Tensor, out: Sequence[Tensor]) -> None:
    """A^T m of the paper: from four frequencies into the two values of every tile."""
    a, b, c, e = frequencies
    torch.add(a, b, out=out[0]).add_(c)
    torch.sub(b, c, out=out[1]).sub_(e)


def _kernels(weight: Tensor, axis: int) -> Tensor:
    """G g of the paper along an axis: the four frequencies, first."""
    a, b, c = weight.unbind(axis)
    even, odd = (a + c) * 0.5, b * 0.5
    return torch.stack([a, even + odd, even - odd, c])
