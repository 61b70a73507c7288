"""Keeps the flow view and the tool that moves sources together: each brings the other, and leaves with it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from inpaint_studio.texts import tr
from inpaint_studio.ui.canvas import modes
from inpaint_studio.ui.canvas.canvas import Canvas
from inpaint_studio.ui.tools.source import HOW_TO, SourceTool


class SourceControl(QObject):
    """The choice of the tool that moves sources, in one canvas.

    Any other tool may be chosen in the flow view, too; then both are as they were without this.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._last = canvas.tool.name  # the tool chosen last that was another one
        self._view_follows = False  # the tool has switched the view on
        canvas.toolChanged.connect(self._on_tool)
        canvas.viewChanged.connect(self._on_view)

    @Slot(str)
    def _on_tool(self, name: str) -> None:
        canvas = self._canvas
        if name != SourceTool.name:
            self._last = name
            follows, self._view_follows = self._view_follows, False
            if follows:
                canvas.set_flow_view(False)
        elif not canvas.flow_view:
            self._view_follows = True
            canvas.set_flow_view(True)
            canvas.show_hint(tr(HOW_TO))

    @Slot(str)
    def _on_view(self, name: str) -> None:
        canvas = self._canvas
        moves = canvas.tool.name == SourceTool.name
        if name == modes.FLOW and not moves and canvas.document.flows:
            canvas.set_tool(SourceTool.name)
            canvas.show_hint(tr(HOW_TO))
        elif name != modes.FLOW and moves:
            canvas.set_tool(self._last)
