"""The tool that finds an object: drag a loop round it, a box with Shift, or scribble over it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF, QRegion

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import HOLE, PHOTO, Raster
from inpaint_studio.ui.tools.base import Tool
from inpaint_studio.ui.tools.context import ToolContext
from inpaint_studio.ui.tools.pointer import Pointer
from inpaint_studio.ui.tools.shapes import paint_outline

if TYPE_CHECKING:
    from inpaint_studio.engine.masks.gesture import Gesture
    from inpaint_studio.session.history import Command

NOTHING = "No object was found there; draw the loop closer round it."
_WIDTH = 6  # logical px of a scribble
_LEAST = 3  # points of a stroke; fewer are a click


class _Found:
    """An object that was found: what was drawn, and what it did to the hole."""

    def __init__(self, gesture: Gesture, erase: bool, box: Box, before: Raster, step: Command) -> None:
        self.gesture, self.erase = gesture, erase
        self.box, self.before, self.step = box, before, step


class ObjectTool(Tool):
    """Drag round an object, or over it, to mark all of it."""

    name = "object"
    title = "Object"
    key = "O"
    icon = "object"
    tip = "Drag round an object or over it to mark it; Shift draws a box, Alt removes what is too much"
    options = ("found_margin", "fill_on_release")

    def __init__(self, context: ToolContext) -> None:
        super().__init__(context)
        self._points: list[tuple[float, float]] = []
        self._is_box = False
        self._erase = False
        self._newest = 0  # number of the newest search; older ones stop
        self._found: _Found | None = None

    @property
    def busy(self) -> bool:
        return bool(self._points)

    def cancel(self) -> bool:
        self._newest += 1
        if not self._points:
            return False
        self.context.repaint_tool(self._points.clear)
        return True

    # The gesture

    def press(self, pointer: Pointer) -> None:
        self.cancel()
        self._is_box, self._erase = pointer.shift, pointer.erase or pointer.alt
        self.context.repaint_tool(lambda: self._points.append((pointer.x, pointer.y)))

    def drag(self, pointer: Pointer) -> None:
        if self._points:
            kept = 1 if self._is_box else len(self._points)
            self.context.repaint_tool(lambda: self._points.__setitem__(slice(kept, None), [(pointer.x, pointer.y)]))

    def release(self, pointer: Pointer) -> None:
        del pointer
        points = np.array(self._points, np.float64).reshape(-1, 2)
        self.context.repaint_tool(self._points.clear)
        if len(points) >= (2 if self._is_box else _LEAST):
            self._search(points)

    def _search(self, points: np.ndarray) -> None:
        from inpaint_studio.engine.masks.gesture import Gesture, Scribble, box_loop, is_loop

        stroke = Scribble(points, max(1.0, _WIDTH * self.viewport.dpr / self.viewport.zoom))
        corrected = self._last_found() if self._erase else None
        if corrected is not None:
            self._start(corrected.gesture.with_outside(stroke), corrected.erase, corrected)
        elif self._is_box:
            self._start(Gesture(box_loop(*points.min(axis=0), *points.max(axis=0))), self._erase)
        elif is_loop(points):
            self._start(Gesture(points), self._erase)
        else:
            self._start(Gesture(inside=(stroke,)), self._erase)

    def _last_found(self) -> _Found | None:
        """Return the object that was found last, while it is the newest step of the history."""
        found = self._found
        return found if found is not None and self.document.history.top is found.step else None

    def _start(self, gesture: Gesture, erase: bool, corrected: _Found | None = None) -> None:
        self._newest += 1
        number, photo = self._newest, self.document.raster(PHOTO)
        growth = int(self.context.setting("found_margin"))

        def find() -> tuple[Box, Raster] | None:
            from inpaint_studio.engine.masks.object import find_object

            return find_object(photo, gesture, growth, lambda: number != self._newest)

        def mark(found: tuple[Box, Raster] | None) -> None:
            if number != self._newest or self.document.raster(PHOTO) is not photo:
                return
            if found is None:
                self.context.show_hint(NOTHING)
            else:
                self._mark(gesture, erase, *found, corrected)

        self.context.run_in_background(find, mark)

    # The result

    def _mark(self, gesture: Gesture, erase: bool, box: Box, mask: Raster, corrected: _Found | None) -> None:
        """Mark what was found as one step; a correction replaces what was found before it."""
        if corrected is not None and self._last_found() is not corrected:
            return
        edit = self.document.live_edit(HOLE)
        if corrected is not None:
            edit.write(corrected.box, corrected.before)
        before = self.document.raster(HOLE)[box.slices].copy()
        edit.write(box, np.minimum(before, 255 - mask) if erase else np.maximum(before, mask))
        newest = self.document.history.top
        self.commit(edit, erase)
        step = self.document.history.top
        if step is None or step is newest:
            return
        if corrected is not None:
            self.document.fold([corrected.step], step.label)
            step = self.document.history.top
            assert step is not None
        self._found = _Found(gesture, erase, box, before, step)

    # Painting

    def paint(self, qpainter: QPainter) -> None:
        if not self._points:
            return
        path = QPainterPath()
        if self._is_box:
            first, last = (self.viewport.to_device(*point) for point in (self._points[0], self._points[-1]))
            path.addRect(QRectF(first, last).normalized())
        else:
            path.addPolygon(QPolygonF([self.viewport.to_device(*point) for point in self._points]))
        paint_outline(qpainter, path, self.viewport.dpr, self._erase)

    def region(self) -> QRegion:
        if not self._points:
            return QRegion()
        low, high = np.min(self._points, axis=0), np.max(self._points, axis=0)
        first, last = self.viewport.to_device(*map(float, low)), self.viewport.to_device(*map(float, high))
        pad = math.ceil(8 * self.viewport.dpr)
        rect = QRectF(QPointF(first), QPointF(last)).normalized().toAlignedRect()
        return QRegion(rect.adjusted(-pad, -pad, pad, pad))
