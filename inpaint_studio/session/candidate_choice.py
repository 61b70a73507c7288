"""The candidates of the newest fill in effect, which of them is in the photo, and how the photo is changed for that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session import candidates
from inpaint_studio.session.candidates import Candidate, HoleFill
from inpaint_studio.session.document import Document
from inpaint_studio.session.fill_jobs import FillJobs, Job
from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.session.raster import PHOTO, Raster
from inpaint_studio.session.rebasing import beneath, is_drawing
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.worker import FillWorker
from inpaint_studio.texts import tr


class CandidateChoice(FillJobs):
    """Follows undo and redo: the candidates are those of the newest fill in effect.

    Jobs are computed on the photo as it is at their turn. Whatever changes it, one that is computed begins again, or is
    dropped where it makes no sense any more.
    """

    candidatesChanged = Signal(int, int)  # index of the one in effect, number of candidates

    def __init__(
        self, document: Document, models: ModelChoice, worker: FillWorker, parent: QObject | None = None
    ) -> None:
        super().__init__(document, worker, parent)
        self._models = models
        self._last: HoleFill | None = None  # the newest in effect
        self._reported_candidates: tuple[object, ...] = ()  # by `candidatesChanged`
        self._choices = 0  # how often the user has put another candidate into the photo
        self._applying = False
        document.replaced.connect(self._on_replaced)
        document.changed.connect(self._on_changed)
        document.historyChanged.connect(self._follow_history)

    @property
    def filled_hole(self) -> HoleFill | None:
        """The hole filled last; None where its fill was undone."""
        return self._last if self._last is not None and self._is_in_effect(self._last) else None

    @property
    def candidates(self) -> list[Candidate]:
        """The fills of the hole filled last, oldest first; none where that was undone."""
        return list(self._last.candidates) if self._last is not None else []

    @property
    def candidate_count(self) -> int:
        """The number of candidates."""
        return len(self._last.candidates) if self._last is not None else 0

    @property
    def candidate_index(self) -> int:
        """The index of the candidate in effect; -1 where nothing was filled."""
        return self._last.index if self._last is not None else -1

    @property
    def shown(self) -> Candidate | None:
        """The candidate whose pixels are in the photo; None also where its fill was undone."""
        last = self._last
        if last is None or not (self._applying or self._is_in_effect(last)):
            return None
        return last.candidates[last.index]

    @property
    def last_box(self) -> Box | None:
        """The box of the hole filled last; None where nothing was filled."""
        return self._last.box if self._last is not None else None

    def picture(self, index: int, box: Box) -> Raster:
        """Return a copy of `box` of the photo with the candidate of that index in it."""
        assert self._last is not None
        return self._last.picture(self._document.raster(PHOTO), index, box)

    def next_candidate(self) -> None:
        """Put the next candidate into effect."""
        self.show_candidate(self.candidate_index + 1)

    def previous_candidate(self) -> None:
        """Put the previous candidate into effect."""
        self.show_candidate(self.candidate_index - 1)

    def show_candidate(self, index: int) -> None:
        """Put the candidate of that index into effect."""
        last = self._last
        if last is None or index == last.index or self._document.live is not None:
            return
        if not 0 <= index < len(last.candidates):
            text = tr("There is no other candidate that way; “Another one” makes one.")
            self.status.emit(Status.result(text, about=("fill",)))
        elif self._exchange(last, index):
            self._choices += 1
            self._models.seed = last.candidates[index].seed

    def keep_candidate(self, index: int, keep: bool) -> None:
        """Keep the candidate of that index however many others come, or no more."""
        if 0 <= index < self.candidate_count:
            self.candidates[index].kept = keep
            self._report_candidates()

    def delete_candidate(self, index: int) -> None:
        """Delete a candidate; where it is in the photo, its neighbour takes its place. The only one is left."""
        last = self._last
        if last is None or not 0 <= index < len(last.candidates) or len(last.candidates) == 1:
            return
        if index == last.index:
            self.show_candidate(index - 1 if index else 1)
            if index == last.index:  # a stroke is drawn
                return
        last.remove(index)
        self._report_candidates()
        self.status.emit(Status.result(tr("Deleted candidate {index}.", index=index + 1), about=("fill",)))

    # Changes of the photo

    def _exchange(self, last: HoleFill, index: int) -> bool:
        with self._beneath_strokes():
            done = candidates.exchange(self._document, last, index)
        if done:
            count, seed = len(last.candidates), last.candidates[index].seed
            self._report_candidates()
            self.status.emit(
                Status.result(
                    tr("Candidate {index} of {count} (seed {seed}).", index=index + 1, count=count, seed=seed),
                    about=("fill",),
                )
            )
        return done

    def _is_in_effect(self, filled: HoleFill) -> bool:
        return filled.command is not None and self._document.history.holds(filled.command)

    @contextmanager
    def _beneath_strokes(self, hole: HoleFill | None = None) -> Iterator[None]:
        """Change the photo beneath the strokes that wait to be filled; `hole`: right above the stroke that drew it."""
        waiting = next((job.strokes[0] for job in self._jobs if job.strokes), None)
        history = self._document.history
        if hole is not None and hole.strokes:
            newer = history.steps_from(hole.strokes[-1])[1:]
        else:
            newer = [] if waiting is None else history.steps_from(waiting)
        if self._jobs and self._jobs[0].hole is not self._last:
            self._interrupt()  # its request has the photo as it is now
        self._paused = self._applying = True
        try:
            with beneath(self._document, newer if all(map(is_drawing, newer)) else []) as moved:
                yield
            self._follow(moved)
        finally:
            self._paused = self._applying = False
            self._go_on()

    @Slot()
    def _follow_history(self) -> None:
        step = candidates.find_step(self._document)
        self._last = step.filled if step is not None else None
        self._report_candidates()
        if self._applying:
            return
        undone = self._document.history.is_undone
        changed, self._paused = self._paused, False  # the step that has changed the photo is done
        if self._jobs:
            self.drop(lambda job: any(map(undone, job.strokes)) or (changed and not self._is_valid(job)))

    def _is_valid(self, job: Job) -> bool:
        """Return whether `job` still makes sense after a step that has changed the photo."""
        return bool(job.strokes) or job.hole is self.filled_hole

    def _report_candidates(self) -> None:
        """Emit `candidatesChanged` where the candidates, or the one in effect, are others than before."""
        index = self.candidate_index
        now = (index, *((each, each.kept) for each in self.candidates))
        if now != self._reported_candidates:
            self._reported_candidates = now
            self.candidatesChanged.emit(index, self.candidate_count)

    @Slot(str, object)
    def _on_changed(self, raster: str, _box: object) -> None:
        if raster == PHOTO and not self._applying and self._jobs:
            self._interrupt()
            self._paused = True  # until the step is done

    @Slot()
    def _on_replaced(self) -> None:
        self._paused = False
        self._failures.clear()  # about the photo before
        self.drop(lambda _job: True)
        self._last, self._reported_candidates = None, ()
        self._models.seed = 0  # that of the photo before says nothing about this one
        self.candidatesChanged.emit(-1, 0)
