"""Paints suggestions over the photo: dashed green outlines, unlike the tint of the hole; the present one is solid."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.suggestions import FoundPart, Suggestions
from inpaint_studio.ui.canvas.vector_overlays import DARK
from inpaint_studio.ui.canvas.viewport import Viewport

COLOUR = QColor(80, 230, 120)
_TINT = QColor(80, 230, 120, 70)  # inside the present one
_WIDTHS = 3.5, 1.5  # logical px: of the dark line below, and of the green one
_DASHES = [4.0, 3.0]  # lengths and gaps, against the width
_FRAME = 40.0  # logical px: a present part that looks smaller gets a frame, so that it is seen


def paint_suggestions(qpainter: QPainter, viewport: Viewport, suggestions: Suggestions) -> None:
    """Paint the outlines of all parts that wait for an answer, the present one last."""
    present = suggestions.present
    if present is None:
        return
    qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for part in suggestions.parts:
        if part is not present:
            _paint(qpainter, viewport, part, False)
    _paint(qpainter, viewport, present, True)
    _paint_frame(qpainter, viewport, present)


def _paint(qpainter: QPainter, viewport: Viewport, part: FoundPart, present: bool) -> None:
    polygons = [QPolygonF([viewport.to_device(x, y) for x, y in each]) for each in part.outlines]
    for colour, width in zip((DARK, COLOUR), _WIDTHS, strict=True):
        pen = QPen(colour, width * viewport.dpr * (1.4 if present else 1.0))
        if colour is COLOUR and not present:
            pen.setDashPattern(_DASHES)
        qpainter.setPen(pen)
        qpainter.setBrush(_TINT if present and colour is COLOUR else Qt.BrushStyle.NoBrush)
        for polygon in polygons:
            qpainter.drawPolygon(polygon)


def _paint_frame(qpainter: QPainter, viewport: Viewport, part: FoundPart) -> None:
    """Paint a frame round a part that is small on the screen."""
    box, least = part.box, _FRAME * viewport.dpr
    corner, end = viewport.to_device(box.left, box.top), viewport.to_device(box.right, box.bottom)
    place = QRectF(corner, end)
    if max(place.width(), place.height()) >= least:
        return
    middle = place.center()
    frame = QRectF(middle - QPointF(least, least) / 2, middle + QPointF(least, least) / 2)
    qpainter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in zip((DARK, COLOUR), _WIDTHS, strict=True):
        qpainter.setPen(QPen(colour, width * viewport.dpr))
        qpainter.drawRect(frame)


def find_way_to(viewport: Viewport, part: FoundPart) -> QPointF | None:
    """Return by how many logical px the photo has to move so that a part is seen; None where some of it is seen.

    The pixel of the part that is nearest to the middle of the view comes to the middle.
    """
    seen = viewport.image_box(Box(0, 0, *viewport.device_size))
    rows, columns = (positions + first for positions, first in zip(np.nonzero(part.inside), part.box[:2], strict=True))
    inside = (rows >= seen.top) & (rows < seen.bottom) & (columns >= seen.left) & (columns < seen.right)
    if inside.any():
        return None
    x, y = viewport.to_image(viewport.center)
    nearest = int(np.argmin((rows - y) ** 2 + (columns - x) ** 2))
    return viewport.center - viewport.to_widget(float(columns[nearest]) + 0.5, float(rows[nearest]) + 0.5)
