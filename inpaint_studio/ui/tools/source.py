"""The tool that moves the source of a filled part: the part is then filled again from there."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QRegion

from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.tools.base import HIT_DISTANCE, Tool
from inpaint_studio.ui.tools.context import ToolContext
from inpaint_studio.ui.tools.pointer import Pointer
from inpaint_studio.ui.tools.shapes import coverage, outline
from inpaint_studio.ui.tools.source_marks import Marks, lasso_region, paint_lasso

if TYPE_CHECKING:
    from inpaint_studio.engine.flow.flow import Flow
    from inpaint_studio.engine.flow.pieces import FlowPiece

HOW_TO = mark("Press on a filled part to see its source; drag round some pixels to choose the part yourself.")
NOT_FILLED = mark("Nothing was filled here. Press on a coloured part.")
DRAG = mark("Drag the yellow source to where this part should come from.")
ONE_MOVE = 4  # logical px: shorter moves of the pointer are a click, no lasso

Finder = Callable[["tuple[Flow, ...]"], "FlowPiece | None"]  # of the flows of all fills


class SourceTool(Tool):
    """Press on a filled part to see its source, then drag the source elsewhere."""

    name = "source"
    title = mark("Move the source")
    key = "V"
    icon = "map-pin"
    tip = mark("Press on a filled part, then drag its source to where it should come from")

    def __init__(self, context: ToolContext) -> None:
        super().__init__(context)
        self._marks: Marks | None = None  # of the chosen part
        self._piece: FlowPiece | None = None  # the chosen part, once it is found
        self._newest = 0  # number of the newest search for a part
        self._grip: tuple[float, float] | None = None  # from the source to the pointer that drags it, px
        self._before = 0, 0  # the offset when the drag began
        self._waiting = False  # the source was let go before the part was found
        self._nudged = False  # an arrow key that moves the source is held
        self._tapped = 0  # times that arrow keys were let go since the part was chosen or its source dragged
        self._lasso: list[tuple[float, float]] = []

    @property
    def busy(self) -> bool:
        return self._grip is not None or bool(self._lasso)

    @property
    def marks_source(self) -> bool:
        return self._marks is not None

    # Gestures

    def press(self, pointer: Pointer) -> None:
        self._tapped = 0
        if pointer.erase:
            self.dismiss()
            return
        marks = self._marks
        if marks is not None and self._is_over_source(pointer):
            row, col = marks.source
            self._grip, self._before = (pointer.y - row, pointer.x - col), marks.offset
            self.context.set_cursor(Qt.CursorShape.ClosedHandCursor)
            return
        row, col = math.floor(pointer.y), math.floor(pointer.x)
        offset = self._offset_at(row, col)
        self.dismiss()
        self._lasso = [(pointer.x, pointer.y)]
        if offset is not None:
            from inpaint_studio.engine.flow.pieces import piece_at

            self.context.repaint_tool(lambda: setattr(self, "_marks", Marks((row, col), offset)))
            self._search(partial(piece_at, row=row, col=col))
            self.context.show_hint(tr(DRAG))

    def drag(self, pointer: Pointer) -> None:
        marks = self._marks
        if marks is not None and self._grip is not None:
            self._move_to(marks, round(pointer.y - self._grip[0]), round(pointer.x - self._grip[1]))
        elif self._lasso:
            self.context.repaint_tool(lambda: self._lasso.append((pointer.x, pointer.y)))

    def release(self, pointer: Pointer) -> None:
        marks = self._marks
        if self._grip is not None:
            self._grip = None
            self.context.set_cursor(Qt.CursorShape.OpenHandCursor)
            if marks is not None and marks.offset != self._before:
                self._waiting = True
                self._fill()
        elif self._lasso:
            points = [*self._lasso, (pointer.x, pointer.y)]
            self.context.repaint_tool(self._lasso.clear)
            widest = max(math.dist(points[0], point) for point in points) * self.viewport.zoom
            box, inside = coverage(outline(points), self.document.size)
            if widest > ONE_MOVE * self.viewport.dpr and (inside >= 128).any():
                from inpaint_studio.engine.flow.pieces import piece_inside

                row, col = (math.floor(at) for at in reversed(points[0]))
                self._search(partial(piece_inside, box=box, inside=inside >= 128, row=row, col=col))
            elif marks is None:
                self.context.show_hint(tr(NOT_FILLED))

    def nudge(self, down: int, across: int) -> bool:
        marks = self._marks
        if marks is None or self.busy:
            return False
        self._nudged = True
        self._move_to(marks, marks.source[0] + down, marks.source[1] + across)
        return True

    def end_nudge(self) -> None:
        nudged, self._nudged = self._nudged, False
        if nudged and self._marks is not None:
            self._waiting = True
            self._tapped += 1
            self._fill()

    def _move_to(self, marks: Marks, row: int, col: int) -> None:
        """Let the part come from this pixel, or the nearest to it that leaves most of the source inside the photo."""
        offset = marks.fit((row - marks.place[0], col - marks.place[1]), self.document.size)
        row, col = marks.place[0] + offset[0], marks.place[1] + offset[1]
        self.context.repaint_tool(lambda: marks.move(offset))
        self.context.show_hint(
            tr(
                "From {col}, {row}: {describe}. Let go to fill; Esc keeps it as it was.",
                col=col,
                row=row,
                describe=_describe(offset),
            )
        )

    def hover(self, pointer: Pointer) -> None:
        over = self._marks is not None and self._is_over_source(pointer)
        self.context.set_cursor(Qt.CursorShape.OpenHandCursor if over else self.cursor)

    def cancel(self) -> bool:
        """Put the source back while it is dragged, or drop the lasso; the chosen part stays."""
        marks, was_busy = self._marks, self.busy
        if marks is not None and self._grip is not None:
            self._grip = None
            self.context.repaint_tool(lambda: marks.move(self._before))
            self.context.set_cursor(self.cursor)
            self.context.show_hint(tr(DRAG))
        self.context.repaint_tool(self._lasso.clear)
        return was_busy

    def dismiss(self) -> bool:
        """Choose no part any more; False if none was chosen."""
        chosen = self._marks is not None
        self._newest += 1  # the result of a search under way is ignored
        self._grip, self._waiting, self._nudged, self._piece = None, False, False, None

        def clear() -> None:
            self._marks = None
            self._lasso.clear()

        self.context.repaint_tool(clear)
        self.context.set_cursor(self.cursor)
        return chosen

    def deactivate(self) -> None:
        self.dismiss()

    def photo_changed(self) -> None:
        self._newest += 1
        if self._marks is not None:
            self.dismiss()

    def fills_changed(self) -> None:
        """Follow undo, redo and other fills: show the source that the part has now, unless it is being dragged."""
        marks = self._marks
        if marks is None or self.busy or self._nudged:
            return
        if self._piece is None:
            offset = self._offset_at(*marks.place)
        else:
            from inpaint_studio.engine.flow.pieces import offset_of

            offset = offset_of(self.document.flows, self._piece, marks.offset)
        if offset is None:
            self.dismiss()
        elif offset != marks.offset:
            self.context.repaint_tool(lambda: marks.move(offset))

    # The chosen part

    def _search(self, find: Finder) -> None:
        self._newest += 1
        self._piece = None
        number, flows = self._newest, self.document.flows

        def done(piece: FlowPiece | None) -> None:
            if number == self._newest and self.document.flows is flows:
                self._on_found(piece)
            elif number == self._newest:  # another fill has come, or one was undone
                self._search(find)

        self.context.run_in_background(partial(find, flows), done)

    def _on_found(self, piece: FlowPiece | None) -> None:
        if piece is None:
            self.dismiss()
            self.context.show_hint(tr(NOT_FILLED))
            return
        moved = self._marks is not None and (self._grip is not None or self._waiting)
        offset = self._marks.offset if moved and self._marks is not None else piece.offset
        if self._marks is None:
            self.context.show_hint(tr(DRAG))
        self._piece, found = piece, Marks(piece.place, offset, piece.outlines)
        if moved:
            found.move(found.fit(offset, self.document.size))
        self.context.repaint_tool(lambda: setattr(self, "_marks", found))
        if self._waiting:
            self._fill()

    def _fill(self) -> None:
        """Fill the part from where its source is now; later, where the part is not found yet."""
        if self._piece is not None and self._marks is not None:
            self._waiting = False
            piece, offset = self._piece, self._marks.offset
            self.context.steer(piece.box, piece.inside, piece.around, offset, joined=self._tapped > 1)

    def _offset_at(self, row: int, col: int) -> tuple[int, int] | None:
        """Return the offset (rows, columns) of a pixel in the newest fill over it; None where it was not filled."""
        for flow in reversed(self.document.flows):
            found = flow.source_of(row, col)
            if found is not None:
                return found[0] - row, found[1] - col
        return None

    def _is_over_source(self, pointer: Pointer) -> bool:
        marks = self._marks
        if marks is None:
            return False
        row, col = marks.source
        away = self.viewport.to_widget(col + 0.5, row + 0.5) - pointer.place
        return math.hypot(away.x(), away.y()) <= 1.5 * HIT_DISTANCE or marks.holds_source(pointer.x, pointer.y)

    # Painting

    def paint(self, qpainter: QPainter) -> None:
        if self._marks is not None:
            self._marks.paint(qpainter, self.viewport)
        paint_lasso(qpainter, self.viewport, self._lasso)

    def region(self) -> QRegion:
        marked = self._marks.region(self.viewport) if self._marks is not None else QRegion()
        return marked + lasso_region(self.viewport, self._lasso)


def _describe(offset: tuple[int, int]) -> str:
    """Describe an offset (rows, columns), such as "120 px right, 14 px up"."""
    from inpaint_studio.engine.flow.kinds import describe_offset

    return describe_offset(*offset) or tr("its own place")
