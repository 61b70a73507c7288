"""Guide lines: drawn by dragging, or click by click, and changed afterwards."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QRegion

from inpaint_studio.session.raster import EDGES, HOLE
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.canvas import vector_overlays
from inpaint_studio.ui.canvas.repaint import region_round
from inpaint_studio.ui.tools.base import Tool
from inpaint_studio.ui.tools.brush import NO_HOLE
from inpaint_studio.ui.tools.brush_stroke import BrushShape, Stroke
from inpaint_studio.ui.tools.context import ToolContext
from inpaint_studio.ui.tools.line_editing import BAND, DRAG_FROM, LineEditor
from inpaint_studio.ui.tools.pointer import Pointer

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Device px by which a simplified freehand line may differ from the drawn one: as much as a hand trembles. Of arcs of
# 400 px, made up with a tremble of 0.4 px and drawn at 20 %, 7.6 points are left, and one in ten has a false corner;
# with 0.75 px 13.3 points, and one in two.
_TOLERANCE = 1.25


class GuideLineTool(Tool):
    """A drag draws freehand; clicks set corners until a double click. A press on a line or a point takes hold of it.

    In the edges view the line becomes an edge in the hole.
    """

    name = "guide-line"
    title = mark("Guide line")
    key = "K"
    icon = "spline"
    tip = mark(
        "Draw what should continue: drag, or click, click, double click. Drag points and "
        "lines to move them, click on a line to add a point; the right button deletes a "
        "point, or the line. Shift draws over lines"
    )
    options: ClassVar[tuple[str, ...]] = (BAND,)
    own_size = BAND

    def __init__(self, context: ToolContext) -> None:
        super().__init__(context)
        self._points: list[tuple[float, float]] = []
        self._next: tuple[float, float] | None = None  # the corner that a click would set
        self._freehand = False
        self._pressed: Pointer | None = None
        self._editor = LineEditor(context)

    @property
    def busy(self) -> bool:
        return bool(self._points) or self._editor.active

    @property
    def draws_edges(self) -> bool:
        return self.context.edges_view

    @property
    def hidden_line(self) -> int | None:
        return self._editor.hidden

    def press(self, pointer: Pointer) -> None:
        if pointer.erase:
            self._editor.remove_at(pointer)
            return
        if not (self._points or pointer.shift or self.draws_edges) and self._editor.press(pointer):
            return
        self._editor.choose(None)
        self._editor.hover(None)
        self._pressed = pointer
        self.context.repaint_tool(lambda: self._points.append((pointer.x, pointer.y)))

    def drag(self, pointer: Pointer) -> None:
        if self._editor.active:
            self._editor.drag(pointer)
            return
        if self._pressed is None:
            return
        moved = pointer.place - self._pressed.place
        if len(self._points) == 1 and math.hypot(moved.x(), moved.y()) > DRAG_FROM:
            self._freehand = True
        if self._freehand:
            self.context.repaint_tool(lambda: self._points.append((pointer.x, pointer.y)))
        else:
            self.hover(pointer)

    def hover(self, pointer: Pointer) -> None:
        if self._points:
            self.context.repaint_tool(lambda: setattr(self, "_next", (pointer.x, pointer.y)))
        else:
            self._editor.hover(None if pointer.shift or self.draws_edges else pointer)

    def release(self, pointer: Pointer) -> None:
        if self._editor.active:
            self._editor.release(pointer)
            return
        self._pressed = None
        if self._freehand:
            self._points.append((pointer.x, pointer.y))
            tolerance = _TOLERANCE * self.viewport.dpr / self.viewport.zoom
            self._finish(simplify(np.array(self._points), tolerance))

    def double_click(self, pointer: Pointer) -> None:
        if pointer.erase or not self._points:  # the click before has changed a line
            self.press(pointer)
            return
        self._pressed = None
        self._finish(np.array(self._points))

    def handle_key(self, key: int) -> bool:
        if self._editor.active:
            if key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
                self._editor.cancel()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish(np.array(self._points))
        elif len(self._points) > 1:
            self.context.repaint_tool(self._points.pop)
        else:
            self.cancel()
        return True

    def cancel(self) -> bool:
        if not self._points:
            return self._editor.cancel()
        self.context.repaint_tool(self._reset)
        return True

    def dismiss(self) -> bool:
        return self._editor.choose(None)

    def deactivate(self) -> None:
        super().deactivate()
        self._editor.choose(None)
        self._editor.hover(None)

    def remove_chosen(self) -> bool:
        return self._editor.remove_chosen()

    def lines_changed(self) -> None:
        self._editor.lines_changed()

    def setting_changed(self, name: str) -> None:
        if name == BAND:
            self._editor.set_band(int(self.context.setting(BAND)))

    def _reset(self) -> None:
        self._points, self._next, self._freehand, self._pressed = [], None, False, None

    def _finish(self, points: NDArray[np.float64]) -> None:
        self.context.repaint_tool(self._reset)
        distinct = [point for index, point in enumerate(points) if not index or (point != points[index - 1]).any()]
        if len(distinct) < 2:
            return
        if self.draws_edges:
            self._draw_edge(distinct)
            return
        number = self.document.add_line(np.array(distinct), int(self.context.setting(BAND)))
        if number is None:
            self.context.show_hint(tr("There are 255 guide lines; delete one first."))
        else:
            self._editor.choose(number)

    def _draw_edge(self, points: list[NDArray[np.float64]]) -> None:
        if not self.context.has_hole:
            self.context.show_hint(tr(NO_HOLE))
            return
        edit = self.document.live_edit(EDGES)
        stroke = Stroke(edit, self.document.size, within=self.document.raster(HOLE))
        brush = BrushShape(float(self.context.setting(self.size_setting)))
        for x, y in points:
            stroke.extend(float(x), float(y), brush)
        self.commit(edit, erased=False)

    def paint(self, qpainter: QPainter) -> None:
        if not self.draws_edges:
            self._editor.paint(qpainter)
        points = self._visible_points()
        if len(points):
            vector_overlays.paint_line(qpainter, self.viewport, points, self.context.lines_colour)

    def region(self) -> QRegion:
        points = self._visible_points()
        drawn = region_round(self.viewport, points, 10) if len(points) else QRegion()
        return drawn + self._editor.region()

    def _visible_points(self) -> NDArray[np.float64]:
        more = [self._next] if self._next is not None and self._points and not self._freehand else []
        return np.array([*self._points, *more], np.float64).reshape(-1, 2)


def simplify(points: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]:
    """Leave out corners of a polyline (n x 2) that then still passes within `tolerance` of them (Douglas-Peucker)."""
    keep = np.zeros(len(points), bool)
    keep[[0, -1]] = True
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        chord, away = points[last] - points[first], points[first + 1 : last] - points[first]
        share = np.clip(away @ chord / max(float(chord @ chord), 1e-12), 0, 1)
        distances = np.hypot(*(away - share[:, None] * chord).T)
        farthest = int(np.argmax(distances))
        if distances[farthest] > tolerance:
            middle = first + 1 + farthest
            keep[middle] = True
            spans += [(first, middle), (middle, last)]
    return points[keep]
