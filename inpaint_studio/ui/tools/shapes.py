"""The tools that mark the inside of an outline: lasso, polygon, rectangle and ellipse."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF, QRegion

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import Raster
from inpaint_studio.texts import mark
from inpaint_studio.ui.canvas.repaint import region_round
from inpaint_studio.ui.tools.base import HIT_DISTANCE, Tool
from inpaint_studio.ui.tools.context import ToolContext
from inpaint_studio.ui.tools.pointer import Pointer

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PAD = 8  # logical px that may be painted round the outline


def outline(points: Sequence[tuple[float, float]] | NDArray[np.float64]) -> QPainterPath:
    """Make the closed path through `points` (x, y)."""
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    path.setFillRule(Qt.FillRule.WindingFill)
    return path


def coverage(path: QPainterPath, size: tuple[int, int]) -> tuple[Box, Raster]:
    """Render how much of each pixel lies inside `path`, 0..255; return it with its box, which is clipped to `size`.

    `size`: (height, width) of the image. The coverage has the height and width of the box.
    """
    rect = path.boundingRect().toAlignedRect().adjusted(-1, -1, 1, 1)
    box = Box(rect.top(), rect.left(), rect.top() + rect.height(), rect.left() + rect.width()).clip(*size)
    if box.empty:
        return box, np.zeros((0, 0), np.uint8)
    image = QImage(box.width, box.height, QImage.Format.Format_Grayscale8)
    image.fill(0)
    qpainter = QPainter(image)
    qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
    qpainter.translate(-box.left, -box.top)
    qpainter.fillPath(path, QColor(255, 255, 255))
    qpainter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(box.height, image.bytesPerLine())
    return box, rows[:, : box.width].copy()


class ShapeTool(Tool):
    """Base of the tools that draw an outline and then mark its inside; with the right button or Alt they unmark it."""

    options = ("fill_on_release",)

    def __init__(self, context: ToolContext) -> None:
        super().__init__(context)
        self._points: list[tuple[float, float]] = []
        self._erase = False

    @property
    def busy(self) -> bool:
        return bool(self._points)

    def cancel(self) -> bool:
        if not self._points:
            return False
        self.context.repaint_tool(self._points.clear)
        return True

    def path(self) -> QPainterPath:
        """Make the closed outline so far, in image px."""
        return outline(self._points)

    def begin(self, pointer: Pointer) -> None:
        """Start an outline at the pointer."""
        self._erase = pointer.erase or pointer.alt
        self.context.repaint_tool(lambda: self._points.append((pointer.x, pointer.y)))

    def finish(self) -> None:
        """Mark the inside as one step of the history."""
        box, inside = coverage(self.path(), self.document.size)
        self.context.repaint_tool(self._points.clear)
        if box.empty or not inside.any():
            return
        self.mark_area(box, inside, self._erase)

    def paint(self, qpainter: QPainter) -> None:
        if not self._points:
            return
        path = QPainterPath()
        points = self.path().toFillPolygon().toList()
        path.addPolygon(QPolygonF([self.viewport.to_device(point.x(), point.y()) for point in points]))
        paint_outline(qpainter, path, self.viewport.dpr, self._erase, self.tint(self._erase))

    def region(self) -> QRegion:
        if not self._points:
            return QRegion()
        rect = self.path().boundingRect()
        corners = (rect.left(), rect.top()), (rect.right(), rect.bottom())
        return region_round(self.viewport, corners, _PAD)


def paint_outline(qpainter: QPainter, path: QPainterPath, dpr: float, erase: bool, tint: QColor | None) -> None:
    """Paint a path in device px as white dashes on black, its inside in `tint`; erasing has longer gaps."""
    qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
    qpainter.setBrush(tint if tint is not None else Qt.BrushStyle.NoBrush)
    qpainter.setPen(QPen(QColor(0, 0, 0), 1.5 * dpr))
    qpainter.drawPath(path)
    pen = QPen(QColor(255, 255, 255), 1.5 * dpr)
    pen.setDashPattern([2, 5] if erase else [5, 3])
    qpainter.setBrush(Qt.BrushStyle.NoBrush)
    qpainter.setPen(pen)
    qpainter.drawPath(path)


class LassoTool(ShapeTool):
    """Drag round what should be marked."""

    name = "lasso"
    title = mark("Lasso")
    key = "L"
    icon = "lasso"
    tip = mark("Drag round what should go; the right button or Alt unmarks")

    def press(self, pointer: Pointer) -> None:
        self.cancel()
        self.begin(pointer)

    def drag(self, pointer: Pointer) -> None:
        if self._points:
            self.context.repaint_tool(lambda: self._points.append((pointer.x, pointer.y)))

    def release(self, pointer: Pointer) -> None:
        del pointer
        if len(self._points) > 2:
            self.finish()
        else:
            self.cancel()


class _CornersTool(ShapeTool):
    """Base of the tools that are dragged from one corner to the opposite one."""

    def path(self) -> QPainterPath:
        path = QPainterPath()
        if len(self._points) == 2:
            (x0, y0), (x1, y1) = self._points
            self.add_shape(path, QRectF(QPointF(round(x0), round(y0)), QPointF(round(x1), round(y1))).normalized())
        return path

    def add_shape(self, path: QPainterPath, box: QRectF) -> None:
        """Add the shape that fits `box`, image px, to `path`."""
        raise NotImplementedError

    def press(self, pointer: Pointer) -> None:
        self.cancel()
        self.begin(pointer)

    def drag(self, pointer: Pointer) -> None:
        if self._points:
            self.context.repaint_tool(lambda: self._stretch(pointer))

    def release(self, pointer: Pointer) -> None:
        del pointer
        if len(self._points) == 2:
            self.finish()
        else:
            self.cancel()

    def _stretch(self, pointer: Pointer) -> None:
        x0, y0 = self._points[0]
        dx, dy = pointer.x - x0, pointer.y - y0
        if pointer.shift:
            side = max(abs(dx), abs(dy))
            dx, dy = math.copysign(side, dx), math.copysign(side, dy)
        self._points[1:] = [(x0 + dx, y0 + dy)]


class RectangleTool(_CornersTool):
    """Drag from one corner to the opposite one."""

    name = "rectangle"
    title = mark("Rectangle")
    key = "R"
    icon = "square-dashed"
    tip = mark("Drag a rectangle; Shift keeps it square, the right button or Alt unmarks")

    def add_shape(self, path: QPainterPath, box: QRectF) -> None:
        path.addRect(box)


class EllipseTool(_CornersTool):
    """Drag from one corner of the box round the ellipse to the opposite one."""

    name = "ellipse"
    title = mark("Ellipse")
    key = "U"
    icon = "circle-dashed"
    tip = mark("Drag an ellipse; Shift keeps it round, the right button or Alt unmarks")

    def add_shape(self, path: QPainterPath, box: QRectF) -> None:
        path.addEllipse(box)


class PolygonTool(ShapeTool):
    """Click one corner after the other."""

    name = "polygon"
    title = mark("Polygon")
    key = "P"
    icon = "pentagon"
    tip = mark("Click the corners; a double click or Enter closes it, Backspace takes the last one back")

    _next: tuple[float, float] | None = None  # the corner that a click would set

    def path(self) -> QPainterPath:
        return outline([*self._points, self._next] if self._next is not None else self._points)

    def press(self, pointer: Pointer) -> None:
        if not self._points:
            self._next = None
            self.begin(pointer)
        elif self._near_start(pointer):
            self._close()
        else:
            self.context.repaint_tool(lambda: self._points.append((pointer.x, pointer.y)))

    def hover(self, pointer: Pointer) -> None:
        if self._points:
            self.context.repaint_tool(lambda: setattr(self, "_next", (pointer.x, pointer.y)))

    drag = hover

    def double_click(self, pointer: Pointer) -> None:
        del pointer  # the first press has already added a corner there
        self._close()

    def handle_key(self, key: int) -> bool:
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._close()
        elif len(self._points) > 1:
            self.context.repaint_tool(self._points.pop)
        else:
            self.cancel()
        return True

    def _near_start(self, pointer: Pointer) -> bool:
        offset = self.viewport.to_widget(*self._points[0]) - pointer.place
        return len(self._points) > 2 and math.hypot(offset.x(), offset.y()) <= HIT_DISTANCE

    def _close(self) -> None:
        self.context.repaint_tool(lambda: setattr(self, "_next", None))
        if len(self._points) > 2:
            self.finish()
        else:
            self.cancel()
