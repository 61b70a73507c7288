"""Paths over an image, and the image across them.

Points are (row, col) in px, 1 px apart. Places across a path are counted in px along its normals.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.opencv import cv2

SMOOTH = 9  # px: length over which corners of drawn lines are rounded
LISTED = 4096  # places in a row when many are looked up: OpenCV takes at most 32766

Frame = NDArray[np.float32]


def resample(line: Frame) -> Frame:
    """Return points 1 px apart along a polyline, with rounded corners."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    places = np.arange(0, max(along[-1], 1.0) + 1e-3, 1.0)
    path = np.stack([np.interp(places, along, line[:, axis]) for axis in (0, 1)], axis=1)
    return smooth(path.astype(np.float32), SMOOTH)


def resample_sharp(line: Frame, sharp: NDArray[np.bool_]) -> tuple[Frame, NDArray[np.bool_]]:
    """Return points about 1 px apart along a polyline, and which of them are corners.

    Those points of the polyline that are `sharp` become corners; all others are rounded.
    """
    corners = np.flatnonzero(sharp)
    parts = [resample(part) for part in split(line, corners.tolist())]
    for part, corner in zip(parts[:-1], line[corners], strict=True):
        part[-1] = corner
    flags = np.zeros(len(parts[0]) + sum(len(part) - 1 for part in parts[1:]), np.bool_)
    flags[np.cumsum([len(parts[0]) - 1, *(len(part) - 1 for part in parts[1:-1])])[: len(parts) - 1]] = True
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])]), flags


def split(path: NDArray[Any], bends: Sequence[int]) -> list[NDArray[Any]]:
    """Return the parts of a path between its corners (indices of points), which belong to both parts."""
    return [path[start : end + 1] for start, end in pairwise((0, *bends, len(path) - 1))]


def smooth(path: Frame, length: int) -> Frame:
    """Return the running mean over `length` points; both ends stay where they are."""
    length = min(length, (len(path) - 1) // 2 * 2 + 1)
    if length < 3:
        return path
    half = length // 2
    ahead = 2 * path[0] - path[half:0:-1]
    behind = 2 * path[-1] - path[-2 : -half - 2 : -1]
    total = np.cumsum(np.concatenate([0 * path[:1], ahead, path, behind]), axis=0, dtype=np.float64)
    return np.asarray((total[length:] - total[:-length]) / length, np.float32)


def normals(path: Frame, bends: Sequence[int] = ()) -> Frame:
    """Return a unit vector across the path for each point. A corner (index in `bends`) has that of the part before."""
    if bends:
        first, *rest = (normals(part) for part in split(path, bends))
        return np.concatenate([first, *(part[1:] for part in rest)])
    along = np.gradient(smooth(path, 5), axis=0) if len(path) > 1 else np.array([[0, 1]], np.float32)
    along = along / np.maximum(np.hypot(along[:, :1], along[:, 1:]), 1e-6)
    return np.stack([along[:, 1], -along[:, 0]], axis=1).astype(np.float32)


def straighten(path: Frame, width: int, bends: Sequence[int] = ()) -> tuple[Frame, Frame]:
    """Return rows and columns, T x (2 width + 1), of the points on each side of the T points of the path."""
    across = np.arange(-width, width + 1, dtype=np.float32)
    normal = normals(path, bends)
    rows, columns = (path[:, axis, None] + normal[:, axis, None] * across for axis in (0, 1))
    return np.asarray(rows, np.float32), np.asarray(columns, np.float32)


def sample(image: NDArray[np.uint8], rows: Frame, columns: Frame, how: int) -> NDArray[np.uint8]:
    """Return the image at fractional places, interpolated as `how` (OpenCV) says; the border is continued outwards."""
    return np.asarray(cv2.remap(image, columns, rows, how, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def pick(image: NDArray[Any], places: Frame, how: int) -> NDArray[Any]:
    """Return the image at N fractional places (2 x N: row, col); like `sample`, for any N."""
    count = places.shape[1]
    if count == 0:
        return np.zeros((0, *image.shape[2:]), image.dtype)
    across = min(count, LISTED)
    square = np.zeros((2, -(-count // across) * across), np.float32)
    square[:, :count] = places
    rows, columns = square.reshape(2, -1, across)
    found = cv2.remap(image, columns, rows, how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found.reshape(-1, *image.shape[2:])[:count])
