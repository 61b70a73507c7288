"""Winograd convolutions: a quarter to a third of the products, for processors where products take most of the time.

Minimal filtering F(4 x 4, 3 x 3), see `winograd_kernels`: a tile of 6 x 6 values becomes 36 others, each of which is
multiplied by one matrix of all channels; 4 x 4 values are computed from the products. Gradients use the transposed
matrices in reverse order, as every step is linear.

A kernel of up to 5 x 5 with stride 2 becomes four 3 x 3 kernels with stride 1, some of whose values are 0, one for each
of the four images of every other row and column.

`is_faster` is the one switch. Measured on one core of an AMD EPYC with DeepFill v2, in CPU time: limited to AVX2, a
training step of two images of 256 px takes 3.94 s with these kernels and 5.90 s without (1.49 x), a fill of 512 px
2.09 s and 2.53 s (1.23 x). With AVX-512 both gain 1.25 x, too little for code of this size: there it stays off.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import torch
from torch import Tensor

from inpaint_studio.threads import Workers, start_workers

TILE, SPAN, LANES = 4, 6, 8  # as in `winograd_kernels`, whose import compiles
_AT_ONE = SPAN + 1  # index of the 36 values: a bias added here is added to every value of the tile
_TILES = 512  # processed at a time; they fit in the processor's outer cache; 256 to 1024 are equally fast
# Input times output channels: below this the transforms cost more time than they save.
_NARROW = 64 * 64
_WASTEFUL = 1.5  # the largest ratio of computed to needed values; tiles extend over the border
_WORTHWHILE = 2048  # values per channel from which on, with stride 2, it is faster; measured


def is_faster(size: Sequence[int], kernel: Tensor, dilation: int, border: int) -> bool:
    """Whether this is faster, on a processor, for images of `size` N x C x H x W and a `kernel` C' x C x 3 x 3.

    Only with AVX2: see the figures above.
    """
    outputs, inputs = kernel.shape[0], size[1]
    return (
        outputs * inputs >= _NARROW
        and outputs % LANES == inputs % LANES == 0
        and kernel.dtype == torch.float32
        and not torch.is_autocast_enabled("cpu")
        and torch.backends.cpu.get_cpu_capability() == "AVX2"
        and _Grid(size, dilation, border).waste < _WASTEFUL
    )


def is_faster_stride2(size: Sequence[int], kernel: Tensor) -> bool:
    """As `is_faster`, with stride 2 and a border that halves the image. A 4 x 4 kernel would have too many zeros."""
    count, _, height, width = size
    return (
        kernel.shape[2:] == (5, 5)
        and height % 2 == width % 2 == 0
        and count * height * width // 4 >= _WORTHWHILE
        and is_faster(_halve_shape(size), kernel, 1, 1)
    )


def transform_kernel(kernel: Tensor, stride: int = 1) -> Tensor:
    """Transform a kernel, C' x C x 3 x 3, to 36 x C x C'; with stride 2 to 36 x 4 C x C', for the four images.

    Computed for each use: stored, it would take four times the memory of the weights and save little time.
    """
    outputs, _, rows, columns = kernel.shape
    places = kernel.detach().permute(2, 3, 1, 0).reshape(rows * columns, -1)
    return (_both_axes(kernel.dtype, stride, rows) @ places).view(SPAN * SPAN, -1, outputs)


def convolve(x: Tensor, kernel: Tensor, bias: Tensor | None, dilation: int, border: int) -> Tensor:
    """Convolve N x C x H x W float32 with a `kernel` of `transform_kernel`, channels last, without gradients.

    The image is padded by `border` zeros, so the result is smaller by 2 (`dilation` - `border`) px.
    """
    return convolve_all(x, [kernel], [bias], dilation, border)[0]


def convolve_all(
    x: Tensor, kernels: Sequence[Tensor], biases: Sequence[Tensor | None], dilation: int, border: int
) -> list[Tensor]:
    """As `convolve`, with several kernels of the same size."""
    from inpaint_studio.layers.cpu.winograd_kernels import scatter_tiles

    grid, image = _Grid(x.shape, dilation, border), _dense(x)
    inputs, outputs = kernels[0].shape[1:]
    made = [x.new_empty(x.shape[0], *grid.size, outputs) for _ in kernels]
    entered, met = (x.new_empty(SPAN * SPAN * grid.most * channels) for channels in (inputs, outputs))
    with start_workers(torch.get_num_threads(), _never_cancel) as workers:
        for strip in grid.strips():
            frequencies = grid.gather(image, strip, SPAN, entered, workers)
            for kernel, bias, out in zip(kernels, biases, made, strict=True):
                products = torch.bmm(frequencies, kernel, out=_tiles(met, strip, outputs))
                if bias is not None:
                    products[_AT_ONE] += bias
                values, whole = products.numpy(), out.numpy()

                def leave(
                    first: int, last: int, values: Any = values, whole: Any = whole, strip: _Strip = strip
                ) -> None:
                    rows, tile = grid.part(strip, first, last)
                    scatter_tiles(values, dilation, 0, *grid.blocks, *rows, tile, 0, outputs, TILE, whole)

                workers.run(strip.last - strip.first, leave)
    return [each.permute(0, 3, 1, 2) for each in made]


def convolve_with_gradients(
    x: Tensor, kernel: Tensor, bias: Tensor | None, dilation: int, border: int, stride: int = 1
) -> Tensor:
    """Convolve N x C x H x W with C' x C x 3 x 3, channels last, with first and second gradients for all three.

    See `convolve` for `border`. With stride 2, where `is_faster_stride2`: sides are even and become half as long,
    `border` is half the kernel's side.
    """
    made: Tensor = _Convolution.apply(x, kernel, bias, dilation, border, stride)  # type: ignore[no-untyped-call]
    return made


class _Convolution(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, dilation: int, border: int, stride: int
    ) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.how = dilation, border, stride
        if stride == 2:
            return convolve(_split_phases(x), transform_kernel(weight, stride), bias, 1, 1)
        return convolve(x, transform_kernel(weight), bias, dilation, border)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        dilation, border, stride = ctx.how
        if torch.is_grad_enabled():  # second gradients, which only torch's own backward has
            around, apart, steps = [border] * 2, [dilation] * 2, [stride] * 2
            bias = [weight.shape[0]] if ctx.needs_input_grad[2] else None
            plain = torch.ops.aten.convolution_backward
            how = (bias, steps, around, apart, False, [0, 0], 1, ctx.needs_input_grad[:3])
            return *plain(gradient, x, weight, *how), None, None, None
        to_x, to_weight, to_bias = ctx.needs_input_grad[:3]
        seen, border = (_split_phases(x), 1) if stride == 2 else (x, border)
        grid, kernel, image = _Grid(seen.shape, dilation, border), transform_kernel(weight, stride), _dense(seen)
        kernel_gradient = torch.zeros_like(kernel) if to_weight else None
        image_gradient = torch.zeros_like(image) if to_x else None
        _add_gradients(image, _dense(gradient), kernel, grid, kernel_gradient, image_gradient)
        back = None
        if kernel_gradient is not None:
            outputs, inputs, *sides = weight.shape
            places = _both_axes(x.dtype, stride, sides[0]).t() @ kernel_gradient.view(-1, inputs * outputs)
            back = places.view(*sides, inputs, outputs).permute(3, 2, 0, 1)
        image_back = None
        if image_gradient is not None:
            image_back = (_join_phases(image_gradient) if stride == 2 else image_gradient).permute(0, 3, 1, 2)
        return image_back, back, gradient.sum((0, 2, 3)) if to_bias else None, None, None, None


def _add_gradients(
    x: Tensor,
    gradient: Tensor,
    kernel: Tensor,
    grid: _Grid,
    kernel_gradient: Tensor | None,
    image_gradient: Tensor | None,
) -> None:
    """Add the gradients that follow from `gradient` at the result to `kernel_gradient` and `image_gradient`."""
    from inpaint_studio.layers.cpu.winograd_kernels import scatter_tiles

    (inputs, outputs), back = kernel.shape[1:], kernel.transpose(1, 2)
    entered, met = (x.new_empty(SPAN * SPAN * grid.most * channels) for channels in (inputs, outputs))
    with start_workers(torch.get_num_threads(), _never_cancel) as workers:
        for strip in grid.strips():
            from_it = grid.gather(gradient, strip, TILE, met, workers)
            if kernel_gradient is not None:
                kernel_gradient.baddbmm_(grid.gather(x, strip, SPAN, entered, workers).transpose(1, 2), from_it)
            if image_gradient is not None:
                gone = torch.bmm(from_it, back, out=_tiles(entered, strip, inputs)).numpy()
                whole = image_gradient.numpy()

                def add(first: int, last: int, gone: Any = gone, whole: Any = whole, strip: _Strip = strip) -> None:
                    rows, how = (strip.first, strip.last), (grid.dilation, grid.border)
                    scatter_tiles(gone, *how, *grid.blocks, *rows, 0, LANES * first, LANES * last, SPAN, whole)

                workers.run(inputs // LANES, add)


class _Strip(NamedTuple):
    """Rows of tiles that are computed together."""

    first: int
    last: int
    tiles: int


class _Grid:
    """The tiles of images of one size."""

    def __init__(self, shape: Sequence[int], dilation: int, border: int) -> None:
        self.dilation, self.border = dilation, border
        self.size = [side + 2 * (border - dilation) for side in shape[2:]]
        down, across = (-(-side // (TILE * dilation)) for side in self.size)
        self.blocks = down, across
        self.row = self.blocks[1] * dilation
        self.rows = shape[0] * self.blocks[0] * dilation
        self._strip = min(self.rows, max(1, _TILES // max(1, self.row)))
        self.most = self._strip * self.row

    @property
    def waste(self) -> float:
        """The ratio of computed to needed values; above 1, as tiles extend over the border."""
        if min(self.size) < 1:
            return math.inf
        return math.prod(self.blocks) * (TILE * self.dilation) ** 2 / math.prod(self.size)

    def strips(self) -> Iterator[_Strip]:
        for first in range(0, self.rows, self._strip):
            last = min(self.rows, first + self._strip)
            yield _Strip(first, last, (last - first) * self.row)

    def part(self, strip: _Strip, first: int, last: int) -> tuple[tuple[int, int], int]:
        """Return the rows of a part of a strip, and the index in the strip of its first tile."""
        return (strip.first + first, strip.first + last), first * self.row

    def gather(self, image: Tensor, strip: _Strip, span: int, buffer: Tensor, workers: Workers) -> Tensor:
        """Transform the tiles of an image, or of gradients (`span` 4), into `buffer`: 36 x tiles x C."""
        from inpaint_studio.layers.cpu.winograd_kernels import gather_tiles

        made = _tiles(buffer, strip, image.shape[3])
        values, out, border = image.numpy(), made.numpy(), self.border if span == SPAN else 0

        def enter(first: int, last: int) -> None:
            rows, tile = self.part(strip, first, last)
            gather_tiles(values, self.dilation, border, *self.blocks, *rows, tile, span, out)

        workers.run(strip.last - strip.first, enter)
        return made


def _tiles(buffer: Tensor, strip: _Strip, channels: int) -> Tensor:
    return buffer[: SPAN * SPAN * strip.tiles * channels].view(SPAN * SPAN, strip.tiles, channels)


def _halve_shape(size: Sequence[int]) -> tuple[int, int, int, int]:
    count, channels, height, width = size
    return count, 4 * channels, height // 2, width // 2


def _split_phases(x: Tensor) -> Tensor:
    """Split into the four images of every other row and column: N x 4 C x H/2 x W/2, channels last."""
    count, channels, height, width = _halve_shape(x.shape)
    pairs = x.detach().permute(0, 2, 3, 1).reshape(count, height, 2, width, 2, -1)
    return pairs.transpose(2, 3).reshape(count, height, width, channels).permute(0, 3, 1, 2)


def _join_phases(parts: Tensor) -> Tensor:
    """Undo `_split_phases`: N x H x W x C from N x H/2 x W/2 x 4 C."""
    count, height, width, _ = parts.shape
    pairs = parts.view(count, height, width, 2, 2, -1)
    return pairs.transpose(2, 3).reshape(count, 2 * height, 2 * width, -1)


def _dense(x: Tensor) -> Tensor:
    """Return `x` as N x H x W x C, contiguous."""
    return x.detach().permute(0, 2, 3, 1).contiguous()


def _never_cancel() -> None:
    """Never cancel, as a convolution is short."""


@cache
def _both_axes(dtype: torch.dtype, stride: int, side: int) -> Tensor:
    """Return the kernel's matrix along both axes, 36 x 9; with stride 2, 36 * 4 x side * side."""
    from inpaint_studio.layers.cpu.winograd_kernels import KERNEL

    one = torch.tensor(KERNEL, dtype=dtype, device="cpu")[:, None]  # 6 x images x 3
    if stride == 2:  # value 2 t + s of the kernel, counted from 2 px before the pixel, is value t of image s
        apart = torch.kron(one[:, 0], torch.eye(2, dtype=dtype, device="cpu")).view(SPAN, 2, -1)
        one = apart[..., 2 - side // 2 :][..., :side]
    both = torch.einsum("fsa,gtb->fgstab", one, one)
    return both.reshape(-1, side * side)
