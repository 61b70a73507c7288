"""What is painted over the photo while a source is moved: the part, the place it comes from, and an arrow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QRegion, QTransform

from inpaint_studio.ui.canvas.repaint import region_round
from inpaint_studio.ui.canvas.vector_overlays import DARK, LIGHT, paint_dot
from inpaint_studio.ui.canvas.viewport import Viewport

if TYPE_CHECKING:
    from numpy.typing import NDArray

SOURCE = QColor(255, 214, 0)  # as the source under the pointer is shown
TINT = QColor(255, 214, 0, 46)
MARKER = 6.0  # logical px: radius of the marker of the source
HEAD = 11.0  # logical px: length of the arrow's head
BEYOND = 0.25  # share of a side of the part that may come from beyond the photo; that is filled from elsewhere
PAD = 16  # logical px that may be painted round the outlines

Points = Sequence[tuple[float, float]]


class Marks:
    """The marks of one part: it lies round `place` (row, col) and comes from `offset` (rows, cols) away."""

    def __init__(
        self, place: tuple[int, int], offset: tuple[int, int], outlines: Sequence[NDArray[np.int32]] = ()
    ) -> None:
        """`outlines` of the part: n x 2 (x, y) each; without any only its place is known."""
        self.place, self.offset = place, offset
        self._part = QPainterPath()
        for points in outlines:
            self._part.addPolygon(QPolygonF([QPointF(x + 0.5, y + 0.5) for x, y in points.tolist()]))
            self._part.closeSubpath()
        self._part.setFillRule(Qt.FillRule.WindingFill)

    @property
    def source(self) -> tuple[int, int]:
        """Row and column of the source of `place`."""
        return self.place[0] + self.offset[0], self.place[1] + self.offset[1]

    def move(self, offset: tuple[int, int]) -> None:
        """Let the part come from `offset` (rows, columns) away."""
        self.offset = offset

    def fit(self, offset: tuple[int, int], size: tuple[int, int]) -> tuple[int, int]:
        """Return the offset nearest to `offset` whose source lies in a photo of `size` (rows, columns).

        The source of `place` does, and so does all but `BEYOND` of the part's height and width.
        """
        shape = self._part.boundingRect()
        sides = ((shape.top(), shape.bottom()), (shape.left(), shape.right()))
        fitted = []
        for by, place, length, (first, last) in zip(offset, self.place, size, sides, strict=True):
            spare = math.floor(BEYOND * (last - first))
            least, most = -place, length - 1 - place
            if not self._part.isEmpty():
                least, most = max(least, -math.floor(first) - spare), min(most, length - math.ceil(last) + spare)
            fitted.append(min(max(by, least), most))
        return fitted[0], fitted[1]

    def holds_source(self, x: float, y: float) -> bool:
        """Return whether (x, y), px of the image, lies where the part comes from, and not in the part itself."""
        here = QPointF(x, y)
        return self._part.contains(here - QPointF(self.offset[1], self.offset[0])) and not self._part.contains(here)

    def paint(self, qpainter: QPainter, viewport: Viewport) -> None:
        """Paint the marks, in device px."""
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        part, source = self._paths(viewport)
        _paint_path(qpainter, part, LIGHT, viewport.dpr, dashes=True)
        qpainter.fillPath(source, TINT)
        _paint_path(qpainter, source, SOURCE, viewport.dpr)
        target, start = self._ends(viewport)
        _paint_arrow(qpainter, start, target, viewport.dpr)
        paint_dot(qpainter, viewport, start, SOURCE, MARKER)

    def region(self, viewport: Viewport) -> QRegion:
        """Return the device px that `paint` paints."""
        target, start = self._ends(viewport)
        rect = QRectF(target, start).normalized()
        for path in self._paths(viewport):
            rect = rect.united(path.boundingRect()) if not path.isEmpty() else rect
        pad = math.ceil(PAD * viewport.dpr)
        return QRegion(rect.toAlignedRect().adjusted(-pad, -pad, pad, pad))

    def _paths(self, viewport: Viewport) -> tuple[QPainterPath, QPainterPath]:
        """Return the outlines of the part and of its source in device px."""
        corner = viewport.to_device(0, 0)
        shown = QTransform(viewport.zoom, 0, 0, viewport.zoom, corner.x(), corner.y())
        return shown.map(self._part), shown.map(self._part.translated(self.offset[1], self.offset[0]))

    def _ends(self, viewport: Viewport) -> tuple[QPointF, QPointF]:
        """Return the place of the part and that of its source in device px."""
        target, source = (viewport.to_device(col + 0.5, row + 0.5) for row, col in (self.place, self.source))
        return target, source


def paint_lasso(qpainter: QPainter, viewport: Viewport, points: Points) -> None:
    """Paint the lasso that chooses a part, through points (x, y) of the image; nothing for one point."""
    if len(points) > 1:
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addPolygon(QPolygonF([viewport.to_device(x, y) for x, y in points]))
        path.closeSubpath()
        _paint_path(qpainter, path, LIGHT, viewport.dpr, dashes=True)


def lasso_region(viewport: Viewport, points: Points) -> QRegion:
    """Return the device px that `paint_lasso` paints."""
    return region_round(viewport, points, PAD) if points else QRegion()


def _paint_path(qpainter: QPainter, path: QPainterPath, colour: QColor, dpr: float, dashes: bool = False) -> None:
    qpainter.setBrush(Qt.BrushStyle.NoBrush)
    qpainter.setPen(QPen(DARK, 3.5 * dpr))
    qpainter.drawPath(path)
    pen = QPen(colour, 1.75 * dpr)
    if dashes:
        pen.setDashPattern([5, 3])
    qpainter.setPen(pen)
    qpainter.drawPath(path)


def _paint_arrow(qpainter: QPainter, start: QPointF, end: QPointF, dpr: float) -> None:
    """Paint an arrow from the source to the part, which stays visible on any photo."""
    way = end - start
    length = math.hypot(way.x(), way.y())
    if length < (MARKER + HEAD) * dpr:
        return
    along = way / length
    across = QPointF(-along.y(), along.x())
    neck = end - along * HEAD * dpr
    head = QPolygonF([end, neck + across * 0.5 * HEAD * dpr, neck - across * 0.5 * HEAD * dpr])
    for colour, width in ((DARK, 4.5), (LIGHT, 2.0)):
        qpainter.setPen(QPen(colour, width * dpr, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        qpainter.drawLine(start, neck)
    qpainter.setPen(QPen(DARK, 1.5 * dpr))
    qpainter.setBrush(LIGHT)
    qpainter.drawPolygon(head)
