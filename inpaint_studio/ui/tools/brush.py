"""The brush, and the eraser, which works in the same way."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt

from inpaint_studio.session.live_edit import LiveEdit
from inpaint_studio.session.raster import EDGES, HOLE, Raster
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.tools.base import Tool
from inpaint_studio.ui.tools.brush_stroke import BrushShape, Stroke
from inpaint_studio.ui.tools.pointer import Pointer
from inpaint_studio.ui.tools.shapes import coverage, outline

NO_HOLE = mark("Edges are drawn inside the hole; first mark what should go.")


class BrushTool(Tool):
    """Drag to mark the hole; in the edges view, to draw edges inside it."""

    name = "brush"
    title = mark("Brush")
    key = "B"
    icon = "brush"
    tip = mark("Mark what should go; Shift+click draws a straight line, the right button erases")
    options: ClassVar[tuple[str, ...]] = (
        "brush_size",
        "brush_hardness",
        "pressure_size",
        "close_loops",
        "fill_on_release",
    )
    cursor = Qt.CursorShape.BlankCursor
    own_size = "brush_size"
    has_ring = True
    always_erases: ClassVar[bool] = False

    _stroke: Stroke | None = None
    _last: tuple[float, float] | None = None  # where the newest stroke ended: Shift draws a straight line from there

    @property
    def busy(self) -> bool:
        return self._stroke is not None and self._stroke.edit.active

    @property
    def draws_edges(self) -> bool:
        return self.raster == HOLE and self.context.edges_view

    def press(self, pointer: Pointer) -> None:
        self.cancel()
        edges = self.draws_edges
        if edges and not self.context.has_hole:
            self.context.show_hint(tr(NO_HOLE))
            return
        edit = self.document.live_edit(EDGES if edges else self.raster)
        erase = self.always_erases or pointer.erase or pointer.alt
        within = self.document.raster(HOLE) if edges else None
        self._stroke = self._begin(edit, erase, within)
        brush = self._brush(pointer)
        if pointer.shift and self._last is not None:
            self._stroke.extend(*self._last, brush)
        self._stroke.extend(pointer.x, pointer.y, brush)

    def _begin(self, edit: LiveEdit, erase: bool, within: Raster | None) -> Stroke:
        """Begin a stroke; `within`: the coverage inside which alone it draws."""
        return Stroke(edit, self.document.size, erase, within)

    def drag(self, pointer: Pointer) -> None:
        if self._stroke is not None and self._stroke.edit.active:
            self._stroke.extend(pointer.x, pointer.y, self._brush(pointer))

    def release(self, pointer: Pointer) -> None:
        stroke, self._stroke = self._stroke, None
        if stroke is None or not stroke.edit.active:
            return
        self._last = stroke.points[-1]
        if self.context.setting("close_loops") and not self.draws_edges:
            self._close_loop(stroke, pointer)
        self.commit(stroke.edit, stroke.erase)

    def photo_changed(self) -> None:
        self._last = None

    def cancel(self) -> bool:
        stroke, self._stroke = self._stroke, None
        if stroke is None or not stroke.edit.active:
            return False
        stroke.edit.abort()
        return True

    def _brush(self, pointer: Pointer) -> BrushShape:
        size = float(self.context.setting(self.size_setting))
        if pointer.pen and self.context.setting("pressure_size"):
            size *= pointer.pressure
        binary = self.raster != HOLE  # writes only 0 or 255
        sharp = binary or self.draws_edges
        return BrushShape(max(1.0, size), 1.0 if sharp else self.context.setting("brush_hardness") / 100, binary)

    def _close_loop(self, stroke: Stroke, pointer: Pointer) -> None:
        """Add the area that a stroke encloses if it ends near its start."""
        points = np.array(stroke.points)
        size = self._brush(pointer).size
        length = float(np.hypot(*np.diff(points, axis=0).T).sum()) if len(points) > 3 else 0.0
        gap = math.dist(stroke.points[0], stroke.points[-1])
        if length < 4 * size or gap > max(size, 12 * self.viewport.dpr / self.viewport.zoom):
            return
        box, inside = coverage(outline(points), self.document.size)
        if not box.empty:
            stroke.add(box, self.as_marked(inside))


class EraserTool(BrushTool):
    """Drag to unmark; in the edges view, to erase edges."""

    name = "eraser"
    title = mark("Eraser")
    key = "E"
    icon = "eraser"
    tip = mark("Unmark what should stay; Shift+click draws a straight line")
    options = ("eraser_size", "brush_hardness", "pressure_size", "close_loops")
    always_erases = True
    own_size = "eraser_size"
