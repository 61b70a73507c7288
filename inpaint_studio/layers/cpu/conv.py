"""Convolutions in a form that is faster on a processor than PyTorch's.

All return the result of `torch.nn.functional.conv2d`, up to rounding. On other devices, in 16 bits and while a network
is exported they call it; `convolve1x1` and `convolve_to_few` do so also while gradients are computed.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from inpaint_studio.layers.cpu import winograd

_FEW = 4  # channels out


def is_exporting() -> bool:
    """Whether the network is being exported (traced or compiled), where only operations of torch can be used."""
    tracing: bool = torch.jit.is_tracing()  # type: ignore[attr-defined, no-untyped-call]
    return tracing or torch.compiler.is_compiling()


def convolve3x3(x: Tensor, weight: Tensor, bias: Tensor | None = None, dilation: int = 1) -> Tensor:
    """Convolve N x C x H+2d x W+2d with C' x C x 3 x 3; returns N x C' x H x W. d is the dilation."""
    if x.device.type != "cpu" or is_exporting() or not winograd.is_faster(x.shape, weight, dilation, 0):
        return functional.conv2d(x, weight, bias, dilation=dilation)
    return winograd.convolve_with_gradients(x, weight, bias, dilation, 0)


def convolve_stride2(x: Tensor, weight: Tensor, bias: Tensor | None, border: int) -> Tensor:
    """Convolve N x C x H x W with C' x C x k x k, with stride 2 and `border` zeros round the image."""
    if x.device.type == "cpu" and not is_exporting():
        if 2 * border + 1 == weight.shape[-1] and winograd.is_faster_stride2(x.shape, weight):
            return winograd.convolve_with_gradients(x, weight, bias, 1, border, 2)
        x = x.contiguous()  # with stride 2 the library is slower channels last
    return functional.conv2d(x, weight, bias, 2, border)


def convolve1x1(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Convolve N x C x H x W with C' x C x 1 x 1; returns N x C' x H x W.

    PyTorch uses oneDNN for it with several threads; with one thread it copies its operands, which is slow.
    """
    if _plain(x, weight) or torch.get_num_threads() > 1:
        return functional.conv2d(x, weight, bias)
    return functional.linear(x.permute(0, 2, 3, 1), weight.flatten(1), bias).permute(0, 3, 1, 2)


def convolve_to_few(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Convolve N x C x H+k-1 x W+k-1 with C' x C x k x k for a small C'; returns N x C' x H x W.

    A processor always computes 8 or 16 output channels at once. So the kernel's rows become channels, which are summed
    afterwards.
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
    return learning or not ours or is_exporting()
