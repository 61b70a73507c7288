"""Guide lines, and how they are drawn into their raster."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.qimage import grey_array
from inpaint_studio.session.raster import Raster

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH = 3  # px
MAX_NUMBER = 255


class GuideLine(NamedTuple):
    """A polyline that the fill continues through the hole: its number 1..255 and its points, N x 2 (x, y)."""

    number: int
    points: NDArray[np.float64]

    def box(self) -> Box:
        """Return the pixels it may touch (not cut to the photo)."""
        left, top = np.floor(self.points.min(axis=0)).astype(int)
        right, bottom = np.ceil(self.points.max(axis=0)).astype(int)
        return Box(int(top), int(left), int(bottom) + 1, int(right) + 1).pad(WIDTH)


def free_number(lines: Iterable[GuideLine]) -> int | None:
    """Return the number after the highest one, else the lowest free one; None where all are taken."""
    taken = {line.number for line in lines}
    highest = max(taken, default=0)
    if highest < MAX_NUMBER:
        return highest + 1
    return next((number for number in range(1, MAX_NUMBER + 1) if number not in taken), None)


def draw(lines: Iterable[GuideLine], box: Box) -> Raster:
    """Draw the lines raster inside `box`: numbers, 3 px wide, without smoothing; later lines cover earlier ones."""
    image = QImage(box.width, box.height, QImage.Format.Format_Grayscale8)
    image.fill(0)
    qpainter = QPainter(image)
    qpainter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    qpainter.translate(-box.left, -box.top)
    for line in lines:
        if not line.box().overlaps(box):
            continue
        grey = QColor(line.number, line.number, line.number)
        qpainter.setPen(QPen(grey, WIDTH, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        points = [QPointF(x, y) for x, y in line.points]
        if len(points) == 1:
            qpainter.drawPoint(points[0])
        else:
            qpainter.drawPolyline(QPolygonF(points))
    qpainter.end()
    return grey_array(image)
