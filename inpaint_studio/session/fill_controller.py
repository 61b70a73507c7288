"""How a document's hole is filled: the job that runs, the candidates, and how a result gets into the document."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import Accepts
from inpaint_studio.session import candidates
from inpaint_studio.session.candidates import Candidate, HoleFill
from inpaint_studio.session.document import Document
from inpaint_studio.session.fill_jobs import FillJobs, Report
from inpaint_studio.session.history import Command
from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.session.raster import PHOTO, Plane, Raster
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.worker import FillWorker

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Result

NO_HOLE = "Brush over something first, then fill."


class FillController(FillJobs):
    """Fills the document's hole in the fill thread; lives in the main thread, where nothing it does takes long.

    A fill needs the photo's pixels as they were at its request: undo or redo of what was done before, another photo or
    any other change of pixels cancels it. Strokes drawn while it runs stay, or can be undone. Its result is one step of
    the history.
    """

    filled = Signal(object)  # Result, once it is in the document
    blocked = Signal()  # a fill was requested that the chosen model cannot do yet; `blocked_reason` says why
    candidatesChanged = Signal(int, int)  # index of the one in effect, number of candidates

    def __init__(
        self, document: Document, models: ModelChoice, worker: FillWorker, parent: QObject | None = None
    ) -> None:
        super().__init__(document, worker, parent)
        self._models = models
        self._last: HoleFill | None = None  # the newest in effect
        self._steered: Command | None = None  # the step that has moved a source last
        self._reported: tuple[object, ...] = ()  # by `candidatesChanged`
        self._applying = False
        document.stepping.connect(self._on_stepping)
        document.replaced.connect(self._on_replaced)
        document.changed.connect(self._on_changed)
        document.historyChanged.connect(self._follow_history)

    # Filling

    def start(self) -> bool:
        """Fill the document's hole; False, with a message, where there is none."""
        return self._fill_hole([])

    def finish_stroke(self) -> None:
        """Fill the hole now, with fill on release: a tool has just added to it in a step of its own.

        Strokes whose fill was overtaken by a newer stroke become one step with that one and its fill.
        """
        newest = self._document.history.top
        if not self._models.fill_on_release or newest is None:
            return
        self._fill_hole([*self._strokes, newest])

    def _fill_hole(self, strokes: list[Command], seed: int | None = None) -> bool:
        """Fill the document's hole with a seed (default: the chosen one); False, with a message, without one."""
        if self._is_blocked():
            return False
        hole = candidates.find_hole(self._document) if self._document.photo is not None else None
        if hole is None:
            self.status.emit(Status.result(NO_HOLE, about=("hole",)))
            return False
        hole.strokes = strokes
        self._request(hole, self._models.seed if seed is None else seed, strokes)
        return True

    def steer(self, box: Box, part: Plane, around: Plane, offset: tuple[int, int], joined: bool = False) -> None:
        """Fill a part of a finished fill again from `offset` (rows, columns) away; `candidates.steered_hole` has more.

        That copies pixels, so it works whatever model is chosen, also one that cannot fill yet. `joined`: it becomes
        one step with the `steer` before, where that is the newest step.
        """
        hole = candidates.steered_hole(self._document, box, part, around, offset)
        newest = self._document.history.top
        hole.strokes = [newest] if joined and newest is not None and newest is self._steered else []
        self._request(hole, self._models.seed)

    @property
    def filled_hole(self) -> HoleFill | None:
        """The hole filled last; None where its fill was undone."""
        return self._last if self._last is not None and self._is_in_effect(self._last) else None

    def fill_wider(self, filled: HoleFill, coverage: Raster) -> None:
        """Fill `coverage` (H x W), which holds the hole filled last, in place of that fill, with the same seed."""
        wider = filled.widen(coverage)
        if wider is None or filled is not self.filled_hole:
            return
        if wider.steered is not None or not self._is_blocked():
            self._request(wider, filled.candidates[filled.index].seed)

    def finish_step(self) -> None:
        """Fill the document's hole as one step with the newest step, which has changed the hole."""
        newest = self._document.history.top
        self._fill_hole([] if newest is None else [newest])

    def _is_blocked(self) -> bool:
        """Return whether the chosen model cannot fill yet, and report why."""
        reason = self._models.blocked_reason
        if reason:
            self.status.emit(Status.result(reason, about=("model",)))
            self.blocked.emit()
        return bool(reason)

    def another(self) -> None:
        """Fill the hole that is drawn, with the next seed; where none is drawn, fill the hole filled last again."""
        last = self.filled_hole
        if last is None or self._document.has_hole:
            self._fill_hole([], self._models.seed + 1)
        elif last.steered is not None or not self._is_blocked():
            self._request(last, max(candidate.seed for candidate in last.candidates) + 1)

    def _request(self, hole: HoleFill, seed: int, strokes: Sequence[Command] = ()) -> None:
        models = self._models
        request = hole.request(self._document.raster(PHOTO), models.name, models.options(seed))
        self.submit(request, partial(self._apply_fill, hole, models.follows), self, strokes=strokes)

    # Undo

    @property
    def undo_cancels(self) -> bool:
        """Whether `undo` would cancel the job that runs, and nothing else."""
        return self._document.live is None and self.is_newest and not self._strokes

    def undo(self) -> None:
        """Undo what was done last: a stroke under way, the job that runs, or the newest step.

        A fill that would become one step with the strokes before it is undone together with the newest of them.
        """
        if self.undo_cancels:
            self.cancel()
        else:
            self._document.undo()

    @Slot()
    def _on_stepping(self) -> None:
        """Cancel the job that runs, unless only a stroke under way or a step made since its request is undone."""
        if self._document.live is None and self.is_newest:
            self.cancel()

    # Candidates of the newest fill in effect

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
            text = "There is no other candidate that way; “Another one” makes one."
            self.status.emit(Status.result(text, about=("fill",)))
        elif self._exchange(last, index):
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
        self.status.emit(Status.result(f"Deleted candidate {index + 1}.", about=("fill",)))

    @Slot()
    def _follow_history(self) -> None:
        step = candidates.find_step(self._document)
        self._last = step.filled if step is not None else None
        self._report_candidates()

    def _report_candidates(self) -> None:
        """Emit `candidatesChanged` where the candidates, or the one in effect, are others than before."""
        index = self.candidate_index
        now = (index, *((each, each.kept) for each in self.candidates))
        if now != self._reported:
            self._reported = now
            self.candidatesChanged.emit(index, self.candidate_count)

    def _exchange(self, last: HoleFill, index: int) -> bool:
        if self._of is not last:
            self.cancel()
        self._applying = True
        done = candidates.exchange(self._document, last, index)
        self._applying = False
        if done:
            count, seed = len(last.candidates), last.candidates[index].seed
            self._report_candidates()
            self.status.emit(Status.result(f"Candidate {index + 1} of {count} (seed {seed}).", about=("fill",)))
        return done

    def _is_in_effect(self, filled: HoleFill) -> bool:
        return filled.command is not None and self._document.history.holds(filled.command)

    def _apply_fill(self, hole: HoleFill, follows: frozenset[Accepts], result: Result) -> Report:
        candidate = hole.make_candidate(result, follows)
        if hole is self._last and self._is_in_effect(hole):
            self._exchange(hole, hole.add(candidate))
        else:
            self._applying = True
            candidates.apply_fill(self._document, hole, candidate)
            if hole.steered is not None:
                self._document.fold(hole.strokes, hole.strokes[-1].label if hole.strokes else "")
                self._steered = self._document.history.top
            elif hole.strokes:
                self._document.fold(hole.strokes, f"{hole.strokes[-1].label} and fill")
            self._applying = False
            self._report_candidates()
        self._models.seed = candidate.seed
        return partial(self._report, result)

    def add_candidate(
        self, hole: HoleFill, result: Result, follows: frozenset[Accepts], made: HoleFill | None = None
    ) -> Report:
        """Add a result to the candidates of a fill in effect and leave the photo; else put it into the document.

        `follows`: the planes of a guide that its model uses; `made`: the hole with what it was filled under, where that
        differs from `hole`.
        """
        if hole is not self._last or not self._is_in_effect(hole):
            return self._apply_fill(hole, follows, result)
        hole.add((made or hole).make_candidate(result, follows))
        self._report_candidates()
        fillers = self._models.titles(candidates.fillers_of(result))
        text = f"Filled by {fillers} in {result.seconds:.1f} s."
        return lambda: self.status.emit(Status.result(text, about=("fill",)))

    def _report(self, result: Result) -> None:
        self.filled.emit(result)

    # Changes of the document

    @Slot(str, object)
    def _on_changed(self, raster: str, _box: object) -> None:
        if raster == PHOTO and not self._applying:
            self.cancel()

    @Slot()
    def _on_replaced(self) -> None:
        if self.is_busy:
            self._worker.cancel()
            self._end_job()
        self._last, self._reported = None, ()
        self._models.seed = 0  # that of the photo before says nothing about this one
        self.candidatesChanged.emit(-1, 0)
