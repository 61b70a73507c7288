"""The magnetic lasso: the cheapest path along the edges of a photo, from one point to every place round it.

Live wire: Mortensen and Barrett, "Intelligent Scissors for Image Composition", SIGGRAPH 1995; the search is OpenCV's.
It looks at a window of the photo, at the size at which the photo is shown, so its time does not depend on the photo.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Points = NDArray[np.float64]  # N x 2 (x, y) in px of the photo
    Raster = NDArray[np.uint8]
    Place = tuple[float, float]  # x, y in px of the photo

SIDE = 512  # px of the side of a window, as it is searched: 0.15 s on one core
_SPAN = 0.75  # share of the window that two ends of a path may be apart
# Chosen on blurred discs and rectangles before noise and texture: paths of the paper's weights (0.43, 0.43, 0.14) on
# OpenCV's own features leave an edge of 20 grey levels by up to 30 px, these by up to 3 px.
_WEIGHTS = 0.3, 0.2, 0.5  # of: no edge here, direction of the gradient, weak gradient
_SIGMA = 1.5  # px of the blur before gradients are measured
_EDGES = 0.7, 0.9  # quantiles of the gradient between which an edge begins: the thresholds of Canny's detector
_STRONG = 0.92  # quantile of the gradient from which on an edge is as good as any; at 0.99 inner edges draw outlines in
_LEAST = 4.0  # per px of three grey levels blurred: what is weaker draws no point (the noise of a photo, sigma 4)
_NEAR = 0.5  # what a point is drawn to counts half at the end of its reach


class PathMap:
    """The cheapest paths from `anchor` (x, y) to all places of `box`, the part of the photo that was searched."""

    def __init__(self, photo: Raster, anchor: Place, box: Box, scale: float, reach: float = 0.0) -> None:
        """Search `box` of the photo (H x W x 3 or 4) at `scale`, in (0, 1]; the anchor lies in it.

        The anchor is drawn to an edge at most `reach` px of the photo away. Takes up to 0.2 s: call it off the main
        thread.
        """
        pixels = np.ascontiguousarray(photo[box.slices][..., :3])
        size = max(1, round(box.width * scale)), max(1, round(box.height * scale))
        if scale < 1:
            pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
        self.box, self.scale = box, scale
        self._zoom = np.array([size[0] / box.width, size[1] / box.height])
        self._corner = np.array([box.left, box.top], np.float64)
        self._scissors, self._strength = _measure(pixels)
        self.anchor = self.snap(anchor, reach)
        self._scissors.buildMap(self._pixel(self.anchor))

    def covers(self, place: Place) -> bool:
        """Return whether paths to `place` are known."""
        return self.box.contains(math.floor(place[1]), math.floor(place[0]))

    def is_coarse(self, target: Place, zoom: float) -> bool:
        """Return whether paths to the surroundings of `target` would now be searched at twice the scale or more."""
        height, width = self.box.bottom, self.box.right
        return find_window((height, width), self.anchor, target, zoom)[1] >= 2 * self.scale

    def snap(self, place: Place, reach: float) -> Place:
        """Return the strongest edge at most `reach` px of the photo away, near ones first; without one, `place`."""
        col, row = self._pixel(place)
        away = max(0, round(reach * float(self._zoom.min())))
        near = Box(row, col, row + 1, col + 1).pad(away).clip(*self._strength.shape)
        rows, cols = np.ogrid[near.top - row : near.bottom - row, near.left - col : near.right - col]
        distance = np.hypot(rows, cols) / max(1, away)
        worth = self._strength[near.slices] * (1 - (1 - _NEAR) * distance**2) * (distance <= 1)
        best = np.unravel_index(int(worth.argmax()), worth.shape)
        if away == 0 or self._strength[near.slices][best] < _LEAST:
            return place
        x, y = self._photo_points((near.left + best[1], near.top + best[0]))
        return float(x), float(y)

    def path_to(self, place: Place) -> Points:
        """Return the cheapest path from the anchor to `place`, or to the nearest place that is covered. Quick."""
        found = np.asarray(self._scissors.getContour(self._pixel(place))).reshape(-1, 2)
        path = self._photo_points(found)
        path[0] = self.anchor
        if self.covers(place):
            path[-1] = place
        return path

    def _pixel(self, place: Place) -> tuple[int, int]:
        """Return (column, row) of the searched pixel at a place of the photo, or the nearest to it."""
        height, width = self._strength.shape
        col, row = np.floor((np.asarray(place) - self._corner) * self._zoom).astype(int)
        return int(np.clip(col, 0, width - 1)), int(np.clip(row, 0, height - 1))

    def _photo_points(self, pixels: ArrayLike) -> Points:
        """Return the middles of searched pixels, N x 2 (column, row), in px of the photo."""
        return np.asarray((np.asarray(pixels) + 0.5) / self._zoom + self._corner, np.float64)


def find_window(size: tuple[int, int], anchor: Place, target: Place, zoom: float) -> tuple[Box, float]:
    """Return the part of a photo (height, width) to search for paths from `anchor` to `target` and round it; its scale.

    `zoom`: px of the screen for one of the photo. Where the two are too far apart for one window at that zoom, it is
    searched at a smaller scale.
    """
    apart = max(abs(target[0] - anchor[0]), abs(target[1] - anchor[1]), 1.0)
    scale = min(1.0, zoom, _SPAN * SIDE / apart)
    half = SIDE / scale / 2
    middle = ((anchor[0] + target[0]) / 2, (anchor[1] + target[1]) / 2)
    left, top = math.floor(middle[0] - half), math.floor(middle[1] - half)
    return Box(top, left, top + math.ceil(2 * half), left + math.ceil(2 * half)).clip(*size), scale


def map_paths(
    photo: Raster,
    anchor: Place,
    target: Place,
    zoom: float,
    reach: float = 0.0,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> PathMap | None:
    """Return the paths from `anchor`, which lies in the photo, to what is round `target`; None where cancelled."""
    box, scale = find_window(photo.shape[:2], anchor, target, zoom)
    return None if is_cancelled() else PathMap(photo, anchor, box, scale, reach)


def _measure(pixels: Raster) -> tuple[cv2.segmentation.IntelligentScissorsMB, NDArray[np.float32]]:
    """Return the search with its features, and how strong the gradient is: H x W, per px, of the strongest channel."""
    blurred = cv2.GaussianBlur(pixels, (0, 0), _SIGMA)
    across, down = (cv2.Sobel(blurred, cv2.CV_16S, *order, ksize=3) for order in ((1, 0), (0, 1)))
    squared = across.astype(np.float32) ** 2 + down.astype(np.float32) ** 2
    channel = squared.argmax(axis=2)[..., None]
    across, down = (np.take_along_axis(part, channel, axis=2)[..., 0].copy() for part in (across, down))
    strength = np.sqrt(squared.max(axis=2))
    low, high, top = (float(at) for at in np.quantile(strength, (*_EDGES, _STRONG)))
    edges = cv2.Canny(across, down, low, max(high, low + 1e-3), L2gradient=True)
    direction = np.dstack([across, down]).astype(np.float32)
    direction = np.where(strength[..., None] > 0, direction / np.maximum(strength, 1e-6)[..., None], math.sqrt(0.5))
    weakness = np.clip(1 - strength / max(top, 1e-3), 0, 1).astype(np.float32)
    scissors = cv2.segmentation.IntelligentScissorsMB()
    scissors.setWeights(*_WEIGHTS)
    scissors.applyImageFeatures((edges == 0).astype(np.uint8), direction.astype(np.float32), weakness)
    return scissors, np.asarray(strength / 8, np.float32)  # Sobel's weights add up to 8
