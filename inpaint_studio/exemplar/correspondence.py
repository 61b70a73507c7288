"""Where a finished fill might have come from: for each of its pixels, the most like it among the known patches.

Matched from coarse to fine, so that what hangs together in the fill is found together (Barnes et al. 2009, section 3).
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar import patchmatch, pyramid
from inpaint_studio.exemplar.fill import NEAR, Report
from inpaint_studio.exemplar.mixing import mix
from inpaint_studio.exemplar.patchmatch import Field
from inpaint_studio.exemplar.pyramid import Level, Picture, Plane
from inpaint_studio.exemplar.simd import REACH, SIDE
from inpaint_studio.opencv import cv2
from inpaint_studio.threads import crew

SWEEPS = (2, 4, 6)  # at the finest level, the next coarser and so on; the last entry serves all beyond
FIRST_SWEEPS = 48  # at the coarsest level, which starts from random places
TRUST = 16.0  # levels of 255 that a match may be off, root mean square, to be trusted exp(-1); as in a fill's votes


class Matched(NamedTuple):
    """`sources` is 2 x H x W offsets (row, col) from each pixel of the hole to the known one like it, 0 outside.

    `weight` is H x W in [0, 1], 1 where the surroundings of both are the same; 0 outside.
    """

    sources: NDArray[np.int32]
    weight: NDArray[np.float32]


class _Asking(Level):
    """A level whose patches are the ones round the hole's pixels, moved inside where they stand out of the picture."""

    @cached_property
    def targets(self) -> NDArray[np.int32]:
        wanted = np.zeros(self.hole.size, np.uint8)
        wanted[_centres(self.hole)] = 1
        return np.flatnonzero(wanted).astype(np.int32)


def match(
    image: Picture,
    hole: NDArray[np.bool_],
    *,
    donors: NDArray[np.bool_] | None = None,
    seed: int = 0,
    threads: int | None = None,
    report: Report = lambda _fraction, _note: None,
) -> Matched:
    """Match what stands in `hole` (H x W) of `image` (H x W x 3 uint8) with the rest of it, leaving `donors` out.

    Where no whole patch is known each pixel gets the nearest known one; where nothing is, all is 0. The same arguments
    give the same answer whatever `threads` is. Raises whatever `report` raises.
    """
    plane = hole.astype(np.uint8)
    barred = plane if donors is None else (hole | donors).astype(np.uint8)
    report(0.0, "")
    if not plane.any() or barred.all():
        return Matched(np.zeros((2, *plane.shape), np.int32), np.zeros(plane.shape, np.float32))
    if min(plane.shape) < SIDE or not Level(image, plane, barred).valid.any():
        return _nearest(image, plane, barred)
    built = pyramid.build_filled(image, plane, barred, pyramid.steps_for(plane))
    levels = [_Asking(level.pixels, level.hole, level.barred) for level in built]
    while min(levels[-1].shape) < SIDE or not levels[-1].valid.any():
        levels.pop()
    return _told(_found(levels, seed, threads, report))


def _found(levels: list[_Asking], seed: int, threads: int | None, report: Report) -> Field:
    """The field of the finest level."""
    first = len(levels) - 1
    sweeps = [FIRST_SWEEPS if n == first else SWEEPS[min(n, len(SWEEPS) - 1)] for n in range(len(levels))]
    work = [count * level.targets.size for count, level in zip(sweeps, levels, strict=True)]
    field: Field | None = None
    done = 0
    with crew(threads, lambda: report(done / sum(work), "")) as hands:
        for index in range(first, -1, -1):
            level = levels[index]
            start = (
                patchmatch.random_sources(level, seed)
                if field is None
                else patchmatch.finer(field, level, seed + index)
            )
            field = Field(level, start)
            patchmatch.measure(field, hands)
            for turn in range(sweeps[index]):
                # Far places are looked for while they are few.
                far = index == first or (turn % 2 == 0 and index > 0)
                radius = max(level.shape) if far else NEAR
                salt = mix(seed, index, turn)
                patchmatch.sweep(field, hands, radius=radius, forward=turn % 2 == 0, salt=salt)
                done += level.targets.size
    assert field is not None
    return field


def _told(field: Field) -> Matched:
    level = field.level
    number = field.number_at[_centres(level.hole)]
    inside = level.hole != 0
    # The match of a patch moved inside the picture holds for its every pixel, by the same offset.
    sources = np.zeros((2, *level.shape), np.int32)
    width = level.shape[1]
    there, here = field.source[number], level.targets[number]
    sources[0][inside] = there // width - here // width
    sources[1][inside] = there % width - here % width
    weight = np.zeros(level.shape, np.float32)
    mean = field.distance[number] / np.float32(SIDE * SIDE * 3)
    weight[inside] = np.exp(-mean / np.float32(TRUST**2))
    return Matched(sources, weight)


def _centres(hole: Plane) -> NDArray[np.int64]:
    """For each pixel of the hole in order, the flat position of the patch nearest round it that is in the picture."""
    rows, columns = np.nonzero(hole)
    inside = (np.clip(at, REACH, side - 1 - REACH) for at, side in zip((rows, columns), hole.shape, strict=True))
    return np.asarray(np.ravel_multi_index(tuple(inside), hole.shape), np.int64)


def _nearest(image: Picture, hole: Plane, barred: Plane) -> Matched:
    """Each pixel's nearest known one, trusted as far as the two look alike."""
    _, labels = cv2.distanceTransformWithLabels(barred, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    known = np.flatnonzero(barred == 0)
    place_of = np.zeros(known.size + 1, np.int64)
    place_of[labels.ravel()[known]] = known
    sources = np.zeros((2, *hole.shape), np.int32)
    weight = np.zeros(hole.shape, np.float32)
    rows, columns = np.nonzero(hole)
    from_rows, from_columns = divmod(place_of[labels[rows, columns]], hole.shape[1])
    sources[:, rows, columns] = from_rows - rows, from_columns - columns
    off = image[rows, columns].astype(np.float32) - image[from_rows, from_columns]
    weight[rows, columns] = np.exp(-(off**2).mean(axis=1) / np.float32(TRUST**2))
    return Matched(sources, weight)
