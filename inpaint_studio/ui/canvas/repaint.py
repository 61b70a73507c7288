"""What of the canvas is to be painted next: few rectangles, as Qt paints one rectangle faster than many small ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget

from inpaint_studio.engine.geometry import Box
from inpaint_studio.ui.canvas.viewport import Viewport, box_of, rects

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_ONE_RECTANGLE = 250_000  # px: up to this area one rectangle is faster to paint than a region of several


class RepaintSchedule:
    """Schedules repaints of a widget in device px."""

    def __init__(self, widget: QWidget, viewport: Viewport) -> None:
        self._widget, self._viewport = widget, viewport
        self._scheduled = Box(0, 0, 0, 0)  # what will be painted next, as one rectangle

    def add(self, region: QRegion) -> None:
        """Schedule a repaint of these device px: as one rectangle, unless that is large."""
        around = box_of(region.boundingRect()).clip(*self._viewport.device_size)
        if around.empty:
            return
        both = self._scheduled.union(around)
        if both.area <= _ONE_RECTANGLE:
            self._scheduled = both
            self._widget.update(self._viewport.logical_rect(both))
            return
        self._scheduled = Box(0, 0, _ONE_RECTANGLE, _ONE_RECTANGLE)  # full until it is painted
        for rect in rects(region):
            self._widget.update(self._viewport.logical_rect(box_of(rect)))

    def clear(self) -> None:
        """Note that what was scheduled is painted now."""
        self._scheduled = Box(0, 0, 0, 0)


def region_round(viewport: Viewport, points: ArrayLike, pad: float) -> QRegion:
    """Return the rectangle of device px round image points (n x 2, x and y), larger by `pad` logical px; n > 0."""
    places = np.asarray(points, np.float64)
    first, last = (viewport.to_device(*map(float, end(axis=0))) for end in (places.min, places.max))
    out = math.ceil(pad * viewport.dpr)
    return QRegion(QRectF(first, last).normalized().toAlignedRect().adjusted(-out, -out, out, out))
