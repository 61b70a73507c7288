"""Guide lines: drawn by dragging, or click by click."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QRegion

from inpaint_studio.session.raster import EDGES, HOLE
from inpaint_studio.ui.canvas import vector_overlays
from inpaint_studio.ui.tools.base import GRAB, Pointer, Tool
from inpaint_studio.ui.tools.brush import NO_HOLE
from inpaint_studio.ui.tools.brush_stroke import Brush, Stroke

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DRAGGED = 4  # logical px from which a press is a drag
_KEPT = 0.75  # screen px by which a freehand line may be simplified


class GuideLineTool(Tool):
    """A drag draws freehand; clicks set corners until a double click. The right button takes away the line it hits.

    In the edges view what was drawn becomes an edge of the hole.
    """

    name = "guide-line"
    title = "Guide line"
    key = "K"
    icon = "spline"
    tip = "Draw what should continue: drag, or click, click, double click; Delete removes the last one"

    def __init__(self, canvas) -> None:  # type: ignore[no-untyped-def]
        super().__init__(canvas)
        self._points: list[tuple[float, float]] = []
        self._free: tuple[float, float] | None = None
        self._freehand = False
        self._pressed: Pointer | None = None

    @property
    def busy(self) -> bool:
        return bool(self._points)

    @property
    def draws_edges(self) -> bool:
        return self.canvas.edges_view

    def press(self, pointer: Pointer) -> None:
        if pointer.erase:
            self._remove_at(pointer)
            return
        self._pressed = pointer
        self.canvas.repaint_tool(lambda: self._points.append((pointer.x, pointer.y)))

    def drag(self, pointer: Pointer) -> None:
        if self._pressed is None:
            return
        away = pointer.place - self._pressed.place
        if len(self._points) == 1 and math.hypot(away.x(), away.y()) > _DRAGGED:
            self._freehand = True
        if self._freehand:
            self.canvas.repaint_tool(lambda: self._points.append((pointer.x, pointer.y)))
        else:
            self.hover(pointer)

    def hover(self, pointer: Pointer) -> None:
        if self._points:
            self.canvas.repaint_tool(lambda: setattr(self, "_free", (pointer.x, pointer.y)))

    def release(self, pointer: Pointer) -> None:
        self._pressed = None
        if self._freehand:
            self._points.append((pointer.x, pointer.y))
            tolerance = _KEPT * self.view.dpr / self.view.zoom
            self._finish(simplified(np.array(self._points), tolerance))

    def double_click(self, pointer: Pointer) -> None:
        if pointer.erase:
            self.press(pointer)
            return
        self._pressed = None
        self._finish(np.array(self._points))

    def key_pressed(self, key: int) -> bool:
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish(np.array(self._points))
        elif len(self._points) > 1:
            self.canvas.repaint_tool(self._points.pop)
        else:
            self.cancel()
        return True

    def cancel(self) -> bool:
        if not self._points:
            return False
        self.canvas.repaint_tool(self._forget)
        return True

    def _forget(self) -> None:
        self._points, self._free, self._freehand, self._pressed = [], None, False, None

    def _finish(self, points: NDArray[np.float64]) -> None:
        self.canvas.repaint_tool(self._forget)
        distinct = [point for index, point in enumerate(points) if not index or (point != points[index - 1]).any()]
        if len(distinct) < 2:
            return
        if self.draws_edges:
            self._draw_edge(distinct)
        elif self.document.add_line(np.array(distinct)) is None:
            self.canvas.hint.emit("There are 255 guide lines; remove one first.")

    def _draw_edge(self, points: list[NDArray[np.float64]]) -> None:
        if not self.canvas.has_hole:
            self.canvas.hint.emit(NO_HOLE)
            return
        edit = self.document.live_edit(EDGES)
        stroke = Stroke(edit, self.document.size, within=self.document.raster(HOLE))
        brush = Brush(float(self.canvas.session.settings.get(self.size_setting)))
        for x, y in points:
            stroke.to(float(x), float(y), brush)
        self.commit(edit, erased=False)

    def _remove_at(self, pointer: Pointer) -> None:
        reach = GRAB * self.view.dpr / self.view.zoom
        at = np.array([pointer.x, pointer.y])
        near = [(distance_to(line.points, at), line.number) for line in self.document.lines]
        if near and min(near)[0] <= reach:
            self.document.remove_lines([min(near)[1]])

    def paint(self, painter: QPainter) -> None:
        points = self._shown()
        if len(points):
            vector_overlays.paint_line(painter, self.view, points, self.canvas.lines_colour)

    def region(self) -> QRegion:
        points = self._shown()
        if not len(points):
            return QRegion()
        low, high = points.min(axis=0), points.max(axis=0)
        pad = math.ceil(10 * self.view.dpr)
        rect = QRectF(self.view.to_device(*low), self.view.to_device(*high)).toAlignedRect()
        return QRegion(rect.adjusted(-pad, -pad, pad, pad))

    def _shown(self) -> NDArray[np.float64]:
        free = [self._free] if self._free is not None and self._points and not self._freehand else []
        return np.array([*self._points, *free], np.float64).reshape(-1, 2)


def distance_to(points: NDArray[np.float64], at: NDArray[np.float64]) -> float:
    """The distance of `at` from the polyline through `points`."""
    start, way = points[:-1], np.diff(points, axis=0)
    along = np.clip(((at - start) * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-12), 0, 1)
    return float(np.hypot(*(start + way * along[:, None] - at).T).min())


def simplified(points: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]:
    """The polyline with the corners left out that it passes within `tolerance` without (Douglas and Peucker)."""
    keep = np.zeros(len(points), bool)
    keep[[0, -1]] = True
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        chord = points[[first, last]]
        distances = [distance_to(chord, point) for point in points[first + 1 : last]]
        farthest = int(np.argmax(distances))
        if distances[farthest] > tolerance:
            middle = first + 1 + farthest
            keep[middle] = True
            spans += [(first, middle), (middle, last)]
    return points[keep]
