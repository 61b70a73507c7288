"""A photo in the colours of the screen at full size, of which only what is seen takes time and memory."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColorTransform, QImage

from inpaint_studio.engine.geometry import Box
from inpaint_studio.lazy_zeros import lazy_zeros
from inpaint_studio.session.raster import Raster
from inpaint_studio.session.screen_colours import convert_screen_bytes

SIDE = 256  # px of a tile


def to_screen_bytes(block: Raster) -> Raster:
    """Convert RGB or straight RGBA to the four bytes that Qt paints fastest: BGR and 255, or premultiplied BGRA."""
    out = np.empty((*block.shape[:2], 4), np.uint8)
    if block.shape[2] == 3:
        out[..., :3] = block[..., ::-1]
        out[..., 3] = 255
        return out
    alpha = block[..., 3:].astype(np.uint16)
    out[..., :3] = (block[..., 2::-1] * alpha + 127) // 255
    out[..., 3] = block[..., 3]
    return out


def screen_format(has_alpha: bool) -> QImage.Format:
    """Return Qt's name of what `to_screen_bytes` gives."""
    return QImage.Format.Format_ARGB32_Premultiplied if has_alpha else QImage.Format.Format_RGB32


class ScreenCopy:
    """A copy of a photo whose tiles are converted when they are shown first, and again after a change."""

    def __init__(self, pixels: Raster, transform: QColorTransform) -> None:
        """`pixels`: H x W x 3|4; its owner writes into it, and calls `forget` then."""
        height, width = pixels.shape[:2]
        self._pixels, self._transform = pixels, transform
        self._form = screen_format(pixels.shape[2] == 4)
        self._array = lazy_zeros((height, width, 4), np.uint8)
        self._is_current = np.zeros((-(-height // SIDE), -(-width // SIDE)), np.bool_)
        self.image = QImage(self._array.data, width, height, self._array.strides[0], self._form)

    def prepare(self, box: Box) -> None:
        """Convert what of `box`, which lies in the photo, is not current."""
        rows, cols = _tiles_under(box)
        for row in range(rows.start, rows.stop):
            stale = np.flatnonzero(~self._is_current[row, cols])
            if stale.size:
                first, last = cols.start + int(stale[0]), cols.start + int(stale[-1]) + 1
                self._convert(
                    Box(row * SIDE, first * SIDE, (row + 1) * SIDE, last * SIDE).clip(*self._pixels.shape[:2])
                )
                self._is_current[row, first:last] = True

    def forget(self, box: Box) -> None:
        """Note that the photo has changed in `box`."""
        if not box.empty:
            self._is_current[_tiles_under(box)] = False

    def _convert(self, box: Box) -> None:
        block = to_screen_bytes(self._pixels[box.slices])
        convert_screen_bytes(block, self._transform, self._form)
        self._array[box.slices] = block


def _tiles_under(box: Box) -> tuple[slice, slice]:
    return slice(box.top // SIDE, -(-box.bottom // SIDE)), slice(box.left // SIDE, -(-box.right // SIDE))
