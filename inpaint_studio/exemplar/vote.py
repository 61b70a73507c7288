"""The hole's pixels from the patches that cover them: a weighted mean of what each patch's source shows there.

Weights fall with the patch's distance and with its depth in the hole (Wexler et al. 2007, section 3.2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.patchmatch import BAND, Field, Flat
from inpaint_studio.exemplar.pyramid import Picture, Plane, depth_at
from inpaint_studio.exemplar.simd import CHANNELS, REACH, SIDE, add_row
from inpaint_studio.jit import kernel
from inpaint_studio.opencv import cv2
from inpaint_studio.threads import Crew

Weights = NDArray[np.float32]
ROWS = 16  # of the picture, a share of the work
CELL = 8  # px: distances are judged against their mean over so large a place
NOISE = 147.0  # sum of squared differences a perfect patch may still have
DEPTH_BASE = 1.5  # measured: 1.3 of the paper blurs more
DEEPEST = 60.0  # px: beyond it the weight falls no further
SMALLEST = 1e-30  # keeps sums of weights away from zero
TRUST_SCALE = SIDE * SIDE * CHANNELS * 16.0**2  # a patch whose every byte is 16 off is trusted exp(-1)


class Ballot:
    """Voting on one level. `fixed` (H x W, 1 inside) are pixels of the hole that are not voted on."""

    def __init__(self, field: Field, fixed: Plane | None = None) -> None:
        level = field.level
        self._field = field
        self._depth = (DEPTH_BASE ** -np.minimum(depth_at(level.hole, level.targets), DEEPEST)).astype(np.float32)
        height, width = level.shape
        self._weights = np.empty(level.targets.size, np.float32)
        self._rows = np.searchsorted(level.targets, np.arange(height + 1) * width)
        self.release(fixed)

    def release(self, fixed: Plane | None) -> None:
        """Vote from now on for all of the hole but `fixed`."""
        level = self._field.level
        self._wanted = level.hole if fixed is None else np.asarray(cv2.subtract(level.hole, fixed), np.uint8)
        filled = np.flatnonzero(self._wanted.any(axis=1))
        self._top, self._bottom = (int(filled[0]), int(filled[-1]) + 1) if filled.size else (0, 0)
        columns = np.flatnonzero(self._wanted.any(axis=0))
        self._left, self._right = (int(columns[0]), int(columns[-1]) + 1) if columns.size else (0, 0)

    def cast(self, crew: Crew, sharpness: float) -> None:
        """Write the hole's pixels. The smaller `sharpness`, the more the best patch decides alone."""
        field, level = self._field, self._field.level
        height, width = level.shape
        _weigh(level.targets, field.distance, self._depth, width, height, np.float32(sharpness), self._weights)
        shares = -(-(self._bottom - self._top) // ROWS)

        def part(first: int, last: int) -> None:
            _vote(
                level.pixels, level.targets, field.source, self._weights, self._rows, self._wanted,
                self._top + first * ROWS, min(self._top + last * ROWS, self._bottom), self._left, self._right,
            )  # fmt: skip

        crew.share(shares, part)

    def origins(self, crew: Crew) -> tuple[Flat, Weights]:
        """For each pixel of the hole: the flat position it is taken from, and how like that patch is, in [0, 1]."""
        field, level = self._field, self._field.level
        taken = np.empty(level.holes.size, np.int32)
        trust = np.empty(level.holes.size, np.float32)

        def part(first: int, last: int) -> None:
            some = slice(first * BAND, last * BAND)
            _trust(
                level.holes[some], field.number_at, field.source, field.distance, self._weights, *level.shape,
                taken[some], trust[some],
            )  # fmt: skip

        crew.share(-(-level.holes.size // BAND), part)
        return taken, trust


@kernel
def _weigh(
    targets: Flat, distance: Flat, depth: Weights, width: int, height: int, sharpness: np.float32, weights: Weights
) -> None:
    """Each target's weight; distances count against the mean of their surroundings (3 x 3 cells)."""
    across = width // CELL + 3
    sums = np.zeros((height // CELL + 3, across), np.float64)
    counts = np.zeros(sums.shape, np.int64)
    for number in range(targets.size):
        row, column = targets[number] // width // CELL + 1, targets[number] % width // CELL + 1
        sums[row, column] += distance[number]
        counts[row, column] += 1
    scale = np.zeros(sums.shape, np.float32)
    for row in range(1, sums.shape[0] - 1):
        for column in range(1, across - 1):
            if counts[row, column] == 0:
                continue
            total = 0.0
            count = 0
            for y in range(row - 1, row + 2):
                for x in range(column - 1, column + 2):
                    total += sums[y, x]
                    count += counts[y, x]
            scale[row, column] = np.float32(-0.5 / (sharpness * (total / count + NOISE)))
    for number in range(targets.size):
        row, column = targets[number] // width // CELL + 1, targets[number] % width // CELL + 1
        power = max(np.float32(distance[number]) * scale[row, column], np.float32(-40.0))
        weights[number] = np.float32(np.exp(power)) * depth[number] + np.float32(SMALLEST)


@kernel
def _vote(
    pixels: Picture,
    targets: Flat,
    source: Flat,
    weights: Weights,
    rows: NDArray[np.int64],
    wanted: Plane,
    top: int,
    bottom: int,
    left: int,
    right: int,
) -> None:
    """Gather the votes for rows `top`..`bottom`, `ROWS` at a time, and write their wanted pixels.

    Sources show known pixels only and only the hole is written, so shares need not wait for each other.
    """
    height, width = wanted.shape
    span = right - left + 4 * REACH + 2
    sums = np.empty((ROWS, span * CHANNELS + 32), np.float32)
    totals = np.empty((ROWS, span + 8), np.float32)
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
                if wanted[row, column] == 0:
                    continue
                at = column - left + 2 * REACH
                share = np.float32(1.0) / totals[line, at]
                for channel in range(CHANNELS):
                    value = sums[line, at * CHANNELS + channel] * share + np.float32(0.5)
                    pixels[row, column, channel] = np.uint8(value)


@kernel
def _trust(
    holes: Flat,
    number_at: Flat,
    source: Flat,
    distance: Flat,
    weights: Weights,
    height: int,
    width: int,
    taken: Flat,
    trust: Weights,
) -> None:
    for index in range(holes.size):
        row, column = holes[index] // width, holes[index] % width
        best = np.float32(-1.0)
        for y in range(max(0, row - REACH), min(height, row + REACH + 1)):
            for x in range(max(0, column - REACH), min(width, column + REACH + 1)):
                number = number_at[y * width + x]
                if number >= 0 and weights[number] > best:
                    best = weights[number]
                    taken[index] = source[number] + (row - y) * width + column - x
                    trust[index] = np.exp(-np.float32(distance[number]) / np.float32(TRUST_SCALE))
