"""Grow, shrink, feather, invert and close a mask. All take H x W uint8 coverage 0..255 and return a new array."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.uint8]

INSIDE = 128  # coverage from which a pixel is more inside than outside
_ROUNDING = 1e-3  # px; the exact distances of OpenCV are square roots in float32


def grow(mask: Mask, radius: float) -> Mask:
    """Enlarge `mask` by `radius` px in all directions, with round corners: a dilation by a disc.

    Each pixel gets the highest coverage at most `radius` px away, so soft rims stay as soft as they are. A radius
    below 1 changes nothing. Raises ValueError for a negative radius.
    """
    _check(radius)
    out = mask.copy()
    around = Box.of(mask)
    if around is None or radius < 1:
        return out
    box = around.pad(math.floor(radius)).clip(*mask.shape)
    there = mask[box.slices]
    top = there.max()
    if ((there == 0) | (there == top)).all():
        away = cv2.distanceTransform((there == 0).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        out[box.slices] = np.where(away <= radius + _ROUNDING, top, 0)
    else:
        out[box.slices] = cv2.dilate(there, _disc(radius), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return out


def shrink(mask: Mask, radius: float) -> Mask:
    """Make `mask` smaller by `radius` px: an erosion by a disc, the opposite of `grow`.

    The mask is taken to go on beyond the image's border, so it does not shrink away from there.
    """
    return invert(grow(invert(mask), radius))


def feather(mask: Mask, width: float) -> Mask:
    """Give `mask` a soft rim `width` px wide, outside of what is inside now.

    What is inside (coverage >= 128) becomes full: a hole whose rim was softened inwards would leave a ghost of what it
    should remove. Outside, the coverage falls along 3 t^2 - 2 t^3 and is 0 from `width` + 1 px on. A width below 1
    changes nothing. Raises ValueError for a negative width.
    """
    _check(width)
    out = mask.copy()
    around = Box.of(mask >= INSIDE)
    if around is None or width < 1:
        return out
    box = around.pad(math.ceil(width)).clip(*mask.shape)
    outside = (mask[box.slices] < INSIDE).view(np.uint8)
    away = cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    share = np.clip(1 - away / np.float32(width + 1), 0, 1)
    soft = np.rint(255 * share * share * (3 - 2 * share)).astype(np.uint8)
    out[box.slices] = np.maximum(mask[box.slices], soft)
    return out


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


def _disc(radius: float) -> Mask:
    """Return the pixels at most `radius` px away from the middle one, 1 there and 0 elsewhere."""
    reach = math.floor(radius)
    steps = np.arange(-reach, reach + 1)
    return (np.hypot(steps[:, None], steps[None, :]) <= radius + _ROUNDING).astype(np.uint8)


def _check(radius: float) -> None:
    if not radius >= 0:
        raise ValueError(f"a mask grows by 0 px or more, not by {radius}")
