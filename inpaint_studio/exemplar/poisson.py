"""Takes the outline of the hole away: gradients of the sources, colours near the vote, the known border as it is.

A screened Poisson equation (Bhat et al. 2008), relaxed in place.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.patchmatch import Field, Flat
from inpaint_studio.exemplar.pyramid import Picture, Plane
from inpaint_studio.jit import kernel
from inpaint_studio.opencv import cv2
from inpaint_studio.threads import Crew

SCREEN = 0.01  # pull towards the vote; a border's step is spread over about 1 / sqrt(SCREEN) = 10 px
AT_ONCE = 20_000_000  # pixels relaxed between two pulses


def smooth_seams(field: Field, rounds: int, crew: Crew, kept: Plane | None = None, screen: float = SCREEN) -> None:
    """Rewrite the hole's colours of the field's level in place, but those of `kept` (H x W, 1 inside).

    `screen` is the pull towards the colours that stand there.
    """
    level = field.level
    hole, barred, holes = level.hole, level.barred, level.holes
    if kept is not None:
        hole, barred = (np.asarray(cv2.subtract(plane, kept), np.uint8) for plane in (hole, barred))
        holes = np.flatnonzero(hole).astype(np.int32)
    colours = level.pixels.reshape(-1, level.pixels.shape[2])[holes, :3].astype(np.float32)
    neighbours = np.full((holes.size, 4), -1, np.int32)
    wanted = np.zeros((holes.size, 3), np.float32)
    pull = np.empty(holes.size, np.float32)
    relaxation = _relaxation(screen)
    _set_up(
        level.pixels, hole, barred, holes, field.number_at, field.source, colours,
        neighbours, wanted, pull, np.float32(screen), np.float32(relaxation),
    )  # fmt: skip
    keep = np.float32(1.0 - relaxation)
    at_once = max(1, AT_ONCE // max(1, holes.size))
    for first in range(0, rounds, at_once):
        crew.pulse()
        _relax(colours, neighbours, wanted, pull, keep, first, min(rounds, first + at_once))
    _write(level.pixels, holes, colours)


def _relaxation(screen: float) -> float:
    """The quickest over-relaxation, 2 / (1 + sqrt(1 - r^2)) for the Jacobi radius r = 4 / (4 + screen) (Young 1954)."""
    return round(2 / (1 + math.sqrt(1 - (4 / (4 + screen)) ** 2)), 3)


@kernel
def _set_up(
    pixels: Picture,
    hole: Plane,
    barred: Plane,
    holes: Flat,
    number_at: Flat,
    source: Flat,
    colours: NDArray[np.float32],
    neighbours: Flat,
    wanted: NDArray[np.float32],
    pull: NDArray[np.float32],
    screen: np.float32,
    relaxation: np.float32,
) -> None:
    height, width = hole.shape
    flat = pixels.reshape(-1, pixels.shape[2])
    above = below = 0
    for index in range(holes.size):
        here = holes[index]
        row, column = here // width, here % width
        # The holes stand in order, so the ones a row up and a row down only ever move on.
        while holes[above] < here - width:
            above += 1
        while below < holes.size and holes[below] < here + width:
            below += 1
        own = number_at[here]
        weight = screen
        for channel in range(3):
            wanted[index, channel] = screen * colours[index, channel]
        for side in range(4):
            y = row + (side == 0) - (side == 1)
            x = column + (side == 2) - (side == 3)
            if y < 0 or x < 0 or y >= height or x >= width:
                continue
            there = y * width + x
            inside = hole[y, x] != 0
            if not inside and barred[y, x] != 0:
                continue  # a pixel that must not be sampled gives no colour here either
            weight += np.float32(1.0)
            if inside:
                neighbours[index, side] = (below, above, index + 1, index - 1)[side]
            theirs = number_at[there]
            views = (own >= 0) + (theirs >= 0)
            for channel in range(3):
                step = np.float32(0.0)
                if own >= 0:
                    place = source[own]
                    step += np.float32(flat[place, channel]) - np.float32(flat[place + there - here, channel])
                if theirs >= 0:
                    place = source[theirs]
                    step += np.float32(flat[place + here - there, channel]) - np.float32(flat[place, channel])
                if views == 2:
                    step *= np.float32(0.5)
                if not inside:
                    step += np.float32(flat[there, channel])
                wanted[index, channel] += step
        pull[index] = relaxation / weight


@kernel
def _relax(
    colours: NDArray[np.float32],
    neighbours: Flat,
    wanted: NDArray[np.float32],
    pull: NDArray[np.float32],
    keep: np.float32,
    first: int,
    last: int,
) -> None:
    for turn in range(first, last):
        for step in range(pull.size):
            index = step if turn % 2 == 0 else pull.size - 1 - step
            red, green, blue = wanted[index, 0], wanted[index, 1], wanted[index, 2]
            for side in range(4):
                other = neighbours[index, side]
                if other >= 0:
                    red += colours[other, 0]
                    green += colours[other, 1]
                    blue += colours[other, 2]
            colours[index, 0] = keep * colours[index, 0] + pull[index] * red
            colours[index, 1] = keep * colours[index, 1] + pull[index] * green
            colours[index, 2] = keep * colours[index, 2] + pull[index] * blue


@kernel
def _write(pixels: Picture, holes: Flat, colours: NDArray[np.float32]) -> None:
    flat = pixels.reshape(-1, pixels.shape[2])
    for index in range(holes.size):
        for channel in range(3):
            value = min(max(colours[index, channel], np.float32(0.0)), np.float32(255.0))
            flat[holes[index], channel] = np.uint8(value + np.float32(0.5))
