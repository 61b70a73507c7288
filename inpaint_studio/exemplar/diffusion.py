"""Guess the hole of the coarsest level by diffusion: smoothly from its rim, so that nothing is invented.

The guess solves Laplace's equation (the membrane of Bertalmio et al. 2000, section 1, without its transport) between
the pixels that lie next to the hole at full size. The coarse level alone would not do: a blank margin that is narrower
than its pixels is mixed there with what lies beyond.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.patchmatch import Flat
from inpaint_studio.exemplar.planes import box_round
from inpaint_studio.exemplar.pyramid import Level, Plane, depth_at
from inpaint_studio.exemplar.simd import CHANNELS
from inpaint_studio.opencv import cv2

RIM = 2  # px around the hole at full size that are believed
# Rounds of relaxation for each px of the hole's radius at the coarsest level (5 to 14), and some more: measured, they
# come as close to the solution as two levels of 255, at less than a tenth of the time of a fill.
ROUNDS, MORE_ROUNDS = 2, 6
COLOURS = 3  # red, green and blue
SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))  # rows down and columns to the right of the four neighbours
RELAXATION = 1.7  # over-relaxation factor; the best one for holes of about 18 px (Young 1954)


def diffuse(
    levels: list[Level], sideways: float = 1.0, drawn: NDArray[np.float32] | None = None
) -> NDArray[np.float32] | None:
    """Return the coarsest level of `levels` (finest first) as H x W x 4 in [0, 255], its hole filled smoothly.

    Neighbours in the same row count `sideways` times as much as those in the same column (see `layers`): with more
    than 1 a horizon runs on through the hole. `drawn` (H x W x 3 in [0, 255]) is a picture of the whole level: its
    colours replace the smooth ones, moved so that they meet the rim. What has to be added there is spread into the
    hole as colours are, so that inside it the picture keeps its gradients (Perez et al. 2003, equation 4). Returns
    None where nothing beside the hole may be copied.
    """
    coarse = levels[-1]
    height, width = coarse.shape
    values = coarse.pixels.astype(np.float32).reshape(-1, CHANNELS)
    if drawn is not None:
        values = np.hstack([values, drawn.reshape(-1, COLOURS)])
    cells, colours = _rim(levels[0], len(levels) - 1, width)
    counts = np.bincount(cells, minlength=height * width)
    seen = counts > 0
    if not seen.any():
        return None
    for channel in range(CHANNELS):
        sums = np.bincount(cells, colours[:, channel], height * width)
        values[seen, channel] = sums[seen] / counts[seen]
    inside = (coarse.hole.reshape(-1) != 0) & ~seen
    unknown = np.flatnonzero(inside).astype(np.int32)
    values[unknown] = _mean_rim(coarse.hole, values, seen)[unknown]
    usable = inside | seen | (coarse.blocked.reshape(-1) == 0)
    radius = float(depth_at(coarse.hole, unknown).max(initial=0))
    _relax(values, usable, unknown, width, math.ceil(ROUNDS * radius) + MORE_ROUNDS, sideways)
    if drawn is not None:
        flat = drawn.reshape(-1, COLOURS)
        values[unknown, :COLOURS] += flat[unknown] - values[unknown, CHANNELS:]
    return np.clip(values[:, :CHANNELS], 0, 255).reshape(height, width, CHANNELS)


def _rim(finest: Level, steps: int, width: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return the pixels beside the hole that may be copied: their flat places `steps` levels up, and their colours."""
    box = box_round(finest.hole, RIM)
    near = cv2.dilate(finest.hole[box], np.ones((2 * RIM + 1, 2 * RIM + 1), np.uint8))
    down, across = np.nonzero((near != 0) & (finest.blocked[box] == 0))
    places = ((down + box[0].start) >> steps) * width + ((across + box[1].start) >> steps)
    return places, finest.pixels[box][down, across]


def _mean_rim(hole: Plane, values: NDArray[np.float32], seen: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return N x C: the mean of the values on the rim of the connected hole at each place; so flat ground is exact."""
    near = cv2.dilate(hole, np.ones((3, 3), np.uint8))
    count, numbers = cv2.connectedComponents(near, connectivity=8)
    of_rim = numbers.reshape(-1)[seen]
    mean = np.tile(values[seen].mean(axis=0), (count, 1))
    amount = np.bincount(of_rim, minlength=count)
    for channel in range(values.shape[1]):
        sums = np.bincount(of_rim, values[seen, channel], count)
        mean[amount > 0, channel] = sums[amount > 0] / amount[amount > 0]
    return np.asarray(mean[numbers.reshape(-1)], np.float32)


def _relax(
    values: NDArray[np.float32],
    usable: NDArray[np.bool_],
    unknown: Flat,
    width: int,
    rounds: int,
    sideways: float,
) -> None:
    """Bring each unknown value to the mean of its usable neighbours, `rounds` times.

    Neighbours in the same row count `sideways` times. The values on the black and on the white squares of a chessboard
    take turns, for the two do not touch each other. It is plain numpy, for the values are few, and a kernel would have
    to be compiled first.
    """
    rows, columns = unknown // width, unknown % width
    height, nothing = usable.size // width, usable.size  # the last value is 0 and counts for nothing
    values_and_nothing = np.vstack([values, np.zeros((1, values.shape[1]), np.float32)])
    near = np.full((unknown.size, len(SIDES)), nothing, np.int64)
    for side, (down, across) in enumerate(SIDES):
        y, x = rows + down, columns + across
        inside = (y >= 0) & (x >= 0) & (y < height) & (x < width)
        there = np.where(inside, y * width + x, 0)
        inside &= usable[there]
        near[inside, side] = there[inside]
    weights = np.array([1.0, 1.0, sideways, sideways], np.float32)
    count = (near != nothing) @ weights
    colours = []
    for colour in (0, 1):
        chosen = (count > 0) & ((rows + columns) % 2 == colour)
        pull = (RELAXATION / count[chosen, None]).astype(np.float32)
        colours.append((unknown[chosen], np.ascontiguousarray(near[chosen].T), pull))
    for _ in range(rounds):
        for here, beside, pull in colours:
            total = values_and_nothing.take(beside[2], axis=0)
            total += values_and_nothing.take(beside[3], axis=0)
            total *= np.float32(sideways)
            total += values_and_nothing.take(beside[0], axis=0)
            total += values_and_nothing.take(beside[1], axis=0)
            total *= pull
            total += values_and_nothing.take(here, axis=0) * np.float32(1 - RELAXATION)
            values_and_nothing[here] = total
    values[unknown] = values_and_nothing[unknown]
