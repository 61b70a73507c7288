"""Paints lines over the photo, in device px: guide lines, the source of a pixel, the ring of the brush.

Guide lines have a dark outline and end in dots, so that nothing depends on colour alone.
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
from inpaint_studio.ui.canvas.viewport import Viewport, region_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DARK = QColor(0, 0, 0, 190)
LIGHT = QColor(255, 255, 255)
_DASHES = [3.0, 4.0]  # lengths and gaps of the line to the source of a drawn pixel, against its width


def paint_line(
    qpainter: QPainter, viewport: Viewport, points: NDArray[np.float64], colour: QColor, dots: bool = True
) -> None:
    """Paint a guide line with a dark outline and, with `dots`, a dot at both ends."""
    places = [viewport.to_device(x, y) for x, y in points]
    qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pen_colour, width in ((DARK, 4.5), (colour, 2.0)):
        qpainter.setPen(_pen(pen_colour, width * viewport.dpr))
        qpainter.setBrush(Qt.BrushStyle.NoBrush)
        qpainter.drawPolyline(QPolygonF(places))
    if dots:
        for place in (places[0], places[-1]):
            paint_dot(qpainter, viewport, place, colour)


def paint_dot(qpainter: QPainter, viewport: Viewport, place: QPointF, colour: QColor, radius: float = 4.0) -> None:
    """Paint a dot with a white core at `place`, device px; `radius` in logical px."""
    qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
    qpainter.setPen(_pen(DARK, 1.5 * viewport.dpr))
    qpainter.setBrush(colour)
    qpainter.drawEllipse(place, radius * viewport.dpr, radius * viewport.dpr)
    qpainter.setPen(Qt.PenStyle.NoPen)
    qpainter.setBrush(LIGHT)
    qpainter.drawEllipse(place, radius * 0.45 * viewport.dpr, radius * 0.45 * viewport.dpr)


def paint_lines(qpainter: QPainter, viewport: Viewport, lines: Sequence[GuideLine], colour: QColor) -> None:
    """Paint all guide lines."""
    for line in lines:
        paint_line(qpainter, viewport, line.points, colour)


def paint_points(qpainter: QPainter, viewport: Viewport, line: GuideLine, colour: QColor, large: bool) -> None:
    """Paint a dot on each point of a guide line between its ends; on all points, where they are `large`."""
    for x, y in line.points if large else line.points[1:-1]:
        paint_dot(qpainter, viewport, viewport.to_device(x, y), colour, 4.5 if large else 3.0)


def paint_band(qpainter: QPainter, viewport: Viewport, line: GuideLine, colour: QColor) -> None:
    """Paint the band that a guide line continues, so that the photo shows through."""
    shade = QColor(colour)
    shade.setAlpha(60)
    pen = _pen(shade, line.band * viewport.zoom)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
    qpainter.setPen(pen)
    qpainter.setBrush(Qt.BrushStyle.NoBrush)
    qpainter.drawPolyline(QPolygonF([viewport.to_device(x, y) for x, y in line.points]))


def line_region(viewport: Viewport, line: GuideLine) -> QRegion:
    """Find the device px that a guide line with its points and its band may paint."""
    around = line.box().pad(2 * line.band)  # corners of the band reach out by its width at most: Qt cuts longer ones
    return region_of(viewport.device_box(around, math.ceil(10 * viewport.dpr)))


def paint_source(
    qpainter: QPainter, viewport: Viewport, target: tuple[int, int], source: tuple[int, int], drawn: bool = False
) -> None:
    """Paint a line from a filled pixel (row, col) to its source, and the 7 x 7 patch at both ends.

    The line is dashed where a network has `drawn` the pixel, which then is not from there.
    """
    ends = [viewport.to_device(col + 0.5, row + 0.5) for row, col in (target, source)]
    colours = (LIGHT, QColor(255, 214, 0))
    qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((DARK, 4.5), (LIGHT, 1.75)):
        pen = _pen(colour, width * viewport.dpr)
        if drawn and colour is LIGHT:
            pen.setDashPattern(_DASHES)
        qpainter.setPen(pen)
        qpainter.drawLine(ends[0], ends[1])
    qpainter.setBrush(Qt.BrushStyle.NoBrush)
    half = max(3.5 * viewport.zoom, 5.0 * viewport.dpr)
    for end, core in zip(ends, colours, strict=True):
        box = QRectF(end.x() - half, end.y() - half, 2 * half, 2 * half)
        for colour, width in ((DARK, 4.5), (core, 2.0)):
            pen = _pen(colour, width * viewport.dpr)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            qpainter.setPen(pen)
            qpainter.drawRect(box)
    paint_dot(qpainter, viewport, ends[1], colours[1], 3.0)


def source_box(viewport: Viewport, target: tuple[int, int], source: tuple[int, int]) -> Box:
    """Find a box that holds all device px that `paint_source` may paint."""
    (top, bottom), (left, right) = (sorted(pair) for pair in zip(target, source, strict=True))
    return viewport.device_box(Box(top, left, bottom + 1, right + 1).pad(4), math.ceil(12 * viewport.dpr))


def paint_ring(qpainter: QPainter, viewport: Viewport, x: float, y: float, diameter: float) -> None:
    """Paint the size of the brush: a white and black ring, or a cross where a ring would be too small to see."""
    place = viewport.to_device(x, y)
    ring = _ring(round(diameter * viewport.zoom), viewport.dpr)
    qpainter.drawImage(round(place.x() - ring.width() / 2), round(place.y() - ring.height() / 2), ring)


@lru_cache(maxsize=4)
def _ring(diameter: int, dpr: float) -> QImage:
    """Render a ring of this diameter, device px. As an image: a smooth ellipse is slow to draw at every move."""
    radius = diameter / 2
    side = 2 * math.ceil(max(radius, 8 * dpr) + 3 * dpr)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    qpainter = QPainter(image)
    qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = QPointF(side / 2, side / 2)
    for colour, width in ((DARK, 3.0), (LIGHT, 1.25)):
        qpainter.setPen(_pen(colour, width * dpr))
        if radius >= 3 * dpr:
            qpainter.drawEllipse(middle, radius, radius)
        else:
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                step = QPointF(dx, dy) * dpr
                qpainter.drawLine(middle + step * 4, middle + step * 8)
    qpainter.end()
    return image


def ring_rects(viewport: Viewport, x: float, y: float, diameter: float) -> list[QRect]:
    """Find the device px that `paint_ring` may paint: one square, or a rectangle for each arc of a large ring."""
    place, radius = viewport.to_device(x, y), diameter * viewport.zoom / 2
    pad = math.ceil(10 * viewport.dpr) if radius < 4 * viewport.dpr else math.ceil(3 * viewport.dpr)
    if radius < 40 * viewport.dpr:
        side = radius + pad
        return [QRectF(place.x() - side, place.y() - side, 2 * side, 2 * side).toAlignedRect()]
    steps = 16
    corners = [
        place + QPointF(math.cos(turn), math.sin(turn)) * radius
        for turn in (2 * math.pi * step / steps for step in range(steps + 1))
    ]
    pad += math.ceil(radius * (1 - math.cos(math.pi / steps)))  # an arc bulges between its two corners
    arcs = (QRectF(first, second).normalized() for first, second in itertools.pairwise(corners))
    return [arc.adjusted(-pad, -pad, pad, pad).toAlignedRect() for arc in arcs]


def ring_region(before: Sequence[QRect], after: Sequence[QRect]) -> QRegion:
    """Find the device px to repaint when a ring has moved from `before` to `after` (see `ring_rects`)."""
    region = QRegion()
    for old, new in itertools.zip_longest(before, after, fillvalue=QRect()):
        if old.intersects(new):  # fewer rectangles are faster to paint
            region += old.united(new)
        else:
            region += old
            region += new
    return region


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
