"""The part of the canvas that tools may use. The canvas implements it, so that tools do not import the canvas."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

if TYPE_CHECKING:
    from inpaint_studio.engine.geometry import Box
    from inpaint_studio.session.document import Document
    from inpaint_studio.session.label_palette import LabelPalette
    from inpaint_studio.session.raster import Plane
    from inpaint_studio.ui.canvas.viewport import Viewport


class ToolContext(Protocol):
    """The document with the settings, the viewport on it, and ways to show what a tool does."""

    viewport: Viewport
    lines_colour: QColor  # of guide lines

    @property
    def document(self) -> Document:
        """The document to edit."""

    @property
    def has_hole(self) -> bool:
        """Whether any pixel is marked as hole."""

    @property
    def label_palette(self) -> LabelPalette:
        """The classes that labels are painted in, and the chosen one."""

    @property
    def edges_view(self) -> bool:
        """Whether the hole shows its edges, and brushes draw edges."""

    def setting(self, name: str) -> Any:
        """The value of a setting."""

    def set_setting(self, name: str, value: int) -> None:
        """Set a setting that is a number."""

    def repaint_tool(self, change: Callable[[], object]) -> None:
        """Run `change`, which changes what the tool paints, and repaint what it painted before and paints now."""

    def set_cursor(self, shape: Qt.CursorShape) -> None:
        """Show this cursor over the canvas."""

    def pan(self, dx: float, dy: float) -> None:
        """Move the photo by logical px."""

    def show_hint(self, text: str) -> None:
        """Show a sentence for a few seconds."""

    def run_in_background(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Run `work` off the main thread, then `done` with its result in the main thread; errors become a hint."""

    def steer(self, box: Box, part: Plane, around: Plane, offset: tuple[int, int], joined: bool = False) -> None:
        """Fill a part of a finished fill again from `offset` (rows, columns) away.

        `part` and `around`, what may follow it, are h x w, of `box`. `joined`: in one step with the fill before, where
        that was one of these and is the newest step.
        """

    def finish_hole_stroke(self) -> None:
        """Report that a gesture has made the hole larger: if the user has chosen so, the photo is filled now."""
