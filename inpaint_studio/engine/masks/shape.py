"""Grow, shrink, feather, invert and close a mask. All take H x W uint8 coverage 0..255 and return a new array."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.disc import change_near_rim, dilate
from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.uint8]

# px that what was found grows by unless the user chooses: the soft edge of the exact mask stays behind as a ghost, and
# fills want generous masks (arXiv 2305.07857).
GROW = 3
INSIDE = 128  # coverage from which a pixel is more inside than outside


def grow(mask: Mask, radius: float) -> Mask:
    """Enlarge `mask` by `radius` px in all directions, with round corners: a dilation by a disc.

    Each pixel gets the highest coverage at most `radius` px away, so soft rims stay as soft as they are. A radius
    below 1 changes nothing. Raises ValueError for a negative radius.
    """
    _check(radius)
    return dilate(mask, radius)


def shrink(mask: Mask, radius: float) -> Mask:
    """Make `mask` smaller by `radius` px: an erosion by a disc, the opposite of `grow`.

    The mask is taken to go on beyond the image's border, so it does not shrink away from there.
    """
    _check(radius)
    out = mask.copy()
    around = Box.of(mask)
    if around is not None:
        # Where the mask ends before the image does, a line of what is outside stands for all of it.
        box = around.pad(1).clip(*mask.shape)
        out[box.slices] = invert(dilate(invert(mask[box.slices]), radius))
    return out


def feather(mask: Mask, width: float) -> Mask:
    """Give `mask` a soft rim `width` px wide, outside of what is inside now.

    What is inside (coverage >= 128) becomes full: a hole whose rim was softened inwards would leave a ghost of what it
    should remove. Outside, the coverage falls along 3 t^2 - 2 t^3 and is 0 from `width` + 1 px on. A width below 1
    changes nothing. Raises ValueError for a negative width.
    """
    _check(width)
    if width < 1:
        return mask.copy()
    full = np.where(mask >= INSIDE, np.uint8(255), mask)
    return change_near_rim(full, math.ceil(width) + 1, lambda part: _feather(part, width))


def _feather(part: Mask, width: float) -> Mask:
    outside = part < INSIDE
    if outside.all():
        return part
    away = cv2.distanceTransform(outside.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    share = np.clip(1 - away / np.float32(width + 1), 0, 1)
    soft: Mask = np.rint(255 * share * share * (3 - 2 * share)).astype(np.uint8)
    return np.maximum(part, soft, out=soft)


def invert(mask: Mask) -> Mask:
    """Swap inside and outside."""
    return 255 - mask


def fill_inside(mask: Mask) -> Mask:
    """Fill what `mask` encloses. What is open to the image's border is not enclosed."""
    out = mask.copy()
    around = Box.of(mask)
    if around is None:
        return out
    part = out[around.slices]
    # First what a rim of at least half coverage encloses, then the soft inner side of that rim.
    for full in (INSIDE, 255):
        part[_enclosed(part < full)] = 255
    return out


def _enclosed(outside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the parts of `outside` that do not reach the rim of its array, by paths along rows and columns."""
    padded = np.pad(outside, 1, constant_values=True).astype(np.uint8)
    cv2.floodFill(padded, None, (0, 0), 0, flags=4)
    return np.asarray(padded[1:-1, 1:-1], np.bool_)


def _check(radius: float) -> None:
    if not radius >= 0:
        raise ValueError(f"a mask grows by 0 px or more, not by {radius}")
