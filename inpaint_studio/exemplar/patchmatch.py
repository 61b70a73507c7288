"""Find for each patch that touches the hole the known patch that is most like it (PatchMatch, Barnes et al. 2009).

Each sweep first tries the sources of neighbours moved by one pixel (propagation, section 3.2), then random places in
shrinking windows (random search), in scan order inside bands of fixed size. A band sees the other bands as they were
before the sweep, so the result does not depend on the number of threads.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.mixing import below, first_state, next_state
from inpaint_studio.exemplar.prior import ALIKE, NO_COST, WHOLE, Cost
from inpaint_studio.exemplar.pyramid import Image, Level, Plane
from inpaint_studio.exemplar.simd import (
    CHANNELS,
    REACH,
    middle_distance,
    outer_distance,
    patch_distance,
)
from inpaint_studio.jit import kernel
from inpaint_studio.lazy_zeros import lazy_zeros
from inpaint_studio.threads import Workers

Flat = NDArray[np.int32]
BAND = 1024  # patches in a band: enough to be worth a thread, and few enough that sixteen threads get bands
FARTHEST = np.int32(2**31 - 1)
OFTEN = 16  # where at least one pixel in 16 may be copied, valid places are found by random tries


@dataclass
class Field:
    """The source of each target patch of a level.

    `source` holds the flat positions of the centres of the source patches, `distance` the sums of squared differences.
    """

    level: Level
    source: Flat
    distance: Flat = field(init=False)
    count_at: Flat = field(init=False)  # H * W: 1 + the target's number at each position, 0 where none

    def __post_init__(self) -> None:
        targets = self.level.targets
        self.distance = np.full(targets.size, FARTHEST, np.int32)
        self.count_at = lazy_zeros((self.level.hole.size,), np.int32)
        self.count_at[targets] = np.arange(1, targets.size + 1, dtype=np.int32)
        self._before = self.source.copy()
        self.bands = np.append(np.arange(0, targets.size, BAND), targets.size)

    def end_search(self) -> None:
        """Free what only the search needs, which is much; `source` and `count_at` stay."""
        self.distance = self._before = np.zeros(0, np.int32)
        self.level.forget_patches()

    @property
    def scratch(self) -> Flat:
        """Space for the sources as they were before a sweep."""
        return self._before


def random_sources(level: Level, seed: int) -> Flat:
    """Draw a valid source for each target at random."""
    valid = np.flatnonzero(level.valid).astype(np.int32)
    return np.random.default_rng(seed).choice(valid, level.targets.size)


def finer(coarse: Field, level: Level, seed: int) -> Flat:
    """Bring the sources of the coarse field to the next finer level; draw them at random where that gives none."""
    source = np.full(level.targets.size, -1, np.int32)
    _refine(
        coarse.count_at, coarse.source, *coarse.level.shape, level.targets, level.valid.reshape(-1), *level.shape,
        source,
    )  # fmt: skip
    lost = np.flatnonzero(source < 0)
    if lost.size == 0:
        return source
    if np.count_nonzero(level.valid) * OFTEN < level.valid.size:
        places = np.flatnonzero(level.valid).astype(np.int32)
        source[lost] = np.random.default_rng(seed).choice(places, lost.size)
    else:  # a list of the valid places would be long, and a few tries find one
        _draw_valid(level.valid.ravel(), lost, source, np.uint32(seed))
    return source


def measure(field: Field, workers: Workers) -> None:
    """Measure the distances of the field with the pixels as they are now."""
    width = field.level.shape[1]
    workers.run(
        len(field.bands) - 1,
        lambda first, last: _measure(
            field.level.pixels, width, field.level.targets, field.source, field.distance, field.bands[first],
            field.bands[last],
        ),
    )  # fmt: skip


def sweep(field: Field, workers: Workers, *, radius: int, forward: bool, salt: int, cost: Cost = NO_COST) -> None:
    """Do one pass of propagation and random search; random places lie within `radius` px of the best source so far.

    Sources are compared by their distance and `cost`, the distance alone is kept.
    """
    level = field.level
    np.copyto(field.scratch, field.source)
    workers.run(
        len(field.bands) - 1,
        lambda first, last: _sweep(
            level.flat, level.valid.reshape(-1), *level.shape, level.targets, field.count_at, field.source,
            field.distance, field.scratch, field.bands, first, last, forward, radius,
            int(math.log2(max(1, radius))) + 1, np.uint32(salt), *cost,
        ),
    )  # fmt: skip


@kernel
def _refine(
    count_at: Flat,
    coarse_source: Flat,
    coarse_height: int,
    coarse_width: int,
    targets: Flat,
    valid: NDArray[np.uint8],
    height: int,
    width: int,
    source: Flat,
) -> None:
    """Write for each target twice the source of its parent in the coarse field, where that is valid here.

    No patch is centred nearer than `REACH` to the border of the coarse image. Targets there have the nearest centre as
    their parent: with random sources the border of the photo would be coloured by chance.
    """
    for number in range(targets.size):
        row, column = targets[number] // width, targets[number] % width
        parent_row = max(min(row // 2, coarse_height - 1 - REACH), REACH)
        parent_column = max(min(column // 2, coarse_width - 1 - REACH), REACH)
        parent = count_at[parent_row * coarse_width + parent_column] - 1
        if parent < 0:
            continue
        place = coarse_source[parent]
        y = min(max(2 * (place // coarse_width - parent_row) + row, REACH), height - 1 - REACH)
        x = min(max(2 * (place % coarse_width - parent_column) + column, REACH), width - 1 - REACH)
        if valid[y * width + x]:
            source[number] = y * width + x


@kernel
def _draw_valid(valid: Plane, numbers: NDArray[np.int64], source: Flat, salt: np.uint32) -> None:
    """Draw random valid places; after 64 misses take the next valid place."""
    size = valid.size
    for number in numbers:
        state = first_state(salt, number)
        place = 0
        for _ in range(64):
            state = next_state(state)
            place = below(state, size)
            if valid[place]:
                break
        while not valid[place]:
            place = place + 1 if place + 1 < size else 0
        source[number] = place


@kernel
def _measure(pixels: Image, width: int, targets: Flat, source: Flat, distance: Flat, first: int, last: int) -> None:
    stride = np.uintp(width * CHANNELS)
    corner = pixels.ctypes.data - (REACH * width + REACH) * CHANNELS
    for number in range(first, last):
        distance[number] = patch_distance(
            np.uintp(corner + targets[number] * CHANNELS), np.uintp(corner + source[number] * CHANNELS), stride
        )


@kernel
def _sweep(
    pixels: NDArray[np.uint8],
    valid: NDArray[np.uint8],
    height: int,
    width: int,
    targets: Flat,
    count_at: Flat,
    source: Flat,
    distance: Flat,
    before: Flat,
    bands: NDArray[np.int64],
    first_band: int,
    last_band: int,
    forward: bool,
    radius: int,
    tries: int,
    salt: np.uint32,
    row_cost: int,
    column_cost: int,
) -> None:
    stride = np.uintp(width * CHANNELS)
    corner = pixels.ctypes.data - (REACH * width + REACH) * CHANNELS
    step = 1 if forward else -1
    for band in range(first_band, last_band):
        low, high = bands[band], bands[band + 1]
        for turn in range(high - low):
            number = low + turn if forward else high - 1 - turn
            here = targets[number]
            target = np.uintp(corner + np.int64(here) * CHANNELS)
            best: Any = np.int64(source[number])
            own_row, own_column = here // width, here % width
            away = abs(best // width - own_row) * row_cost + abs(best % width - own_column) * column_cost
            lowest = distance[number]
            least = (lowest + ALIKE) * (WHOLE + away)
            for side in range(2):
                move = step if side == 0 else step * width
                neighbour = count_at[here - move] - 1
                if neighbour < 0:
                    continue
                inside = low <= neighbour < high
                place = np.int64(source[neighbour] if inside else before[neighbour]) + move
                if place == best or not valid[place]:
                    continue
                other = np.uintp(corner + place * CHANNELS)
                away = abs(place // width - own_row) * row_cost + abs(place % width - own_column) * column_cost
                found = middle_distance(target, other, stride)
                if (found + ALIKE) * (WHOLE + away) < least:
                    found += outer_distance(target, other, stride)
                    compared = (found + ALIKE) * (WHOLE + away)
                    if compared < least:
                        least, lowest, best = compared, found, place
            state = first_state(salt, number)
            window = radius
            row, column = best // width, best % width
            for _ in range(tries):
                state = next_state(state)
                top, bottom = max(REACH, row - window), min(height - 1 - REACH, row + window)
                y = top + below(state, bottom - top + 1)
                state = next_state(state)
                left, right = max(REACH, column - window), min(width - 1 - REACH, column + window)
                x = left + below(state, right - left + 1)
                window = max(1, window // 2)
                place = y * width + x
                if place == best or not valid[place]:
                    continue
                other = np.uintp(corner + place * CHANNELS)
                away = abs(y - own_row) * row_cost + abs(x - own_column) * column_cost
                found = middle_distance(target, other, stride)
                if (found + ALIKE) * (WHOLE + away) < least:
                    found += outer_distance(target, other, stride)
                    compared = (found + ALIKE) * (WHOLE + away)
                    if compared < least:
                        least, lowest, best, row, column = compared, found, place, y, x
            source[number] = best
            distance[number] = lowest
