"""Kernels that transform overlapping tiles of an image, and back: all steps of `winograd` except the matrix products.

Minimal filtering F(4 x 4, 3 x 3): A. Lavin, S. Gray, Fast Algorithms for Convolutional Neural Networks (CVPR 2016),
section 4. Its matrices belong to the points 0, 1, -1, 1/2, -2 and infinity, where polynomials are evaluated
(B. Barabasz et al., Error Analysis and Improving the Accuracy of Winograd Convolution for Deep Neural Networks, 2020):
with these the rounding error is about that of the plain sum, 2e-6 of the largest value over 96 channels; with the usual
2 instead of 1/2 it would be four times as large.

An image is N x H x W x C float32, C a multiple of 8. A tile reads 6 x 6 values and yields 4 x 4. With a kernel dilated
by d, a tile reads every d-th row and column, so that d x d tiles interleave in a block of 4 d x 4 d px. There are
N x blocks down x d rows of tiles. A matrix along both axes turns a tile's values into 36 others, stored as 36 x tiles
x C.

The matrices are emitted as sums of vectors in LLVM's portable instructions, 8 channels at a time: every value is read
once and written once. Matrix products over whole tensors take nearly twice as long.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from inpaint_studio.jit import intrinsic, ir, kernel, types

TILE, SPAN = 4, 6  # values that a tile writes, and reads, along each axis
LANES = 8  # channels at a time

Matrix = tuple[tuple[float, ...], ...]
ENTER: Matrix = (
    (1, -3 / 2, -2, 3 / 2, 1, 0),
    (0, -1, 1 / 2, 5 / 2, 1, 0),
    (0, 1, -5 / 2, 1 / 2, 1, 0),
    (0, -2, -1, 2, 1, 0),
    (0, 1 / 2, -1, -1 / 2, 1, 0),
    (0, 1, -3 / 2, -2, 3 / 2, 1),
)
KERNEL: Matrix = (
    (1, 0, 0),
    (1 / 3, 1 / 3, 1 / 3),
    (-1 / 3, 1 / 3, -1 / 3),
    (-16 / 15, -8 / 15, -4 / 15),
    (1 / 15, -2 / 15, 4 / 15),
    (0, 0, 1),
)
LEAVE: Matrix = (
    (1, 1, 1, 1, 1, 0),
    (0, 1, -1, 1 / 2, -2, 0),
    (0, 1, 1, 1 / 4, 4, 0),
    (0, 1, -1, 1 / 8, -8, 1),
)

_BYTES = 4  # per value
_STEP = _BYTES * LANES
_F32, _I64 = ir.FloatType(), ir.IntType(64)
_VECTOR = ir.VectorType(_F32, LANES)
_LOOSE = ("contract", "nsz")  # allow fused multiply-add


def _times(builder: Any, factor: float, vector: Any) -> Any:
    constant = ir.Constant(_VECTOR, [ir.Constant(_F32, float(np.float32(factor)))] * LANES)
    return builder.fmul(constant, vector, flags=_LOOSE)


def _sum(builder: Any, factors: tuple[float, ...], vectors: list[Any]) -> Any:
    """Emit the sum of products, leaving out factors of 0."""
    total = None
    for factor, vector in sorted(zip(factors, vectors, strict=True), key=lambda pair: -pair[0]):
        if factor == 0:
            continue
        if total is None:
            total = vector if factor == 1 else _times(builder, factor, vector)
        elif factor == -1:
            total = builder.fsub(total, vector, flags=_LOOSE)
        else:
            added = vector if factor == 1 else _times(builder, factor, vector)
            total = builder.fadd(total, added, flags=_LOOSE)
    return total


def _place(builder: Any, base: Any, down: Any, row: int, across: Any, column: int) -> Any:
    steps = builder.add(builder.mul(down, _I64(row)), builder.mul(across, _I64(column)))
    return builder.inttoptr(builder.add(base, steps), _VECTOR.as_pointer())


def _both_axes(matrix: Matrix, *, add: bool = False) -> Any:
    """Make a function for kernels that multiplies 8 channels of one tile by `matrix` along both axes.

    Its arguments are the address of the source, its bytes per row and per column, and the same for the target."""
    rows, span = range(len(matrix)), range(len(matrix[0]))

    @intrinsic
    def through(_context: Any, source: Any, down: Any, across: Any, target: Any, below: Any, right: Any) -> Any:
        signature = types.void(*[types.int64] * len((source, down, across, target, below, right)))

        def emit(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            source, down, across, target, below, right = arguments
            values = [[_load(builder, _place(builder, source, down, u, across, v)) for u in span] for v in span]
            half = [[_sum(builder, matrix[k], column) for column in values] for k in rows]
            for k in rows:
                for m in rows:
                    value, place = _sum(builder, matrix[m], half[k]), _place(builder, target, below, k, right, m)
                    if add:
                        value = builder.fadd(_load(builder, place), value)
                    builder.store(value, place).align = _BYTES
            return context.get_dummy_value()

        return signature, emit

    return through


def _load(builder: Any, place: Any) -> Any:
    value = builder.load(place)
    value.align = _BYTES
    return value


def _transpose(matrix: Matrix) -> Matrix:
    return tuple(zip(*matrix, strict=True))


_enter, _spread = _both_axes(ENTER), _both_axes(_transpose(LEAVE))
_leave, _back = _both_axes(LEAVE), _both_axes(_transpose(ENTER))
_add_back = _both_axes(_transpose(ENTER), add=True)


@kernel
def gather_tiles(
    image: Any, d: int, border: int, down: int, across: int, first: int, last: int, tile: int, span: int, out: Any
) -> None:
    """Transform the rows `first` to `last` of tiles of `image`, with `down` x `across` blocks per image, into `out`
    from `tile` on. `span` is 6 for images and 4 for gradients at the result. `border` rows and columns before the
    image, and all after it, are zeros."""
    height, width, channels = image.shape[1:]
    border_values = np.empty((span * span, channels), np.float32)
    place = _BYTES * out.shape[1] * channels
    for number in range(first, last):
        top = number // d % down * TILE * d + number % d - border
        for block in range(across):
            for phase in range(d):
                left = block * TILE * d + phase - border
                into = np.int64(out.ctypes.data) + _BYTES * tile * channels
                tile += 1
                if min(top, left) < 0 or top + (span - 1) * d >= height or left + (span - 1) * d >= width:
                    for u in range(span):
                        for v in range(span):
                            y, x = top + u * d, left + v * d
                            inside = min(y, x) >= 0 and y < height and x < width
                            for c in range(channels):
                                border_values[u * span + v, c] = image[number // (d * down), y, x, c] if inside else 0
                    source, row, column = (
                        np.int64(border_values.ctypes.data),
                        _BYTES * channels * span,
                        _BYTES * channels,
                    )
                else:
                    start = (number // (d * down) * height + top) * width + left
                    source = np.int64(image.ctypes.data) + _BYTES * start * channels
                    row, column = _BYTES * channels * width * d, _BYTES * channels * d
                for c in range(0, _BYTES * channels, _STEP):
                    if span == SPAN:
                        _enter(source + c, row, column, into + c, SPAN * place, place)
                    else:
                        _spread(source + c, row, column, into + c, SPAN * place, place)


@kernel
def scatter_tiles(
    tiles: Any, d: int, border: int, down: int, across: int, first: int, last: int, tile: int, low: int, high: int,
    span: int, image: Any,
) -> None:  # fmt: skip
    """Transform the rows `first` to `last` of tiles back, from `tile` on, into `image`: channels `low` to `high`.

    With `span` 4 values are written; with 6 (gradients) they are added. Added tiles overlap: use one thread only."""
    height, width, channels = image.shape[1:]
    border_values = np.empty((span * span, channels), np.float32)
    place = _BYTES * tiles.shape[1] * channels
    for number in range(first, last):
        top = number // d % down * TILE * d + number % d - border
        for block in range(across):
            for phase in range(d):
                left = block * TILE * d + phase - border
                source = np.int64(tiles.ctypes.data) + _BYTES * tile * channels
                tile += 1
                beyond = min(top, left) < 0 or top + (span - 1) * d >= height or left + (span - 1) * d >= width
                if beyond:
                    target, row, column = (
                        np.int64(border_values.ctypes.data),
                        _BYTES * channels * span,
                        _BYTES * channels,
                    )
                else:
                    start = (number // (d * down) * height + top) * width + left
                    target = np.int64(image.ctypes.data) + _BYTES * start * channels
                    row, column = _BYTES * channels * width * d, _BYTES * channels * d
                for c in range(_BYTES * low, _BYTES * high, _STEP):
                    if span == TILE:
                        _leave(source + c, SPAN * place, place, target + c, row, column)
                    elif beyond:
                        _back(source + c, SPAN * place, place, target + c, row, column)
                    else:
                        _add_back(source + c, SPAN * place, place, target + c, row, column)
                if beyond:
                    for u in range(span):
                        for v in range(span):
                            y, x = top + u * d, left + v * d
                            if min(y, x) >= 0 and y < height and x < width:
                                for c in range(low, high):
                                    old = image[number // (d * down), y, x, c] if span == SPAN else np.float32(0)
                                    image[number // (d * down), y, x, c] = old + border_values[u * span + v, c]
