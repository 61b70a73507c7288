"""Convolutions of DeepFill's networks: padded as in the published code, with upsampling and an activation."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional
from torch.nn.grad import conv2d_input

from inpaint_studio.layers.cpu import winograd
from inpaint_studio.layers.cpu.conv import is_exporting

Padding = Literal["same", "symmetric", "reflect"]
Activation = Literal["elu", "relu", "none"]
_CHUNK = 1 << 20  # values
_LOG2_E = math.log2(math.e)
Pads = tuple[int, int, int, int]  # as `functional.pad` takes them: left, right, top, bottom


class Convolution(nn.Conv2d):
    """Doubles the image by nearest neighbours if `up`, pads, convolves, activates.

    On a processor the doubled image is never made. Each of its four phases sees only 2 x 2 px of the small one
    through a kernel of 3 x 3, so they are four outputs of a convolution of that size, with the sums of the weights that
    fall on the same pixel.

    `padding` "same" is TensorFlow's: the number of zeros makes the output ceil(size / stride); if it is odd, the
    bottom and the right get one more. "symmetric" is PyTorch's half kernel of zeros on every side, "reflect" as many
    mirrored pixels, so that both sides of the image must be longer than that.
    """

    planes = 1  # computed for each output

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int = 3,
        stride: int = 1,
        dilation: int = 1,
        *,
        padding: Padding = "same",
        activation: Activation = "elu",
        up: bool = False,
    ) -> None:
        super().__init__(inputs, self.planes * outputs, kernel, stride, 0, dilation)
        self.style, self.activation, self.up = padding, activation, up

    def reset_parameters(self) -> None:
        """Initialise as TensorFlow does: Glorot's uniform kernels, zero biases."""
        nn.init.xavier_uniform_(self.weight)
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Pad, convolve and activate. x: N x C x H x W; returns N x C' x H' x W'."""
        return activate(self.linear(x), self.activation)

    def linear(self, x: Tensor) -> Tensor:
        """Apply the layer without its activation; shapes as in `forward`."""
        stride, dilation = self.stride[0], self.dilation[0]
        plain = x.device.type != "cpu" or torch.is_autocast_enabled("cpu") or is_exporting()
        fast = (self.kernel_size[0], stride) == (3, 1) and not plain
        if self.up and fast and dilation == 1:
            bias = None if self.bias is None else self.bias.repeat(4)
            kernels = _phases(self.weight).contiguous(memory_format=torch.channels_last)
            if self.style == "reflect":
                return _interleave(functional.conv2d(_replicate(x), kernels, bias))
            return _interleave(_convolve_2x2(x, kernels, bias))
        if self.up:
            x = functional.interpolate(x, scale_factor=2, mode="nearest")
        if fast and winograd.is_faster(x.shape, self.weight, dilation, dilation):
            x, border = _mirror(x, dilation, self.style)
            return winograd.convolve_with_gradients(x, self.weight, self.bias, dilation, border)
        return convolve(x, self.weight, self.bias, stride, dilation, self.style)

    def for_inference(self) -> nn.Module:
        """Return the layer for inference, with equal results."""
        assert self.bias is not None
        return InferenceConvolution(self, (self.weight,), (self.bias,))


class InferenceConvolution(nn.Module):
    """A `Convolution` for inference: in place and channels last. With two kernels the second one is the gate of the
    first."""

    def __init__(self, layer: Convolution, kernels: tuple[Tensor, ...], biases: tuple[Tensor, ...]) -> None:
        super().__init__()
        self.style, self.activation, self.up = layer.style, layer.activation, layer.up
        self.stride, self.dilation = layer.stride[0], layer.dilation[0]
        # Channels are computed in groups of eight, so for few channels one convolution that is split later is faster.
        self.joint = len(kernels) == 2 and kernels[0].shape[0] % 8 > 0 and not self.up
        if self.joint:
            kernels, biases = (torch.cat(kernels),), (torch.cat(biases),)
        self.kernels = nn.ParameterList(_freeze(_phases(kernel) if self.up else kernel) for kernel in kernels)
        self.biases = nn.ParameterList(_freeze(bias.repeat(4) if self.up else bias) for bias in biases)

    def forward(self, x: Tensor) -> Tensor:
        """Convolve, and apply the gate if there is one; shapes as in `Convolution.forward`."""
        if self.up:
            return self._upsample_and_convolve(x)
        if self._uses_winograd(x):
            d = self.dilation
            kernels = [winograd.transform_kernel(kernel) for kernel in self.kernels]
            x, border = _mirror(x, d, self.style)
            return self._join(winograd.convolve_all(x, kernels, list(self.biases), d, border))
        both = zip(self.kernels, self.biases, strict=True)
        parts = [convolve(x, k, b, self.stride, self.dilation, self.style) for k, b in both]
        if self.joint:
            parts = [part.contiguous(memory_format=torch.channels_last) for part in parts[0].chunk(2, 1)]
        return self._join(parts)

    def _uses_winograd(self, x: Tensor) -> bool:
        kernel, d = self.kernels[0], self.dilation
        plain = self.stride > 1 or self.joint or is_exporting() or x.device.type != "cpu"
        return kernel.shape[-1] == 3 and not plain and winograd.is_faster(x.shape, kernel, d, d)

    def _upsample_and_convolve(self, x: Tensor) -> Tensor:
        both = zip(self.kernels, self.biases, strict=True)
        border = 1
        if self.style == "reflect":
            x, border = _replicate(x), 0
        return _interleave(self._join([functional.conv2d(x, kernel, bias, padding=border) for kernel, bias in both]))

    def _join(self, parts: list[Tensor]) -> Tensor:
        """Activate the features, and multiply with the gate if there is one; writes to `parts`."""
        if self.activation == "none" and len(parts) == 1:
            return parts[0]
        for chunks in zip(*(_split(part) for part in parts), strict=True):
            activate(chunks[0], self.activation, in_place=True)
            if len(chunks) == 2:
                chunks[0].mul_(chunks[1].sigmoid_())
        return parts[0]


def activate(x: Tensor, activation: Activation, *, in_place: bool = False) -> Tensor:
    """Apply the activation, of any shape; `in_place` writes to `x`."""
    if activation == "elu":
        fast = in_place and x.device.type == "cpu" and x.dtype == torch.float32
        return _elu_(x) if fast else functional.elu(x, inplace=in_place)
    return functional.relu(x, inplace=in_place) if activation == "relu" else x


def _elu_(x: Tensor) -> Tensor:
    """In place and in half the time of the library's, which computes exp(x) - 1 exactly near 0, where max(x, .) with
    what is computed here is within the rounding of 1."""
    below = (x * _LOG2_E).exp2_().clamp_(max=1).sub_(1)
    return torch.maximum(x, below, out=x)


def _split(x: Tensor) -> tuple[Tensor, ...]:
    """Split a dense tensor into parts that stay in the processor's cache over several steps; elsewhere one part."""
    if x.device.type != "cpu":
        return (x,)
    dense = x.permute(0, 2, 3, 1) if x.ndim == 4 else x
    return torch.split(dense.view(-1), _CHUNK) if dense.is_contiguous() else (x,)


def convolve(x: Tensor, kernel: Tensor, bias: Tensor | None, stride: int, dilation: int, padding: Padding) -> Tensor:
    """Convolve `x` (N x C x H x W) with what `padding` determines around it."""
    left, right, top, bottom = pads(x.shape[-2:], kernel.shape[-1], stride, dilation, padding)
    if padding == "reflect":
        x = functional.pad(x, (left, right, top, bottom), mode="reflect")
        return functional.conv2d(x, kernel, bias, stride, 0, dilation)
    if (left, top) == (right, bottom):
        return functional.conv2d(x, kernel, bias, stride, (top, left), dilation)
    return functional.conv2d(functional.pad(x, (left, right, top, bottom)), kernel, bias, stride, 0, dilation)


def pads(size: torch.Size, kernel: int, stride: int, dilation: int, padding: Padding) -> Pads:
    """Return the width of the border around a plane of that size, in px: left, right, top, bottom."""
    span = dilation * (kernel - 1)
    if padding != "same":
        return (span // 2,) * 4
    height, width = (max((-(-side // stride) - 1) * stride + span + 1 - side, 0) for side in size)
    return width // 2, width - width // 2, height // 2, height - height // 2


def _mirror(x: Tensor, border: int, padding: Padding) -> tuple[Tensor, int]:
    """Add a mirrored border of that many px where `padding` is so; return the zeros that are left to add, too."""
    return (functional.pad(x, (border,) * 4, mode="reflect"), 0) if padding == "reflect" else (x, border)


def _replicate(x: Tensor) -> Tensor:
    """Repeat the outermost pixels: doubled, the image then has the mirrored border of 1 px of the doubled one."""
    return functional.pad(x, (1, 1, 1, 1), mode="replicate")


def _phases(kernel: Tensor) -> Tensor:
    """Make the 2 x 2 kernels of the phases (even, even), (even, odd), (odd, even) and (odd, odd), concatenated."""
    first, middle, last = kernel.unbind(-2)
    made = []
    for rows in ((first, middle + last), (first + middle, last)):
        left, centre, right = torch.stack(rows, -2).unbind(-1)
        made += [torch.stack([left, centre + right], -1), torch.stack([left + centre, right], -1)]
    return torch.cat(made)


def _convolve_2x2(x: Tensor, kernels: Tensor, bias: Tensor | None) -> Tensor:
    """Convolve with 2 x 2 kernels, with one row and column of zeros round `x`."""
    made: Tensor = _Convolve2x2.apply(x, kernels, bias)  # type: ignore[no-untyped-call]
    return made


class _Convolve2x2(torch.autograd.Function):
    """Computes the gradient at the kernels as one product, which is faster than PyTorch's way."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, kernels: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(x, kernels)
        return functional.conv2d(x, kernels, bias, padding=1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, kernels = ctx.saved_tensors
        to_x, to_kernels, to_bias = ctx.needs_input_grad
        height, width = gradient.shape[2:]
        back, kernel_gradient = conv2d_input(x.shape, kernels, gradient, padding=1) if to_x else None, None  # type: ignore[no-untyped-call]
        if to_kernels:
            framed = functional.pad(x, (1, 1, 1, 1)).permute(0, 2, 3, 1)
            seen = [framed[:, y : y + height, z : z + width] for y in (0, 1) for z in (0, 1)]
            product = gradient.permute(1, 0, 2, 3).flatten(1) @ torch.cat(seen, 3).flatten(0, 2)
            kernel_gradient = product.view(-1, 2, 2, x.shape[1]).permute(0, 3, 1, 2)
        return back, kernel_gradient, gradient.sum((0, 2, 3)) if to_bias else None


def _interleave(phases: Tensor) -> Tensor:
    """N x C x 2H x 2W from N x 4C x H+1 x W+1: what the kernels of `_phases` give of an image with a border of 1."""
    made: Tensor = _Interleave.apply(phases)  # type: ignore[no-untyped-call]
    return made


class _Interleave(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, phases: Tensor) -> Tensor:
        del ctx
        n, channels, height, width = phases.shape
        size = (n, channels // 4, 2 * height - 2, 2 * width - 2)
        out = torch.empty(size, dtype=phases.dtype, device=phases.device, memory_format=torch.channels_last)
        for part, place in _places(phases, out):
            place.copy_(part)
        return out

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        del ctx
        n, channels, height, width = gradient.shape
        size = (n, 4 * channels, height // 2 + 1, width // 2 + 1)
        back = torch.empty(
            size, dtype=gradient.dtype, device=gradient.device, memory_format=torch.channels_last
        ).zero_()
        for part, place in _places(back, gradient):
            part.copy_(place)
        return back


def _places(phases: Tensor, whole: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield the part of each phase that is used, and its place in the doubled image."""
    height, width = whole.shape[2] // 2, whole.shape[3] // 2
    for number, part in enumerate(phases.chunk(4, 1)):
        down, right = divmod(number, 2)
        yield part[:, :, down : down + height, right : right + width], whole[:, :, down::2, right::2]


def _freeze(values: Tensor) -> nn.Parameter:
    memory = torch.channels_last if values.ndim == 4 else torch.contiguous_format
    return nn.Parameter(values.detach().clone(memory_format=memory), requires_grad=False)
