"""Convolutions with a quarter to a third of the products, for processors on which those are what takes the time.

Minimal filtering F(4 x 4, 3 x 3), see `tiles`: a tile of 6 x 6 values becomes 36 others, each of which meets one matrix
of all channels; from those come 4 x 4 values. Gradients are found by the same steps backwards: every one of them is
linear, so its transposed matrix leads back.

A kernel of up to 5 x 5 with stride 2 sees the four pictures of every other row and column, in each of which it is a
3 x 3 with stride 1, some of whose values are 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import torch
from torch import Tensor

from inpaint_studio.threads import Workers, start_workers

TILE, SPAN, LANES = 4, 6, 8  # as in `tiles`, whose kernels are compiled where they are imported
_AT_ONE = SPAN + 1  # of the 36: what is added there is added to every value of the tile
_TILES = 512  # worked on at a time: few enough to stay in the processor's outer cache; measured: 256 to 1024 are alike
# Channels in times channels out below which the ways there and back cost more than the products they save.
_NARROW = 64 * 64
_WASTEFUL = 1.5  # times as many values as are needed, over the rim
_WORTHWHILE = 2048  # values a channel from which on, with stride 2, what is done to the kernel is worth it; measured


def pays(size: Sequence[int], kernel: Tensor, dilation: int, border: int) -> bool:
    """Whether this way is quicker, on a processor, for pictures of `size` N x C x H x W and a `kernel` C' x C x 3 x 3.

    With AVX-512 the plain sum runs at so much more of the peak than small products do that nothing is won.
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


def pays_by_twos(size: Sequence[int], kernel: Tensor) -> bool:
    """As `pays`, with stride 2 and a border that halves the picture. Of a kernel of 4 x 4 too much is 0."""
    count, _, height, width = size
    return (
        kernel.shape[2:] == (5, 5)
        and height % 2 == width % 2 == 0
        and count * height * width // 4 >= _WORTHWHILE
        and pays(_by_twos(size), kernel, 1, 1)
    )


def transformed(kernel: Tensor, stride: int = 1) -> Tensor:
    """36 x C x C' from C' x C x 3 x 3; with stride 2 36 x 4 C x C', for each of the four pictures.

    Made anew for each use: kept, it would take four times the memory of the weights and save little time.
    """
    outputs, _, rows, columns = kernel.shape
    places = kernel.detach().permute(2, 3, 1, 0).reshape(rows * columns, -1)
    return (_both_axes(kernel.dtype, stride, rows) @ places).view(SPAN * SPAN, -1, outputs)


def convolve(x: Tensor, kernel: Tensor, bias: Tensor | None, dilation: int, border: int) -> Tensor:
    """The convolution of N x C x H x W float32 with a `kernel` (`transformed`), channels last, without gradients.

    `border` zeros come round the picture, so the result is smaller by 2 (`dilation` - `border`) px.
    """
    return convolve_all(x, [kernel], [bias], dilation, border)[0]


def convolve_all(
    x: Tensor, kernels: Sequence[Tensor], biases: Sequence[Tensor | None], dilation: int, border: int
) -> list[Tensor]:
    """As `convolve`, with several kernels of one size."""
    from inpaint_studio.layers.cpu.winograd_kernels import give

    grid, picture = _Grid(x.shape, dilation, border), _dense(x)
    inputs, outputs = kernels[0].shape[1:]
    made = [x.new_empty(x.shape[0], *grid.size, outputs) for _ in kernels]
    entered, met = (x.new_empty(SPAN * SPAN * grid.most * channels) for channels in (inputs, outputs))
    with start_workers(torch.get_num_threads(), _nothing) as workers:
        for strip in grid.strips():
            frequencies = grid.taken(picture, strip, SPAN, entered, workers)
            for kernel, bias, out in zip(kernels, biases, made, strict=True):
                products = torch.bmm(frequencies, kernel, out=_tiles(met, strip, outputs))
                if bias is not None:
                    products[_AT_ONE] += bias
                given, whole = products.numpy(), out.numpy()

                def leave(first: int, last: int, given: Any = given, whole: Any = whole, strip: _Strip = strip) -> None:
                    rows, tile = grid.part(strip, first, last)
                    give(given, dilation, 0, *grid.blocks, *rows, tile, 0, outputs, TILE, whole)

                workers.run(strip.last - strip.first, leave)
    return [each.permute(0, 3, 1, 2) for each in made]


def learning(x: Tensor, kernel: Tensor, bias: Tensor | None, dilation: int, border: int, stride: int = 1) -> Tensor:
    """The convolution of N x C x H x W with C' x C x 3 x 3, channels last, with gradients for all three, and gradients
    of those. See `convolve` for `border`. With stride 2, for what `pays_by_twos`: sides are even and come out halved,
    `border` is half the kernel's side."""
    made: Tensor = _Learning.apply(x, kernel, bias, dilation, border, stride)  # type: ignore[no-untyped-call]
    return made


class _Learning(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, dilation: int, border: int, stride: int
    ) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.how = dilation, border, stride
        if stride == 2:
            return convolve(_apart(x), transformed(weight, stride), bias, 1, 1)
        return convolve(x, transformed(weight), bias, dilation, border)

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        dilation, border, stride = ctx.how
        if torch.is_grad_enabled():  # slopes of slopes are wanted, which the library's own way back has
            around, apart, steps = [border] * 2, [dilation] * 2, [stride] * 2
            bias = [weight.shape[0]] if ctx.needs_input_grad[2] else None
            plain = torch.ops.aten.convolution_backward
            how = (bias, steps, around, apart, False, [0, 0], 1, ctx.needs_input_grad[:3])
            return *plain(slope, x, weight, *how), None, None, None
        to_x, to_weight, to_bias = ctx.needs_input_grad[:3]
        seen, border = (_apart(x), 1) if stride == 2 else (x, border)
        grid, kernel, picture = _Grid(seen.shape, dilation, border), transformed(weight, stride), _dense(seen)
        learnt = torch.zeros_like(kernel) if to_weight else None
        summed = torch.zeros_like(picture) if to_x else None
        _back(picture, _dense(slope), kernel, grid, learnt, summed)
        back = None
        if learnt is not None:
            outputs, inputs, *sides = weight.shape
            places = _both_axes(x.dtype, stride, sides[0]).t() @ learnt.view(-1, inputs * outputs)
            back = places.view(*sides, inputs, outputs).permute(3, 2, 0, 1)
        to_picture = None
        if summed is not None:
            to_picture = (_together(summed) if stride == 2 else summed).permute(0, 3, 1, 2)
        return to_picture, back, slope.sum((0, 2, 3)) if to_bias else None, None, None, None


def _back(x: Tensor, slope: Tensor, kernel: Tensor, grid: _Grid, learnt: Tensor | None, summed: Tensor | None) -> None:
    """From the `slope` at the result, adds that at the kernel to `learnt` and that at `x` to `summed`."""
    from inpaint_studio.layers.cpu.winograd_kernels import give

    (inputs, outputs), back = kernel.shape[1:], kernel.transpose(1, 2)
    entered, met = (x.new_empty(SPAN * SPAN * grid.most * channels) for channels in (inputs, outputs))
    with start_workers(torch.get_num_threads(), _nothing) as workers:
        for strip in grid.strips():
            from_it = grid.taken(slope, strip, TILE, met, workers)
            if learnt is not None:
                learnt.baddbmm_(grid.taken(x, strip, SPAN, entered, workers).transpose(1, 2), from_it)
            if summed is not None:
                gone = torch.bmm(from_it, back, out=_tiles(entered, strip, inputs)).numpy()
                whole = summed.numpy()

                def add(first: int, last: int, gone: Any = gone, whole: Any = whole, strip: _Strip = strip) -> None:
                    rows, how = (strip.first, strip.last), (grid.dilation, grid.border)
                    give(gone, *how, *grid.blocks, *rows, 0, LANES * first, LANES * last, SPAN, whole)

                workers.run(inputs // LANES, add)


class _Strip(NamedTuple):
    """Rows of tiles that are worked on at a time."""

    first: int
    last: int
    tiles: int


class _Grid:
    """The tiles of pictures of a size."""

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
        """How many times more values are computed than there are, as tiles go over the rim."""
        if min(self.size) < 1:
            return math.inf
        return math.prod(self.blocks) * (TILE * self.dilation) ** 2 / math.prod(self.size)

    def strips(self) -> Iterator[_Strip]:
        for first in range(0, self.rows, self._strip):
            last = min(self.rows, first + self._strip)
            yield _Strip(first, last, (last - first) * self.row)

    def part(self, strip: _Strip, first: int, last: int) -> tuple[tuple[int, int], int]:
        """The rows of a part of a strip, and the number in the strip of its first tile."""
        return (strip.first + first, strip.first + last), first * self.row

    def taken(self, picture: Tensor, strip: _Strip, span: int, room: Tensor, workers: Workers) -> Tensor:
        """36 x tiles x C, in `room`: what the tiles of a picture, or with `span` 4 of slopes at the result, become."""
        from inpaint_studio.layers.cpu.winograd_kernels import take

        made = _tiles(room, strip, picture.shape[3])
        given, out, border = picture.numpy(), made.numpy(), self.border if span == SPAN else 0

        def enter(first: int, last: int) -> None:
            rows, tile = self.part(strip, first, last)
            take(given, self.dilation, border, *self.blocks, *rows, tile, span, out)

        workers.run(strip.last - strip.first, enter)
        return made


def _tiles(room: Tensor, strip: _Strip, channels: int) -> Tensor:
    return room[: SPAN * SPAN * strip.tiles * channels].view(SPAN * SPAN, strip.tiles, channels)


def _by_twos(size: Sequence[int]) -> tuple[int, int, int, int]:
    count, channels, height, width = size
    return count, 4 * channels, height // 2, width // 2


def _apart(x: Tensor) -> Tensor:
    """N x 4 C x H/2 x W/2, channels last: the four pictures of every other row and column, one after the other."""
    count, channels, height, width = _by_twos(x.shape)
    pairs = x.detach().permute(0, 2, 3, 1).reshape(count, height, 2, width, 2, -1)
    return pairs.transpose(2, 3).reshape(count, height, width, channels).permute(0, 3, 1, 2)


def _together(parts: Tensor) -> Tensor:
    """The way back from `_apart`: N x H x W x C of N x H/2 x W/2 x 4 C."""
    count, height, width, _ = parts.shape
    pairs = parts.view(count, height, width, 2, 2, -1)
    return pairs.transpose(2, 3).reshape(count, 2 * height, 2 * width, -1)


def _dense(x: Tensor) -> Tensor:
    """N x H x W x C without gaps."""
    return x.detach().permute(0, 2, 3, 1).contiguous()


def _nothing() -> None:
    """A convolution is too short to be stopped within."""


@cache
def _both_axes(dtype: torch.dtype, stride: int, side: int) -> Tensor:
    """36 x 9: the kernel's matrix along both axes. With stride 2 and a kernel of `side` 36 * 4 x side * side."""
    from inpaint_studio.layers.cpu.winograd_kernels import KERNEL

    one = torch.tensor(KERNEL, dtype=dtype, device="cpu")[:, None]  # 6 x pictures x 3
    if stride == 2:  # value 2 t + s of the kernel, counted from 2 px before the pixel, is value t of picture s
        apart = torch.kron(one[:, 0], torch.eye(2, dtype=dtype, device="cpu")).view(SPAN, 2, -1)
        one = apart[..., 2 - side // 2 :][..., :side]
    both = torch.einsum("fsa,gtb->fgstab", one, one)
    return both.reshape(-1, side * side)
