"""The wand: find the pixels that have nearly the colour of a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.shape import grow
from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]


def select_colour(
    photo: Bytes, row: int, col: int, tolerance: int, *, sample: int = 1, contiguous: bool = True, margin: int = 0
) -> tuple[Box, Bytes]:
    """Find the pixels whose colour differs from that at (`row`, `col`) by at most `tolerance` in every channel.

    The colour is the mean of `sample` x `sample` pixels round the place (1, 3 or 5), those inside the photo (H x W x
    3|4). With `contiguous` only pixels count that are connected with these by their sides. What is found grows by
    `margin` px. Returns its box and a mask of that box, 255 where found; both empty where nothing is.
    """
    pixels = photo[..., :3]
    size = photo.shape[0], photo.shape[1]
    reach = sample // 2
    near = Box(row - reach, col - reach, row + reach + 1, col + reach + 1).clip(*size)
    colour = pixels[near.slices].reshape(-1, 3).mean(axis=0)
    low, high = np.ceil(colour - tolerance), np.floor(colour + tolerance)
    # A mean may lie between the steps of a channel; then the two steps beside it are near enough for tolerance 0.
    low, high = np.minimum(low, np.floor(colour)), np.maximum(high, np.ceil(colour))
    if photo.shape[2] == 4:  # colours under full transparency are not seen
        low, high = ([0] * 4, [255] * 3 + [0]) if photo[row, col, 3] == 0 else ([*low, 1], [*high, 255])
    found = np.asarray(cv2.inRange(photo, np.clip(low, 0, 255), np.clip(high, 0, 255)), np.uint8)
    if contiguous:
        found = _connected(found, near)
    box = Box.of(found)
    if box is None:
        return Box(0, 0, 0, 0), np.zeros((0, 0), np.uint8)
    box = box.pad(margin).clip(*size)
    return box, grow(np.ascontiguousarray(found[box.slices]), margin)


def _connected(found: Bytes, near: Box) -> Bytes:
    """Return the parts of `found` that have a pixel in `near`."""
    marked = np.zeros((found.shape[0] + 2, found.shape[1] + 2), np.uint8)
    flags = 4 | (255 << 8) | cv2.FLOODFILL_MASK_ONLY
    for row in range(near.top, near.bottom):
        for col in range(near.left, near.right):
            if found[row, col] and not marked[row + 1, col + 1]:
                cv2.floodFill(found, marked, (col, row), 0, 0, 0, flags)
    return np.ascontiguousarray(marked[1:-1, 1:-1])
