"""Colour the hole of a photo with more than 8 bits a channel: the last votes and the seams, made of its own levels.

The search compares 8-bit pixels. Where it has found the sources, the votes of `vote` and the seams of `poisson` are
computed once more from levels with fractions, so that a smooth sky gets no steps of an 8-bit level.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar import poisson
from inpaint_studio.exemplar.patchmatch import BAND, Field, Flat
from inpaint_studio.exemplar.pyramid import Image, Plane
from inpaint_studio.exemplar.simd import CHANNELS, REACH
from inpaint_studio.exemplar.vote import Weights
from inpaint_studio.jit import kernel
from inpaint_studio.threads import Workers

Floats = NDArray[np.float32]
MOST_MOVED = 0.5  # levels: by so much 8-bit pixels differ from the levels that they show


def colour_finely(
    field: Field,
    weights: Weights,
    fine: Floats,
    image: Image,
    kept: tuple[Plane, NDArray[np.int32]] | None,
    rounds: int,
    workers: Workers,
) -> Floats:
    """Return the levels of the filled image, H x W x 3: those of `fine` outside the hole.

    `fine` (H x W x 3) are the levels that `image` (H x W x 3, before the fill) shows; `weights` are the last votes'.
    `kept` are pixels of the hole (H x W, 1 inside) that stay as guide lines laid them, and their sources (2 x H x W
    offsets). `rounds` is for `poisson.smooth_seams`.
    """
    level, stays = field.level, None
    canvas = vote_finely(field, weights, fine, workers)
    if kept is not None:
        stays, sources = kept
        rows, columns = np.nonzero(stays)
        there = rows + sources[0][rows, columns], columns + sources[1][rows, columns]
        moved = np.clip(fine[there] - image[there], -MOST_MOVED, MOST_MOVED)
        canvas[rows, columns, :3] = level.pixels[rows, columns, :3] + moved
    poisson.smooth_seams(field, rounds, workers, stays, canvas=canvas)
    return np.ascontiguousarray(canvas[..., :3])


def vote_finely(field: Field, weights: Weights, fine: Floats, workers: Workers) -> Floats:
    """Return the levels of the photo with the votes in its hole: H x W x 4, of which the last channel is 0.

    `fine` (H x W x 3) are those of the photo, `weights` are the last votes'.
    """
    level = field.level
    height, width = level.shape
    canvas = np.zeros((height, width, CHANNELS), np.float32)
    canvas[..., :3] = fine
    flat, holes = canvas.reshape(-1), level.holes

    def part(first: int, last: int) -> None:
        some = slice(first * BAND, last * BAND)
        _vote_finely(flat, holes[some], field.count_at, field.source, weights, height, width)

    workers.run(-(-holes.size // BAND), part)
    return canvas


def show(levels: Floats, image: Image, where: Plane) -> None:
    """Write `levels` (H x W x 3) where `where` (H x W) is not 0 into `image` (H x W x 3|4), rounded to 8 bits."""
    inside = where != 0
    image[inside, :3] = np.clip(np.rint(levels[inside]), 0, 255).astype(np.uint8)


@kernel
def _vote_finely(
    colours: Weights, holes: Flat, count_at: Flat, source: Flat, weights: Weights, height: int, width: int
) -> None:
    """Write the weighted mean of what the patches over each of `holes` show there; sources lie outside the hole."""
    for index in range(holes.size):
        row, column = holes[index] // width, holes[index] % width
        red = green = blue = total = np.float32(0.0)
        for y in range(max(0, row - REACH), min(height, row + REACH + 1)):
            for x in range(max(0, column - REACH), min(width, column + REACH + 1)):
                number = count_at[y * width + x] - 1
                if number >= 0:
                    weight = weights[number]
                    place = (np.int64(source[number]) + (row - y) * width + column - x) * CHANNELS
                    red += weight * colours[place]
                    green += weight * colours[place + 1]
                    blue += weight * colours[place + 2]
                    total += weight
        if total > 0:
            here = np.int64(holes[index]) * CHANNELS
            colours[here] = red / total
            colours[here + 1] = green / total
            colours[here + 2] = blue / total
