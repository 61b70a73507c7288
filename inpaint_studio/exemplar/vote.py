"""Colour the hole by votes: each pixel is a weighted mean of what the sources of the patches over it show there.

Weights fall with the distance of a patch to its source and with its depth in the hole (Wexler et al. 2007, section
3.2).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.patchmatch import BAND, Field, Flat
from inpaint_studio.exemplar.pyramid import AT_ONCE, Plane, depth_at
from inpaint_studio.exemplar.simd import CHANNELS, REACH, SIDE, add_row
from inpaint_studio.jit import kernel
from inpaint_studio.opencv import cv2
from inpaint_studio.threads import Workers

Weights = NDArray[np.float32]
Bytes = NDArray[np.uint8]  # flat
ROWS = 16  # rows of the image in one unit of work
CELL = 8  # px: distances are compared with their mean over 3 x 3 cells of this size
NOISE = 147.0  # sum of squared differences that a perfect patch may still have
DEPTH_BASE = 1.5  # measured: 1.3, the value of the paper, blurs more
DEEPEST = 60.0  # px: beyond this depth the weight does not fall further
SMALLEST = 1e-30  # keeps sums of weights away from zero
TRUST_SCALE = SIDE * SIDE * CHANNELS * 16.0**2  # a patch in which every byte is 16 off is trusted exp(-1)


class Votes:
    """The votes of all patches of one level."""

    def __init__(self, field: Field, fixed: Plane | None = None) -> None:
        """Pixels of the hole in `fixed` (H x W, 1 inside, None for none) keep their colours."""
        level = field.level
        self._field = field
        self._depth = (DEPTH_BASE ** -np.minimum(depth_at(level.hole, level.targets), DEEPEST)).astype(np.float32)
        height, width = level.shape
        self._weights = np.empty(level.targets.size, np.float32)
        self._rows = np.searchsorted(level.targets, np.arange(height + 1) * width)
        self._cells = _Cells(level.targets, width)
        self.fix(fixed)

    def fix(self, fixed: Plane | None) -> None:
        """Let pixels of the hole in `fixed` keep their colours from now on, and no others."""
        level = self._field.level
        self._open = level.hole if fixed is None else np.asarray(cv2.subtract(level.hole, fixed), np.uint8)
        filled = np.flatnonzero(self._open.any(axis=1))
        self._top, self._bottom = (int(filled[0]), int(filled[-1]) + 1) if filled.size else (0, 0)
        columns = np.flatnonzero(self._open.any(axis=0))
        self._left, self._right = (int(columns[0]), int(columns[-1]) + 1) if columns.size else (0, 0)

    def colour(self, workers: Workers, sharpness: float) -> None:
        """Write the colours of the hole's pixels. The smaller `sharpness` is, the more the best patch decides alone."""
        field, level = self._field, self._field.level
        height, width = level.shape
        scale = self._cells.scale(field.distance, sharpness)
        _weigh(self._cells.cell_of, field.distance, self._depth, scale, self._weights)
        units = -(-(self._bottom - self._top) // ROWS)
        span = self._right - self._left + 4 * REACH + 2

        def part(first: int, last: int) -> None:
            sums = np.empty((ROWS, span * CHANNELS + 32), np.float32)
            totals = np.empty((ROWS, span + 8), np.float32)
            _vote(
                level.flat, level.targets, field.source, self._weights, self._rows, self._open.reshape(-1), height,
                width, self._top + first * ROWS, min(self._top + last * ROWS, self._bottom), self._left, self._right,
                sums, totals,
            )  # fmt: skip

        workers.run(units, part)

    @property
    def weights(self) -> Weights:
        """The weights of the patches in the last votes."""
        return self._weights

    def end_votes(self) -> None:
        """Free what only `colour` needs, which must not be called any more."""
        del self._depth, self._cells

    def best_sources(self, workers: Workers) -> tuple[Flat, Weights]:
        """Return for each pixel of the hole the flat position it is taken from, and how alike that patch is, 0 to 1."""
        field, level = self._field, self._field.level
        taken = np.empty(level.holes.size, np.int32)
        trust = np.empty(level.holes.size, np.float32)

        def part(first: int, last: int) -> None:
            some = slice(first * BAND, last * BAND)
            _trust(
                level.holes[some], field.count_at, field.source, field.distance, self._weights, *level.shape,
                taken[some], trust[some],
            )  # fmt: skip

        workers.run(-(-level.holes.size // BAND), part)
        return taken, trust


class _Cells:
    """The targets of a level in cells of `CELL` px, over which their distances are averaged."""

    def __init__(self, targets: Flat, width: int) -> None:
        rows = targets // (width * CELL)
        columns = targets % width
        columns //= CELL
        first_row, first_column = int(rows.min(initial=width)), int(columns.min(initial=width))
        # One empty cell on each side, so that every cell has eight neighbours.
        down, across = int(rows.max(initial=0)) - first_row + 3, int(columns.max(initial=0)) - first_column + 3
        self._shape = max(3, down), max(3, across)
        rows -= first_row - 1
        rows *= across
        rows += columns
        rows -= first_column - 1
        self.cell_of = rows
        counts = np.zeros(self._shape, np.int64)
        for first in range(0, rows.size, AT_ONCE):  # numpy counts in a copy of 64 bits
            counts.reshape(-1)[:] += np.bincount(rows[first : first + AT_ONCE], minlength=counts.size)
        self._counts = np.maximum(_sum_of_nine(counts), 1)

    def scale(self, distance: Flat, sharpness: float) -> Weights:
        """For each cell, flat: the factor by which distances become exponents of weights; 0 at the border."""
        sums = np.zeros(self._shape, np.float64)
        _add_distances(self.cell_of, distance, sums.reshape(-1))
        mean = _sum_of_nine(sums) / self._counts
        scale = np.zeros(self._shape, np.float32)
        scale[1:-1, 1:-1] = -0.5 / (float(np.float32(sharpness)) * (mean + NOISE))
        return scale.reshape(-1)


def _sum_of_nine(grid: NDArray[Any]) -> NDArray[Any]:
    """Sum each cell with its eight neighbours; the result has no border."""
    height, width = grid.shape
    total = np.zeros((height - 2, width - 2), grid.dtype)
    for row in range(3):
        for column in range(3):
            total += grid[row : row + height - 2, column : column + width - 2]
    return total


@kernel
def _add_distances(cell_of: Flat, distance: Flat, sums: NDArray[np.float64]) -> None:
    for number in range(cell_of.size):
        sums[cell_of[number]] += distance[number]


@kernel
def _weigh(cell_of: Flat, distance: Flat, depth: Weights, scale: Weights, weights: Weights) -> None:
    for number in range(cell_of.size):
        power = max(np.float32(distance[number]) * scale[cell_of[number]], np.float32(-40.0))
        weights[number] = np.float32(np.exp(power)) * depth[number] + np.float32(SMALLEST)


@kernel
def _vote(
    pixels: Bytes,
    targets: Flat,
    source: Flat,
    weights: Weights,
    rows: NDArray[np.int64],
    to_fill: Bytes,
    height: int,
    width: int,
    top: int,
    bottom: int,
    left: int,
    right: int,
    sums: Weights,
    totals: Weights,
) -> None:
    """Sum the votes for rows `top`..`bottom`, `ROWS` at a time, and write their pixels in `to_fill`.

    `sums` and `totals` are room for that. Sources show known pixels only and only the hole is written, so parts need
    not wait for each other.
    """
    base = pixels.ctypes.data
    for start in range(top, bottom, ROWS):
        end = min(start + ROWS, bottom)
        sums[:] = 0
        totals[:] = 0
        for number in range(rows[max(0, start - REACH)], rows[min(height, end + REACH)]):
            row, column = targets[number] // width, targets[number] % width
            if column < left - REACH or column >= right + REACH:
                continue
            weight = weights[number]
            place = column - left + REACH
            for y in range(max(row - REACH, start), min(row + REACH + 1, end)):
                line = y - start
                shown = base + (np.int64(source[number]) + (y - row) * width - REACH) * CHANNELS
                into = sums.ctypes.data + (line * sums.shape[1] + place * CHANNELS) * 4
                add_row(np.uintp(into), np.uintp(shown), weight)
                for x in range(SIDE):
                    totals[line, place + x] += weight
        for row in range(start, end):
            line = row - start
            for column in range(left, right):
                here = row * width + column
                if to_fill[here] == 0:
                    continue
                at = column - left + 2 * REACH
                share = np.float32(1.0) / totals[line, at]
                for channel in range(CHANNELS):
                    value = sums[line, at * CHANNELS + channel] * share + np.float32(0.5)
                    pixels[here * CHANNELS + channel] = np.uint8(value)


@kernel
def _trust(
    holes: Flat,
    count_at: Flat,
    source: Flat,
    distance: Flat,
    weights: Weights,
    height: int,
    width: int,
    taken: Flat,
    trust: Weights,
) -> None:
    """Find for each hole pixel the heaviest patch over it: where its source shows the pixel, and how alike it is."""
    for index in range(holes.size):
        row, column = holes[index] // width, holes[index] % width
        best = np.float32(-1.0)
        for y in range(max(0, row - REACH), min(height, row + REACH + 1)):
            for x in range(max(0, column - REACH), min(width, column + REACH + 1)):
                number = count_at[y * width + x] - 1
                if number >= 0 and weights[number] > best:
                    best = weights[number]
                    taken[index] = source[number] + (row - y) * width + column - x
                    trust[index] = np.exp(-np.float32(distance[number]) / np.float32(TRUST_SCALE))
