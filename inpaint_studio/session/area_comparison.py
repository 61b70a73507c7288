"""Fill a hole again under other sampling areas, to compare where both fills came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inpaint_studio.models.base.interface import Accepts
from inpaint_studio.session.candidates import HoleFill
from inpaint_studio.session.document import Document
from inpaint_studio.session.fill_controller import FillController
from inpaint_studio.session.fill_jobs import Job, Report
from inpaint_studio.session.kept_plane import KeptPlane
from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.session.raster import DONORS, ONLY, PHOTO
from inpaint_studio.session.reporting import Status
from inpaint_studio.texts import mark

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Request, Result

NOTHING_FILLED = mark("Fill a hole first; then mark other sampling areas, to compare where both fills come from.")
SAME_AREAS = mark(
    "These are the sampling areas of this fill. Mark others with “Do not sample here” or “Sample only here”."
)


class AreaComparison(QObject):
    """Fills the hole filled last again, with the same seed and under the sampling areas as they are now.

    That fill becomes another candidate; the photo stays as it is.
    """

    compared = Signal(int)  # the index of the new candidate

    def __init__(
        self, document: Document, models: ModelChoice, fills: FillController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._models, self._fills = document, models, fills

    def start(self) -> bool:
        """Begin that fill; False, with a message, where it cannot be or would be the same."""
        filled, shown, models = self._fills.filled_hole, self._fills.shown, self._models
        if filled is None or shown is None:
            self._fills.status.emit(Status.result(NOTHING_FILLED, about=("fill",)))
            return False
        donors, only = (_keep(self._document, name) for name in (DONORS, ONLY))
        if _equal(donors, shown.donors) and _equal(only, shown.only):
            self._fills.status.emit(Status.result(SAME_AREAS, about=("fill", "areas")))
            return False
        if filled.steered is None and models.blocked_reason:
            self._fills.status.emit(Status.result(models.blocked_reason, about=("model",)))
            return False
        now = replace(filled, donors=donors, only=only)
        model, options = models.name, models.options(shown.seed)

        def prepare() -> Callable[[], Request] | None:
            is_there = filled is self._fills.filled_hole
            return now.request(self._document.raster(PHOTO), model, options) if is_there else None

        self._fills.add(Job(prepare, partial(self._apply, filled, now, models.follows), self, filled))
        return True

    def _apply(self, filled: HoleFill, now: HoleFill, follows: frozenset[Accepts], result: Result) -> Report:
        report = self._fills.add_candidate(filled, result, follows, now)
        number = self._fills.candidate_count - 1

        def finish() -> None:
            report()
            if self._fills.candidate_count > 1:
                self.compared.emit(number)

        return finish


def _keep(document: Document, name: str) -> KeptPlane | None:
    plane = document.raster(name)
    return KeptPlane(plane != 0) if plane.any() else None


def _equal(one: KeptPlane | None, other: KeptPlane | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.box == other.box and bool((one.part(one.box) == other.part(other.box)).all())
