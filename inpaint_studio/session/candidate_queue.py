"""Fill one hole with all models that can, one after another; each fill arrives as a candidate."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inpaint_studio.session import candidates
from inpaint_studio.session.area_comparison import AreaComparison
from inpaint_studio.session.candidates import HoleFill
from inpaint_studio.session.document import Document
from inpaint_studio.session.fill_controller import NO_HOLE, FillController
from inpaint_studio.session.fill_jobs import Report
from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.session.raster import PHOTO
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.weights_manager import ModelInfo

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Result

MOVED = "The source of this part was moved, so all models would fill it alike. Mark a hole to fill it with all models."
ALL_DONE = "Every model that is ready has filled this hole already."


class CandidateQueue(QObject):
    """The models that are still to fill the hole. Cancelling the fill that runs ends the queue."""

    changed = Signal()  # `running` or `text` is another

    def __init__(
        self, document: Document, models: ModelChoice, fills: FillController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._models, self._fills = document, models, fills
        self.areas = AreaComparison(document, models, fills, self)  # which makes a candidate in another way
        self._waiting: deque[ModelInfo] = deque()
        self._total = 0
        self._now: ModelInfo | None = None
        self._failures: list[str] = []  # a sentence for each model that could not

    @property
    def running(self) -> bool:
        """Whether a model of the queue fills."""
        return self._now is not None

    @property
    def text(self) -> str:
        """How far it is, such as "2 of 5: LaMa"; empty where nothing runs."""
        if self._now is None:
            return ""
        return f"{self._total - len(self._waiting)} of {self._total}: {self._now.title}"

    def start(self) -> bool:
        """Fill the drawn hole, else the one filled last, with all models that are ready; False where none is left.

        Ready are models with weights whose licence is accepted, and those that copy from the photo without weights.
        Models of which the hole has a candidate are left out.
        """
        drawn = candidates.find_hole(self._document) if self._document.photo is not None else None
        hole = drawn or self._fills.filled_hole
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
        self._waiting, self._total, self._failures = deque(models), len(models), []
        self._next(hole)
        return True

    def cancel(self) -> None:
        """End the queue; candidates that have arrived stay."""
        if self.running:
            self._fills.cancel()

    def _next(self, hole: HoleFill) -> None:
        if not self._waiting:
            filled = self._total - len(self._failures)
            text = f"{filled} of {self._total} models have filled the hole."
            self._fills.status.emit(Status.result(text, about=("fill",)))
            self._end()
            return
        model = self._now = self._waiting.popleft()
        self.changed.emit()
        options = self._models.options(self._models.seed, model)
        self._fills.submit(
            hole.request(self._document.raster(PHOTO), model.name, options),
            partial(self._apply, hole, model),
            self,
            of=hole,
            dropped=partial(self._on_dropped, hole, model),
        )

    def _apply(self, hole: HoleFill, model: ModelInfo, result: Result) -> Report:
        report = self._fills.add_candidate(hole, result, model.traits.accepts)

        def go_on() -> None:
            report()
            self._next(hole)

        return go_on

    def _on_dropped(self, hole: HoleFill, model: ModelInfo, sentence: str) -> None:
        """Go on with the next model where one has failed; end where the fill was cancelled or overtaken."""
        if sentence:
            self._failures.append(f"{model.title}: {sentence}")
            self._next(hole)
        else:
            self._end()

    def _end(self) -> None:
        self._waiting.clear()
        self._now = None
        self.changed.emit()
        if self._failures:  # once: a fill that comes later would take the message away
            self._fills.failed.emit("\n".join(self._failures))
