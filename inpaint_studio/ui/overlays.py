"""What is shown over the photo: the hole, what must not be sampled, guide lines, a source, the brush.

Nothing depends on colour alone: the hole is tinted inside a white and black outline, forbidden donors are hatched,
guide lines are cased and end in dots.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QRegion

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.lines import GuideLine
from inpaint_studio.session.raster import HOLE_FROM, Raster
from inpaint_studio.ui.pyramid import Coverage, gather
from inpaint_studio.ui.view import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

Pixels: TypeAlias = "NDArray[np.uint32]"  # premultiplied ARGB

HOLE_ALPHA = 0.42
DONORS_ALPHA = 0.20
HATCH = 10  # logical px from one line of the hatch to the next
DARK = QColor(0, 0, 0, 190)
LIGHT = QColor(255, 255, 255)
_WORTH_A_TURN = 20_000  # px that cost as much to render as one turn more
_WHITE, _BLACK = 0xFFFFFFFF, 0xD0000000


def _premultiplied(colour: QColor, alpha: float) -> int:
    red, green, blue = (round(channel * alpha) for channel in (colour.red(), colour.green(), colour.blue()))
    return round(alpha * 255) << 24 | red << 16 | green << 8 | blue


def _tints(colour: QColor, alpha: float) -> Pixels:
    """What coverage 0..255 looks like."""
    return np.array([_premultiplied(colour, alpha * cover / 255) for cover in range(256)], np.uint32)


class PaintedOverlay:
    """The hole and the donors as one image of the widget's size, kept up in the rectangles that have changed."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._hole: Coverage | None = None
        self._donors: Coverage | None = None
        self._stale: list[Box] = []  # device px that are not as they should be
        self._behind: list[tuple[Coverage, Box]] = []  # changes that no picture shows yet
        self._pixels: Pixels | None = None  # made at the first painting: the window is shown before numpy is there
        self._image = QImage()
        self.set_colours(QColor("red"), QColor("orange"))

    def set_colours(self, hole: QColor, donors: QColor) -> None:
        self._hole_colour = hole
        self._hole_tints: Pixels | None = None
        self._donor_tint = _premultiplied(donors, DONORS_ALPHA)
        self._donor_line = _premultiplied(donors, 1.0)
        self.mark_all()

    def set_planes(self, hole: Raster, donors: Raster) -> None:
        """Show these rasters from now on; both may hold anything already."""
        self._hole, self._donors = Coverage(hole), Coverage(donors)
        self._behind.clear()
        for coverage, plane in ((self._hole, hole), (self._donors, donors)):
            box = Box.of(plane)
            if box is not None:
                coverage.refresh(box)
        self.mark_all()

    def refresh(self, donors: bool, box: Box) -> Box:
        """The hole (or the donors) has changed in `box` of the image; gives the device px to paint again."""
        if self._hole is not None and self._donors is not None:
            self._behind.append((self._donors if donors else self._hole, box))
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
        if self._hole is None or self._donors is None:
            return
        for coverage in (self._hole, self._donors):
            for changed in _joined([box for which, box in self._behind if which is coverage], 10 * _WORTH_A_TURN):
                coverage.refresh(changed)
        self._behind.clear()
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
        for coverage in (self._hole, self._donors):
            extent = coverage.extent() if coverage is not None else None
            if extent is not None:
                both = both.union(self._view.device_box(extent, 4 * self._line))
        return both

    @property
    def _line(self) -> int:
        return max(1, round(self._view.dpr))

    def _render(self, device: Box, out: Pixels) -> None:
        if self._hole is None or self._donors is None:
            return
        hole = self._covered(self._hole, device)
        if hole.any():
            self._draw_hole(out, hole)
        donors = self._covered(self._donors, device)
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

    def _draw_hole(self, out: Pixels, cover: Raster) -> None:
        line = self._line
        inside = cover >= HOLE_FROM
        inner = _shrunk(inside, line)
        outer = ~_shrunk(~inside, line)
        core = (slice(2 * line, -2 * line), slice(2 * line, -2 * line))
        if self._hole_tints is None:
            self._hole_tints = _tints(self._hole_colour, HOLE_ALPHA)
        np.take(self._hole_tints, cover[core], out=out, mode="clip")
        np.copyto(out, _WHITE, where=(inside & ~inner)[core])
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


# Vectors, painted in device px


def paint_line(painter: QPainter, view: View, points: NDArray[np.float64], colour: QColor, dots: bool = True) -> None:
    """A guide line: cased, with a dot at both ends."""
    places = [view.to_device(x, y) for x, y in points]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pen_colour, width in ((DARK, 4.5), (colour, 2.0)):
        painter.setPen(_pen(pen_colour, width * view.dpr))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(places))
    if dots:
        for place in (places[0], places[-1]):
            paint_dot(painter, view, place, colour)


def paint_dot(painter: QPainter, view: View, place: QPointF, colour: QColor, radius: float = 4.0) -> None:
    """A dot with a white core, device px."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_pen(DARK, 1.5 * view.dpr))
    painter.setBrush(colour)
    painter.drawEllipse(place, radius * view.dpr, radius * view.dpr)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(LIGHT)
    painter.drawEllipse(place, radius * 0.45 * view.dpr, radius * 0.45 * view.dpr)


def paint_lines(painter: QPainter, view: View, lines: Sequence[GuideLine], colour: QColor) -> None:
    for line in lines:
        paint_line(painter, view, line.points, colour)


def paint_source(painter: QPainter, view: View, target: tuple[int, int], source: tuple[int, int]) -> None:
    """The line from a filled pixel (row, col) to its source, and the 7 x 7 patch at both ends."""
    ends = [view.to_device(col + 0.5, row + 0.5) for row, col in (target, source)]
    colours = (LIGHT, QColor(255, 214, 0))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((DARK, 4.5), (LIGHT, 1.75)):
        painter.setPen(_pen(colour, width * view.dpr))
        painter.drawLine(ends[0], ends[1])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = max(3.5 * view.zoom, 5.0 * view.dpr)
    for end, core in zip(ends, colours, strict=True):
        box = QRectF(end.x() - half, end.y() - half, 2 * half, 2 * half)
        for colour, width in ((DARK, 4.5), (core, 2.0)):
            pen = _pen(colour, width * view.dpr)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(box)
    paint_dot(painter, view, ends[1], colours[1], 3.0)


def source_boxes(view: View, target: tuple[int, int], source: tuple[int, int]) -> Box:
    """The device px that `paint_source` may paint."""
    (top, bottom), (left, right) = (sorted(pair) for pair in zip(target, source, strict=True))
    return view.device_box(Box(top, left, bottom + 1, right + 1).pad(4), math.ceil(12 * view.dpr))


def paint_ring(painter: QPainter, view: View, x: float, y: float, diameter: float) -> None:
    """The brush: a ring of white and black, a cross where it is too small to see."""
    place = view.to_device(x, y)
    ring = _ring(round(diameter * view.zoom), view.dpr)
    painter.drawImage(round(place.x() - ring.width() / 2), round(place.y() - ring.height() / 2), ring)


@lru_cache(maxsize=4)
def _ring(diameter: int, dpr: float) -> QImage:
    """A ring of that many device px. As an image, because smooth ellipses are slow to draw for every move."""
    radius = diameter / 2
    side = 2 * math.ceil(max(radius, 8 * dpr) + 3 * dpr)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = QPointF(side / 2, side / 2)
    for colour, width in ((DARK, 3.0), (LIGHT, 1.25)):
        painter.setPen(_pen(colour, width * dpr))
        if radius >= 3 * dpr:
            painter.drawEllipse(middle, radius, radius)
        else:
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                step = QPointF(dx, dy) * dpr
                painter.drawLine(middle + step * 4, middle + step * 8)
    painter.end()
    return image


def ring_rects(view: View, x: float, y: float, diameter: float) -> list[QRect]:
    """The device px that `paint_ring` may paint: one square, or a rectangle for each arc of a large ring."""
    place, radius = view.to_device(x, y), diameter * view.zoom / 2
    pad = math.ceil(10 * view.dpr) if radius < 4 * view.dpr else math.ceil(3 * view.dpr)
    if radius < 40 * view.dpr:
        side = radius + pad
        return [QRectF(place.x() - side, place.y() - side, 2 * side, 2 * side).toAlignedRect()]
    steps = 16
    corners = [
        place + QPointF(math.cos(turn), math.sin(turn)) * radius
        for turn in (2 * math.pi * step / steps for step in range(steps + 1))
    ]
    pad += math.ceil(radius * (1 - math.cos(math.pi / steps)))  # the ring bows out between two corners
    arcs = (QRectF(first, second).normalized() for first, second in itertools.pairwise(corners))
    return [arc.adjusted(-pad, -pad, pad, pad).toAlignedRect() for arc in arcs]


def ring_region(before: Sequence[QRect], after: Sequence[QRect]) -> QRegion:
    """What a ring that has moved on from `before` to `after` (see `ring_rects`) leaves to be painted, device px."""
    region = QRegion()
    for old, new in itertools.zip_longest(before, after, fillvalue=QRect()):
        if old.intersects(new):  # fewer rectangles paint quicker
            region += old.united(new)
        else:
            region += old
            region += new
    return region


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
