"""The lasso that follows edges: click on an edge, move along it, click now and then, and close the outline."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF, QRegion

from inpaint_studio.session.raster import PHOTO, Raster
from inpaint_studio.session.reporting import STOPPED
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.canvas.repaint import region_round
from inpaint_studio.ui.canvas.vector_overlays import LIGHT, paint_dot
from inpaint_studio.ui.tools.base import HIT_DISTANCE, Tool
from inpaint_studio.ui.tools.context import ToolContext
from inpaint_studio.ui.tools.pointer import Pointer
from inpaint_studio.ui.tools.shapes import paint_outline

if TYPE_CHECKING:
    from inpaint_studio.engine.geometry import Box
    from inpaint_studio.engine.masks.scissors import PathMap, Place, Points

HOW_TO = mark(
    "Move along the edge and click now and then; a click on the first point or Enter closes, Backspace goes back."
)
NO_INSIDE = mark("The outline encloses nothing; set more points round what should go.")
LONG = 240  # px of a path, as it is searched: then its first half becomes firm. SIDE / 2 is seen round an anchor
_REACH = 8  # logical px: so far a point is drawn to an edge
_DOTS = 2.5, 4.0  # logical px: radius of an anchor, and of the first one
_PAD = 8  # logical px that may be painted round the outline
_STAYED = 2.0  # px of a path, as it is searched, by which it may have moved away from a point that becomes firm


@dataclass
class _Part:
    """A firm part of the outline: the path that leads to an anchor, and the scale at which it was searched."""

    path: Points
    scale: float

    @property
    def end(self) -> Place:
        x, y = self.path[-1]
        return float(x), float(y)


class MagneticLassoTool(Tool):
    """The outline so far is firm up to its last anchor; from there a path along the edges leads to the pointer.

    The paths from an anchor are computed in the background. Clicks made meanwhile wait for them.
    """

    name = "magnetic-lasso"
    title = mark("Magnetic lasso")
    key = "M"
    icon = "magnetic-lasso"
    tip = mark("Click on an edge and follow it; Enter or a double click closes, Backspace goes back, Alt unmarks")
    options = ("found_margin", "fill_on_release")

    def __init__(self, context: ToolContext) -> None:
        super().__init__(context)
        self._parts: list[_Part] = []  # the first one is the place of the first anchor alone
        self._paths: PathMap | None = None  # from the last anchor
        self._newest = 0  # number of the newest request; answers to older ones are dropped
        self._awaited = False  # paths from the last anchor are being computed
        self._clicks: deque[Place | None] = deque()  # to become anchors; None closes the outline
        self._pointer: Place = (0.0, 0.0)
        self._live: Points | None = None  # from the last anchor to the pointer
        self._adding = False  # paths from a point of the live path, which may become an anchor, are being computed
        self._went_back = False  # by Backspace: no point becomes an anchor by itself until the path is short again
        self._all_changes = False  # what is painted, not only its newest part
        self._erase = False
        self._marking = False  # the inside of a closed outline is being found

    @property
    def busy(self) -> bool:
        return bool(self._parts)

    @property
    def _live_path(self) -> Points:
        # Not made where the tool is made: numpy is loaded after the window has been painted.
        return np.zeros((0, 2)) if self._live is None else self._live

    def cancel(self) -> bool:
        self._newest += 1
        marking, self._marking = self._marking, False
        if not self._parts:
            if marking:
                self.context.show_hint(tr(STOPPED))
            return marking
        self._clear()
        return True

    def _clear(self) -> None:
        def reset() -> None:
            self._parts, self._paths, self._live = [], None, None
            self._awaited = self._adding = self._went_back = False
            self._clicks.clear()

        self._all_changes = True
        self.context.repaint_tool(reset)
        self._all_changes = False
        self.context.set_cursor(self.cursor)

    # Gestures

    def press(self, pointer: Pointer) -> None:
        place = self._inside(pointer)
        if not self._parts:
            height, width = self.document.size
            if not (0 <= pointer.x < width and 0 <= pointer.y < height):
                return
            self._erase, self._pointer = pointer.erase or pointer.alt, place
            self.context.repaint_tool(lambda: self._parts.append(_Part(np.array([place]), 1.0)))
            self._request(place, self._reach)
            self.context.show_hint(tr(HOW_TO))
        elif not self._is_closing:
            self._clicks.append(None if self._is_over_start(pointer) else place)
            self._advance()

    def hover(self, pointer: Pointer) -> None:
        if self._parts:
            self._pointer = self._inside(pointer)
            self._follow()
            over = self._is_over_start(pointer)
            self.context.set_cursor(Qt.CursorShape.PointingHandCursor if over else self.cursor)

    drag = hover

    def double_click(self, pointer: Pointer) -> None:
        """Close: the first press of the double click has already set an anchor there."""
        del pointer
        self._close()

    def handle_key(self, key: int) -> bool:
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._close()
        elif self._clicks:
            self._clicks.pop()
        elif len(self._parts) > 1:
            self.context.repaint_tool(self._go_back)
            self._request(self._pointer)
        else:
            self.cancel()
        return True

    def _go_back(self) -> None:
        self._parts.pop()
        self._paths, self._went_back = None, True
        self._live = np.array([self._parts[-1].end, self._pointer])

    def _close(self) -> None:
        if len(self._parts) + len(self._clicks) < 2:
            self.cancel()
        elif not self._is_closing:
            self._clicks.append(None)
            self._advance()

    @property
    def _is_closing(self) -> bool:
        return bool(self._clicks) and self._clicks[-1] is None

    @property
    def _reach(self) -> float:
        """How far a point is drawn to an edge, px of the photo."""
        return _REACH * self.viewport.dpr / self.viewport.zoom

    def _inside(self, pointer: Pointer) -> Place:
        """Return the place of the pointer in the photo, or the nearest to it."""
        height, width = self.document.size
        return min(max(pointer.x, 0.0), width - 0.5), min(max(pointer.y, 0.0), height - 0.5)

    def _is_over_start(self, pointer: Pointer) -> bool:
        if len(self._parts) < 3:
            return False
        offset = self.viewport.to_widget(*self._parts[0].end) - pointer.place
        return math.hypot(offset.x(), offset.y()) <= HIT_DISTANCE

    # The paths

    def _request(self, target: Place, reach: float = 0.0, anchor: Place | None = None) -> None:
        """Compute the paths from the last anchor (or `anchor`, which will be the next) to what lies round `target`."""
        self._newest += 1
        number, photo = self._newest, self.document.raster(PHOTO)
        start, zoom = anchor if anchor is not None else self._parts[-1].end, self.viewport.zoom
        self._awaited, self._adding = self._awaited or anchor is None, anchor is not None

        def find() -> PathMap | None:
            from inpaint_studio.engine.masks.scissors import map_paths

            return map_paths(photo, start, target, zoom, reach, lambda: number != self._newest)

        def take(paths: PathMap | None) -> None:
            if number == self._newest and paths is not None and self.document.rasters.get(PHOTO) is photo:
                self._take(paths, anchor)

        self.context.run_in_background(find, take)

    def _take(self, paths: PathMap, anchor: Place | None) -> None:
        """Use the paths that were requested; from a further `anchor` only where the live path still goes there."""
        self._adding = False
        if anchor is None:
            if len(self._parts) == 1:  # the first anchor, which was drawn to an edge
                self.context.repaint_tool(lambda: self._parts[0].path.__setitem__(0, paths.anchor))
            self._paths, self._awaited = paths, False
        else:
            away = np.hypot(*(self._live_path - anchor).T)
            near = int(away.argmin())
            if self._paths is not None and away[near] * self._paths.scale <= _STAYED:
                part = _Part(self._live_path[: near + 1], self._paths.scale)
                part.path[-1] = anchor
                self.context.repaint_tool(lambda: self._parts.append(part))
                self._paths = paths
        self._advance()

    def _advance(self) -> None:
        """Set the anchors that were clicked, as far as their paths are known; then follow the pointer."""
        if self._clicks and self._paths is not None and not self._awaited:
            click = self._clicks[0]
            target = self._parts[0].end if click is None else click
            if not self._paths.covers(target):
                self._request(target)
                return
            self._clicks.popleft()
            if click is not None:
                target = self._paths.snap(target, self._reach)
            part = _Part(self._paths.path_to(target), self._paths.scale)
            self.context.repaint_tool(lambda: self._parts.append(part))
            if click is None:
                self._finish()
                return
            self._paths, self._went_back = None, False
            self._request(self._clicks[0] or self._parts[0].end if self._clicks else self._pointer)
        self._follow()

    def _follow(self) -> None:
        """Lead the live path to the pointer; straight where no path is known."""
        paths, pointer = self._paths, self._pointer
        if paths is None:
            live = np.array([self._parts[-1].end, pointer])
        elif paths.covers(pointer):
            live = paths.path_to(paths.snap(pointer, self._reach))
        else:
            live = np.concatenate([paths.path_to(pointer), [pointer]])
        self.context.repaint_tool(lambda: setattr(self, "_live", live))
        if paths is not None and not self._awaited and not self._clicks:
            if not paths.covers(pointer) or paths.is_coarse(pointer, self.viewport.zoom):
                self._request(pointer)
            elif not self._adding:
                self._add_anchor(live)

    def _add_anchor(self, live: Points) -> None:
        """Where the live path is long, make its middle an anchor once the paths from there are known."""
        self._went_back = self._went_back and len(live) > LONG // 2
        if len(live) > LONG and not self._went_back:
            x, y = live[len(live) // 2]
            self._request(self._pointer, anchor=(float(x), float(y)))

    # The result

    def _finish(self) -> None:
        """Mark the inside of the closed outline as one step."""
        paths, scales = [part.path for part in self._parts], [part.scale for part in self._parts]
        erase, photo = self._erase, self.document.raster(PHOTO)
        growth = self.found_margin
        self._newest += 1
        number = self._newest
        self._clear()
        self._marking = True

        def find() -> tuple[Box, Raster] | None:
            from inpaint_studio.engine.masks.outline import mask_of

            return mask_of(photo, paths, scales, growth)

        def done(found: tuple[Box, Raster] | None) -> None:
            if number != self._newest or self.document.rasters.get(PHOTO) is not photo:
                return
            self._marking = False
            if found is None:
                self.context.show_hint(tr(NO_INSIDE))
                return
            box, inside = found
            self.mark_area(box, inside, erase)

        self.context.run_in_background(find, done)

    # Painting

    def paint(self, qpainter: QPainter) -> None:
        if not self._parts:
            return
        points = np.concatenate([*(part.path for part in self._parts), self._live_path])
        path = QPainterPath()
        path.addPolygon(QPolygonF([self.viewport.to_device(x, y) for x, y in points.tolist()]))
        paint_outline(qpainter, path, self.viewport.dpr, self._erase, tint=None)
        for number, part in enumerate(self._parts):
            radius = _DOTS[number == 0]
            paint_dot(qpainter, self.viewport, self.viewport.to_device(*part.end), LIGHT, radius)

    def region(self) -> QRegion:
        if not self._parts:
            return QRegion()
        shown = self._parts if self._all_changes else self._parts[-1:]
        return region_round(self.viewport, np.concatenate([*(part.path for part in shown), self._live_path]), _PAD)
