"""Changes guide lines with the pointer: moves points and whole lines, adds points and removes them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QRegion

from inpaint_studio.session.guide_lines import GuideLine, distance_to
from inpaint_studio.session.history import Command
from inpaint_studio.texts import tr
from inpaint_studio.ui.canvas import vector_overlays
from inpaint_studio.ui.tools.base import HIT_DISTANCE
from inpaint_studio.ui.tools.context import ToolContext
from inpaint_studio.ui.tools.pointer import Pointer

DRAG_FROM = 4  # logical px that turn a press into a drag
BAND = "line_band"  # the setting
_CURSORS = {  # by what the pointer is over
    None: Qt.CursorShape.CrossCursor,
    "line": Qt.CursorShape.SizeAllCursor,
    "point": Qt.CursorShape.PointingHandCursor,
}


class Grip(NamedTuple):
    """What of a guide line the pointer is over: the point of that index, or the line itself where it is None."""

    line: GuideLine
    point: int | None


def find_grip(lines: Iterable[GuideLine], x: float, y: float, reach: float) -> Grip | None:
    """Find the point nearest to (x, y) within `reach` px, else the nearest line; of equals the newest."""
    points: list[tuple[float, Grip]] = []
    whole: list[tuple[float, Grip]] = []
    for line in reversed(list(lines)):
        away = np.hypot(*(line.points - (x, y)).T)
        index = int(away.argmin())
        points.append((float(away[index]), Grip(line, index)))
        whole.append((distance_to(line.points, x, y), Grip(line, None)))
    for candidates in (points, whole):
        distance, grip = min(candidates, key=lambda each: each[0], default=(math.inf, None))
        if distance <= reach:
            return grip
    return None


class LineEditor:
    """Changes the guide lines of a document by drags and clicks; each is one step of the history.

    One line can be chosen: the one pressed last. Its band follows the setting, and the setting follows it.
    """

    def __init__(self, context: ToolContext) -> None:
        self._context = context
        self._chosen: int | None = None  # number of the chosen line
        self._over: Grip | None = None  # what the pointer is over
        self._grip: Grip | None = None  # what is pressed
        self._pressed: Pointer | None = None
        self._changed: GuideLine | None = None  # the pressed line as it will be, once it is dragged
        self._banded: Command | None = None  # the newest step, where it changed the band of the chosen line

    @property
    def active(self) -> bool:
        """Whether a line or a point is pressed."""
        return self._grip is not None

    @property
    def hidden(self) -> int | None:
        """The number of the line that is painted here instead of as the document has it."""
        return self._changed.number if self._changed is not None else None

    @property
    def chosen(self) -> GuideLine | None:
        """The chosen line."""
        return self._find(self._chosen)

    def _find(self, number: int | None) -> GuideLine | None:
        return next((line for line in self._context.document.lines if line.number == number), None)

    def choose(self, number: int | None) -> bool:
        """Choose the line of that number, or none; False if nothing has changed."""
        if number == self._chosen:
            return False
        self._banded = None
        self._context.repaint_tool(lambda: setattr(self, "_chosen", number))
        if self.chosen is not None:
            self._context.set_setting(BAND, self.chosen.band)
        return True

    # Gestures

    def grip_at(self, pointer: Pointer) -> Grip | None:
        """Return what of a line is near the pointer."""
        viewport = self._context.viewport
        return find_grip(
            self._context.document.lines, pointer.x, pointer.y, HIT_DISTANCE * viewport.dpr / viewport.zoom
        )

    def press(self, pointer: Pointer) -> bool:
        """Take hold of what is near the pointer; False if nothing is."""
        grip = self.grip_at(pointer)
        if grip is None:
            return False
        self.choose(grip.line.number)
        self._grip, self._pressed = grip, pointer
        return True

    def drag(self, pointer: Pointer) -> None:
        """Move what is held."""
        grip, start = self._grip, self._pressed
        if grip is None or start is None:
            return
        way = pointer.place - start.place
        if self._changed is None and math.hypot(way.x(), way.y()) <= DRAG_FROM:
            return
        dx, dy = pointer.x - start.x, pointer.y - start.y
        if grip.point is None:
            moved = grip.line.move(dx, dy)
        else:
            x, y = grip.line.points[grip.point]
            moved = grip.line.move_point(grip.point, x + dx, y + dy)
        self._context.repaint_tool(lambda: setattr(self, "_changed", moved))

    def release(self, pointer: Pointer) -> None:
        """Keep what was moved; a click on a line adds a point there."""
        grip, changed = self._grip, self._changed
        self.cancel()
        if grip is None:
            return
        document = self._context.document
        if changed is not None:
            document.change_line(
                changed, tr("Move guide line") if grip.point is None else tr("Move point of guide line")
            )
        elif grip.point is None:
            document.change_line(grip.line.add_point(pointer.x, pointer.y), tr("Add point to guide line"))
        self.hover(pointer)

    def cancel(self) -> bool:
        """Let go and leave the line as it was; False if nothing was held."""
        held = self._grip is not None
        self._grip = self._pressed = None
        if self._changed is not None:
            self._context.repaint_tool(lambda: setattr(self, "_changed", None))
        return held

    def hover(self, pointer: Pointer | None) -> None:
        """Show what a press would take hold of; None: nothing."""
        grip = None if pointer is None else self.grip_at(pointer)
        before = self._over
        if (before and (before.line.number, before.point)) != (grip and (grip.line.number, grip.point)):
            self._context.repaint_tool(lambda: setattr(self, "_over", grip))
            self._context.set_cursor(_CURSORS[None if grip is None else "line" if grip.point is None else "point"])

    def remove_at(self, pointer: Pointer) -> None:
        """Remove the point near the pointer; else, or where its line has no other points, the line."""
        grip = self.grip_at(pointer)
        if grip is None:
            return
        document = self._context.document
        rest = None if grip.point is None else grip.line.remove_point(grip.point)
        if rest is None:
            document.remove_lines([grip.line.number])
        else:
            document.change_line(rest, tr("Delete point of guide line"))

    def remove_chosen(self) -> bool:
        """Remove the chosen line; False where none is chosen."""
        if self.chosen is None:
            return False
        self._context.document.remove_lines([self.chosen.number])
        return True

    # Changes from outside

    def set_band(self, width: int) -> None:
        """Give the chosen line a band of this width, px; changes in a row are one step."""
        line, document = self.chosen, self._context.document
        label = tr("Band of guide line")
        if line is not None and document.change_line(line._replace(band=width), label):
            if self._banded is not None:
                document.fold([self._banded], label)
            self._banded = document.history.top

    def lines_changed(self) -> None:
        """Let go of a line that was changed or removed meanwhile, and show the band that the chosen one has now."""
        if self._grip is not None and self._find(self._grip.line.number) is not self._grip.line:
            self.cancel()
        if self._over is not None:  # what is under the pointer now is found at its next move
            self._over = None
            self._context.set_cursor(_CURSORS[None])
        if self._chosen is not None and self.chosen is None:
            self.choose(None)
        elif self.chosen is not None:
            self._context.set_setting(BAND, self.chosen.band)

    # Painting

    def paint(self, qpainter: QPainter) -> None:
        """Paint the points of all lines, and the chosen one with its band."""
        viewport, colour = self._context.viewport, self._context.lines_colour
        for line in self._shown():
            over = self._over is not None and self._over.line.number == line.number
            if line.number == self._chosen:
                vector_overlays.paint_band(qpainter, viewport, line, colour)
            if line is self._changed:
                vector_overlays.paint_line(qpainter, viewport, line.points, colour)
            vector_overlays.paint_points(qpainter, viewport, line, colour, large=over or line.number == self._chosen)
            if over and self._over is not None and self._over.point is not None and self._changed is None:
                x, y = line.points[self._over.point]
                vector_overlays.paint_dot(qpainter, viewport, viewport.to_device(x, y), colour, 6.0)

    def region(self) -> QRegion:
        """The device px that `paint` paints for the lines that are chosen, pressed or under the pointer."""
        numbers = {self._chosen, self._over.line.number if self._over is not None else None}
        lines = [line for line in self._shown() if line.number in numbers]
        if self._grip is not None:
            lines.append(self._grip.line)  # as the document has it
        region = QRegion()
        for line in lines:
            region += vector_overlays.line_region(self._context.viewport, line)
        return region

    def _shown(self) -> list[GuideLine]:
        changed = self._changed
        lines = self._context.document.lines
        return [changed if changed is not None and line.number == changed.number else line for line in lines]
