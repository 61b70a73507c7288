"""Paints the photo in device px, the checkerboard under its transparent parts, and the pixel grid."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import Raster
from inpaint_studio.session.task_queue import Lane
from inpaint_studio.ui.canvas.pyramid import Pyramid
from inpaint_studio.ui.canvas.viewport import CRISP_FROM, Viewport

GRID = QColor(128, 128, 128, 90)
CHECK = 8  # side of a square of the checkerboard, logical px


def show_photo(pixels: Raster, icc: bytes, background: Lane, parent: QObject) -> Pyramid:
    """Return what paints `pixels` (H x W x 3|4), whose colours the profile `icc` describes, as the screen needs it."""
    return Pyramid(pixels, background, parent, icc)


def paint_pyramid(qpainter: QPainter, viewport: Viewport, pyramid: Pyramid, place: QRectF) -> None:
    """Paint an image at the viewport's zoom, clipped to `place` (device px): crisp from 200 %, smooth below."""
    seen = QRectF(0, 0, *reversed(viewport.device_size)).intersected(place).translated(-place.topLeft())
    zoom = viewport.zoom
    part = Box(
        math.floor(seen.top() / zoom), math.floor(seen.left() / zoom),
        math.ceil(seen.bottom() / zoom), math.ceil(seen.right() / zoom),
    ).pad(1).clip(*pyramid.size)  # fmt: skip
    if part.empty:
        return
    image, level = pyramid.level(zoom, part)
    scale = viewport.zoom * (1 << level)
    qpainter.save()
    qpainter.setClipRect(place.toAlignedRect(), Qt.ClipOperation.IntersectClip)
    qpainter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, viewport.zoom < CRISP_FROM)
    qpainter.translate(place.topLeft())
    qpainter.scale(scale, scale)
    qpainter.drawImage(0, 0, image)
    qpainter.restore()


def paint_checkerboard(qpainter: QPainter, viewport: Viewport) -> None:
    """Paint the squares that are visible through a transparent photo."""
    side = round(CHECK * viewport.dpr)
    squares = QPixmap(2 * side, 2 * side)
    squares.fill(QColor(150, 150, 150))
    brush = QPainter(squares)
    for corner in (0, side):
        brush.fillRect(corner, corner, side, side, QColor(105, 105, 105))
    brush.end()
    qpainter.setBrushOrigin(viewport.left, viewport.top)
    qpainter.fillRect(viewport.photo_rect(), QBrush(squares))


def paint_grid(qpainter: QPainter, viewport: Viewport, device: Box) -> None:
    """Paint a line between all pixels, inside a box of device px."""
    box = viewport.image_box(device)
    photo, zoom = viewport.photo_rect(), viewport.zoom
    qpainter.setPen(GRID)
    qpainter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for col in range(box.left, box.right + 1):
        x = round(viewport.left + col * zoom)
        qpainter.drawLine(x, int(photo.top()), x, int(photo.bottom()))
    for row in range(box.top, box.bottom + 1):
        y = round(viewport.top + row * zoom)
        qpainter.drawLine(int(photo.left()), y, int(photo.right()), y)
