"""The edges of the hole, asked of a model that predicts them; to be corrected by hand before the hole is filled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.session import candidates, edges
from inpaint_studio.session.document import Document
from inpaint_studio.session.fill_controller import NO_HOLE, Filling
from inpaint_studio.session.raster import EDGES, HOLE, is_hole
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.worker import FillWorker

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Result


class Sketching(Filling):
    """Fills, and predicts edges alone.

    The rule: edges lie inside the hole and belong to it. As long as there are any, predicted and kept or drawn, a fill
    is given all of them, and a model that follows edges takes them for its own; where there are none it predicts for
    itself. They go with the hole, when it is filled or cleared, and come back with it.
    """

    predicted = Signal()  # edges have come

    def __init__(
        self, document: Document, worker: FillWorker, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(document, worker, settings, parent)
        self.modelsChanged.connect(self._on_models_changed)

    @property
    def has_hole(self) -> bool:
        """Whether there is anything to fill."""
        return self.document.photo is not None and bool(is_hole(self.document.raster(HOLE)).any())

    @property
    def has_edges(self) -> bool:
        """Whether there are edges that a fill would be given."""
        return self.document.photo is not None and bool(self.document.raster(EDGES).any())

    def predict_edges(self) -> bool:
        """Ask for the edges of the hole in the place of those there are; False (with a word) where that cannot be."""
        if not self.predicts_edges:
            self.status.emit("This model predicts no edges; choose one that does.")
            return False
        if self.hindrance:
            self.status.emit(self.hindrance)
            return False
        options = replace(self.options(self.seed), only_edges=True)
        asked = candidates.ask(self.document, self.model, options) if self.document.photo is not None else None
        if asked is None:
            self.status.emit(NO_HOLE)
            return False
        self._send(asked)
        return True

    def want_edges(self) -> bool:
        """Ask for the edges of the hole where they can be had at once and there are none yet."""
        if self.is_busy or not self.predicts_edges or self.hindrance or self.has_edges or not self.has_hole:
            return False
        return self.predict_edges()

    def clear_edges(self) -> None:
        """Take all edges away, so that the model predicts for itself again."""
        self.document.clear(EDGES, "Clear the edges")

    def _take(self, asked: candidates.Asked, result: Result) -> None:
        if not asked.only_edges:
            super()._take(asked, result)
            return
        self._number, self._strokes = None, []
        landed = edges.land(self.document, result.edges, asked.box, asked.wanted.hole, asked.edges)
        self.busy.emit(False)
        word = f"Edges predicted in {result.seconds:.1f} s; draw and erase, then fill." if landed else "No edges came."
        self.status.emit(" ".join([word, *result.notes]))
        self.predicted.emit()

    @Slot()
    def _on_models_changed(self) -> None:
        asked = self.under_way
        if asked is not None and asked.only_edges and asked.wanted.model != self.model:
            self.cancel()  # another model is not to be given what nobody asked it for
