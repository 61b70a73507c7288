"""Find for each pixel of a finished fill the known patch that is most like its surroundings.

The search runs from coarse to fine, so that neighbours get sources that are neighbours too (Barnes et al. 2009, section
3).
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar import patchmatch, pyramid
from inpaint_studio.exemplar.fill import NEAR
from inpaint_studio.exemplar.mixing import mix
from inpaint_studio.exemplar.patchmatch import Field
from inpaint_studio.exemplar.planes import as_bytes, find_nearest
from inpaint_studio.exemplar.progress import Progress, Report
from inpaint_studio.exemplar.pyramid import Image, Level, Plane
from inpaint_studio.exemplar.simd import REACH, SIDE
from inpaint_studio.lazy_zeros import lazy_zeros
from inpaint_studio.threads import start_workers

SWEEPS = (2, 4, 6)  # at the finest level, the next coarser and so on; the last entry counts for all coarser ones
FIRST_SWEEPS = 48  # at the coarsest level, which starts from random places
TRUST = 16.0  # levels of 255, root mean square: a match that differs by this is trusted exp(-1), as in votes


class Matched(NamedTuple):
    """The sources found for a fill.

    `sources` is 2 x H x W offsets (row, col) from each pixel of the hole to the known pixel it matches, 0 outside.
    `weight` is H x W in [0, 1], 1 where the surroundings of both are equal; 0 outside.
    """

    sources: NDArray[np.int32]
    weight: NDArray[np.float32]


class _HoleLevel(Level):
    """A level whose targets are the patches around the hole's pixels, moved inside where they cross the border."""

    @cached_property
    def targets(self) -> NDArray[np.int32]:
        """Flat positions of the patches' centres; ascending."""
        is_target = np.zeros(self.hole.size, np.uint8)
        is_target[_centres(self.hole)] = 1
        return np.flatnonzero(is_target).astype(np.int32)


def match(
    image: Image,
    hole: NDArray[np.bool_],
    *,
    donors: NDArray[np.bool_] | None = None,
    seed: int = 0,
    threads: int | None = None,
    report: Report = lambda _fraction, _note: None,
) -> Matched:
    """Match the pixels in `hole` (H x W) of `image` (H x W x 3 uint8) with the known pixels that are not in `donors`.

    Where no whole patch is known each pixel gets the nearest known one; where nothing is known, all is 0. The same
    arguments give the same result whatever `threads` is. Raises whatever `report` raises.
    """
    plane = as_bytes(hole)
    blocked = plane if donors is None else as_bytes(hole | donors)
    report(0.0, "")
    if not plane.any() or blocked.all():
        return Matched(np.zeros((2, *plane.shape), np.int32), np.zeros(plane.shape, np.float32))
    if min(plane.shape) < SIDE or not Level(image, plane, blocked).valid.any():
        return _nearest(image, plane, blocked)
    built = pyramid.build_filled(image, plane, blocked, pyramid.steps_for(plane))
    levels = [_HoleLevel(level.pixels, level.hole, level.blocked) for level in built]
    while min(levels[-1].shape) < SIDE or not levels[-1].valid.any():
        levels.pop()
    return _lay_out(_search(levels, seed, threads, report))


def _search(levels: list[_HoleLevel], seed: int, threads: int | None, report: Report) -> Field:
    """Search from the coarsest level to the finest; return the finest level's field."""
    first = len(levels) - 1
    sweeps = [FIRST_SWEEPS if n == first else SWEEPS[min(n, len(SWEEPS) - 1)] for n in range(len(levels))]
    work = [count * level.targets.size for count, level in zip(sweeps, levels, strict=True)]
    field: Field | None = None
    total, done = sum(work), 0
    progress = Progress(report)
    with progress.note_compilation(), start_workers(threads, progress.repeat) as workers:
        for index in range(first, -1, -1):
            level = levels[index]
            start = (
                patchmatch.random_sources(level, seed)
                if field is None
                else patchmatch.finer(field, level, seed + index)
            )
            field = Field(level, start)
            patchmatch.measure(field, workers)
            for turn in range(sweeps[index]):
                progress.at(done / total)
                # Far places are searched while there are few of them.
                far = index == first or (turn % 2 == 0 and index > 0)
                radius = max(level.shape) if far else NEAR
                salt = mix(seed, index, turn)
                patchmatch.sweep(field, workers, radius=radius, forward=turn % 2 == 0, salt=salt)
                done += level.targets.size
    assert field is not None
    return field


def _lay_out(field: Field) -> Matched:
    """Make the result of the finest level's field."""
    level = field.level
    number = field.count_at[_centres(level.hole)] - 1
    inside = level.hole != 0
    # The match of a patch that was moved inside the image holds for each of its pixels, with the same offset.
    sources = lazy_zeros((2, *level.shape), np.int32)
    width = level.shape[1]
    there, here = field.source[number], level.targets[number]
    sources[0][inside] = there // width - here // width
    sources[1][inside] = there % width - here % width
    weight = lazy_zeros(level.shape, np.float32)
    mean = field.distance[number] / np.float32(SIDE * SIDE * 3)
    weight[inside] = np.exp(-mean / np.float32(TRUST**2))
    return Matched(sources, weight)


def _centres(hole: Plane) -> NDArray[np.int64]:
    """Return for each pixel of the hole, in order, the flat centre of the nearest patch that lies in the image."""
    rows, columns = np.nonzero(hole)
    inside = (np.clip(at, REACH, side - 1 - REACH) for at, side in zip((rows, columns), hole.shape, strict=True))
    return np.asarray(np.ravel_multi_index(tuple(inside), hole.shape), np.int64)


def _nearest(image: Image, hole: Plane, blocked: Plane) -> Matched:
    """Match each pixel with the nearest known one, trusted as far as the two are alike."""
    sources = np.zeros((2, *hole.shape), np.int32)
    weight = np.zeros(hole.shape, np.float32)
    rows, columns = np.nonzero(hole)
    from_rows, from_columns = find_nearest(blocked, rows, columns)
    sources[:, rows, columns] = from_rows - rows, from_columns - columns
    difference = image[rows, columns].astype(np.float32) - image[from_rows, from_columns]
    weight[rows, columns] = np.exp(-(difference**2).mean(axis=1) / np.float32(TRUST**2))
    return Matched(sources, weight)
