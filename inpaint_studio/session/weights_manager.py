"""What the window knows of the models and their weights, and the jobs that bring weights in, off the main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights import licences
from inpaint_studio.models.base.checkpoint_format import Licence, Weights
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.session.reporting import Status, throttle
from inpaint_studio.session.task_queue import Lane, TaskQueue

if TYPE_CHECKING:
    from inpaint_studio.engine.weights.importer import ImportResult
    from inpaint_studio.engine.weights.published import PublishedWeights

NO_WEIGHTS = "no weights"  # the mark of a network that has none


@dataclass(frozen=True)
class ModelInfo:
    """A model as the window knows it: what it declares, and the set of weights it fills with, if it has one."""

    traits: Traits
    weights: Weights | None = None
    missing: bool = False  # it needs weights and has none
    source: str = ""  # where its weights come from, for people

    @property
    def name(self) -> str:
        return self.traits.name

    @property
    def title(self) -> str:
        return self.traits.title

    @property
    def licence(self) -> Licence:
        """What may be done with its weights; free where it has none of anybody's."""
        return "free" if self.weights is None else self.weights.licence

    @property
    def mark(self) -> str:
        """The word that stands beside it in the list."""
        return NO_WEIGHTS if self.missing else licences.MARKS[self.licence]


def describe(model: Any) -> ModelInfo:
    """What is to be known of a model of the shelf."""
    weights: Weights | None = getattr(model, "weights", None)
    missing = model.traits.needs_weights and hasattr(model, "weights") and weights is None
    return ModelInfo(model.traits, weights, missing, _source(model, weights))


def _source(model: Any, weights: Weights | None) -> str:
    dialects = getattr(getattr(model, "system", None), "dialects", ())
    name = "" if weights is None else weights.facts.get("dialect", "")
    return next((dialect.title for dialect in dialects if dialect.name == name), name)


def licence_key(weights: Weights) -> str:
    """What a person has agreed to: a set, and what its licence said."""
    return " ".join(f"{weights.name}: {weights.licence}, {weights.terms}".split())


class StoredWeights(NamedTuple):
    """A set on the disk."""

    weights: Weights
    size: int  # bytes


class WeightsAccess:
    """What is asked of the engine, imported at the first use: it brings torch with it. Tests give their own."""

    def look(self) -> tuple[list[StoredWeights], list[str]]:
        from inpaint_studio.engine.weights import store

        sets, problems = store.look()
        return [
            StoredWeights(weights, weights.path.stat().st_size) for weights in sets if weights.path.exists()
        ], problems

    def remove(self, name: str) -> None:
        from inpaint_studio.engine.weights import store

        store.remove(name)

    def rename(self, name: str, new: str) -> None:
        from inpaint_studio.engine.weights import store

        store.rename(name, new)

    def import_files(self, paths: Sequence[Path], ticket: Ticket) -> ImportResult:
        from inpaint_studio.engine.weights.importer import import_files

        return import_files(paths, ticket=ticket)

    def published(self, system: str) -> list[PublishedWeights]:
        from inpaint_studio.engine.weights import catalogue

        return catalogue.entries_for(system)

    def get(self, entry: PublishedWeights, ticket: Ticket) -> ImportResult:
        from inpaint_studio.engine.weights import catalogue

        return catalogue.get(entry, ticket)

    def export(self, name: str, path: Path, ticket: Ticket) -> tuple[str, ...]:
        """Sentences about what was written."""
        from inpaint_studio.engine.model_library import model_library
        from inpaint_studio.engine.weights.exporter import export
        from inpaint_studio.errors import WeightsError
        from inpaint_studio.models.base.network_model import NetworkModel

        network = model_library().get(name)
        if not isinstance(network, NetworkModel):
            raise WeightsError(f"'{name}' is no set of weights that a network here takes.")
        return export(network, path, ticket).notes


@dataclass(eq=False)
class WeightsJob:
    """Weights on their way in or out."""

    text: str  # what is being done
    system: str = ""  # the name of the model they are for, where that is known
    fraction: float = 0.0
    note: str = ""  # what it is doing now
    ticket: Ticket = field(default_factory=Ticket)


class WeightsManager(QObject):
    """Looks at the sets there are, brings in others and removes them; lives in the main thread and never blocks it.

    Imports follow each other, and so do downloads; an import does not wait for a download.
    """

    jobsChanged = Signal()  # one began or ended
    progressed = Signal(object)  # WeightsJob
    arrived = Signal(object)  # ImportResult
    changed = Signal()  # there are other sets than before
    looked = Signal(object, object)  # list[StoredWeights], a sentence for each file in their folder that is none
    published = Signal(str, object)  # the model's name, list[PublishedWeights]
    status = Signal(object)  # Status
    failed = Signal(str)  # a sentence; nothing was changed
    _reported = Signal(object, float, str)

    def __init__(self, io: TaskQueue, engine: WeightsAccess | None = None, parent: QObject | None = None) -> None:
        """`io` runs the jobs; `engine` replaces the engine's functions in tests."""
        super().__init__(parent)
        self.engine = engine if engine is not None else WeightsAccess()
        self.jobs: list[WeightsJob] = []  # running or waiting, oldest first
        self._looks, self._imports, self._downloads = (io.lane(name) for name in ("weights", "imports", "downloads"))
        self._reported.connect(self._on_reported)

    def close(self) -> None:
        """Cancel everything; the queue's `stop` waits for it."""
        for job in self.jobs:
            job.ticket.cancel()

    # Looking

    def look(self) -> None:
        """Look which sets there are; `looked` follows."""
        self._looks.run(self.engine.look, lambda found: self.looked.emit(*found), self.failed.emit)

    def look_up(self, system: str) -> None:
        """Look what was published for that model; `published` follows."""
        self._looks.run(partial(self.engine.published, system), partial(self.published.emit, system), self.failed.emit)

    # Bringing in

    def import_files(self, paths: Sequence[Path], system: str = "") -> None:
        """Import the published files that together are one set; `arrived` or `failed` follows.

        `system` is the model they are thought to be for; what they are is told by their content.
        """
        what = paths[0].name if len(paths) == 1 else f"{len(paths)} files"
        job = WeightsJob(f"Importing {what}", system)
        self._begin(self._imports, job, partial(self.engine.import_files, paths), self._welcome)

    def get(self, entry: PublishedWeights) -> None:
        """Download what was published and import it; `arrived` or `failed` follows."""
        names = " and ".join(file.name for file in entry.files)
        job = WeightsJob(f"Getting {names}", entry.system)
        self._begin(self._downloads, job, partial(self.engine.get, entry), self._welcome)

    def export(self, name: str, path: Path) -> None:
        """Write a set for other programs, in the format that the path's ending names."""

        def written(notes: tuple[str, ...]) -> None:
            self.status.emit(Status.result(f"Saved {path.name}.", *notes))

        self._begin(self._imports, WeightsJob(f"Exporting {name}"), partial(self.engine.export, name, path), written)

    def _welcome(self, imported: ImportResult) -> None:
        self.arrived.emit(imported)
        self.changed.emit()

    def cancel(self, job: WeightsJob | None = None) -> None:
        """Stop `job`, or the newest; what a download has fetched is kept for the next time."""
        wanted = job if job is not None else self.jobs[-1] if self.jobs else None
        if wanted is not None:
            wanted.ticket.cancel()
            wanted.note = "Stopping"  # a server that says nothing keeps it for some seconds
            self.progressed.emit(wanted)

    def job_for(self, system: str) -> WeightsJob | None:
        """The newest job that brings weights for that model."""
        return next((job for job in reversed(self.jobs) if job.system == system), None)

    def _begin(self, lane: Lane, job: WeightsJob, work: Callable[[Ticket], Any], then: Callable[[Any], None]) -> None:
        job.ticket = Ticket(throttle(partial(self._reported.emit, job)))
        self.jobs.append(job)
        self.jobsChanged.emit()

        def ended() -> None:
            self.jobs.remove(job)
            self.jobsChanged.emit()

        def done(outcome: Any) -> None:
            ended()
            then(outcome)

        def failed(sentence: str) -> None:
            ended()
            if job.ticket.cancelled:
                self.status.emit(Status.result(f"{job.text} was cancelled."))
            else:
                self.failed.emit(sentence)

        lane.run(lambda: work(job.ticket), done, failed)

    @Slot(object, float, str)
    def _on_reported(self, job: WeightsJob, fraction: float, note: str) -> None:
        if job in self.jobs and not job.ticket.cancelled:
            job.fraction, job.note = fraction, note or job.note
            self.progressed.emit(job)

    # Changing

    def remove(self, name: str) -> None:
        """Delete a set; `changed` or `failed` follows."""
        self._change(partial(self.engine.remove, name), f"Removed the weights '{name}'.")

    def rename(self, name: str, new: str) -> None:
        """Give a set another name; `changed` or `failed` follows."""
        self._change(partial(self.engine.rename, name, new), f"The weights '{name}' are called '{new}' now.")

    def _change(self, work: Callable[[], None], word: str) -> None:
        def done(_: object) -> None:
            self.status.emit(Status.result(word))
            self.changed.emit()

        self._looks.run(work, done, self.failed.emit)
