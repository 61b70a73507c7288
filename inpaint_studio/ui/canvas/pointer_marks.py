"""What the canvas shows at the pointer: the size of the brush, or where the filled pixel under it comes from."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from inpaint_studio.ui.canvas import vector_overlays
from inpaint_studio.ui.canvas.flow_layer import PixelSource
from inpaint_studio.ui.canvas.repaint import RepaintSchedule
from inpaint_studio.ui.canvas.viewport import Viewport, region_of


class PointerMarks:
    """The ring of the brush and the source of a pixel; each change schedules the repaint of what it touches."""

    def __init__(self, viewport: Viewport, repaint: RepaintSchedule) -> None:
        self._viewport, self._repaint = viewport, repaint
        self._ring: tuple[float, float, float] | None = None  # x, y and diameter, image px
        self._ring_rects: list[QRect] = []  # device px that the ring covers
        self._source: PixelSource | None = None

    def show_ring(self, ring: tuple[float, float, float] | None) -> None:
        """Show a ring round (x, y) of a diameter, all in image px; None shows none."""
        covered = [] if ring is None else vector_overlays.ring_rects(self._viewport, *ring)
        if covered or self._ring_rects:
            self._repaint.add(vector_overlays.ring_region(self._ring_rects, covered))
        self._ring, self._ring_rects = ring, covered

    def forget_place(self) -> None:
        """Note that the photo has moved on the canvas, and that all of it will be painted."""
        self._ring_rects = []

    def show_source(self, source: PixelSource | None) -> bool:
        """Show this source of a pixel (None: none); whether it is another than before."""
        if source == self._source:
            return False
        for each in (self._source, source):
            if each is not None:
                self._repaint.add(region_of(vector_overlays.source_box(self._viewport, each.target, each.source)))
        self._source = source
        return True

    def paint(self, qpainter: QPainter) -> None:
        """Paint the source of the pixel, or else the ring."""
        if self._source is not None:
            source = self._source
            vector_overlays.paint_source(qpainter, self._viewport, source.target, source.source, source.drawn)
        elif self._ring is not None:
            vector_overlays.paint_ring(qpainter, self._viewport, *self._ring)
