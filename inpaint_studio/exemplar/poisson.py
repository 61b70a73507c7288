"""Remove the visible outline of the hole with a screened Poisson equation (Bhat et al. 2008), relaxed in place.

Its solution has the gradients of the sources, stays near the colours of the votes, and meets the known border.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.patchmatch import Field, Flat
from inpaint_studio.exemplar.pyramid import Plane
from inpaint_studio.exemplar.simd import CHANNELS
from inpaint_studio.jit import kernel
from inpaint_studio.opencv import cv2
from inpaint_studio.threads import Workers

SCREEN = 0.01  # pull towards the votes; a step at the border is spread over about 1 / sqrt(SCREEN) = 10 px
SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))  # rows down and columns to the right of the four neighbours
AT_ONCE = 20_000_000  # pixels relaxed between two reports


def smooth_seams(
    field: Field,
    rounds: int,
    workers: Workers,
    kept: Plane | None = None,
    screen: float = SCREEN,
    canvas: NDArray[np.float32] | None = None,
) -> None:
    """Change the colours of the hole of the field's level in place, except for pixels in `kept` (H x W, 1 inside).

    `rounds` are rounds of relaxation. `screen` is the pull towards the colours that are there. `canvas` (H x W x 4) are
    levels with fractions: where they are given, these are looked at and changed, and not the level's pixels.
    """
    level = field.level
    hole, blocked, holes = level.hole, level.blocked, level.holes
    if kept is not None:
        hole, blocked = (np.asarray(cv2.subtract(plane, kept), np.uint8) for plane in (hole, blocked))
        holes = np.flatnonzero(hole).astype(np.int32)
    pixels = level.pixels if canvas is None else canvas
    colours = pixels.reshape(-1, CHANNELS)[holes, :3].astype(np.float32)
    vertical = np.full((holes.size, 2), -1, np.int32)  # numbers of the neighbours below and above, -1 where none
    beside = np.zeros(holes.size, np.uint8)  # 1 where there is a neighbour at the right, plus 2 where at the left
    target = np.float32(screen) * colours
    weight = np.full(holes.size, screen, np.float32)
    for side, (down, across) in enumerate(SIDES):
        _add_side(
            pixels.reshape(-1), hole.reshape(-1), blocked.reshape(-1), *level.shape, holes, field.count_at,
            field.source, side, down, across, vertical, beside, target, weight,
        )  # fmt: skip
    relaxation = _relaxation_factor(screen)
    pull = np.divide(np.float32(relaxation), weight, out=weight)
    keep = np.float32(1.0 - relaxation)
    at_once = max(1, AT_ONCE // max(1, holes.size))
    for first in range(0, rounds, at_once):
        workers.report()
        _relax(colours, vertical, beside, target, pull, keep, first, min(rounds, first + at_once))
    del vertical, target
    if canvas is not None:
        canvas.reshape(-1, CHANNELS)[holes, :3] = colours
        return
    np.clip(colours, 0, 255, out=colours)
    colours += np.float32(0.5)
    level.pixels.reshape(-1, CHANNELS)[holes, :3] = colours.astype(np.uint8)


def _relaxation_factor(screen: float) -> float:
    """Return the best over-relaxation factor (Young 1954).

    It is 2 / (1 + sqrt(1 - r^2)) for the Jacobi radius r = 4 / (4 + screen).
    """
    return round(2 / (1 + math.sqrt(1 - (4 / (4 + screen)) ** 2)), 3)


@kernel
def _add_side(
    pixels: NDArray[np.uint8] | NDArray[np.float32],
    hole: NDArray[np.uint8],
    blocked: NDArray[np.uint8],
    height: int,
    width: int,
    holes: Flat,
    count_at: Flat,
    source: Flat,
    side: int,
    down: int,
    across: int,
    vertical: Flat,
    beside: NDArray[np.uint8],
    target: NDArray[np.float32],
    weight: NDArray[np.float32],
) -> None:
    """Add to the equation of each pixel its neighbour `down` rows below and `across` columns to the right."""
    other = 0
    for index in range(holes.size):
        here = holes[index]
        y, x = here // width + down, here % width + across
        if y < 0 or x < 0 or y >= height or x >= width:
            continue
        there = y * width + x
        # The positions ascend, so the search for the neighbour only moves forward.
        while other < holes.size and holes[other] < there:
            other += 1
        inside = hole[there] != 0
        if not inside and blocked[there] != 0:
            continue  # colours of blocked pixels are not used here either
        weight[index] += np.float32(1.0)
        if inside and side < 2:
            vertical[index, side] = other
        elif inside:
            beside[index] |= 1 << (side - 2)
        own, theirs = count_at[here] - 1, count_at[there] - 1
        for channel in range(3):
            step = np.float32(0.0)
            if own >= 0:
                place = source[own] * CHANNELS + channel
                step += np.float32(pixels[place]) - np.float32(pixels[place + (there - here) * CHANNELS])
            if theirs >= 0:
                place = source[theirs] * CHANNELS + channel
                step += np.float32(pixels[place + (here - there) * CHANNELS]) - np.float32(pixels[place])
            if own >= 0 and theirs >= 0:
                step *= np.float32(0.5)
            if not inside:
                step += np.float32(pixels[there * CHANNELS + channel])
            target[index, channel] += step


@kernel
def _relax(
    colours: NDArray[np.float32],
    vertical: Flat,
    beside: NDArray[np.uint8],
    target: NDArray[np.float32],
    pull: NDArray[np.float32],
    keep: np.float32,
    first: int,
    last: int,
) -> None:
    for turn in range(first, last):
        for step in range(pull.size):
            index = step if turn % 2 == 0 else pull.size - 1 - step
            red, green, blue = target[index, 0], target[index, 1], target[index, 2]
            for side in range(2):
                other = vertical[index, side]
                if other >= 0:
                    red += colours[other, 0]
                    green += colours[other, 1]
                    blue += colours[other, 2]
            for side in range(2):
                if beside[index] >> side & 1:
                    other = index + 1 - 2 * side
                    red += colours[other, 0]
                    green += colours[other, 1]
                    blue += colours[other, 2]
            colours[index, 0] = keep * colours[index, 0] + pull[index] * red
            colours[index, 1] = keep * colours[index, 1] + pull[index] * green
            colours[index, 2] = keep * colours[index, 2] + pull[index] * blue
