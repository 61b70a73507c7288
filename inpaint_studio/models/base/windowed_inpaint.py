"""``cv2.inpaint`` in calls of bounded size: one call cannot be interrupted and takes microseconds for every pixel.

Small holes are filled exactly as ``cv2.inpaint`` fills them. In large holes only pixels close to known ones (within one
of `RIMS`) are filled at full size, window by window; deeper pixels get their colours from the same image at half the
size, which is filled in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.models.base.interface import Plane
from inpaint_studio.opencv import cv2

RADIUS = 5  # px: OpenCV computes a pixel's colour from known pixels within this distance
RIMS = (4, 8, 16)  # px from known pixels, along rows or columns: widths of the rim of a large hole, filled at full size
MOST_RIM = 1_000_000  # px: a wider rim is chosen only while it contains at most this number of pixels
SMALL = 192  # px: holes with longer sides are large
WINDOW = 256  # px: side of the square of a large hole that one call fills
_ROUND = 3 * RADIUS  # px that a window sees beyond the rim, as colours spread over several pixels
_APART = 16  # px: holes at this distance do not affect each other
_CELL = _APART // 2  # px: holes are separated on a grid of such cells
_STRIP = 256  # rows processed at a time, to save the memory of a second whole image; even

Report = Callable[[float], None]
Offsets = NDArray[np.int32]


class FilledImage(NamedTuple):
    """A filled image (H x W x 3, of the type of what was to be filled), and where its pixels come from.

    `sources` are 2 x H x W offsets (row, col) from filled pixels to known ones near them.
    """

    pixels: NDArray[Any]
    sources: Offsets


class _Window(NamedTuple):
    """The area that one call fills (`core`) and reads (`seen`), two slices each, and the numbers of its holes."""

    core: tuple[slice, slice]
    seen: tuple[slice, slice]
    numbers: tuple[int, ...]


def march(image: NDArray[Any], unknown: Plane, method: int, report: Report) -> FilledImage:
    """Fill `unknown` (H x W, not all True) of `image` (H x W x 3, uint8 or float32), which is not changed.

    `method` is OpenCV's. `report` is called with the fraction done; what it raises is passed on.
    """
    report(0.0)
    result = FilledImage(image.copy(), np.zeros((2, *unknown.shape), np.int32))
    holes = _Holes.find(unknown)
    report(0.0)
    deep, rim = holes.deep(unknown)
    start = 0.0
    if deep.any():
        start = 0.3  # a quarter of the pixels, and a quarter of these again, take a third of the time
        coarse = march(*_halve(image, unknown), method, lambda share: report(0.8 * start * share))
        _put_deep(result, coarse, deep, unknown, lambda share: report((0.8 + 0.2 * share) * start))
    plane = unknown & ~deep
    windows = holes.windows(plane, rim)
    for number, window in enumerate(windows):
        report(start + (1 - start) * number / len(windows))
        _fill_window(result, window, holes.of(window, plane), unknown, method)
    report(1.0)
    return result


def _fill_window(result: FilledImage, window: _Window, mask: Plane, unknown: Plane, method: int) -> None:
    """Fill the pixels of `mask` (of the size of `window.seen`) in the core; deep pixels are filled already."""
    filled = _inpaint(result.pixels[window.seen], mask, method)
    inner = tuple(
        slice(core.start - seen.start, core.stop - seen.start)
        for core, seen in zip(window.core, window.seen, strict=True)
    )
    own = mask[inner]
    np.copyto(result.pixels[window.core], filled[inner], where=own[..., None])
    nearest = _nearest_known(unknown[window.seen])
    np.copyto(result.sources[(slice(None), *window.core)], nearest[(slice(None), *inner)], where=own)


def _inpaint(image: NDArray[Any], mask: Plane, method: int) -> NDArray[Any]:
    """Fill `mask` (h x w) of `image` (h x w x 3) in one call of OpenCV; floats in one for each channel.

    OpenCV reads beside images with a side of 1 px, so a single row or column gets its like on both sides.
    """
    margins = [(1, 1) if side == 1 else (0, 0) for side in mask.shape]
    if any(map(any, margins)):
        image, mask = np.pad(image, (*margins, (0, 0)), mode="edge"), np.pad(mask, margins, mode="edge")
    where = np.ascontiguousarray(mask).view(np.uint8)
    if image.dtype == np.uint8:
        filled = np.asarray(cv2.inpaint(image, where, RADIUS, method), np.uint8)
    else:
        channels = (np.ascontiguousarray(image[..., channel]) for channel in range(image.shape[2]))
        filled = np.stack([cv2.inpaint(each, where, RADIUS, method) for each in channels], axis=2)
    (above, _), (before, _) = margins
    return filled[above : filled.shape[0] - above, before : filled.shape[1] - before]


class _Holes(NamedTuple):
    """Holes that do not affect each other, separated on a grid of cells."""

    labels: NDArray[np.int32]  # the number of the hole of each cell, 0 where there is none
    boxes: NDArray[np.int32]  # by number: top, left, bottom, right in px

    @classmethod
    def find(cls, unknown: Plane) -> _Holes:
        cells: Any = unknown
        for axis in (0, 1):
            cells = np.logical_or.reduceat(cells, np.arange(0, cells.shape[axis], _CELL), axis=axis)
        near = cv2.dilate(cells.view(np.uint8), np.ones((3, 3), np.uint8)).view(np.uint8)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
        left, top, width, height = (stats[:, side] * _CELL for side in range(4))
        boxes = np.stack([top, left, top + height, left + width], axis=1)
        return cls(labels.astype(np.int32, copy=False), boxes.astype(np.int32, copy=False))

    def deep(self, unknown: Plane) -> tuple[Plane, int]:
        """Find the pixels of large holes that are deeper than the rim (H x W); return them and the rim's width, px."""
        large, rim = self._large(), RIMS[0]
        deep = np.zeros(unknown.shape, np.bool_)
        if not large.any():
            return deep, rim
        for width in RIMS:
            wide = np.ones((2 * width + 1, 2 * width + 1), np.uint8)
            deeper = cv2.erode(unknown.view(np.uint8), wide).view(np.bool_)
            if width > rim and np.count_nonzero(unknown) - np.count_nonzero(deeper) > MOST_RIM:
                break
            deep, rim = deeper, width
            if not deep.any():
                return deep, rim
        for number in np.flatnonzero(~large[1:]) + 1:
            top, left, bottom, right = self.boxes[number].tolist()
            seen = _box(top, left, bottom, right, unknown.shape)
            if deep[seen].any():
                deep[seen] &= ~self.of(_Window(seen, seen, (int(number),)), unknown)
        return deep, rim

    def windows(self, plane: Plane, rim: int) -> list[_Window]:
        """List windows that fill all of `plane`. A small hole is in one window, shared with small holes near it."""
        large = self._large()
        windows = [
            window for number in np.flatnonzero(large[1:]) + 1 for window in self._cut_up(int(number), plane, rim)
        ]
        near: dict[tuple[int, int], list[int]] = {}
        for number in np.flatnonzero(~large[1:]) + 1:
            place = self.boxes[number, :2] // SMALL
            near.setdefault((int(place[0]), int(place[1])), []).append(int(number))
        for numbers in near.values():
            top, left = self.boxes[numbers, :2].min(axis=0) - 2 * RADIUS
            bottom, right = self.boxes[numbers, 2:].max(axis=0) + 2 * RADIUS
            seen = _box(top, left, bottom, right, plane.shape)
            windows.append(_Window(seen, seen, tuple(numbers)))
        return windows

    def of(self, window: _Window, plane: Plane) -> Plane:
        """Return the pixels of `plane` in `window.seen` that belong to the window's holes."""
        cells = tuple(slice(side.start // _CELL, -(-side.stop // _CELL)) for side in window.seen)
        own = np.isin(self.labels[cells], window.numbers)
        rows, columns = (np.arange(side.start, side.stop) // _CELL - side.start // _CELL for side in window.seen)
        return np.asarray(plane[window.seen] & own[rows[:, None], columns], np.bool_)

    def _large(self) -> Plane:
        return np.asarray((self.boxes[:, 2:] - self.boxes[:, :2]).max(axis=1) > SMALL + 2 * _CELL, np.bool_)

    def _cut_up(self, number: int, plane: Plane, rim: int) -> Iterator[_Window]:
        top, left, bottom, right = self.boxes[number].tolist()
        more = rim + _ROUND
        for y in range(top, min(bottom, plane.shape[0]), WINDOW):
            for x in range(left, min(right, plane.shape[1]), WINDOW):
                core = _box(y, x, min(y + WINDOW, bottom), min(x + WINDOW, right), plane.shape)
                seen = _box(y - more, x - more, y + WINDOW + more, x + WINDOW + more, plane.shape)
                if self.of(_Window(core, core, (number,)), plane).any():
                    yield _Window(core, seen, (number,))


def _box(top: int, left: int, bottom: int, right: int, shape: tuple[int, ...]) -> tuple[slice, slice]:
    height, width = shape
    return slice(max(0, int(top)), min(height, int(bottom))), slice(max(0, int(left)), min(width, int(right)))


def _halve(image: NDArray[Any], unknown: Plane) -> tuple[NDArray[Any], Plane]:
    """Halve both: colours are the mean of the known pixels; a pixel is unknown if all four are."""
    height, width = unknown.shape
    size = (height + 1) // 2, (width + 1) // 2
    pixels, lost = np.zeros((*size, 3), image.dtype), np.empty(size, np.bool_)
    for top in range(0, height, _STRIP):
        rows = slice(top, top + _STRIP)
        share = np.float32(1) - unknown[rows].astype(np.float32)
        odd = (0, share.shape[0] % 2, 0, width % 2, cv2.BORDER_CONSTANT)
        strip = cv2.copyMakeBorder(image[rows] * share[..., None], *odd)
        known = cv2.copyMakeBorder(share, *odd)
        half = known.shape[1] // 2, known.shape[0] // 2
        known = cv2.resize(known, half, interpolation=cv2.INTER_AREA)
        sums = cv2.resize(strip, half, interpolation=cv2.INTER_AREA)
        into = slice(top // 2, top // 2 + half[1])
        lost[into] = known == 0
        mean = sums / np.maximum(known, np.float32(0.25))[..., None]
        pixels[into] = np.rint(mean) if image.dtype == np.uint8 else mean
    return pixels, lost


def _put_deep(result: FilledImage, coarse: FilledImage, deep: Plane, unknown: Plane, report: Report) -> None:
    """Give the deep pixels the colours and sources of the image at half the size."""
    height, width = unknown.shape
    for top in range(0, height, _STRIP):
        report(top / height)
        where = deep[top : top + _STRIP]
        if not where.any():
            continue
        bottom = top + len(where)
        first, last = max(0, top // 2 - 1), min(coarse.pixels.shape[0], (bottom + 1) // 2 + 1)
        size = 2 * coarse.pixels.shape[1], 2 * (last - first)
        strip = cv2.resize(coarse.pixels[first:last], size, interpolation=cv2.INTER_LINEAR)
        colours = strip[top - 2 * first : bottom - 2 * first, :width]
        np.copyto(result.pixels[top:bottom], colours, where=where[..., None])
        places = _known_places(coarse.sources, slice(top // 2, (bottom + 1) // 2), unknown)
        own = np.arange(top, bottom, dtype=np.int32)[:, None], np.arange(width, dtype=np.int32)
        for axis in (0, 1):
            doubled = places[axis].repeat(2, axis=0).repeat(2, axis=1)[: len(where), :width]
            np.copyto(result.sources[axis, top:bottom], doubled - own[axis], where=where)


def _known_places(sources: Offsets, rows: slice, unknown: Plane) -> Offsets:
    """Map the sources of these rows, at half the size, to row and column of a known pixel at full size."""
    height, width = unknown.shape
    row = sources[0, rows] + np.arange(rows.start, rows.stop, dtype=np.int32)[:, None]
    column = sources[1, rows] + np.arange(sources.shape[2], dtype=np.int32)
    row, column = 2 * row, 2 * column
    found = np.stack([row, column])
    missing = unknown[row, column]
    for down, across in ((0, 1), (1, 0), (1, 1)):
        if not missing.any():
            break
        other = np.minimum(row + down, height - 1), np.minimum(column + across, width - 1)
        better = missing & ~unknown[other]
        np.copyto(found, other, where=better)
        missing &= ~better
    return found


def _nearest_known(unknown: Plane) -> Offsets:
    """Find offsets (2 x h x w) from every pixel to the nearest known one; there is at least one."""
    _, labels = cv2.distanceTransformWithLabels(unknown.view(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    rows, columns = (~unknown).nonzero()
    places = np.zeros((2, int(labels.max()) + 1), np.int32)
    numbers = labels[rows, columns]
    places[0, numbers], places[1, numbers] = rows, columns
    sources = places[:, labels]
    sources[0] -= np.arange(unknown.shape[0], dtype=np.int32)[:, None]
    sources[1] -= np.arange(unknown.shape[1], dtype=np.int32)
    return sources
