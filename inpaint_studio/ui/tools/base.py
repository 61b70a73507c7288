"""The base class of the tools. A tool turns pointer movements over the photo into edits of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QRegion

from inpaint_studio.session.live_edit import LiveEdit
from inpaint_studio.session.raster import DONORS, EDGES, HOLE, HOLE_FROM, LABELS, ONLY, Raster
from inpaint_studio.session.raster import mark as mark_raster
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.tools.context import ToolContext
from inpaint_studio.ui.tools.pointer import Pointer

if TYPE_CHECKING:
    from inpaint_studio.engine.geometry import Box
    from inpaint_studio.session.document import Document
    from inpaint_studio.ui.canvas.viewport import Viewport

# Names of steps of the history: of marking, and of unmarking.
_STEPS = {
    EDGES: (mark("Draw edges"), mark("Erase edges")),
    LABELS: (mark("Paint labels"), mark("Erase labels")),
    DONORS: (mark("Do not sample here"), mark("Erase")),
    ONLY: (mark("Sample only here"), mark("Erase")),
}  # else the tool's title
HIT_DISTANCE = 8  # logical px: a click nearer than that hits a point or a line


class Tool:
    """Base of all tools. A canvas makes one object of each and keeps it; `cancel` returns it to its idle state.

    `name` identifies the tool in the program, `title` on the screen; `icon` names an SVG of resources/icons.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    key: ClassVar[str]
    icon: ClassVar[str]
    tip: ClassVar[str]
    options: ClassVar[tuple[str, ...]] = ()  # names of the settings that the tool uses
    cursor: Qt.CursorShape = Qt.CursorShape.CrossCursor
    own_size: str = ""  # the setting with its size, where it draws no edges; "" without one
    has_ring: bool = False  # the canvas shows the brush size round the pointer

    raster: str = HOLE  # what the tool marks: the hole, or an area that says where a fill copies from

    def __init__(self, context: ToolContext) -> None:
        self.context = context

    @property
    def draws_edges(self) -> bool:
        """Whether the tool now edits the edges in the hole instead of its usual raster."""
        return False

    @property
    def size_setting(self) -> str:
        """The name of the setting that the size keys and the wheel change; "" where the tool has no size."""
        return "edge_size" if self.draws_edges else self.own_size

    @property
    def active_options(self) -> tuple[str, ...]:
        """The names of the settings that the tool uses now."""
        if not self.draws_edges:
            return self.options
        return ("edge_size", *(name for name in self.options if name == "pressure_size"))

    @property
    def document(self) -> Document:
        return self.context.document

    @property
    def viewport(self) -> Viewport:
        return self.context.viewport

    @property
    def marks_source(self) -> bool:
        """Whether the tool shows the source of a pixel itself, so that the canvas need not."""
        return False

    @property
    def hidden_line(self) -> int | None:
        """The number of the guide line that the tool paints itself, so that the canvas need not."""
        return None

    @property
    def busy(self) -> bool:
        """Whether a gesture is under way that `cancel` would drop."""
        return False

    def ring_size(self, pointer: Pointer) -> float:
        """Return the width of the brush that the canvas shows round the pointer, px of the photo."""
        size = float(self.context.setting(self.size_setting))
        if pointer.pen and self.busy and self.context.setting("pressure_size"):
            size *= pointer.pressure
        return max(1.0, size)

    def press(self, pointer: Pointer) -> None:
        """Begin or continue a gesture: a button went down."""

    def drag(self, pointer: Pointer) -> None:
        """Follow the pointer while the button is down."""

    def hover(self, pointer: Pointer) -> None:
        """Follow the pointer while no button is down."""

    def release(self, pointer: Pointer) -> None:
        """End or continue a gesture: the button went up."""

    def double_click(self, pointer: Pointer) -> None:
        """Handle the second press of a double click; `press` was called for the first one only."""
        self.press(pointer)

    def handle_key(self, key: int) -> bool:
        """Handle Return, Backspace or Delete while `busy`; True if the tool has used the key."""
        del key
        return False

    def nudge(self, down: int, across: int) -> bool:
        """Move what is chosen by so many px of the photo, for an arrow key; False if the tool has no use for it."""
        del down, across
        return False

    def end_nudge(self) -> None:
        """React to the end of the nudges: the arrow key was let go."""

    def cancel(self) -> bool:
        """Drop the gesture under way, or the search that the last one has begun; False if there was none."""
        return False

    def dismiss(self) -> bool:
        """Drop what is chosen between two gestures; False if nothing was."""
        return False

    def photo_changed(self) -> None:
        """Forget what belongs to the photo before: there is another one."""

    def fills_changed(self) -> None:
        """React to other fills in the document, or to the end of a fill."""

    def lines_changed(self) -> None:
        """React to other guide lines in the document."""

    def setting_changed(self, name: str) -> None:
        """React to a new value of a setting."""
        del name

    def remove_chosen(self) -> bool:
        """Remove the chosen guide line from the document; False if none was chosen."""
        return False

    def deactivate(self) -> None:
        """End all work: another tool was chosen."""
        self.cancel()

    def paint(self, qpainter: QPainter) -> None:
        """Paint the gesture so far, in device px."""

    def region(self) -> QRegion:
        """The device px that `paint` paints now."""
        return QRegion()

    @property
    def found_margin(self) -> int:
        """The px to add round what was found. Where alone may be copied from, none: they belong to something else."""
        return 0 if self.raster == ONLY else int(self.context.setting("found_margin"))

    def as_marked(self, inside: Raster) -> Raster:
        """Return the coverage `inside` as the tool's raster keeps it: sampling areas have no soft rims."""
        return inside if self.raster == HOLE else np.where(inside >= HOLE_FROM, np.uint8(255), np.uint8(0))

    def tint(self, erase: bool) -> QColor:
        """Return the colour over what an outline encloses: black to unmark, the area's own, or white for the hole."""
        if erase:
            return QColor(0, 0, 0, 40)
        colour = QColor(self.context.setting(f"{self.raster}_colour"))
        if self.raster == HOLE or not colour.isValid():
            return QColor(255, 255, 255, 40)
        colour.setAlpha(90)  # seen on any photo, which is seen through it
        return colour

    def mark_area(self, box: Box, inside: Raster, erase: bool) -> None:
        """Add `inside`, the coverage of `box`, to what the tool marks, or take it away (`erase`), as one step."""
        edit = self.document.live_edit(self.raster)
        mark_raster(edit.touch(box), self.as_marked(inside), erase)
        edit.changed(box)
        self.commit(edit, erase)

    def commit(self, edit: LiveEdit, erased: bool) -> None:
        """Record a gesture on a raster as one step of the history, and report it if the hole has grown."""
        drawing, erasing = map(tr, _STEPS.get(edit.name, (self.title, mark("Erase"))))
        changed = edit.commit(erasing if erased else drawing)
        if changed and not erased and edit.name == HOLE:
            self.context.finish_hole_stroke()
