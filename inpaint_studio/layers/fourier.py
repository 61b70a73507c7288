"""Fast Fourier convolutions (L. Chi, B. Jiang, Y. Mu, Fast Fourier Convolution, NeurIPS 2020), as LaMa uses them.

A layer keeps its channels in two branches: the local one is convolved with small mirrored kernels, the global one also
in the spectrum, where every value depends on the whole image.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.layers.cpu.conv import convolve1x1, convolve3x3
from inpaint_studio.layers.fuse_norm import fold_into, scale_and_shift, scale_convolution
from inpaint_studio.layers.residual import reflect_pad


def rectify(x: Tensor) -> Tensor:
    """Apply ReLU, in place where no gradient is computed."""
    return functional.relu(x, inplace=not torch.is_grad_enabled())


def _mix(convolution: nn.Conv2d, x: Tensor) -> Tensor:
    return convolve1x1(x, convolution.weight, convolution.bias)


class FourierUnit(nn.Module):
    """A 1 x 1 convolution, norm and rectifier on the spectrum, whose channels are the real and imaginary parts."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2 * channels, 2 * channels, 1, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(2 * channels)

    def forward(self, x: Tensor) -> Tensor:
        """Filter the spectrum. x: N x C x H x W; returns the same shape and type.

        The transforms are orthonormal and computed in float32.
        """
        dtype, size = x.dtype, x.shape[-2:]
        spectrum: Tensor = torch.view_as_real(torch.fft.rfftn(x.float(), dim=(-2, -1), norm="ortho"))
        y = spectrum.permute(0, 2, 3, 1, 4).flatten(3).permute(0, 3, 1, 2)  # channels stay innermost in memory
        y = rectify(self.norm(_mix(self.conv, y.to(dtype)))).float()
        spectrum = y.permute(0, 2, 3, 1).reshape(spectrum.permute(0, 2, 3, 1, 4).shape).permute(0, 3, 1, 2, 4)
        drawn: Tensor = torch.fft.irfftn(
            torch.view_as_complex(spectrum.contiguous()), s=size, dim=(-2, -1), norm="ortho"
        )
        return drawn.to(dtype)

    def fold(self) -> None:
        """Fold the norm into the convolution, for inference."""
        if isinstance(self.norm, nn.BatchNorm2d):
            self.norm = fold_into(self.conv, self.norm)


class SpectralTransform(nn.Module):
    """Reduces the channels to half, adds a `FourierUnit` of them, then expands to `out` channels."""

    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, out // 2, 1, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(out // 2)
        self.fourier = FourierUnit(out // 2)
        self.expand = nn.Conv2d(out // 2, out, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the transform. x: N x C x H x W; returns N x C' x H x W."""
        x = rectify(self.norm(_mix(self.reduce, x)))
        return _mix(self.expand, x + self.fourier(x))

    def fold(self) -> None:
        """Fold the norms into the convolutions, for inference."""
        if isinstance(self.norm, nn.BatchNorm2d):
            self.norm = fold_into(self.reduce, self.norm)
        self.fourier.fold()


class FourierConvolution(nn.Module):
    """A layer of both branches, 3 x 3 with a mirrored border, norm and rectifier; `channels` and `out` are (local,
    global), and without global channels that branch is fed by the local one alone, at half the size for `stride` 2."""

    def __init__(self, channels: tuple[int, int], out: tuple[int, int], stride: int = 1) -> None:
        super().__init__()
        self.stride = stride
        self.local_to_local = nn.Conv2d(channels[0], out[0], 3, stride, bias=False)
        self.local_to_global = nn.Conv2d(channels[0], out[1], 3, stride, bias=False)
        both = channels[1] > 0
        self.global_to_local = nn.Conv2d(channels[1], out[0], 3, stride, bias=False) if both else None
        self.global_to_global = SpectralTransform(channels[1], out[1]) if both else None
        self.local_norm: nn.Module = nn.BatchNorm2d(out[0])
        self.global_norm: nn.Module = nn.BatchNorm2d(out[1])

    def forward(self, local: Tensor, wide: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Apply the layer to both branches, N x C x H x W each, sides above 1; returns N x C' x H' x W' of each."""
        bordered = reflect_pad(local, 1)
        to_local = self._convolve(self.local_to_local, bordered)
        to_global = self._convolve(self.local_to_global, bordered)
        if wide is not None and self.global_to_local is not None and self.global_to_global is not None:
            to_local = to_local + self._convolve(self.global_to_local, reflect_pad(wide, 1))
            to_global = to_global + self.global_to_global(wide)
        return rectify(self.local_norm(to_local)), rectify(self.global_norm(to_global))

    def fold(self) -> None:
        """Fold the norms into the convolutions that end in them."""
        if isinstance(self.local_norm, nn.BatchNorm2d) and isinstance(self.global_norm, nn.BatchNorm2d):
            expand = None if self.global_to_global is None else self.global_to_global.expand
            self.local_norm = _fold(self.local_norm, self.local_to_local, self.global_to_local)
            self.global_norm = _fold(self.global_norm, self.local_to_global, expand)
        if self.global_to_global is not None:
            self.global_to_global.fold()

    def _convolve(self, convolution: nn.Conv2d, bordered: Tensor) -> Tensor:
        if self.stride == 1:
            return convolve3x3(bordered, convolution.weight, convolution.bias)
        y: Tensor = convolution(bordered)
        return y


def _fold(norm: nn.BatchNorm2d, first: nn.Conv2d, second: nn.Conv2d | None) -> nn.Module:
    """Fold a norm of the sum of two convolutions into both; its shift into the first."""
    scale, shift = (part.detach() for part in scale_and_shift(norm))
    scale_convolution(first, scale, shift)
    if second is not None:
        scale_convolution(second, scale, torch.zeros_like(shift))
    return nn.Identity()
