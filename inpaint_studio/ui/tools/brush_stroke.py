"""The stamp of a brush, and a stroke as a chain of stamps."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.live_edit import LiveEdit
from inpaint_studio.session.raster import HOLE_FROM, Raster, is_hole

_SUBPIXELS = 4  # positions within a pixel, per axis, that small stamps are rendered at; large ones have one
_SMALL = 32.0  # px: the largest diameter of a small stamp
_TOLERANCE = 0.25  # px by which the edge of a chain may fall short of a smooth one; more for very large stamps


class BrushShape(NamedTuple):
    """The size and the edge of a brush.

    `size` is the diameter in image px at which the coverage is one half; `hardness` is 0 (soft) to 1 (sharp).
    """

    size: float
    hardness: float = 1.0
    binary: bool = False  # only 0 or 255


@lru_cache(maxsize=256)
def stamp(size: float, hardness: float, right: float, down: float) -> Raster:
    """Render the coverage 0..255 of a disc of diameter `size`, a square with an odd number of pixels.

    The disc's centre lies `right`, `down` px (0..1) from the top left corner of the middle pixel.
    """
    radius = size / 2
    soft = max(1.0, radius * (1 - hardness))  # width of the edge
    reach = math.ceil(radius + soft / 2 + 0.5)
    cells = np.arange(-reach, reach + 1, dtype=np.float32) + np.float32(0.5)
    distance = np.hypot(cells[:, None] - np.float32(down), cells[None, :] - np.float32(right))
    share = np.clip((radius - distance) / soft + 0.5, 0, 1)
    if soft > 1:
        share = share * share * (3 - 2 * share)
    out: Raster = np.rint(share * 255).astype(np.uint8)
    out.flags.writeable = False
    return out


def _stamp_at(brush: BrushShape, x: float, y: float) -> tuple[Raster, int, int]:
    """Render the stamp for a point; return it with the row and column of its first pixel."""
    size = brush.size
    if size < 3:  # a brush of about a pixel covers the pixel under it
        x, y = math.floor(x) + 0.5, math.floor(y) + 0.5
    positions = _SUBPIXELS if size <= _SMALL else 1
    if size > _SMALL:
        size = round(size)
    col, row = math.floor(x), math.floor(y)
    right, down = (math.floor((v - math.floor(v)) * positions + 0.5) / positions for v in (x, y))
    cells = stamp(round(size, 1), brush.hardness, right, down)
    if brush.binary:
        cells = np.where(cells >= HOLE_FROM, np.uint8(255), np.uint8(0))
    reach = cells.shape[0] // 2
    return cells, row - reach, col - reach


class Stroke:
    """Stamps a chain of brush marks into a live edit; overlapping stamps do not add up."""

    def __init__(
        self, edit: LiveEdit, size: tuple[int, int], erase: bool = False, within: Raster | None = None
    ) -> None:
        """`size` is the raster's (height, width); `within`: a coverage; only where it counts as hole is drawn."""
        self.edit, self._size, self.erase, self._within = edit, size, erase, within
        self.points: list[tuple[float, float]] = []
        self._brush = BrushShape(1)
        # How much of each pixel an erasing stroke has taken away. Memory is used where it has been only.
        self._taken = np.zeros(size if erase else (0, 0), np.uint8)

    def extend(self, x: float, y: float, brush: BrushShape) -> None:
        """Continue to (x, y), image px, changing the size evenly on the way; report the changed boxes to the edit."""
        places = [(x, y, brush)]
        if self.points:
            places = self._between(x, y, brush)
        changed: dict[int, Box] = {}
        strip = _strip_height(max(brush.size, self._brush.size))
        for px, py, with_brush in places:
            self._stamp(with_brush, px, py, strip, changed)
        self.points.append((x, y))
        self._brush = brush
        for box in changed.values():
            self.edit.changed(box)

    def _between(self, x: float, y: float, brush: BrushShape) -> list[tuple[float, float, BrushShape]]:
        (x0, y0), before = self.points[-1], self._brush
        # The edge of a chain of discs this far apart falls short of a smooth edge by at most the tolerance.
        radius = min(before.size, brush.size) / 2
        spacing = max(0.75, math.sqrt(8 * max(_TOLERANCE, radius / 500) * radius))
        steps = max(1, math.ceil(math.hypot(x - x0, y - y0) / spacing))
        grown = brush.size - before.size
        return [
            (
                x0 + (x - x0) * step / steps,
                y0 + (y - y0) * step / steps,
                brush._replace(size=before.size + grown * step / steps),
            )
            for step in range(1, steps + 1)
        ]

    def add(self, box: Box, area: Raster) -> None:
        """Draw all of `area`, the coverage 0..255 of `box`, which lies inside the raster."""
        raster = self.edit.touch(box)
        raster[...] = self._mix(raster, area, box)
        self.edit.changed(box)

    def _mix(self, raster: Raster, cells: Raster, box: Box) -> Raster:
        """Return the raster in `box` with `cells`, a coverage, drawn over it or taken away from it."""
        if self.erase:  # what this stroke takes away more than it has already
            taken = self._taken[box.slices]
            less: Raster = raster - np.minimum(raster, cells - np.minimum(cells, taken))
            np.maximum(taken, cells, out=taken)
            return less
        if self._within is not None:
            cells = np.where(is_hole(self._within[box.slices]), cells, 0).astype(np.uint8)
        return np.maximum(raster, cells)

    def _stamp(self, brush: BrushShape, x: float, y: float, strip: int, changed: dict[int, Box]) -> None:
        """Stamp once, and add the changed boxes to `changed`, one for each strip of `strip` rows.

        With strips, a large stamp that changes few pixels needs little repainting.
        """
        cells, top, left = _stamp_at(brush, x, y)
        box = Box(top, left, top + cells.shape[0], left + cells.shape[1]).clip(*self._size)
        if box.empty:
            return
        raster = self.edit.touch(box)
        new = self._mix(raster, cells[box.shift(-top, -left).slices], box)
        changes = new != raster
        for number in range(box.top // strip, (box.bottom - 1) // strip + 1):
            first, last = max(box.top, number * strip), min(box.bottom, (number + 1) * strip)
            columns = np.flatnonzero(changes[first - box.top : last - box.top].any(axis=0))
            if columns.size:
                part = Box(first, box.left + int(columns[0]), last, box.left + int(columns[-1]) + 1)
                known = changed.get(number)
                changed[number] = part if known is None else known.union(part)
        raster[...] = new


class LabelStroke(Stroke):
    """Stamps the number of a class: wherever a mark covers half of a pixel or more."""

    def __init__(self, edit: LiveEdit, size: tuple[int, int], number: int) -> None:
        """`number` 0 erases."""
        super().__init__(edit, size)
        self.erase, self._number = number == 0, np.uint8(number)

    def _mix(self, raster: Raster, cells: Raster, box: Box) -> Raster:
        del box
        return np.where(cells >= HOLE_FROM, self._number, raster)


def _strip_height(size: float) -> int:
    """Choose the height, px, of strips that cut a stamp of this size into about eight."""
    return min(128, max(32, 1 << int(size / 8).bit_length() - 1)) if size >= 16 else 32
