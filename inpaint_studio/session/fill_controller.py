"""How a document's hole is filled: the job under way, the candidates, and what becomes of a result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session import candidates as fills
from inpaint_studio.session.document import Document
from inpaint_studio.session.history import Command
from inpaint_studio.session.model_choice import Choosing
from inpaint_studio.session.raster import PHOTO, Plane
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.worker import FillWorker

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Piece, Result

NO_HOLE = "Brush over something first, then fill."


class Stages(NamedTuple):
    """What stood before the fill in effect: pieces of its candidate, which mean something in its `hole` alone."""

    coarse: list[Piece]  # h x w x 3 uint8
    edges: list[Piece]  # h x w uint8
    hole: Plane


class Filling(Choosing):
    """Fills the document's hole in the worker's thread; lives in the main thread, where nothing it does takes long.

    A fill belongs to the photo's pixels as they were when it was asked: undo, redo, another photo or any other change
    of pixels cancels it. Strokes made while it runs stay. Its result is one step of the history.
    """

    busy = Signal(bool)  # a fill is under way, or edges are predicted
    progress = Signal(float, str)  # of that: fraction and what it is doing
    failed = Signal(str)  # a sentence; the document is as it was
    filled = Signal(object)  # Result, when it stands in the document
    candidatesChanged = Signal(int, int)  # index of the one in effect, how many there are

    def __init__(
        self, document: Document, worker: FillWorker, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(worker, settings, parent)
        self.document = document
        self._asked: dict[int, fills.Asked] = {}  # by number; only the newest is wanted
        self._number: int | None = None
        self._held: Result | None = None  # came in the middle of a stroke
        self._strokes: list[Command] = []  # not filled yet, to become one step with their fill
        self._last: fills.LastFill | None = None
        self._applying = False
        worker.progressed.connect(self._on_progress)
        worker.finished_fill.connect(self._on_result)
        worker.failed.connect(self._on_failed)
        worker.cancelled.connect(self._on_cancelled)
        document.stepping.connect(self.cancel)
        document.replaced.connect(self._on_replaced)
        document.changed.connect(self._on_changed)
        document.liveEnded.connect(self._on_live_ended)

    # Filling

    @property
    def is_busy(self) -> bool:
        return self._number is not None

    @property
    def under_way(self) -> fills.Asked | None:
        """What was asked for last and has not come yet."""
        return None if self._number is None else self._asked.get(self._number)

    def fill(self) -> bool:
        """Ask for the document's hole to be filled; False (with a word) where there is none."""
        return self._ask_fill([])

    def stroke_finished(self) -> None:
        """A tool has just added to the hole in a step of its own: with fill on release, fill it now.

        Strokes whose fill a newer stroke has overtaken become one step with that one and its fill.
        """
        newest = self.document.history.top
        if not self.fill_on_release or newest is None:
            return
        strokes = [*self._strokes, newest]
        if self._ask_fill(strokes):
            self._strokes = strokes

    def _ask_fill(self, strokes: list[Command]) -> bool:
        if self._is_hindered():
            return False
        options = self.options(self.seed)
        asked = fills.ask(self.document, self.model, options) if self.document.photo is not None else None
        if asked is None:
            self.status.emit(NO_HOLE)
            return False
        asked.steps, asked.follows = strokes, self.follows_edges
        self._send(asked)
        return True

    def _is_hindered(self) -> bool:
        """Whether something stands between the chosen model and a fill; then it is told."""
        hindrance = self.hindrance
        if hindrance:
            self.status.emit(hindrance)
            self.hindered.emit()
        return bool(hindrance)

    def another(self) -> None:
        """Fill the hole filled last once more with the next seed; without such a fill, fill the hole there is."""
        last = self._last
        if last is None or not self.document.history.holds(last.command):
            self._seed += 1
            if not self.fill():
                self._seed -= 1
            self.optionsChanged.emit()
            return
        if self._is_hindered():
            return
        seed = max(candidate.seed for candidate in last.candidates) + 1
        wanted = last.asked.wanted._replace(
            model=self.model,
            options=self.options(seed),
            instead=last,
        )
        self._send(replace(last.asked, wanted=wanted, again=True, follows=self.follows_edges))

    def _send(self, asked: fills.Asked) -> None:
        self._held = None
        was_busy = self.is_busy
        self._number = self.worker.request(asked.wanted.request)
        self._asked[self._number] = asked
        if not was_busy:
            self.busy.emit(True)
        self.progress.emit(0.0, "")

    @Slot()
    def cancel(self) -> None:
        """Drop the fill under way; the document stays as it is."""
        if self.is_busy:
            self.worker.cancel()
            self._end_job()
            self.status.emit("Cancelled.")

    def _end_job(self) -> None:
        self._number, self._held, self._strokes = None, None, []
        self.busy.emit(False)

    # Candidates of the hole filled last

    @property
    def candidate_count(self) -> int:
        return len(self._last.candidates) if self._last is not None else 0

    @property
    def candidate_index(self) -> int:
        """Which candidate is in effect; -1 where nothing was filled."""
        return self._last.index if self._last is not None else -1

    def next_candidate(self) -> None:
        self._step_candidate(1)

    def previous_candidate(self) -> None:
        self._step_candidate(-1)

    @property
    def candidates(self) -> list[fills.Candidate]:
        """The fills of the hole filled last, oldest first."""
        return list(self._last.candidates) if self._last is not None else []

    @property
    def stages(self) -> Stages | None:
        """What stood before the newest fill, as long as that is in the photo."""
        last = self._last
        if last is None or not (self._applying or self.document.history.holds(last.command)):
            return None
        chosen = last.candidates[last.index]
        return Stages(chosen.coarse, chosen.edges, last.asked.wanted.hole)

    @property
    def last_box(self) -> Box | None:
        """The box of the hole filled last; None where nothing was filled."""
        return self._last.asked.box if self._last is not None else None

    def show_candidate(self, index: int) -> None:
        """Put the candidate of that index into effect."""
        if index != self.candidate_index:
            self._step_candidate(index - self.candidate_index)

    def _step_candidate(self, by: int) -> None:
        last = self._last
        if last is None or self.document.live is not None:
            return
        index = last.index + by
        if not 0 <= index < len(last.candidates):
            self.status.emit("There is no other candidate that way; “Another one” makes one.")
        elif self._exchange(last, index):
            self.seed = last.candidates[index].seed

    def _exchange(self, last: fills.LastFill, index: int) -> bool:
        if self.is_busy:
            self.cancel()
        self._applying = True
        done = fills.exchange(self.document, last, index)
        self._applying = False
        if done:
            self.candidatesChanged.emit(last.index, len(last.candidates))
            chosen = last.candidates[index]
            self.status.emit(f"Candidate {index + 1} of {len(last.candidates)} (seed {chosen.seed}).")
        return done

    # What the fill thread tells

    @Slot(int, float, str)
    def _on_progress(self, number: int, fraction: float, note: str) -> None:
        if number == self._number:
            self.progress.emit(fraction, note)

    @Slot(int, object)
    def _on_result(self, number: int, result: Result) -> None:
        asked = self._asked.get(number)
        if number != self._number or asked is None:
            self._asked.pop(number, None)
        elif self.document.live is not None:
            self._held = result  # a stroke is under way; it must end on the rasters it began on
        else:
            self._take(self._asked.pop(number), result)

    @Slot()
    def _on_live_ended(self) -> None:
        if self._held is not None:  # once the tool is done: it may ask for a newer fill in the same breath
            QTimer.singleShot(0, self, self._take_held)

    @Slot()
    def _take_held(self) -> None:
        result, number = self._held, self._number
        if result is not None and number is not None:
            self._held = None
            self._on_result(number, result)

    def _take(self, asked: fills.Asked, result: Result) -> None:
        chosen = fills.candidate(asked, result)
        self._number, self._strokes = None, []
        last = self._last
        if asked.again and last is not None and self.document.history.holds(last.command):
            self._exchange(last, fills.keep(last, chosen))
        else:
            self._applying = True
            self._last = fills.apply_fill(self.document, asked, chosen)
            if asked.steps:
                self.document.fold(asked.steps, "Brush and fill")
            self._applying = False
            self.candidatesChanged.emit(0, 1)
        self.seed = chosen.seed
        self.busy.emit(False)
        self.status.emit(" ".join([f"Filled by {result.model} in {result.seconds:.1f} s.", *result.notes]))
        self.filled.emit(result)

    @Slot(int, str)
    def _on_failed(self, number: int, sentence: str) -> None:
        self._asked.pop(number, None)
        if number == self._number:
            self._end_job()
            self.failed.emit(sentence)

    @Slot(int)
    def _on_cancelled(self, number: int) -> None:
        self._asked.pop(number, None)
        if number == self._number:
            self._end_job()

    # What the document tells

    @Slot(str, object)
    def _on_changed(self, raster: str, _box: object) -> None:
        if raster == PHOTO and not self._applying:
            self.cancel()

    @Slot()
    def _on_replaced(self) -> None:
        if self.is_busy:
            self.worker.cancel()
            self._end_job()
        self._last = None
        self.candidatesChanged.emit(-1, 0)
