"""For each patch that touches the hole, the most like it among the known ones.

Coherence first, chance second: a neighbour's source moved by one pixel, then random places in shrinking windows
(PatchMatch, Barnes et al. 2009, sections 3.1-3.2), in scan order inside bands of fixed size. A band sees its neighbours
as they were before the sweep, so the answer does not depend on how many threads share the bands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.mixing import below, first_state, next_state
from inpaint_studio.exemplar.pyramid import Level, Picture, Plane, depth_at
from inpaint_studio.exemplar.simd import (
    CHANNELS,
    REACH,
    SIDE,
    known_middle_distance,
    known_outer_distance,
    middle_distance,
    outer_distance,
    patch_distance,
)
from inpaint_studio.jit import kernel
from inpaint_studio.threads import Crew

Flat = NDArray[np.int32]
BAND = 1024  # patches a band: enough to be worth a thread, enough bands for sixteen
FARTHEST = np.int32(2**31 - 1)
OFTEN = 16  # one pixel in so many may be copied: then valid places are found by trying
REFINED_AT_ONCE = 1 << 16  # targets
PEEL_BUDGET = 1_500_000  # distances measured to fill the coarsest level


@dataclass
class Field:
    """Where each target patch of a level takes its pixels from.

    `source` holds flat positions of patch centres, `distance` their sum of squared differences.
    """

    level: Level
    source: Flat
    distance: Flat = field(init=False)
    number_at: Flat = field(init=False)  # H * W: the target's number at each position, -1 where none

    def __post_init__(self) -> None:
        targets = self.level.targets
        self.distance = np.full(targets.size, FARTHEST, np.int32)
        self.number_at = np.full(self.level.hole.size, -1, np.int32)
        self.number_at[targets] = np.arange(targets.size, dtype=np.int32)
        self._before = self.source.copy()
        self.bands = np.append(np.arange(0, targets.size, BAND), targets.size)

    @property
    def scratch(self) -> Flat:
        """Room for the field as it was before a sweep."""
        return self._before


def random_sources(level: Level, seed: int) -> Flat:
    """A valid source for each target, drawn at random."""
    valid = np.flatnonzero(level.valid).astype(np.int32)
    return np.random.default_rng(seed).choice(valid, level.targets.size)


def finer(coarse: Field, level: Level, seed: int) -> Flat:
    """The coarse field's sources, brought to the next finer level; random where that one has none."""
    source = np.empty(level.targets.size, np.int32)
    for start in range(0, source.size, REFINED_AT_ONCE):
        part = slice(start, start + REFINED_AT_ONCE)
        source[part] = _refine(coarse, level, level.targets[part])
    lost = np.flatnonzero(source < 0)
    if lost.size == 0:
        return source
    if np.count_nonzero(level.valid) * OFTEN < level.valid.size:
        places = np.flatnonzero(level.valid).astype(np.int32)
        source[lost] = np.random.default_rng(seed).choice(places, lost.size)
    else:  # so many that a list of them would be long, and a few tries find one
        _draw_valid(level.valid.ravel(), lost, source, np.uint32(seed))
    return source


def _refine(coarse: Field, level: Level, targets: Flat) -> Flat:
    """For each target twice the coarse source of the pixel above it, if it is valid here; -1 where none is."""
    height, width = level.shape
    coarse_height, coarse_width = coarse.level.shape
    rows, columns = targets // width, targets % width
    parents = np.minimum(rows // 2, coarse_height - 1) * coarse_width + np.minimum(columns // 2, coarse_width - 1)
    parent = coarse.number_at[parents]
    place = coarse.source[parent]
    y = np.clip(2 * (place // coarse_width) + rows % 2, REACH, height - 1 - REACH)
    x = np.clip(2 * (place % coarse_width) + columns % 2, REACH, width - 1 - REACH)
    found = np.asarray(y * width + x, np.int32)
    found[(parent < 0) | (level.valid.reshape(-1)[found] == 0)] = -1
    return found


def measure(field: Field, crew: Crew) -> None:
    """Distances of the field as the pixels stand now."""
    width = field.level.shape[1]
    crew.share(
        len(field.bands) - 1,
        lambda first, last: _measure(
            field.level.pixels, width, field.level.targets, field.source, field.distance, field.bands[first],
            field.bands[last],
        ),
    )  # fmt: skip


def sweep(field: Field, crew: Crew, *, radius: int, forward: bool, salt: int) -> None:
    """One pass of coherence and chance; random places lie within `radius` px of the best so far."""
    level = field.level
    np.copyto(field.scratch, field.source)
    crew.share(
        len(field.bands) - 1,
        lambda first, last: _sweep(
            level.flat, level.valid.reshape(-1), *level.shape, level.targets, field.number_at, field.source,
            field.distance, field.scratch, field.bands, first, last, forward, radius,
            int(math.log2(max(1, radius))) + 1, np.uint32(salt),
        ),
    )  # fmt: skip


def peel(level: Level, seed: int, crew: Crew, fixed: Plane | None = None) -> None:
    """Fill the hole of a (coarsest) level from outside in: each pixel from the place most like its known surroundings.

    `fixed` (H x W, 1 inside) are pixels of the hole that stand already. With a seed other than 0 a changing half of the
    places is looked at, which gives fills that differ.
    """
    places = np.flatnonzero(level.valid).astype(np.int32)
    if seed and places.size > 1:
        places = np.sort(np.random.default_rng(seed).choice(places, (places.size + 1) // 2, replace=False))
    unknown = level.hole.copy() if fixed is None else level.hole & (1 - fixed)
    wanted = np.flatnonzero(unknown).astype(np.int32)
    most = max(64, PEEL_BUDGET // max(1, level.holes.size))
    if places.size > most:
        places = np.ascontiguousarray(places[:: -(-places.size // most)])  # one layout, compiled once
    if wanted.size == 0:
        return
    layers = np.ceil(depth_at(unknown, wanted)).astype(np.int32)
    at_once = max(1, PEEL_BUDGET // places.size)
    mask = np.zeros(SIDE * 32, np.uint8)
    for number in np.unique(layers):
        layer = wanted[layers == number]
        for start in range(0, layer.size, at_once):
            crew.pulse()
            _peel(level.flat, unknown.reshape(-1), places, layer[start : start + at_once], *level.shape, mask)
        unknown.ravel()[layer] = 0


@kernel
def _draw_valid(valid: Plane, numbers: NDArray[np.int64], source: Flat, salt: np.uint32) -> None:
    """Random valid places; after many misses the next valid one onwards."""
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
def _measure(pixels: Picture, width: int, targets: Flat, source: Flat, distance: Flat, first: int, last: int) -> None:
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
    number_at: Flat,
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
            least = distance[number]
            for side in range(2):
                move = step if side == 0 else step * width
                neighbour = number_at[here - move]
                if neighbour < 0:
                    continue
                inside = low <= neighbour < high
                place = np.int64(source[neighbour] if inside else before[neighbour]) + move
                if place == best or not valid[place]:
                    continue
                other = np.uintp(corner + place * CHANNELS)
                found = middle_distance(target, other, stride)
                if found < least:
                    found += outer_distance(target, other, stride)
                    if found < least:
                        least, best = found, place
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
                found = middle_distance(target, other, stride)
                if found < least:
                    found += outer_distance(target, other, stride)
                    if found < least:
                        least, best, row, column = found, place, y, x
            source[number] = best
            distance[number] = least


@kernel
def _peel(
    pixels: NDArray[np.uint8],
    unknown: NDArray[np.uint8],
    places: Flat,
    layer: Flat,
    height: int,
    width: int,
    mask: NDArray[np.uint8],
) -> None:
    """Fill pixels of one layer; patches are compared where they were known before it. `mask` is room for 7 x 32."""
    stride = np.uintp(width * CHANNELS)
    base = pixels.ctypes.data
    mask_at = np.uintp(mask.ctypes.data)
    for here in layer:
        row, column = here // width, here % width
        # The patch stands inside the picture; near the border it is not centred on the pixel.
        top = min(max(row - REACH, 0), height - SIDE)
        left = min(max(column - REACH, 0), width - SIDE)
        corner = top * width + left
        for y in range(SIDE):
            for byte in range(SIDE * CHANNELS):
                mask[y * 32 + byte] = 0 if unknown[corner + y * width + byte // CHANNELS] else 255
        target = np.uintp(base + corner * CHANNELS)
        best, least = np.int64(places[0]), FARTHEST
        for place in places:
            other = np.uintp(base + (np.int64(place) - REACH * width - REACH) * CHANNELS)
            found = known_middle_distance(target, other, stride, mask_at)
            if found < least:
                found += known_outer_distance(target, other, stride, mask_at)
                if found < least:
                    least, best = found, np.int64(place)
        shown = best - corner - REACH * width - REACH + here
        for channel in range(CHANNELS):
            pixels[here * CHANNELS + channel] = pixels[shown * CHANNELS + channel]
