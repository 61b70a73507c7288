"""What a tool is: it turns the pointer's way over the photo into edits of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QRegion

from inpaint_studio.session.live_edit import LiveEdit
from inpaint_studio.session.raster import EDGES, HOLE

if TYPE_CHECKING:
    from inpaint_studio.session.document import Document
    from inpaint_studio.ui.canvas.canvas import Canvas
    from inpaint_studio.ui.canvas.viewport import View

GRAB = 8  # logical px: what is nearer than that is hit


class Pointer(NamedTuple):
    """Where a mouse or pen is, in image coordinates, and what is held."""

    x: float
    y: float
    place: QPointF  # on the widget, logical px
    pressure: float = 1.0  # 0..1; a mouse always presses fully
    pen: bool = False
    erase: bool = False  # the right button or the pen's tail
    shift: bool = False
    alt: bool = False


class Tool:
    """Base of all tools. One object lives as long as its canvas; `cancel` puts it back to rest.

    `name` is how it is called in the program, `title` on the screen; `icon` names a picture of resources/icons.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    key: ClassVar[str]
    icon: ClassVar[str]
    tip: ClassVar[str]
    options: ClassVar[tuple[str, ...]] = ()  # the settings that change how it works
    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.CrossCursor
    has_ring: ClassVar[bool] = False

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    @property
    def draws_edges(self) -> bool:
        """Whether it works on the edges of the hole now, and not on what its name says."""
        return False

    @property
    def size_setting(self) -> str:
        """The setting that keys and wheel make larger and smaller."""
        return "edge_size" if self.draws_edges else "brush_size"

    @property
    def heeded(self) -> tuple[str, ...]:
        """The settings that change how it works now."""
        if not self.draws_edges:
            return self.options
        return ("edge_size", *(name for name in self.options if name == "pressure_size"))

    @property
    def document(self) -> Document:
        return self.canvas.session.document

    @property
    def view(self) -> View:
        return self.canvas.view

    @property
    def busy(self) -> bool:
        """Whether a gesture is under way that `cancel` would drop."""
        return False

    def press(self, pointer: Pointer) -> None:
        """A button went down."""

    def drag(self, pointer: Pointer) -> None:
        """The pointer moved with the button down."""

    def hover(self, pointer: Pointer) -> None:
        """The pointer moved with no button down."""

    def release(self, pointer: Pointer) -> None:
        """The button went up."""

    def double_click(self, pointer: Pointer) -> None:
        """A button went down for the second time; `press` was called for the first only."""
        self.press(pointer)

    def key_pressed(self, key: int) -> bool:
        """Return, Backspace or Delete while `busy`; True where the tool has used it."""
        del key
        return False

    def cancel(self) -> bool:
        """Drop the gesture under way; False where there was none."""
        return False

    def leave(self) -> None:
        """Another tool was chosen."""
        self.cancel()

    def paint(self, painter: QPainter) -> None:
        """What the gesture looks like so far, device px."""

    def region(self) -> QRegion:
        """The device px that `paint` paints now."""
        return QRegion()

    def commit(self, edit: LiveEdit, erased: bool) -> None:
        """End a gesture on a raster as one step, and let the session know when the hole has grown."""
        what = "Draw edges" if edit.name == EDGES else self.title
        changed = edit.commit(("Erase edges" if edit.name == EDGES else "Erase") if erased else what)
        if changed and not erased and edit.name == HOLE:
            self.canvas.session.stroke_finished()
