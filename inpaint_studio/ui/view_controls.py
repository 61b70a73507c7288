"""The views of the canvas before the person: their actions, kept in step, and their buttons in the panels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from inpaint_studio.ui.canvas import modes
from inpaint_studio.ui.tools.brush import NO_HOLE

if TYPE_CHECKING:
    from inpaint_studio.ui.window import Window

_ACTIONS = {modes.FLOW: "flow", modes.EDGES: "edges", modes.FIRST_STAGE: "first-stage"}
_DRAW = "Draw edges in the hole with the brush; the right button erases them."


class ViewControls(QObject):
    """For one window, whose actions and panels are there already."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._session, self._canvas, self._actions = window.session, window.canvas, window.actions_
        self._window = window
        column = window.column
        column.model_section.add_toggle(self._actions["edges"], words=False)
        column.flow_section.add_toggle(self._actions["first-stage"])
        column.tool.add_edge_actions(self._actions["predict-edges"], self._actions["clear-edges"])
        self._canvas.viewChanged.connect(self._show_checked)

    def conditions(self) -> dict[str, bool]:
        """What of the table's conditions concerns the views."""
        session, shown = self._session, self._canvas.modes
        return {
            "edges view": shown.can_show(modes.EDGES),
            "first stage": shown.can_show(modes.FIRST_STAGE),
            "predicts": session.document.photo is not None and session.predicts_edges,
            "edges": self._canvas.has_edges,
        }

    def show_edges(self, on: bool) -> None:
        """Show the edges of the hole, and have them predicted where there are none; say what to do where they cannot
        be."""
        self._canvas.modes.show(modes.EDGES, on)
        self._show_checked()
        session = self._session
        if not on or session.want_edges() or session.is_busy:
            return
        if not session.has_hole:
            if not self._canvas.modes.has_used_edges:
                self._canvas.hint.emit(NO_HOLE)
        else:
            self._canvas.hint.emit(session.hindrance or _DRAW)

    def predict_edges(self) -> None:
        """Have the edges predicted, in sight."""
        if self._session.predict_edges():
            self._canvas.modes.show(modes.EDGES)
        elif self._session.hindrance:
            self._window.show_hindrance()

    def show_first_stage(self, on: bool) -> None:
        """Show what the first stage drew in the place of the fill."""
        self._canvas.modes.show(modes.FIRST_STAGE, on)
        self._show_checked()

    @Slot()
    def _show_checked(self) -> None:
        for name, action in _ACTIONS.items():
            self._actions[action].setChecked(self._canvas.modes.name == name)
