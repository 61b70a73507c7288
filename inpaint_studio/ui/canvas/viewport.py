"""Where the photo lies on the widget: its zoom and place, and the transforms between image and screen.

Image coordinates are continuous: pixel (row, col) covers x in [col, col + 1), y in [row, row + 1). `zoom` is in device
pixels per image pixel, so 1.0 shows every pixel of the photo as one pixel of the screen on any display.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QRegion

from inpaint_studio.engine.geometry import Box

MAX_ZOOM = 32.0
CRISP_FROM = 2.0  # the zoom from which pixels are shown as squares
GRID_FROM = 16.0  # the zoom from which the pixel grid is shown
MARGIN = 24  # logical px round a fitted photo
_MIN_VISIBLE = 48  # device px of the photo that always stay on the widget


def box_of(rect: QRect) -> Box:
    """Convert a QRect to a box."""
    return Box(rect.top(), rect.left(), rect.top() + rect.height(), rect.left() + rect.width())


def region_of(box: Box) -> QRegion:
    """Convert a box to a QRegion."""
    return QRegion(box.left, box.top, box.width, box.height)


def rects(region: QRegion) -> list[QRect]:
    """List the rectangles of a region; they do not overlap."""
    return list(cast(Iterable[QRect], region))


class Viewport:
    """The transform between photo and widget.

    The photo's corner always lies on a whole device pixel, so that nothing shimmers.
    """

    def __init__(self) -> None:
        self.zoom = 1.0
        self.dpr = 1.0
        self.fitted = True
        self._left = self._top = 0.0  # device px of the photo's corner, not rounded
        self._width = self._height = 1.0  # of the widget, device px
        self._rows = self._cols = 0  # of the photo

    def set_widget(self, width: int, height: int, dpr: float) -> None:
        """Set the widget's size in logical px, and the number of device px per logical px; keep the middle in place."""
        new_width, new_height = width * dpr, height * dpr
        self._left += (new_width - self._width) / 2
        self._top += (new_height - self._height) / 2
        self._width, self._height, self.dpr = new_width, new_height, dpr
        if self.fitted:
            self.fit()
        else:
            self._keep_visible()

    def set_photo(self, rows: int, cols: int) -> None:
        """Set the photo's size, and show the whole photo."""
        self._rows, self._cols = rows, cols
        self.fit()

    # Zoom and place

    @property
    def fit_zoom(self) -> float:
        """The zoom that shows the whole photo: any value below 100 %, whole steps up to 800 % for small photos."""
        return self.fit_zoom_of(self._rows, self._cols)

    def fit_zoom_of(self, rows: int, cols: int) -> float:
        """Return the zoom that would show the whole of a photo of this size; see `fit_zoom`."""
        if not rows or not cols:
            return 1.0
        room = 2 * MARGIN * self.dpr
        ratio = min(max(1.0, self._width - room) / cols, max(1.0, self._height - room) / rows)
        return ratio if ratio < 1 else float(min(8, math.floor(ratio)))

    def fit(self) -> None:
        """Show the whole photo in the middle."""
        self.zoom, self.fitted = self.fit_zoom, True
        self._left = (self._width - self._cols * self.zoom) / 2
        self._top = (self._height - self._rows * self.zoom) / 2

    def zoom_at(self, place: QPointF, zoom: float) -> None:
        """Change the zoom (clamped to its range) and keep the pixel at `place`, logical px, where it is."""
        zoom = min(MAX_ZOOM, max(min(self.fit_zoom, 1.0), zoom))
        x, y = place.x() * self.dpr, place.y() * self.dpr
        ratio = zoom / self.zoom
        self._left, self._top = x - (x - self._left) * ratio, y - (y - self._top) * ratio
        self.zoom, self.fitted = zoom, False
        self._keep_visible()

    def pan(self, dx: float, dy: float) -> None:
        """Move the photo by logical px."""
        self._left += dx * self.dpr
        self._top += dy * self.dpr
        self.fitted = False
        self._keep_visible()

    def _keep_visible(self) -> None:
        width, height = self._cols * self.zoom, self._rows * self.zoom
        visible_x, visible_y = min(_MIN_VISIBLE, width), min(_MIN_VISIBLE, height)
        self._left = min(self._width - visible_x, max(visible_x - width, self._left))
        self._top = min(self._height - visible_y, max(visible_y - height, self._top))

    # Transforms

    @property
    def left(self) -> int:
        """The photo's left edge, device px."""
        return round(self._left)

    @property
    def top(self) -> int:
        """The photo's top edge, device px."""
        return round(self._top)

    @property
    def center(self) -> QPointF:
        """The widget's middle, logical px."""
        return QPointF(self._width / self.dpr / 2, self._height / self.dpr / 2)

    @property
    def device_size(self) -> tuple[int, int]:
        """(height, width) of the widget in device px."""
        return math.ceil(self._height), math.ceil(self._width)

    def to_image(self, place: QPointF) -> tuple[float, float]:
        """Map a place on the widget, logical px, to image coordinates (x, y)."""
        return (place.x() * self.dpr - self.left) / self.zoom, (place.y() * self.dpr - self.top) / self.zoom

    def to_device(self, x: float, y: float) -> QPointF:
        """Map an image point to device px."""
        return QPointF(self.left + x * self.zoom, self.top + y * self.zoom)

    def to_widget(self, x: float, y: float) -> QPointF:
        """Map an image point to logical px."""
        return self.to_device(x, y) / self.dpr

    def photo_rect(self) -> QRectF:
        """The photo's place, device px."""
        return QRectF(self.left, self.top, self._cols * self.zoom, self._rows * self.zoom)

    def device_box(self, box: Box, pad: int = 0) -> Box:
        """Map a box of the image to the device px that show it, padded by `pad` and clipped to the widget."""
        return (
            Box(
                self.top + math.floor(box.top * self.zoom),
                self.left + math.floor(box.left * self.zoom),
                self.top + math.ceil(box.bottom * self.zoom),
                self.left + math.ceil(box.right * self.zoom),
            )
            .pad(pad)
            .clip(*self.device_size)
        )

    def image_box(self, device: Box) -> Box:
        """Map a box of device px to the image pixels under it, clipped to the photo."""
        return Box(
            math.floor((device.top - self.top) / self.zoom),
            math.floor((device.left - self.left) / self.zoom),
            math.ceil((device.bottom - self.top) / self.zoom),
            math.ceil((device.right - self.left) / self.zoom),
        ).clip(self._rows, self._cols)

    def logical_rect(self, device: Box) -> QRect:
        """Map a box of device px to the smallest rectangle of logical px that covers it."""
        left, top = math.floor(device.left / self.dpr), math.floor(device.top / self.dpr)
        right, bottom = math.ceil(device.right / self.dpr), math.ceil(device.bottom / self.dpr)
        return QRect(left, top, right - left, bottom - top)

    def device_box_of(self, rect: QRect) -> Box:
        """Map a rectangle of logical px to device px, clipped to the widget."""
        return Box(
            math.floor(rect.top() * self.dpr),
            math.floor(rect.left() * self.dpr),
            math.ceil((rect.top() + rect.height()) * self.dpr),
            math.ceil((rect.left() + rect.width()) * self.dpr),
        ).clip(*self.device_size)
