"""What is drawn as lines over the photo, in device px: guide lines, a source, the brush.

Guide lines are cased and end in dots, so that nothing depends on colour alone.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QRegion

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.guide_lines import GuideLine
from inpaint_studio.ui.canvas.viewport import View

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DARK = QColor(0, 0, 0, 190)
LIGHT = QColor(255, 255, 255)


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
