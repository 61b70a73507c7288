"""The edges of the hole, predicted by a model; the user may correct them before the hole is filled."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.session.candidates import HoleFill, find_hole
from inpaint_studio.session.document import Document
from inpaint_studio.session.edges import merge_prediction
from inpaint_studio.session.fill_controller import NO_HOLE, FillController
from inpaint_studio.session.fill_jobs import Report
from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.session.raster import EDGES, HOLE, PHOTO, is_hole, tiles_of
from inpaint_studio.session.reporting import Status

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Result


class EdgePrediction(QObject):
    """Predicts edges without filling.

    Edges lie inside the hole and belong to it. While there are any, predicted or drawn, a fill has all of them in its
    guide, and a model that follows edges does not predict its own. They are removed when the hole is filled or cleared,
    and come back when that is undone.
    """

    predicted = Signal()  # the predicted edges are in the document
    status = Signal(object)  # Status

    def __init__(
        self, document: Document, models: ModelChoice, fills: FillController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._models, self._fills = document, models, fills
        self._model = ""  # that predicts now
        models.changed.connect(self._on_models_changed)

    @property
    def is_predicting(self) -> bool:
        """Whether the job that runs predicts edges."""
        return self._fills.runs(self)

    def predict(self) -> bool:
        """Predict the edges of the hole, which replace those there are; False, with a message, where that cannot be."""
        if not self._models.predicts_edges:
            self.status.emit(Status.result("This model predicts no edges; choose one that does."))
            return False
        if self._models.blocked_reason:
            self.status.emit(Status.result(self._models.blocked_reason))
            return False
        hole = find_hole(self._document, with_edges=False) if self._document.photo is not None else None
        if hole is None:
            self.status.emit(Status.result(NO_HOLE))
            return False
        self._model = self._models.name
        options = replace(self._models.options(self._models.seed), only="edges")
        request = hole.request(self._document.raster(PHOTO), self._model, options)
        self._fills.submit(request, partial(self._apply, hole), self)
        return True

    def predict_if_missing(self) -> bool:
        """Predict the edges of the hole where there are none, if nothing else has to be done first."""
        document, models = self._document, self._models
        if self._fills.is_busy or not models.predicts_edges or models.blocked_reason:
            return False
        return document.has_hole and not document.has_edges and self.predict()

    def clear(self) -> None:
        """Remove all edges, so that the model predicts its own."""
        self._document.clear(EDGES, "Clear the edges")

    def _report(self, changed: bool, result: Result) -> None:
        text = f"Edges predicted in {result.seconds:.1f} s; draw and erase, then fill." if changed else "No edges came."
        self.status.emit(Status.result(text, *result.notes))
        self.predicted.emit()

    def _apply(self, hole: HoleFill, result: Result) -> Report:
        """Put predicted edges into the document as one step; nothing is put where there is no hole any more."""
        document, box = self._document, hole.box
        now = document.raster(EDGES)[box.slices]
        valid = hole.hole.part(box) & is_hole(document.raster(HOLE)[box.slices])
        after = merge_prediction(result.edges, box, valid, hole.edges, now)
        changed = tiles_of(after != now)
        with document.group("Predict edges"):
            for tile in changed:
                document.apply("Predict edges", EDGES, tile.shift(box.top, box.left), after[tile.slices].copy())
        return partial(self._report, bool(changed), result)

    @Slot()
    def _on_models_changed(self) -> None:
        if self.is_predicting and self._model != self._models.name:
            self._fills.cancel()  # another model's fill should not follow this one's edges
