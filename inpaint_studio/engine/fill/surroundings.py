"""What lies round a hole: how strong its edges and its grain are, and whether it is flat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import Bytes, Plane
from inpaint_studio.opencv import cv2

NEAR, FAR = 3, 5  # px from the hole; a pixel beside it may still show something of what should go, and is not seen
_BLOCK = 256  # px: side of the parts that are looked at alone, which limits the memory
# The second difference in both directions, which answers to grain and hardly to edges; and its standard deviation for
# grain of 1 (Immerkaer 1996, equation 1).
_GRAIN = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
_GRAIN_GAIN = 6.0
_MEDIAN = 0.6745  # of the absolute values of a normal distribution, in standard deviations


class Surroundings(NamedTuple):
    """Figures of the known pixels 3 to 5 px from a hole, all in levels of 255."""

    edge: float  # the strongest change from pixel to pixel, in any channel
    grain: float  # standard deviation of the noise
    spread: float  # the largest difference between two values of one channel


def look_around(pixels: Bytes, hole: Plane, core: Box) -> Surroundings | None:
    """Measure round the hole's pixels in `core` of H x W x 3|4 `pixels`; None where no known pixel lies there."""
    edge, rough = 0.0, []
    low, high = np.full(3, 255), np.zeros(3, int)
    for part, ring in _rings(hole, core):
        shown = np.ascontiguousarray(pixels[part.slices][..., :3]).astype(np.float32)
        across, down = (cv2.Sobel(shown, cv2.CV_32F, *order) for order in ((1, 0), (0, 1)))
        edge = max(edge, float(np.hypot(across, down)[ring].max()) / 8)
        rough.append(np.abs(cv2.filter2D(shown, cv2.CV_32F, _GRAIN)[ring]).ravel())
        low = np.minimum(low, shown[ring].min(axis=0))
        high = np.maximum(high, shown[ring].max(axis=0))
    if not rough:
        return None
    grain = float(np.median(np.concatenate(rough))) / (_MEDIAN * _GRAIN_GAIN)
    return Surroundings(edge, grain, float((high - low).max()))


def _rings(hole: Plane, core: Box) -> Iterator[tuple[Box, NDArray[np.bool_]]]:
    """Yield boxes round the hole in `core`, each with its pixels that lie in the ring; they overlap a little."""
    height, width = hole.shape
    inner, outer = (np.ones((2 * reach - 1, 2 * reach - 1), np.uint8) for reach in (NEAR, FAR + 1))
    for top in range(core.top, core.bottom, _BLOCK):
        for left in range(core.left, core.right, _BLOCK):
            block = Box(top, left, top + _BLOCK, left + _BLOCK).intersection(core)
            inside = Box.of(hole[block.slices])
            if inside is None:
                continue
            seen = inside.shift(top, left).pad(FAR + NEAR).clip(height, width)
            plane = np.ascontiguousarray(hole[seen.slices]).view(np.uint8)
            ring = (cv2.dilate(plane, outer) > 0) & (cv2.dilate(plane, inner) == 0)
            if ring.any():
                yield seen, ring
