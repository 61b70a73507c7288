"""Connects the views of the canvas with their actions, and puts their buttons into the panels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Slot

from inpaint_studio.session.raster import EDGES
from inpaint_studio.session.session import Session
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.actions import Actions
from inpaint_studio.ui.canvas import modes
from inpaint_studio.ui.canvas.canvas import Canvas
from inpaint_studio.ui.panels.column import PanelColumn
from inpaint_studio.ui.tools.brush import NO_HOLE

_ACTIONS = {modes.FLOW: "flow", modes.EDGES: "edges", modes.LABELS: "labels", modes.FIRST_STAGE: "first-stage"}
_HOW_TO_DRAW = mark("Draw edges in the hole with the brush; the right button erases them.")


class ViewControls(QObject):
    """The views of one window."""

    def __init__(
        self, session: Session, canvas: Canvas, actions: Actions, column: PanelColumn, show_problem: Callable[[], None]
    ) -> None:
        """`show_problem` shows in the model panel why the chosen model cannot be used."""
        super().__init__(canvas)
        self._session, self._canvas, self._actions, self._show_problem = session, canvas, actions, show_problem
        column.model_section.add_toggle(self._actions["edges"], with_text=False)
        column.flow_section.add_toggle(self._actions["first-stage"])
        column.tool.add_edge_actions(self._actions["predict-edges"], self._actions["clear-edges"])
        self._canvas.viewChanged.connect(self._show_checked)
        self._canvas.overlays.changed.connect(self._show_hidden)
        self._canvas.compare.changed.connect(self._actions["compare"].setChecked)
        column.candidates.compare_requested.connect(partial(self._canvas.compare.show, True))
        column.candidates.preview_requested.connect(self._canvas.compare.preview)
        self._canvas.compare.otherChanged.connect(column.candidates.show_compared)
        column.candidates_section.add_toggle(self._actions["compare"], with_text=False)
        session.queue.areas.compared.connect(self._show_areas)

    def conditions(self) -> dict[str, bool]:
        """The conditions of the table of actions that concern the views."""
        session, views = self._session, self._canvas.modes
        return {
            "edges view": views.can_show(modes.EDGES),
            "first stage": views.can_show(modes.FIRST_STAGE),
            "predicts": session.document.photo is not None and session.models.predicts("edges"),
            "edges": self._canvas.has_any(EDGES),
            "compare": self._canvas.compare.can_show,
            "filled": session.fills.filled_hole is not None,
        }

    def show_edges(self, on: bool) -> None:
        """Show the edges of the hole; predict them if there are none; show a hint if that is not possible."""
        self._canvas.modes.show(modes.EDGES, on)
        self._show_checked()
        session = self._session
        if not on or session.edges.predict_if_missing() or session.fills.is_busy:
            return
        if not session.document.has_hole:
            if not self._canvas.modes.has_used_edges:
                self._canvas.hint.emit(tr(NO_HOLE))
        else:
            self._canvas.hint.emit(session.models.blocked_reason or tr(_HOW_TO_DRAW))

    def show_compare(self, on: bool) -> None:
        """Show two candidates side by side, or the one in the photo alone."""
        self._canvas.compare.show(on)
        self._actions["compare"].setChecked(self._canvas.compare.on)

    def compare_areas(self) -> None:
        """Fill again under the sampling areas as they are now, and show both flows side by side."""
        if not self._session.queue.areas.start() and self._session.models.blocked_reason:
            self._show_problem()

    @Slot(int)
    def _show_areas(self, number: int) -> None:
        self._canvas.modes.show(modes.FLOW)
        self._canvas.compare.show(True, number)

    def predict_edges(self) -> None:
        """Predict the edges, and show them."""
        if self._session.edges.predict():
            self._canvas.modes.show(modes.EDGES)
        elif self._session.models.blocked_reason:
            self._show_problem()

    def show_first_stage(self, on: bool) -> None:
        """Show the result of the first stage instead of the fill."""
        self._canvas.modes.show(modes.FIRST_STAGE, on)
        self._show_checked()

    @Slot()
    def _show_checked(self) -> None:
        for name, action in _ACTIONS.items():
            self._actions[action].setChecked(self._canvas.modes.name == name)

    @Slot()
    def _show_hidden(self) -> None:
        self._actions["hide-overlays"].setChecked(self._canvas.overlays.hidden)
