"""Fill the hole of the coarsest level for the first time, layer by layer from outside in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.patchmatch import FARTHEST, Flat
from inpaint_studio.exemplar.pyramid import Level, Plane, depth_at
from inpaint_studio.exemplar.simd import (
    CHANNELS,
    REACH,
    SIDE,
    known_middle_distance,
    known_outer_distance,
)
from inpaint_studio.jit import kernel
from inpaint_studio.threads import Workers

BUDGET = 1_500_000  # distances that are measured
MASK_ROW = 32  # bytes of a row of the mask that `simd.known_middle_distance` reads


def peel(level: Level, seed: int, workers: Workers, fixed: Plane | None = None) -> None:
    """Fill the hole of `level`: each pixel from the place that is most like the known pixels around it.

    Pixels of the hole in `fixed` (H x W, 1 inside) are already filled. With a seed other than 0 only a random half of
    the places is compared, which gives fills that differ.
    """
    places = np.flatnonzero(level.valid).astype(np.int32)
    if seed and places.size > 1:
        places = np.sort(np.random.default_rng(seed).choice(places, (places.size + 1) // 2, replace=False))
    unknown = level.hole.copy() if fixed is None else level.hole & (1 - fixed)
    open_pixels = np.flatnonzero(unknown).astype(np.int32)
    most = max(64, BUDGET // max(1, level.holes.size))
    if places.size > most:
        places = np.ascontiguousarray(places[:: -(-places.size // most)])  # one layout, compiled once
    if open_pixels.size == 0:
        return
    layers = np.ceil(depth_at(unknown, open_pixels)).astype(np.int32)
    at_once = max(1, BUDGET // places.size)
    mask = np.zeros(SIDE * MASK_ROW, np.uint8)
    for number in np.unique(layers):
        layer = open_pixels[layers == number]
        for start in range(0, layer.size, at_once):
            workers.report()
            _peel(level.flat, unknown.reshape(-1), places, layer[start : start + at_once], *level.shape, mask)
        unknown.ravel()[layer] = 0


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
    """Fill the pixels of one layer; patches are compared where they were known before it.

    `mask` (SIDE * MASK_ROW) is room to work in.
    """
    stride = np.uintp(width * CHANNELS)
    base = pixels.ctypes.data
    mask_at = np.uintp(mask.ctypes.data)
    for here in layer:
        row, column = here // width, here % width
        # The patch lies inside the image; near the border it is not centred on the pixel.
        top = min(max(row - REACH, 0), height - SIDE)
        left = min(max(column - REACH, 0), width - SIDE)
        corner = top * width + left
        for y in range(SIDE):
            for byte in range(SIDE * CHANNELS):
                mask[y * MASK_ROW + byte] = 0 if unknown[corner + y * width + byte // CHANNELS] else 255
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
