"""The tool that finds an object: drag a loop round it, a box with Shift, or scribble over it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF, QRegion

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.segment import store
from inpaint_studio.session.raster import PHOTO, Raster
from inpaint_studio.session.reporting import STOPPED
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.canvas.repaint import region_round
from inpaint_studio.ui.tools.base import Tool
from inpaint_studio.ui.tools.context import ToolContext
from inpaint_studio.ui.tools.pointer import Pointer
from inpaint_studio.ui.tools.shapes import paint_outline

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from inpaint_studio.engine.masks.gesture import Gesture, Scribble
    from inpaint_studio.session.history import Command

    _Mask = tuple[Box, Raster] | None

SEARCHING = mark("MobileSAM is looking for the object…")  # the first stroke on an object takes it some seconds
NOTHING = mark("No object was found there; draw the loop closer round it.")
_WIDTH = 6  # logical px of a scribble
_LEAST = 3  # points of a stroke; fewer are a click
_KEPT = 32  # found objects that further strokes can change, also after undo
_NEAR = 0.1  # share of the last object's longer side within which a scribble belongs to it
_LEAST_NEAR = 12  # logical px, the same
_STRAIGHT = 1.15  # a path at most so many times as long as the way between its ends draws a box
_FLAT = 4  # logical px: a lower or narrower path draws no box


class _Found:
    """An object that was found: what was drawn, its mask, and what it did to the raster that is marked.

    `before` is the raster in `box` without the object, `mask` the object there.
    """

    def __init__(self, gesture: Gesture, erase: bool, box: Box, mask: Raster, before: Raster, step: Command) -> None:
        self.gesture, self.erase, self.step = gesture, erase, step
        self.box, self.mask, self.before = box, mask, before

    def is_near(self, points: NDArray[np.float64], least: float) -> bool:
        """Return whether one of `points` lies on the object or beside it."""
        reach = max(least, _NEAR * max(self.box.height, self.box.width))
        low = (self.box.left - reach, self.box.top - reach)
        high = (self.box.right + reach, self.box.bottom + reach)
        return bool(((points >= low) & (points <= high)).all(axis=1).any())


class ObjectTool(Tool):
    """Drag round an object, or over it, to mark all of it; further strokes extend it or take from it."""

    name = "object"
    title = mark("Object")
    key = "O"
    icon = "object"
    tip = mark(
        "Drag round an object or over it; a further stroke, or one with Shift, adds to it, "
        "Alt takes away; a straight Shift-drag draws a box"
    )
    options = ("found_margin", "fill_on_release")

    def __init__(self, context: ToolContext) -> None:
        super().__init__(context)
        self._points: list[tuple[float, float]] = []
        self._shift = False
        self._erase = False
        self._newest = 0  # number of the newest search; older ones stop
        self._searching = False
        self._kept: list[_Found] = []

    @property
    def busy(self) -> bool:
        return bool(self._points)

    def cancel(self) -> bool:
        dropped = self._stop()
        if dropped:
            self.context.show_hint(tr(STOPPED))
        if self._points:
            self.context.repaint_tool(self._points.clear)
            dropped = True
        return dropped

    def _stop(self) -> bool:
        """Stop the search under way; False if there was none."""
        self._newest += 1
        searched, self._searching = self._searching, False
        return searched

    def photo_changed(self) -> None:
        self._stop()
        self._kept.clear()

    # The gesture

    def press(self, pointer: Pointer) -> None:
        self._stop()
        self.context.repaint_tool(self._points.clear)
        self._shift, self._erase = pointer.shift, pointer.erase or pointer.alt
        self.context.repaint_tool(lambda: self._points.append((pointer.x, pointer.y)))

    def drag(self, pointer: Pointer) -> None:
        if self._points:
            self.context.repaint_tool(lambda: self._points.append((pointer.x, pointer.y)))

    def release(self, pointer: Pointer) -> None:
        del pointer
        points, is_box = np.array(self._points, np.float64).reshape(-1, 2), self._draws_box()
        self.context.repaint_tool(self._points.clear)
        if is_box or len(points) >= _LEAST:
            self._search(points, is_box)

    def _draws_box(self) -> bool:
        """Return whether the stroke so far is a box: Shift is held, and it goes straight to the opposite corner."""
        if not self._shift or len(self._points) < 2:
            return False
        way = np.diff(self._points, axis=0)
        length, (across, down) = float(np.hypot(*way.T).sum()), np.abs(way.sum(axis=0))
        flat = _FLAT * self.viewport.dpr / self.viewport.zoom
        return bool(min(across, down) >= flat and length <= _STRAIGHT * math.hypot(across, down))

    def _search(self, points: NDArray[np.float64], is_box: bool) -> None:
        from inpaint_studio.engine.masks.gesture import Gesture, Scribble, box_loop, is_loop

        pixel = self.viewport.dpr / self.viewport.zoom  # a logical px in px of the photo
        stroke = Scribble(points, max(1.0, _WIDTH * pixel))
        last = self._last_found()
        if self._erase and last is not None:
            self._change(last, stroke, adds=False)
        elif is_box:
            self._start(Gesture(box_loop(*points[[0, -1]].min(axis=0), *points[[0, -1]].max(axis=0))), self._erase)
        elif is_loop(points):
            self._start(Gesture(points), self._erase)
        elif last is not None and (self._shift or last.is_near(points, _LEAST_NEAR * pixel)):
            self._change(last, stroke, adds=True)
        else:
            self._start(Gesture(inside=(stroke,)), self._erase)

    def _last_found(self) -> _Found | None:
        """Return the object whose finding is the newest step of the history."""
        top = self.document.history.top
        return next((found for found in self._kept if found.step is top), None)

    def _start(self, gesture: Gesture, erase: bool) -> None:
        """Search for the object of `gesture`, and mark it."""

        def mark_found(found: _Mask) -> None:
            if found is None:
                self.context.show_hint(tr(NOTHING))
            else:
                self._mark(gesture, erase, *found)

        self._run(gesture, lambda found: found, mark_found)

    def _change(self, last: _Found, stroke: Scribble, adds: bool) -> None:
        """Let `stroke` extend the `last` object, or take from it, as a step of its own."""
        gesture = last.gesture.with_inside(stroke) if adds else last.gesture.with_outside(stroke)

        def change(found: _Mask) -> tuple[Box, Raster]:
            from inpaint_studio.engine.masks.change import change_object

            return change_object((last.box, last.mask), found, stroke, adds)

        def mark_found(found: _Mask) -> None:
            if found is not None and self._last_found() is last:
                box, mask = found
                before = self.document.raster(self.raster)[box.slices].copy()
                before[last.box.shift(-box.top, -box.left).slices] = last.before
                self._mark(gesture, last.erase, box, mask, before)

        self._run(gesture, change, mark_found)

    def _run(self, gesture: Gesture, change: Callable[[_Mask], _Mask], mark_found: Callable[[_Mask], None]) -> None:
        """Find the object of `gesture` and `change` it in the background; `mark_found` unless a newer one came."""
        self._newest += 1
        self._searching = True
        number, photo = self._newest, self.document.raster(PHOTO)
        growth = self.found_margin
        if store.find() is not None:
            self.context.show_hint(tr(SEARCHING))

        def find() -> _Mask:
            from inpaint_studio.engine.segment.find import find_object

            return change(find_object(photo, gesture, growth, lambda: number != self._newest))

        def done(found: _Mask) -> None:
            if number == self._newest and self.document.raster(PHOTO) is photo:
                self._searching = False
                mark_found(found)

        self.context.run_in_background(find, done)

    def _mark(self, gesture: Gesture, erase: bool, box: Box, mask: Raster, before: Raster | None = None) -> None:
        """Mark `mask` as one step; `before`: what was marked in `box` without the object, as it is now unless given."""
        mask = self.as_marked(mask)
        if before is None:
            before = self.document.raster(self.raster)[box.slices].copy()
        edit = self.document.live_edit(self.raster)
        edit.write(box, np.minimum(before, 255 - mask) if erase else np.maximum(before, mask))
        newest = self.document.history.top
        self.commit(edit, erase)
        step = self.document.history.top
        if step is not None and step is not newest:
            self._kept = [*self._kept[1 - _KEPT :], _Found(gesture, erase, box, mask, before, step)]

    # Painting

    def paint(self, qpainter: QPainter) -> None:
        if not self._points:
            return
        path = QPainterPath()
        if self._draws_box():
            first, last = (self.viewport.to_device(*point) for point in (self._points[0], self._points[-1]))
            path.addRect(QRectF(first, last).normalized())
        else:
            path.addPolygon(QPolygonF([self.viewport.to_device(*point) for point in self._points]))
        paint_outline(qpainter, path, self.viewport.dpr, self._erase, self.tint(self._erase))

    def region(self) -> QRegion:
        if not self._points:
            return QRegion()
        return region_round(self.viewport, self._points, 8)
