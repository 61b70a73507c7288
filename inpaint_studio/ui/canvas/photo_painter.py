"""The photo and what belongs to it, painted in device px: the picture itself, the squares under it, the pixel grid."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap

from inpaint_studio.engine.geometry import Box
from inpaint_studio.ui.canvas.pyramid import Pyramid
from inpaint_studio.ui.canvas.viewport import CRISP_FROM, View

GRID = QColor(128, 128, 128, 90)
CHECK = 8  # logical px of a square under transparency


def paint_pyramid(painter: QPainter, view: View, picture: Pyramid, place: QRectF) -> None:
    """A picture at the view's zoom, its corner at `place`: crisp from 200 %, smooth below."""
    image, level = picture.level(view.zoom)
    scale = view.zoom * (1 << level)
    painter.save()
    painter.setClipRect(place.toAlignedRect(), Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, view.zoom < CRISP_FROM)
    painter.translate(place.topLeft())
    painter.scale(scale, scale)
    painter.drawImage(0, 0, image)
    painter.restore()


def paint_checks(painter: QPainter, view: View) -> None:
    """The squares that show through a transparent photo."""
    side = round(CHECK * view.dpr)
    squares = QPixmap(2 * side, 2 * side)
    squares.fill(QColor(150, 150, 150))
    brush = QPainter(squares)
    for corner in (0, side):
        brush.fillRect(corner, corner, side, side, QColor(105, 105, 105))
    brush.end()
    painter.setBrushOrigin(view.left, view.top)
    painter.fillRect(view.photo_rect(), QBrush(squares))


def paint_grid(painter: QPainter, view: View, device: Box) -> None:
    """A line along every edge between pixels, inside a box of device px."""
    box = view.image_box(device)
    photo, zoom = view.photo_rect(), view.zoom
    painter.setPen(GRID)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for col in range(box.left, box.right + 1):
        x = round(view.left + col * zoom)
        painter.drawLine(x, int(photo.top()), x, int(photo.bottom()))
    for row in range(box.top, box.bottom + 1):
        y = round(view.top + row * zoom)
        painter.drawLine(int(photo.left()), y, int(photo.right()), y)
