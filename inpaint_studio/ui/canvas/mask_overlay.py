"""What is painted over the photo pixel by pixel: the hole, its edges, and what must not be sampled.

Nothing depends on colour alone: the hole is tinted inside a white and black outline, forbidden donors are hatched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PySide6.QtGui import QColor, QImage, QPainter

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import DONORS, EDGES, HOLE, HOLE_FROM, Raster
from inpaint_studio.ui.canvas.pyramid import Coverage, gather
from inpaint_studio.ui.canvas.viewport import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

Pixels: TypeAlias = "NDArray[np.uint32]"  # premultiplied ARGB

HOLE_ALPHA = 0.42
DONORS_ALPHA = 0.20
HATCH = 10  # logical px from one line of the hatch to the next
EDGE_GROUND, EDGE_INK = 20, 255  # greys of a hole's inside without and with an edge, where its edges are shown
_WORTH_A_TURN = 20_000  # px that cost as much to render as one turn more
_WHITE, _BLACK = 0xFFFFFFFF, 0xD0000000


def _premultiplied(colour: QColor, alpha: float) -> int:
    red, green, blue = (round(channel * alpha) for channel in (colour.red(), colour.green(), colour.blue()))
    return round(alpha * 255) << 24 | red << 16 | green << 8 | blue


def _tints(colour: QColor, alpha: float) -> Pixels:
    """What coverage 0..255 looks like."""
    return np.array([_premultiplied(colour, alpha * cover / 255) for cover in range(256)], np.uint32)


@cache
def _shades() -> Pixels:
    """What an edge of strength 0..255 looks like."""
    return np.array([0xFF000000 | 0x010101 * int(grey) for grey in edge_greys()], np.uint32)


def edge_greys() -> Raster:
    """The grey of an edge of strength 0..255."""
    return np.rint(np.linspace(EDGE_GROUND, EDGE_INK, 256)).astype(np.uint8)


class PaintedOverlay:
    """The hole and the donors as one image of the widget's size, kept up in the rectangles that have changed.

    The hole is tinted, or, while `set_inside` says so, shows its edges.
    """

    RASTERS = (HOLE, EDGES, DONORS)

    def __init__(self, view: View) -> None:
        self._view = view
        self._planes: dict[str, Coverage] = {}  # by raster
        self._shows_edges = False
        self._stale: list[Box] = []  # device px that are not as they should be
        self._behind: list[tuple[Coverage, Box]] = []  # changes that no picture shows yet
        self._pixels: Pixels | None = None  # made at the first painting: the window is shown before numpy is there
        self._image = QImage()
        self.set_colours(QColor("red"), QColor("orange"))

    def set_colours(self, hole: QColor, donors: QColor) -> None:
        self._hole_colour = hole
        self._hole_line = _premultiplied(hole, 1.0)
        self._hole_tints: Pixels | None = None
        self._donor_tint = _premultiplied(donors, DONORS_ALPHA)
        self._donor_line = _premultiplied(donors, 1.0)
        self.mark_all()

    def set_planes(self, rasters: dict[str, Raster]) -> None:
        """Show those of these rasters that are named in `RASTERS` from now on; they may hold anything already."""
        self._planes = {name: Coverage(rasters[name]) for name in self.RASTERS}
        self._behind.clear()
        for name, coverage in self._planes.items():
            box = Box.of(rasters[name])
            if box is not None:
                coverage.refresh(box)
        self.mark_all()

    def set_inside(self, edges: bool) -> None:
        """Show the edges in the hole, white on dark, or (False) the photo there, tinted."""
        if edges != self._shows_edges:
            self._shows_edges = edges
            self.mark_all()

    def holds(self, raster: str) -> bool:
        """Whether anything is drawn in that raster."""
        self._catch_up()
        return raster in self._planes and self._planes[raster].extent() is not None

    def refresh(self, raster: str, box: Box) -> Box:
        """That raster has changed in `box` of the image; gives the device px to paint again."""
        if raster in self._planes:
            self._behind.append((self._planes[raster], box))
        return self.mark(box)

    def mark(self, box: Box) -> Box:
        """What is shown of the image's `box` is stale; gives its device px."""
        # The outline looks one step round every pixel, and a level's pixel may reach past the box.
        pad = 2 * self._line + (2 if self._view.zoom >= 1 else 3)
        device = self._view.device_box(box, pad)
        self._stale.append(device)
        return device

    def mark_all(self) -> None:
        """Everything is stale: the view has moved, or all is new."""
        self._stale = [Box(0, 0, *self._view.device_size)]

    def paint(self, painter: QPainter, where: Box) -> None:
        """Paint what lies in `where`, device px, rendering first what is stale anywhere."""
        if not self._planes:
            return
        self._catch_up()
        pixels = self._fitting()
        shown = self._extent()
        for box in _joined(self._stale, _WORTH_A_TURN):
            pixels[box.slices] = 0
            part = box.intersection(shown)
            if not part.empty:
                self._render(part, pixels[part.slices])
        self._stale.clear()
        part = where.intersection(shown)
        if not part.empty:
            painter.drawImage(part.left, part.top, self._image, part.left, part.top, part.width, part.height)

    def _catch_up(self) -> None:
        if self._behind:
            for coverage in self._planes.values():
                for changed in _joined([box for which, box in self._behind if which is coverage], 10 * _WORTH_A_TURN):
                    coverage.refresh(changed)
            self._behind.clear()

    def _fitting(self) -> Pixels:
        """The image's pixels, made anew where the widget's size has changed (then all of it is stale)."""
        if self._pixels is None or self._pixels.shape != self._view.device_size:
            height, width = self._view.device_size
            self._pixels = np.zeros((height, width), np.uint32)
            form = QImage.Format.Format_ARGB32_Premultiplied
            self._image = QImage(self._pixels.data, width, height, width * 4, form)
        return self._pixels

    def _extent(self) -> Box:
        """The device px in which there may be anything to show."""
        both = Box(0, 0, 0, 0)
        for name in (HOLE, DONORS):  # edges lie inside the hole
            extent = self._planes[name].extent()
            if extent is not None:
                both = both.union(self._view.device_box(extent, 4 * self._line))
        return both

    @property
    def _line(self) -> int:
        return max(1, round(self._view.dpr))

    def _render(self, device: Box, out: Pixels) -> None:
        hole = self._covered(self._planes[HOLE], device)
        if hole.any():
            self._draw_hole(out, hole, self._covered(self._planes[EDGES], device) if self._shows_edges else None)
        donors = self._covered(self._planes[DONORS], device)
        if donors.any():
            self._draw_donors(out, donors, device)

    def _covered(self, coverage: Coverage, device: Box) -> Raster:
        """Coverage at every device px of the box and `_line` round it, 0 outside the photo."""
        view, ring = self._view, 2 * self._line
        grown = device.pad(ring)
        photo = view.photo_rect()
        inside = grown.intersection(
            Box(view.top, view.left, math.floor(photo.bottom() + 1e-6), math.floor(photo.right() + 1e-6))
        )
        out = np.zeros((grown.height, grown.width), np.uint8)
        if inside.empty:
            return out
        place = inside.shift(-grown.top, -grown.left)
        out[place.slices] = gather(coverage, inside.shift(-view.top, -view.left), view.zoom)
        return out

    def _draw_hole(self, out: Pixels, cover: Raster, edges: Raster | None) -> None:
        line = self._line
        inside = cover >= HOLE_FROM
        inner = _shrunk(inside, line)
        outer = ~_shrunk(~inside, line)
        core = (slice(2 * line, -2 * line), slice(2 * line, -2 * line))
        if edges is None:
            if self._hole_tints is None:
                self._hole_tints = _tints(self._hole_colour, HOLE_ALPHA)
            np.take(self._hole_tints, cover[core], out=out, mode="clip")
        else:  # a white border would look like an edge
            np.copyto(out, _shades()[edges[core]], where=inside[core])
        np.copyto(out, _WHITE if edges is None else self._hole_line, where=(inside & ~inner)[core])
        np.copyto(out, _BLACK, where=(outer & ~inside)[core])

    def _draw_donors(self, out: Pixels, cover: Raster, device: Box) -> None:
        line = self._line
        inside = cover >= HOLE_FROM
        core = (slice(2 * line, -2 * line), slice(2 * line, -2 * line))
        edge = (inside & ~_shrunk(inside, line))[core]
        within = inside[core]
        step = round(HATCH * self._view.dpr)
        rows = np.arange(device.top, device.bottom)[:, None] - self._view.top
        cols = np.arange(device.left, device.right)[None, :] - self._view.left
        phase = (rows + cols) % step
        np.copyto(out, self._donor_tint, where=within & (out == 0))
        np.copyto(out, _BLACK, where=within & (phase >= 2 * line) & (phase < 3 * line))
        np.copyto(out, self._donor_line, where=within & (phase < 2 * line))
        np.copyto(out, self._donor_line, where=edge)


def _joined(boxes: Sequence[Box], spare: int) -> list[Box]:
    """Boxes made one with the one before where that adds no more than `spare` px: another turn would cost as much."""
    joined: list[Box] = []
    for box in boxes:
        both = joined[-1].union(box) if joined else box
        if joined and both.area <= joined[-1].area + box.area + spare:
            joined[-1] = both
        else:
            joined.append(box)
    return joined


def _shrunk(plane: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """`plane` less what lies within `by` px (in rows and columns) of its outside; past the border counts as inside."""
    out = plane
    for _ in range(by):
        less = out.copy()
        less[1:] &= out[:-1]
        less[:-1] &= out[1:]
        less[:, 1:] &= out[:, :-1]
        less[:, :-1] &= out[:, 1:]
        out = less
    return out
