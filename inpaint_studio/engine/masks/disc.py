"""Dilate a mask by a disc, fast: only where the mask has a rim, by maxima of rows or by distances."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.uint8]

ROUNDING = 1e-3  # px; the exact distances of OpenCV are square roots in float32
_TILE = 512  # px; some hundred KB, which the processor keeps at hand
_TILE_PER_REACH = 4  # tiles are so many times as wide as what lies round them, so that little is computed twice
_NEAR = 24  # px; measured: up to there maxima of rows are faster than distances


def dilate(mask: Mask, radius: float) -> Mask:
    """Return the highest coverage at most `radius` px away from each pixel of `mask` (H x W); a copy below 1 px."""
    if radius < 1:
        return mask.copy()
    return change_near_rim(mask, math.floor(radius), lambda part: _dilate(part, radius))


def change_near_rim(mask: Mask, reach: int, change: Callable[[Mask], Mask]) -> Mask:
    """Return `mask` (H x W) after `change`, which is called for tiles of it with `reach` px more on each side.

    `change` returns a new array; each pixel must depend on those up to `reach` px away, and must stay as it is where
    these are all alike. Most of a mask is of that kind, and is left out.
    """
    out = mask.copy()
    around = Box.of(mask)
    if around is None:
        return out
    whole = around.pad(reach).clip(*mask.shape)
    side = max(_TILE, _TILE_PER_REACH * reach)
    for top in range(whole.top, whole.bottom, side):
        for left in range(whole.left, whole.right, side):
            tile = Box(top, left, top + side, left + side).intersection(whole)
            wide = tile.pad(reach).clip(*mask.shape)
            there = mask[wide.slices]
            if there.min() != there.max():
                inner = tile.shift(-wide.top, -wide.left)
                out[tile.slices] = change(np.ascontiguousarray(there))[inner.slices]
    return out


def _dilate(part: Mask, radius: float) -> Mask:
    top = part.max()
    if radius > _NEAR and ((part == 0) | (part == top)).all():
        away = cv2.distanceTransform((part == 0).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        return np.where(away <= radius + ROUNDING, top, 0).astype(np.uint8)
    return _dilate_by_rows(part, radius)


def _dilate_by_rows(part: Mask, radius: float) -> Mask:
    """Take the maxima of rows as wide as the disc is at each of its rows, and the maximum of these over the rows.

    The maximum of any width is that of two overlapping stretches whose width is a power of two.
    """
    reach = math.floor(radius)
    height, width = part.shape
    padded = np.zeros((height, width + 2 * reach), np.uint8)
    padded[:, reach : reach + width] = part
    stretches = [padded]  # [p][:, x] is the maximum of 2 ** p pixels from x on
    while 2 ** len(stretches) <= 2 * reach + 1:
        last, step = stretches[-1], 2 ** (len(stretches) - 1)
        stretches.append(np.maximum(last[:, :-step], last[:, step:]))
    out = np.zeros_like(part)
    for rows in range(min(reach, height - 1) + 1):
        half = math.floor(math.sqrt((radius + ROUNDING) ** 2 - rows**2))
        wide = 2 * half + 1
        power = wide.bit_length() - 1
        first, second = reach - half, reach + half + 1 - 2**power
        stretch = stretches[power]
        highest = np.maximum(stretch[:, first : first + width], stretch[:, second : second + width])
        for low, high in ((out[rows:], highest[: height - rows]), (out[: height - rows], highest[rows:])):
            np.maximum(low, high, out=low)
    return out
