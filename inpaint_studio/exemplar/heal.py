"""Match the tone of a copied part with its surroundings where they are the same surface in another light.

The difference between the photo and the copy, as it would go on round the hole, is known there. It is smoothed, and
continued into the hole as a membrane (Georgiev 2004, the healing brush; Pérez et al. 2003, section 4). A large
difference means another surface, whose colours were what the user wanted: it says nothing about the light.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.planes import box_round
from inpaint_studio.exemplar.pyramid import Image
from inpaint_studio.opencv import cv2

Plane = NDArray[np.bool_]
Floats = NDArray[np.float32]
_TINY = np.float32(1e-6)

RING = 8  # px round the hole in which photo and copy are compared
SAME, OTHER = 32.0, 64.0  # levels: up to the first difference it is the same surface, from the second on another
SMOOTH = 0.15  # of the hole's longer side: sigma over which differences are averaged along the rim ...
SMOOTHEST, LEAST_SMOOTH = 64.0, 6.0  # ... at most and at least, px
FINE = 4.0  # px: that sigma at the size at which it is computed
NARROWER = 4.0  # times narrower is the mean that tells one surface from another
LEAST_CHANGE = 0.5  # levels: a smaller change is not seen
FEWEST = 16  # pixels that can be compared; with fewer the copy stays as it is


def tone_change(
    image: Image, hole: Plane, offset: tuple[int, int], donors: Plane | None = None
) -> NDArray[np.float32] | None:
    """Return what is to be added to a copy from `offset` (rows, columns) away, H x W x 3 levels; None for nothing.

    `image` is H x W x 3 uint8. What lies in `hole` (H x W) is unknown; `donors` (H x W) is not looked at in the copy.
    """
    if not hole.any():
        return None
    box = box_round(hole, RING)
    (top, bottom), (left, right) = ((side.start, side.stop) for side in box)
    near = cv2.dilate(hole[box].astype(np.uint8), np.ones((2 * RING + 1,) * 2, np.uint8)) != 0
    rows, columns = np.nonzero(near & ~hole[box])
    rows, columns = rows + top, columns + left
    y, x = rows + offset[0], columns + offset[1]
    inside = (y >= 0) & (y < hole.shape[0]) & (x >= 0) & (x < hole.shape[1])
    rows, columns, y, x = rows[inside], columns[inside], y[inside], x[inside]
    free = ~hole[y, x] if donors is None else ~(hole[y, x] | donors[y, x])
    rows, columns, y, x = rows[free], columns[free], y[free], x[free]
    if rows.size < FEWEST:
        return None
    change = np.zeros((bottom - top, right - left, 3), np.float32)
    known = np.zeros((bottom - top, right - left), np.float32)
    change[rows - top, columns - left] = image[rows, columns].astype(np.float32) - image[y, x]
    known[rows - top, columns - left] = 1
    extent = max(side.stop - side.start for side in box_round(hole, 0)) - 1
    spread = _membrane(change, known, min(max(SMOOTH * extent, LEAST_SMOOTH), SMOOTHEST))
    if np.abs(spread[hole[box]]).max() < LEAST_CHANGE:
        return None
    whole = np.zeros(image.shape, np.float32)
    whole[box] = spread
    return whole


def _membrane(change: Floats, known: Floats, sigma: float) -> Floats:
    """Average `change` (h x w x 3), where `known` is 1, along the rim, and continue it into the hole.

    That is smooth, so it is computed at the size at which `sigma` is `FINE` px.
    """
    height, width = known.shape
    size = max(1, round(width * FINE / sigma)), max(1, round(height * FINE / sigma))
    if size[0] < width and size[1] < height:
        change = np.asarray(cv2.resize(change, size, interpolation=cv2.INTER_AREA), np.float32)
        known = np.asarray(cv2.resize(known, size, interpolation=cv2.INTER_AREA), np.float32)
        sigma = FINE
    here = _blur(change, sigma / NARROWER) / np.maximum(_blur(known, sigma / NARROWER), _TINY)[..., None]
    far = np.abs(here).max(axis=2)
    alike = np.clip((OTHER - far) / np.float32(OTHER - SAME), 0, 1).astype(np.float32)
    # Other surfaces at the rim have no say in the mean; beside them its change fades.
    same = _blur(known * alike, sigma)
    mean = _blur(change * alike[..., None], sigma) / np.maximum(same, _TINY)[..., None]
    share = same / np.maximum(_blur(known, sigma), _TINY)
    spread = _spread(np.asarray(mean * (share * known)[..., None], np.float32), known)
    return np.asarray(cv2.resize(spread, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _blur(image: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.float32)


def _spread(values: Floats, known: Floats) -> Floats:
    """Continue `values` (H x W x 3, sums where `known` is 1) smoothly over all pixels: pull, then push."""
    height, width = known.shape
    if min(height, width) <= 2 or (known > 0).all():
        total = known.sum()
        filled = values / np.maximum(known, _TINY)[..., None]
        mean = values.sum(axis=(0, 1)) / np.maximum(total, _TINY)
        return np.asarray(np.where(known[..., None] > 0, filled, mean), np.float32)
    size = (width + 1) // 2, (height + 1) // 2
    smaller = _spread(
        np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32),
        np.asarray(cv2.resize(known, size, interpolation=cv2.INTER_AREA), np.float32),
    )
    larger = cv2.resize(smaller, (width, height), interpolation=cv2.INTER_LINEAR)
    share = np.minimum(known, 1)[..., None]
    return np.asarray(larger * (1 - share) + values, np.float32)
