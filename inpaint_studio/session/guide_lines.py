"""Guide lines: how one is changed, and how all are drawn into their raster."""

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
BAND = 8  # px: as wide as a fill continues a line where nothing else is wished (`exemplar/lines/propagate.py`)


class GuideLine(NamedTuple):
    """A polyline that the fill continues through the hole: its number 1..255 and its points, N x 2 (x, y).

    `band`: the width of the picture that is continued along the line, px.
    """

    number: int
    points: NDArray[np.float64]
    band: int = BAND

    def box(self) -> Box:
        """Return the pixels it may touch (not cut to the photo)."""
        left, top = np.floor(self.points.min(axis=0)).astype(int)
        right, bottom = np.ceil(self.points.max(axis=0)).astype(int)
        return Box(int(top), int(left), int(bottom) + 1, int(right) + 1).pad(WIDTH)

    def equals(self, other: GuideLine) -> bool:
        """Return whether number, points and band are the same."""
        same = self.number == other.number and self.band == other.band
        return same and np.array_equal(self.points, other.points)

    def move(self, dx: float, dy: float) -> GuideLine:
        """Return the line moved by so many px."""
        return self._replace(points=self.points + np.array([dx, dy]))

    def move_point(self, index: int, x: float, y: float) -> GuideLine:
        """Return the line with the point of that index at (x, y)."""
        points = self.points.copy()
        points[index] = x, y
        return self._replace(points=points)

    def add_point(self, x: float, y: float) -> GuideLine:
        """Return the line with one more point, where it is nearest to (x, y)."""
        segment, place = nearest_place(self.points, x, y)
        return self._replace(points=np.insert(self.points, segment + 1, place, axis=0))

    def remove_point(self, index: int) -> GuideLine | None:
        """Return the line without the point of that index; None where only one point would be left."""
        return self._replace(points=np.delete(self.points, index, axis=0)) if len(self.points) > 2 else None


def nearest_place(points: NDArray[np.float64], x: float, y: float) -> tuple[int, NDArray[np.float64]]:
    """Return the place (x, y) nearest to (x, y) on the polyline through `points` (N x 2, N > 1), and its segment.

    Segment 0 lies between the first two points.
    """
    start, step = points[:-1], np.diff(points, axis=0)
    fraction = np.clip((((x, y) - start) * step).sum(axis=1) / np.maximum((step**2).sum(axis=1), 1e-12), 0, 1)
    places = start + step * fraction[:, None]
    segment = int(np.hypot(*(places - (x, y)).T).argmin())
    return segment, places[segment]


def distance_to(points: NDArray[np.float64], x: float, y: float) -> float:
    """Measure the distance of (x, y) from the polyline through `points` (N x 2, N > 1)."""
    return float(np.hypot(*(nearest_place(points, x, y)[1] - (x, y))))


def bands_of(lines: Iterable[GuideLine]) -> dict[int, int]:
    """Return the bands of the lines that have another than usual, px, by number."""
    return {line.number: line.band for line in lines if line.band != BAND}


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
