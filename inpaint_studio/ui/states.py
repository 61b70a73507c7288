"""The states that messages are about: a message is outdated as soon as one of its states is another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.session.raster import DONORS, HOLE, LABELS, ONLY, PREDICTED
from inpaint_studio.session.reporting import State
from inpaint_studio.session.session import Session
from inpaint_studio.ui.canvas.canvas import Canvas

_RASTERS: dict[str, State] = {
    HOLE: "hole",
    DONORS: "areas",
    ONLY: "areas",
    LABELS: "labels",
    PREDICTED: "labels",
}


class States(QObject):
    """The present states of a session and its canvas. `changed` is emitted when any of them may be another."""

    changed = Signal()

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session, self._canvas = session, canvas
        self._counts: Counter[State] = Counter()  # of changes, for states that have no value of their own
        self._jobs = 0  # with weights, at the last look
        self._values: dict[State, Callable[[], object]] = {
            "step": self._step,
            "photo": self._photo,
            "fill": self._fill,
            "suggestions": self._suggestions,
            "model": lambda: (session.models.name, session.models.blocked_reason),
            "device": lambda: session.models.device,
            "training": self._training,
            "tool": lambda: canvas.tool.name,
        }
        self._connect()

    def _connect(self) -> None:
        session, document, count = self._session, self._session.document, self._count
        document.changed.connect(self._on_drawn)
        document.replaced.connect(self._on_replaced)
        session.fills.busy.connect(lambda busy: count("job") if busy else None)
        session.opened.connect(lambda: count("files"))
        session.saved.connect(lambda _: count("files"))
        session.weights.removed.connect(lambda _: count("sets"))
        session.weights.renamed.connect(lambda *_: count("sets"))
        session.weights.jobsChanged.connect(self._on_jobs)
        for signal in (
            document.historyChanged,
            session.fills.candidatesChanged,
            session.hole.suggestions.changed,
            session.models.changed,
            session.models.optionsChanged,
            session.training.changed,
            self._canvas.toolChanged,
        ):
            signal.connect(self.changed)

    def now(self, about: Iterable[State]) -> tuple[object, ...]:
        """Return the present states of these kinds, to be compared with those of another time."""
        return tuple(self._values[state]() if state in self._values else self._counted(state) for state in about)

    def _counted(self, state: State) -> object:
        drawn = state in _RASTERS.values()
        return self._counts[state], self._photo() if drawn else None

    def _photo(self) -> object:
        return self._counts["photo"]  # a number: a message keeps nothing of a photo that is closed

    def _step(self) -> object:
        return self._photo(), self._session.document.history.state

    def _fill(self) -> object:
        fills = self._session.fills
        shape = fills.last_box, fills.candidate_index, fills.candidate_count, fills.filled_hole is not None
        return self._photo(), *shape

    def _suggestions(self) -> object:
        found = self._session.hole.suggestions
        return self._photo(), len(found.parts), found.index, found.is_searching

    def _training(self) -> object:
        training, run = self._session.training, self._session.training.run
        return None if run is None else (run.folder, run.name, run.end, run.saved, training.running)

    def _count(self, state: State) -> None:
        self._counts[state] += 1
        self.changed.emit()

    @Slot()
    def _on_replaced(self) -> None:
        self._count("photo")

    @Slot(str, object)
    def _on_drawn(self, raster: str, _box: object) -> None:
        if raster in _RASTERS:
            self._count(_RASTERS[raster])

    @Slot()
    def _on_jobs(self) -> None:
        before, self._jobs = self._jobs, len(self._session.weights.jobs)
        if self._jobs > before:
            self._count("weights")


class Life:
    """The life of a message: it is over as soon as a state that the message is about is another than at its start."""

    def __init__(self, states: States, about: tuple[State, ...]) -> None:
        self._states, self._about = states, about
        self._first = states.now(about)

    @property
    def over(self) -> bool:
        """Whether the message is outdated."""
        return self._states.now(self._about) != self._first
