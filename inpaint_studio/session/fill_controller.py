"""How a document's hole is filled: the jobs, the candidates, and how a result gets into the document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import AUTO, Accepts, Options
from inpaint_studio.session import candidates
from inpaint_studio.session.candidate_choice import CandidateChoice
from inpaint_studio.session.candidates import Candidate, HoleFill
from inpaint_studio.session.document import Document
from inpaint_studio.session.fill_jobs import Job, Report
from inpaint_studio.session.history import Command
from inpaint_studio.session.holes import find_hole, is_cleared, steered_hole
from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.session.raster import PHOTO, Plane, Raster
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.worker import FillWorker
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Request, Result

NO_HOLE = mark("Brush over something first, then fill.")


class FillController(CandidateChoice):
    """Fills the document's hole in the fill thread; lives in the main thread, where nothing it does takes long.

    A fill needs the photo's pixels as they were when it began. Another photo drops it; undo and redo of other fills
    drop it, or have it begin again; the choice of another candidate has it begin again. Strokes drawn meanwhile stay,
    or can be undone. Its result is one step of the history.
    """

    filled = Signal(object)  # Result, once it is in the document
    blocked = Signal()  # a fill was requested that the chosen model cannot do yet; `blocked_reason` says why

    def __init__(
        self, document: Document, models: ModelChoice, worker: FillWorker, parent: QObject | None = None
    ) -> None:
        super().__init__(document, models, worker, parent)
        self._steered: Command | None = None  # the step that has moved a source last
        document.stepping.connect(self._on_stepping)

    # Filling

    def start(self) -> bool:
        """Fill the document's hole; False, with a message, where there is none. It replaces other fills of that hole.

        Fills of other holes, and other candidates of these, come first.
        """
        return self._fill_all([])

    def finish_step(self) -> None:
        """Fill the document's hole as one step with the newest step, which has changed the hole."""
        newest = self._document.history.top
        self._fill_all([] if newest is None else [newest])

    def _fill_all(self, strokes: list[Command]) -> bool:
        hole = None if self._is_blocked() else self._find_hole([])
        if hole is None:
            return False
        hole.strokes = strokes
        self.submit(self._job(hole, self._models.seed, strokes))
        return True

    def finish_stroke(self) -> None:
        """Fill what a tool has just added to the hole in a step of its own, with fill on release, in that same step.

        It waits for the fills that were requested before; what those are about is not filled again.
        """
        newest = self._document.history.top
        if not self._models.fill_on_release or newest is None or self._is_blocked():
            return
        self.drop(lambda job: not job.fills)  # predicted for a hole that is another one now
        hole = self._find_hole(self._drawn_holes())
        if hole is not None:
            hole.strokes = [newest]
            self.add(self._job(hole, self._models.seed, hole.strokes))

    def another(self) -> None:
        """Fill the hole in sight with the next seed, after the fills that were requested before.

        That is what is drawn and not being filled; else the hole that is to be filled last; else the one filled last.
        """
        self._fill_again(1, shown=True)

    def more(self, count: int) -> None:
        """Fill the hole in sight (see `another`) with so many seeds; of a new hole the first gets into the photo."""
        self._fill_again(count, shown=False)

    def _fill_again(self, count: int, shown: bool) -> None:
        drawn = self._drawn_holes()
        hole = find_hole(self._document, without=drawn)
        target = hole or (drawn[-1] if drawn else self.filled_hole)
        if target is None:
            self._find_hole([])  # which reports that there is none
        elif target.steered is None and self._is_blocked():
            return
        else:
            batch = None if count == 1 else object()
            first = [] if hole is None else [self._job(hole, self._models.seed + 1, [])]
            for job in (*first, *(self._other_job(target, shown) for _ in range(count - len(first)))):
                job.batch = batch
                self.add(job)

    def _find_hole(self, without: list[HoleFill]) -> HoleFill | None:
        """Return what is drawn beside the holes `without`; None, with a message, where that is nothing."""
        hole = find_hole(self._document, without=without)
        if hole is None:
            self.status.emit(Status.result(NO_HOLE, about=("hole",)))
        return hole

    def _drawn_holes(self) -> list[HoleFill]:
        """Return the holes that are drawn and are to be filled, in that order."""
        holes = [job.hole for job in self._jobs if job.fills and job.hole.is_drawn]
        return list({id(hole): hole for hole in holes}.values())

    def _job(self, hole: HoleFill, seed: int, strokes: list[Command]) -> Job:
        """Return the job of the first fill of `hole`; `strokes`: the newest steps, which become one with it."""
        model, options, follows = self._models.name, self._models.options(seed), self._models.follows

        def prepare() -> Callable[[], Request] | None:
            return None if is_cleared(self._document, hole) else self._request(hole, model, options, follows)

        return Job(prepare, partial(self._apply_fill, hole, follows), self, hole, strokes=strokes)

    def _other_job(self, hole: HoleFill, shown: bool) -> Job:
        """Return the job of another candidate of `hole`, filled by then; `shown`: it is put into the photo."""
        model, options, choices = self._models.name, self._models.options(0), self._choices
        follows = self._models.follows

        def prepare() -> Callable[[], Request] | None:
            if hole is not self.filled_hole:
                return None  # it could not be filled
            seed = 1 + max(each.seed for each in hole.candidates)
            return self._request(hole, model, replace(options, seed=seed), follows)

        def apply(result: Result) -> Report:
            if shown and choices == self._choices:
                return self._apply_fill(hole, follows, result)
            return self.add_candidate(hole, result, follows)

        return Job(prepare, apply, self, hole)

    def _request(
        self, hole: HoleFill, model: str, options: Options, follows: frozenset[Accepts]
    ) -> Callable[[], Request]:
        """Return what makes the request; `follows`: the planes of a guide that `model` uses."""
        copies = model == AUTO or hole.steered is not None or "donors" in follows
        others = [each for each in self._drawn_holes() if each is not hole] if copies else []
        return hole.request(self._document.raster(PHOTO), model, options, others)

    def steer(self, box: Box, part: Plane, around: Plane, offset: tuple[int, int], joined: bool = False) -> None:
        """Fill a part of a finished fill again from `offset` (rows, columns) away; `holes.steered_hole` has more.

        That copies pixels, so it works whatever model is chosen, also one that cannot fill yet. `joined`: it becomes
        one step with the `steer` before, where that is the newest step.
        """
        hole = steered_hole(self._document, box, part, around, offset)
        newest = self._document.history.top
        hole.strokes = [newest] if joined and newest is not None and newest is self._steered else []
        self._replace(self._job(hole, self._models.seed, []), lambda job: job.hole.steered is not None)

    def fill_wider(self, filled: HoleFill, coverage: Raster) -> None:
        """Fill `coverage` (H x W), which holds the hole filled last, in place of that fill, with the same seed."""
        wider = filled.widen(coverage)
        if wider is None or filled is not self.filled_hole:
            return
        if wider.steered is not None or not self._is_blocked():
            job = self._job(wider, filled.candidates[filled.index].seed, [])
            self._replace(job, lambda each: each.hole is filled or each.hole.base is not None)

    def _is_blocked(self) -> bool:
        """Return whether the chosen model cannot fill yet, and report why."""
        reason = self._models.blocked_reason
        if reason:
            self.status.emit(Status.result(reason, about=("model",)))
            self.blocked.emit()
        return bool(reason)

    # Undo

    @property
    def undo_cancels(self) -> bool:
        """Whether `undo` would drop the job that was requested last, and nothing else."""
        return self._document.live is None and self.is_newest and not self._jobs[-1].strokes

    def undo(self) -> None:
        """Undo what was done last: a stroke under way, the job that was requested last, or the newest step.

        A fill that would become one step with the strokes before it is undone together with the newest of them.
        """
        if self.undo_cancels:
            self.take_back()
        else:
            self._document.undo()

    @Slot()
    def _on_stepping(self) -> None:
        """Drop the newest job, unless only a stroke under way or a step made since its request is undone."""
        if self._document.live is None and self.is_newest:
            self.take_back()

    def _apply_fill(self, hole: HoleFill, follows: frozenset[Accepts], result: Result) -> Report:
        candidate = hole.make_candidate(result, follows)
        if hole is self._last and self._is_in_effect(hole):
            self._exchange(hole, self._add(hole, candidate))
        else:
            with self._beneath_strokes(hole):
                candidates.apply_fill(self._document, hole, candidate)
                if hole.steered is not None:
                    self._document.fold(hole.strokes, hole.strokes[-1].label if hole.strokes else "")
                    self._steered = self._document.history.top
                elif hole.strokes:
                    self._document.fold(hole.strokes, tr("{label} and fill", label=hole.strokes[-1].label))
            self._report_candidates()
        self._models.seed = candidate.seed
        return partial(self._report, result)

    def _add(self, hole: HoleFill, candidate: Candidate) -> int:
        """Add a candidate of `hole`; older ones go where the history holds more than it may. Gives its index."""
        history = self._document.history
        while history.nbytes > history.budget and hole.drop_oldest():
            pass
        return hole.add(candidate)

    def add_candidate(
        self, hole: HoleFill, result: Result, follows: frozenset[Accepts], made: HoleFill | None = None
    ) -> Report:
        """Add a result to the candidates of a fill in effect and leave the photo; else put it into the document.

        `follows`: the planes of a guide that its model uses; `made`: the hole with what it was filled under, where that
        differs from `hole`.
        """
        if hole is not self._last or not self._is_in_effect(hole):
            return self._apply_fill(hole, follows, result)
        self._add(hole, (made or hole).make_candidate(result, follows))
        if hole.command is not None:
            self._document.note_growth(hole.command)
        self._report_candidates()
        fillers = self._models.titles(candidates.fillers_of(result))
        text = tr("Filled by {fillers} in {seconds:.1f} s.", fillers=fillers, seconds=result.seconds)
        return lambda: self.status.emit(Status.result(text, about=("fill",)))

    def _report(self, result: Result) -> None:
        self.filled.emit(result)
