"""What the greys of a mask mean: which one is the ground, which one is full, and whether they are a photo's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

DARK, LIGHT = 64, 192  # greys: below and above is black and white
PRESENT = 0.005  # share of the pixels from which a value is there on purpose
_PLATEAU = 0.1  # share of what is marked from which its highest value is what the brush paints
_CLEAR = 16  # steps from black and from white
# A photo has more values than that, and less of it is clear: so have 62 of 72 photos. Of an even ramp 0.125 is clear.
_MANY, _FEW = 100, 0.1


def stretch(grey: Bytes) -> Bytes:
    """Return `grey` (H x W) with its ground at 0 and its paint at 255, as far as they can be made out.

    Of two values the lighter one is full: masks of 0 and 1, of two greys, paint of one opacity. Of more, the lowest is
    the ground where it is dark and common, and the highest is full where it is common: a black of 16, a brush of half
    opacity.
    """
    counts = _count(grey)
    values = np.flatnonzero(counts)
    if not len(values) or (len(values) == 1 and not values[0]):
        return grey.copy()
    low, high = int(values[0]), int(values[-1])
    if len(values) != 2:
        if len(values) == 1 or low >= DARK or counts[low] < PRESENT * counts.sum():
            low = 0
        if counts[high] < _PLATEAU * counts[low + 1 :].sum():
            high = 255
    table = np.clip(np.rint((np.arange(256) - low) * (255 / (high - low))), 0, 255).astype(np.uint8)
    return np.asarray(table[grey])


def is_photo(grey: Bytes) -> bool:
    """Return whether `grey` (H x W) has many values and hardly any pixel that is black or white."""
    counts = _count(grey)
    clear = counts[:_CLEAR].sum() + counts[-_CLEAR:].sum()
    return bool(np.count_nonzero(counts) > _MANY and clear < _FEW * counts.sum())


def _count(grey: Bytes) -> NDArray[np.float64]:
    """Return how many pixels have each of the 256 values."""
    counts = cv2.calcHist([grey], [0], None, [256], [0, 256]) if grey.size else np.zeros(256)
    return np.asarray(counts, np.float64).ravel()
