"""The brush's mark, and a stroke as a chain of marks."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.live_edit import LiveEdit
from inpaint_studio.session.raster import HOLE_FROM, Raster

_FINE = 4  # places within a pixel that small marks are told apart at
_SMALL = 32.0  # px of diameter up to which they are
_TOLERATED = 0.25  # px by which the edge of a chain may fall short of a smooth one; more for very large marks


class Brush(NamedTuple):
    """`size` is the diameter in image px at which coverage is one half; `hardness` 0..1, soft to sharp."""

    size: float
    hardness: float = 1.0
    flat: bool = False  # 0 or 255, nothing between


@lru_cache(maxsize=256)
def mark(size: float, hardness: float, right: float, down: float) -> Raster:
    """Coverage 0..255 of a disc of diameter `size` centred `right`, `down` px (0..1) from the middle cell's corner.

    A square with an odd number of cells.
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


def _placed(brush: Brush, x: float, y: float) -> tuple[Raster, int, int]:
    """The mark for a point, and the row and column of its first cell."""
    size = brush.size
    if size < 3:  # a brush of about a pixel covers the pixel under it
        x, y = math.floor(x) + 0.5, math.floor(y) + 0.5
    fine = _FINE if size <= _SMALL else 1
    if size > _SMALL:
        size = round(size)
    col, row = math.floor(x), math.floor(y)
    right, down = (math.floor((v - math.floor(v)) * fine + 0.5) / fine for v in (x, y))
    cells = mark(round(size, 1), brush.hardness, right, down)
    if brush.flat:
        cells = np.where(cells >= HOLE_FROM, 255, 0).astype(np.uint8)
    reach = cells.shape[0] // 2
    return cells, row - reach, col - reach


class Stroke:
    """Marks stamped one after the other into a live edit; overlapping marks do not add up."""

    def __init__(
        self, edit: LiveEdit, size: tuple[int, int], erase: bool = False, within: Raster | None = None
    ) -> None:
        """`size` is the raster's (height, width); nothing is drawn where the coverage `within` counts as no hole."""
        self.edit, self._size, self.erase, self._within = edit, size, erase, within
        self.points: list[tuple[float, float]] = []
        self._brush = Brush(1)

    def to(self, x: float, y: float, brush: Brush) -> None:
        """Go on to (x, y), image px, the size changing evenly on the way; tells the edit what has changed."""
        places = [(x, y, brush)]
        if self.points:
            places = self._between(x, y, brush)
        changed: dict[int, Box] = {}
        strip = _strip(max(brush.size, self._brush.size))
        for px, py, with_brush in places:
            self._stamp(with_brush, px, py, strip, changed)
        self.points.append((x, y))
        self._brush = brush
        for box in changed.values():
            self.edit.changed(box)

    def _between(self, x: float, y: float, brush: Brush) -> list[tuple[float, float, Brush]]:
        (x0, y0), before = self.points[-1], self._brush
        # A chain of discs this far apart falls short of a smooth edge by no more than what is tolerated.
        radius = min(before.size, brush.size) / 2
        spacing = max(0.75, math.sqrt(8 * max(_TOLERATED, radius / 500) * radius))
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

    def _stamp(self, brush: Brush, x: float, y: float, strip: int, changed: dict[int, Box]) -> None:
        """Stamp a mark and add what it has changed to `changed`, by strips of so many rows: a large mark that covers
        little new shall cost little to paint."""
        cells, top, left = _placed(brush, x, y)
        box = Box(top, left, top + cells.shape[0], left + cells.shape[1]).clip(*self._size)
        if box.empty:
            return
        there = self.edit.touch(box)
        new = cells[box.shift(-top, -left).slices]
        if self.erase:
            new = 255 - new
        elif self._within is not None:
            new = np.where(self._within[box.slices] >= HOLE_FROM, new, 0).astype(np.uint8)
        grows = new < there if self.erase else new > there
        for number in range(box.top // strip, (box.bottom - 1) // strip + 1):
            first, last = max(box.top, number * strip), min(box.bottom, (number + 1) * strip)
            columns = np.flatnonzero(grows[first - box.top : last - box.top].any(axis=0))
            if columns.size:
                part = Box(first, box.left + int(columns[0]), last, box.left + int(columns[-1]) + 1)
                known = changed.get(number)
                changed[number] = part if known is None else known.union(part)
        (np.minimum if self.erase else np.maximum)(there, new, out=there)


def _strip(size: float) -> int:
    """The height of strips that cut a mark of this size into some eight, px."""
    return min(128, max(32, 1 << int(size / 8).bit_length() - 1)) if size >= 16 else 32
