"""Fill one hole with all models that can, one after another; each fill arrives as a candidate."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inpaint_studio.session.area_comparison import AreaComparison
from inpaint_studio.session.candidates import HoleFill
from inpaint_studio.session.document import Document
from inpaint_studio.session.fill_controller import NO_HOLE, FillController
from inpaint_studio.session.fill_jobs import Job, Report
from inpaint_studio.session.holes import find_hole, is_cleared
from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.session.raster import PHOTO
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.weights_manager import ModelInfo
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Request, Result

MOVED = mark(
    "The source of this part was moved, so all models would fill it alike. Mark a hole to fill it with all models."
)
ALL_DONE = mark("Every model that is ready has filled this hole already.")


class CandidateQueue(QObject):
    """The models that are still to fill the hole. Dropping one of their fills drops them all."""

    changed = Signal()  # `running` or `text` is another

    def __init__(
        self, document: Document, models: ModelChoice, fills: FillController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._models, self._fills = document, models, fills
        self.areas = AreaComparison(document, models, fills, self)  # which makes a candidate in another way
        self._total = self._ended = 0  # numbers of models
        self._now = ""  # the title of the model that fills
        self._failures: list[str] = []  # a sentence for each model that could not

    @property
    def running(self) -> bool:
        """Whether a model of the queue fills, or is to fill."""
        return self._ended < self._total

    @property
    def text(self) -> str:
        """How far it is, such as "2 of 5: LaMa"; empty where nothing runs."""
        return (
            tr("{ended} of {total}: {now}", ended=self._ended + 1, total=self._total, now=self._now or tr("waits"))
            if self.running
            else ""
        )

    def start(self) -> bool:
        """Fill the drawn hole, else the one filled last, with all models that are ready; False where none is left.

        Ready are models with weights whose licence is accepted, and those that copy from the photo without weights.
        Models of which the hole has a candidate are left out.
        """
        hole = find_hole(self._document) or self._fills.filled_hole
        if hole is None:
            self._fills.status.emit(Status.result(NO_HOLE, about=("hole",)))
            return False
        there = {each.filler for each in hole.candidates}
        if hole.steered is not None:  # always filled by copying from the chosen place
            self._fills.status.emit(Status.result(MOVED, about=("fill", "hole")))
            return False
        models = [each for each in self._models.listed if self._models.is_ready(each) and each.name not in there]
        if not models:
            self._fills.status.emit(Status.result(ALL_DONE, about=("fill", "hole")))
            return False
        if hole.is_drawn:
            self._fills.drop(lambda job: job.hole.is_drawn)
        self._total, self._ended, self._now, self._failures = len(models), 0, "", []
        for model in models:
            prepare, apply = partial(self._begin, hole, model), partial(self._apply, hole, model)
            self._fills.add(Job(prepare, apply, self, hole, partial(self._on_dropped, model), batch=self))
        self.changed.emit()
        return True

    def cancel(self) -> None:
        """End the queue; candidates that have arrived stay."""
        if self._fills.drop(lambda job: job.owner is self):
            self._fills.status.emit(Status.result(tr("Cancelled.")))

    def _begin(self, hole: HoleFill, model: ModelInfo) -> Callable[[], Request] | None:
        if is_cleared(self._document, hole):
            return None
        self._now = model.title
        self.changed.emit()
        options = self._models.options(self._models.seed, model)
        return hole.request(self._document.raster(PHOTO), model.name, options)

    def _apply(self, hole: HoleFill, model: ModelInfo, result: Result) -> Report:
        report = self._fills.add_candidate(hole, result, model.traits.accepts)

        def finish() -> None:
            report()
            self._count()

        return finish

    def _on_dropped(self, model: ModelInfo, sentence: str) -> None:
        """Note that a model has failed; end where the fill was cancelled or replaced."""
        if sentence:
            self._failures.append(f"{model.title}: {sentence}")
            self._count()
        elif self.running:
            self._end()

    def _count(self) -> None:
        """Note that one more model has ended; the last one ends the queue."""
        if self._ended + 1 < self._total:
            self._ended += 1
            self.changed.emit()
        elif self.running:
            filled = self._total - len(self._failures)
            text = tr("{filled} of {total} models have filled the hole.", filled=filled, total=self._total)
            self._fills.status.emit(Status.result(text, about=("fill",)))
            self._end()

    def _end(self) -> None:
        self._ended = self._total
        self.changed.emit()
        if self._failures:  # once: a fill that comes later would take the message away
            self._fills.failed.emit("\n".join(self._failures))
