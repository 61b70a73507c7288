"""Images and rasters at halved sizes, so that a large photo paints quickly at any zoom."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColorTransform, QImage
from shiboken6 import isValid

from inpaint_studio.engine.geometry import Box
from inpaint_studio.lazy_zeros import lazy_zeros
from inpaint_studio.session.qimage import view
from inpaint_studio.session.raster import Raster, whole
from inpaint_studio.session.screen_colours import convert_screen_bytes, to_screen
from inpaint_studio.session.task_queue import Lane
from inpaint_studio.ui.canvas.screen_copy import ScreenCopy, screen_format, to_screen_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALLEST = 256  # px: a level whose longer side is at most this is the last one
_AT_ONCE = 64 * 64  # px: a change up to this area is applied faster in the main thread than in the background
_LARGE = 512 * 512  # values: larger blocks are averaged by OpenCV, whose import takes long


def level_for(zoom: float, levels: int) -> int:
    """Choose the smallest level that still has a pixel for every pixel of the screen."""
    return max(0, min(levels, math.floor(math.log2(1 / zoom) + 1e-9))) if zoom < 1 else 0


def halve_box(box: Box) -> Box:
    """Map a box to the box of the next level that covers it."""
    return Box(box.top // 2, box.left // 2, -(-box.bottom // 2), -(-box.right // 2))


def _sizes(height: int, width: int) -> list[tuple[int, int]]:
    sizes = []
    while max(height, width) > SMALLEST:
        height, width = -(-height // 2), -(-width // 2)
        sizes.append((height, width))
    return sizes


def _even(block: Raster) -> Raster:
    """Repeat the last row or column of a block if the number of rows or columns is odd."""
    odd_rows, odd_cols = block.shape[0] % 2, block.shape[1] % 2
    if not odd_rows and not odd_cols:
        return block
    pad = [(0, odd_rows), (0, odd_cols), *[(0, 0)] * (block.ndim - 2)]
    return np.pad(block, pad, mode="edge")


def _mean(block: Raster) -> Raster:
    """Average every 2 x 2 pixels of a block with even sides."""
    if block.size > _LARGE:
        from inpaint_studio.opencv import cv2  # only in the background

        size = block.shape[1] // 2, block.shape[0] // 2
        return np.asarray(cv2.resize(block, size, interpolation=cv2.INTER_AREA), np.uint8)
    wide = block.astype(np.uint16)
    rows = wide[0::2] + wide[1::2]
    return ((rows[:, 0::2] + rows[:, 1::2] + 2) >> 2).astype(np.uint8)


class Pyramid(QObject):
    """An image and its halved copies (levels) as QImages, kept equal to an array that changes.

    Level 0 is a view on the caller's own array, or a copy of it in the screen's colours, current where it is painted.
    The other levels are built in the background. Only one thread writes to them at a time. The main thread
    applies a small change at once, but only while there is no background work of this pyramid; all other changes are
    queued there, and `updated` is emitted when they are applied. Changes made before the levels exist, or while older
    changes are being applied, are never lost.
    """

    updated = Signal(object)  # Box, in pixels of level 0

    def __init__(
        self,
        pixels: Raster,
        background: Lane,
        parent: QObject | None = None,
        icc: bytes | None = None,
    ) -> None:
        """`pixels`: contiguous H x W x 3|4 uint8 (RGB, RGBA); the owner writes into it and never replaces it.

        `icc`: a profile of their colours (b"": sRGB), which are turned into the screen's; None: they are the screen's.
        """
        super().__init__(parent)
        self._icc = icc
        self._transform = None if icc is None else to_screen(icc)
        self._copy = None if self._transform is None else ScreenCopy(pixels, self._transform)
        self._background = background
        self._pixels = pixels
        self._arrays: list[Raster] = []
        self._base = view(pixels)
        self._form = screen_format(self.has_alpha)
        self._images: list[QImage] = []
        self._early: tuple[int, Raster, QImage] | None = None  # its level, its memory and the image
        self._pending: list[Box] = []  # changes that are not yet part of any work in the background
        self._has_failed = False
        self._working = True  # the background may write to the levels
        background.run(self._build, self._on_built, self._on_failed)

    @property
    def has_alpha(self) -> bool:
        return bool(self._pixels.shape[2] == 4)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of level 0 in px."""
        return self._pixels.shape[0], self._pixels.shape[1]

    @property
    def ready(self) -> bool:
        """Whether the levels have been built, or could not be."""
        return bool(self._arrays) or self._has_failed or not _sizes(*self._pixels.shape[:2])

    def level(self, zoom: float, seen: Box | None = None) -> tuple[QImage, int]:
        """The image to paint at this zoom, and its level: one pixel of it is 2 ** level pixels of level 0.

        `seen`: the part of the photo that is painted; None: all of it.
        """
        self._follow_screen()
        number = level_for(zoom, len(self._images))
        if number:
            return self._images[number - 1], number
        if self._copy is None or self._transform is None:
            return self._base, 0
        if not self.ready and (early := level_for(zoom, len(_sizes(*self.size)))):
            return self._early_level(early, self._transform), early
        self._copy.prepare(whole(self._pixels) if seen is None else seen)
        return self._copy.image, 0

    def _follow_screen(self) -> None:
        """Convert all levels again if the screen has another profile now."""
        transform = None if self._icc is None else to_screen(self._icc)
        if transform is not self._transform:
            self._transform = transform
            self._copy = None if transform is None else ScreenCopy(self._pixels, transform)
            self.refresh(whole(self._pixels))

    def _early_level(self, number: int, transform: QColorTransform) -> QImage:
        """Return a rough level, to be shown until the levels are built: single pixels, not means."""
        if self._early is None or self._early[0] != number:
            step = 1 << number
            block = to_screen_bytes(self._pixels[::step, ::step])
            convert_screen_bytes(block, transform, self._form)
            image = QImage(block.data, block.shape[1], block.shape[0], block.strides[0], self._form)
            self._early = number, block, image
        return self._early[2]

    def refresh(self, box: Box) -> None:
        """Update the levels after a change of the pixels in `box`. To be called in the main thread."""
        if self._copy is not None:
            self._copy.forget(box)
        self._early = None
        if not self._working and (not self._arrays or box.area <= _AT_ONCE):
            self._follow(self._arrays, box)
        else:
            self._pending.append(box)
            self._follow_pending()

    def _build(self) -> list[Raster]:
        height, width = self._pixels.shape[:2]
        arrays = [np.empty((*size, 4), np.uint8) for size in _sizes(height, width)]
        self._follow(arrays, Box(0, 0, height, width))
        return arrays

    def _on_built(self, arrays: list[Raster]) -> None:
        if not isValid(self):  # its owner has deleted it
            return
        self._arrays, self._early = arrays, None
        self._images = [QImage(a.data, a.shape[1], a.shape[0], a.strides[0], self._form) for a in arrays]
        self._working = False
        self.updated.emit(whole(self._pixels))
        self._follow_pending()

    def _follow_pending(self) -> None:
        """Apply all pending changes in the background as one task; changes made meanwhile go into the next one."""
        if self._working or not self._pending:
            return
        boxes, self._pending = self._pending, []
        self._working = True
        arrays = self._arrays

        def work() -> list[Box]:
            for box in boxes:
                self._follow(arrays, box)
            return boxes

        self._background.run(work, self._on_followed, self._on_failed)

    def _on_followed(self, boxes: list[Box]) -> None:
        if not isValid(self):
            return
        self._working = False
        for box in boxes:
            self.updated.emit(box)
        self._follow_pending()

    def _on_failed(self, _sentence: str) -> None:
        """Show level 0 at every zoom from now on: slower, but its pixels are always current."""
        if not isValid(self):
            return
        self._arrays, self._images, self._pending, self._working = [], [], [], False
        self._early, self._has_failed = None, True
        self.updated.emit(whole(self._pixels))

    def _follow(self, arrays: list[Raster], box: Box) -> None:
        below: Raster = self._pixels
        for number, array in enumerate(arrays):
            box = halve_box(box).clip(*array.shape[:2])
            block = below[2 * box.top : 2 * box.bottom, 2 * box.left : 2 * box.right]
            if number == 0:
                block = to_screen_bytes(block) if self.has_alpha else block
                mean = _mean(_even(block))
                mean = mean if self.has_alpha else to_screen_bytes(mean)
                if self._transform is not None:
                    convert_screen_bytes(mean, self._transform, self._form)
                array[box.slices] = mean
            else:
                array[box.slices] = _mean(_even(block))
            below = array


class Coverage:
    """A raster of bytes and its halved copies that keep the largest value, so that thin lines stay visible."""

    def __init__(self, plane: Raster) -> None:
        """`plane`: H x W uint8, zero everywhere; its owner writes into it and then calls `refresh`."""
        self._levels: list[Raster] = [plane]
        self._levels += [lazy_zeros(size, np.uint8) for size in _sizes(*plane.shape)]

    def level(self, zoom: float) -> tuple[Raster, int]:
        """The raster to paint at this zoom, and its level."""
        number = level_for(zoom, len(self._levels) - 1)
        return self._levels[number], number

    def refresh(self, box: Box) -> None:
        """Update the halved copies after a change of the raster in `box`."""
        below = self._levels[0]
        for array in self._levels[1:]:
            box = halve_box(box).clip(*array.shape)
            block = _even(below[2 * box.top : 2 * box.bottom, 2 * box.left : 2 * box.right])
            rows = np.maximum(block[0::2], block[1::2])
            np.maximum(rows[:, 0::2], rows[:, 1::2], out=array[box.slices])
            below = array

    def extent(self) -> Box | None:
        """Find a box, in pixels of level 0, that holds all values that are not zero; None where all are zero."""
        top = self._levels[-1]
        found = Box.of(top)
        if found is None:
            return None
        scale = 1 << (len(self._levels) - 1)
        return Box(*(side * scale for side in found)).clip(*self._levels[0].shape)


def gather(coverage: Coverage, device: Box, zoom: float) -> Raster:
    """Gather the largest value of a raster under each device px of a box.

    `device` counts device px from the corner of the raster and lies inside it.
    """
    plane, level = coverage.level(zoom)
    rows = _under(device.top, device.bottom, zoom, level, plane.shape[0])
    cols = _under(device.left, device.right, zoom, level, plane.shape[1])
    top, left = rows[0][0], cols[0][0]
    part = plane[top : rows[-1][-1] + 1, left : cols[-1][-1] + 1]
    if len(rows) == 1 and part.shape == (rows[0].size, cols[0].size):
        return part
    if zoom < 1:  # reduce first the axis that leaves less work for the other one
        return _take_largest(_take_largest(part, rows, top, 0), cols, left, 1)
    return _take_largest(_take_largest(part, cols, left, 1), rows, top, 0)


def _under(first: int, last: int, zoom: float, level: int, size: int) -> list[NDArray[np.int64]]:
    """Find the rows or columns of a level under the device px `first`..`last`: up to three under each."""
    if zoom >= 1:
        return [np.minimum(((np.arange(first, last) + 0.5) / zoom).astype(np.int64), size - 1)]
    edges = np.arange(first, last + 1) / zoom
    low = np.floor(edges[:-1] + 1e-6).astype(np.int64) >> level
    high = np.minimum((np.ceil(edges[1:] - 1e-6).astype(np.int64) - 1) >> level, size - 1)
    low = np.minimum(low, high)
    return [low] if np.array_equal(low, high) else [low, (low + high) >> 1, high]


def _take_largest(part: Raster, places: list[NDArray[np.int64]], start: int, axis: int) -> Raster:
    taken = part.take(places[0] - start, axis=axis)
    for more in places[1:]:
        np.maximum(taken, part.take(more - start, axis=axis), out=taken)
    return taken
