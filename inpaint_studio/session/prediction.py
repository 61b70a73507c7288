"""What a model predicts for the hole before it fills it, so that the user may correct that; its edges among others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.models.base.interface import Only
from inpaint_studio.session.candidates import HoleFill
from inpaint_studio.session.document import Document
from inpaint_studio.session.fill_controller import NO_HOLE, FillController
from inpaint_studio.session.fill_jobs import Job, Report
from inpaint_studio.session.holes import find_hole
from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.session.of_hole import as_raster, merge_prediction
from inpaint_studio.session.raster import EDGES, HOLE, PHOTO, Raster, is_hole, tiles_of
from inpaint_studio.session.reporting import Status
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Piece, Result


class HolePrediction(QObject):
    """Base of `EdgePrediction` and `LabelPrediction`: predicts without filling, as one step of the history.

    The prediction lies in a raster of its own, `raster`, inside the hole and belongs to it: it is removed when the hole
    is filled or cleared, and comes back when that is undone.
    """

    what: ClassVar[Only]  # is predicted; its name in messages, too
    raster: ClassVar[str]
    next_step: ClassVar[str]  # what the user may do with the prediction, as the end of a sentence

    predicted = Signal()  # the prediction is in the document
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
        """Whether the job that runs is a prediction of this kind."""
        return self._fills.runs(self)

    def predict(self) -> bool:
        """Predict for the hole, in place of the prediction that is there; False, with a message, where it cannot be."""
        if not self._models.predicts(self.what):
            text = tr("This model predicts no {what}; choose one that does.", what=tr(self.what))
            self.status.emit(Status.result(text, about=("model",)))
            return False
        if self._models.blocked_reason:
            self.status.emit(Status.result(self._models.blocked_reason, about=("model",)))
            return False
        hole = find_hole(self._document, with_edges=self.what != "edges")
        if hole is None:
            self.status.emit(Status.result(NO_HOLE, about=("hole",)))
            return False
        self._model = self._models.name
        before = self._document.raster(self.raster)[hole.box.slices].copy()
        options = replace(self._models.options(self._models.seed), only=self.what)
        request = hole.request(self._document.raster(PHOTO), self._model, options)
        self._fills.submit(Job(lambda: request, partial(self._apply, hole, before), self, hole, fills=False))
        return True

    def predict_if_missing(self) -> bool:
        """Predict for the hole where there is nothing yet, if nothing else has to be done first."""
        document, models = self._document, self._models
        if self._fills.is_busy or not models.predicts(self.what) or models.blocked_reason:
            return False
        return document.has_hole and not document.raster(self.raster).any() and self.predict()

    def pieces(self, result: Result) -> Sequence[Piece]:
        """Return what was predicted as pieces of the raster, uint8."""
        raise NotImplementedError

    def _report(self, changed: bool, result: Result) -> None:
        name = tr(self.what).capitalize()
        text = (
            tr(
                "{name} predicted in {seconds:.1f} s; {next_step}.",
                name=name,
                seconds=result.seconds,
                next_step=tr(self.next_step),
            )
            if changed
            else tr("No {what} came.", what=tr(self.what))
        )
        self.status.emit(Status.result(text, *result.notes))
        self.predicted.emit()

    def _apply(self, hole: HoleFill, before: Raster, result: Result) -> Report:
        """Put a prediction into the document as one step; nothing is put where there is no hole any more."""
        document, box, label = self._document, hole.box, tr("Predict {what}", what=tr(self.what))
        now = document.raster(self.raster)[box.slices]
        valid = hole.hole.part(box) & is_hole(document.raster(HOLE)[box.slices])
        after = merge_prediction(self.pieces(result), box, valid, before, now)
        changed = tiles_of(after != now)
        with document.group(label):
            for tile in changed:
                document.apply(label, self.raster, tile.shift(box.top, box.left), after[tile.slices].copy())
        return partial(self._report, bool(changed), result)

    @Slot()
    def _on_models_changed(self) -> None:
        if self.is_predicting and self._model != self._models.name:
            self._fills.drop(lambda job: job.owner is self)  # another model's fill should not follow this prediction
            self.status.emit(Status.result(tr("Cancelled.")))


class EdgePrediction(HolePrediction):
    """Predicts edges without filling.

    They are drawn and erased in the same raster. While there are any, predicted or drawn, a fill has all of them in its
    guide, and a model that follows edges does not predict its own.
    """

    what = "edges"
    raster = EDGES
    next_step = mark("draw and erase, then fill")

    def clear(self) -> None:
        """Remove all edges, so that the model predicts its own."""
        self._document.clear(EDGES, tr("Clear the edges"))

    def pieces(self, result: Result) -> Sequence[Piece]:
        """Return the predicted edges as pieces of the raster, uint8."""
        return [as_raster(piece) for piece in result.edges]
