"""Descriptions of the models and their weights for the window, and the jobs that import, download or change weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.engine.segment import store as segmenter
from inpaint_studio.engine.segment.importer import ImportedSegmenter
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights import licences
from inpaint_studio.models.base.checkpoint_format import Licence, Weights
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.network_config import ConfigTable
from inpaint_studio.session.reporting import Status, throttle
from inpaint_studio.session.task_queue import Lane, TaskQueue
from inpaint_studio.texts import mark, name_all, tr

if TYPE_CHECKING:
    from inpaint_studio.engine.weights.catalogue import Unfinished
    from inpaint_studio.engine.weights.importer import ImportResult
    from inpaint_studio.engine.weights.published import PublishedWeights

NO_WEIGHTS = mark("no weights")  # shown beside a network that has none
FULL_BUILD = mark("full build")  # shown beside one that this build cannot compute
SHIPPED = mark("shipped")  # shown beside one whose weights come with the program


@dataclass(frozen=True)
class ModelInfo:
    """A model with its traits and, for a network, the set of weights it fills with."""

    traits: Traits
    weights: Weights | None = None
    missing: bool = False  # it needs weights and has none that can be computed with here
    source: str = ""  # of its weights, as a title
    table: ConfigTable = field(default_factory=ConfigTable)  # how a new network of its system can be built
    obstacle: str = ""  # why this build cannot compute with it, in a sentence

    @property
    def name(self) -> str:
        """The model's name, as in its traits."""
        return self.traits.name

    @property
    def title(self) -> str:
        """The model's title, as in its traits."""
        return self.traits.title

    @property
    def licence(self) -> Licence:
        """The licence of its weights; free where it has none."""
        return "free" if self.weights is None else self.weights.licence

    @property
    def can_start(self) -> bool:
        """Whether a fill that copies can start from its picture."""
        return self.traits.values == "unit" and self.traits.centred is None and not self.missing

    @property
    def mark(self) -> str:
        """The note beside it in the list of models: whether its weights ship, their licence, or that it has none."""
        if self.weights is None or self.obstacle:
            return tr(FULL_BUILD if self.obstacle else NO_WEIGHTS) if self.missing else ""
        if self.weights.origin == "shipped":
            return tr(SHIPPED)
        return tr(licences.MARKS[self.weights.licence])


def describe(model: Any) -> ModelInfo:
    """Describe a model of the model library; raises anything for a plug-in with faults."""
    weights: Weights | None = getattr(model, "weights", None)
    obstacle = str(getattr(model, "obstacle", ""))
    missing = bool(obstacle) or (model.traits.needs_weights and hasattr(model, "weights") and weights is None)
    table = getattr(getattr(model, "system", None), "table", None) or ConfigTable()
    return ModelInfo(model.traits, weights, missing, _source(model, weights), table, obstacle)


def _source(model: Any, weights: Weights | None) -> str:
    dialects = getattr(getattr(model, "system", None), "dialects", ())
    name = "" if weights is None else weights.facts.get("dialect", "")
    return next((dialect.title for dialect in dialects if dialect.name == name), name)


def licence_key(weights: Weights) -> str:
    """Return the text that records an accepted licence: the set of weights and its terms."""
    return " ".join(f"{weights.name}: {weights.licence}, {weights.terms}".split())


class StoredWeights(NamedTuple):
    """A set of weights on the disk."""

    weights: Weights
    size: int  # bytes, with its discriminators


class WeightsAccess:
    """The engine's functions for weights, imported at the first use, as they import torch. Tests replace it."""

    def list_sets(self) -> tuple[list[StoredWeights], list[str]]:
        """Return the sets on the disk, and sentences about sets that cannot be used."""
        from inpaint_studio.engine.weights import discriminators, store

        sets, problems = store.scan()
        return [
            StoredWeights(weights, discriminators.size(weights.path)) for weights in sets if weights.path.exists()
        ], problems

    def find_segmenter(self) -> segmenter.Stored | None:
        """Return the imported network that finds objects."""
        return segmenter.find()

    def remove_segmenter(self) -> None:
        """Delete the network that finds objects."""
        segmenter.remove()

    def remove(self, name: str) -> None:
        """Delete a set."""
        from inpaint_studio.engine.weights import store

        store.remove(name)

    def rename(self, name: str, new: str) -> None:
        """Rename a set."""
        from inpaint_studio.engine.weights import store

        store.rename(name, new)

    def import_files(self, paths: Sequence[Path], ticket: Ticket) -> ImportResult:
        """Convert weights from files into sets, see `importer.import_files`."""
        from inpaint_studio.engine.weights.importer import import_files

        return import_files(paths, ticket=ticket)

    def import_any(self, paths: Sequence[Path], ticket: Ticket) -> ImportResult | ImportedSegmenter:
        """Import weights, or the network that finds objects; see `segment.importer.import_any`."""
        from inpaint_studio.engine.segment.importer import import_any

        return import_any(paths, partial(self.import_files, paths, ticket), ticket)

    def published(self, system: str) -> list[PublishedWeights]:
        """Return the published weights for a system; "": all that can be downloaded, the recommended ones first."""
        from inpaint_studio.engine.weights import catalogue

        return catalogue.entries_for(system) if system else catalogue.offered()

    def get(self, entry: PublishedWeights, ticket: Ticket, mirror: str) -> ImportResult:
        """Download published weights, from the mirror at that address ("": none) or their publisher; import them."""
        from inpaint_studio.engine.weights import catalogue

        return catalogue.get(entry, ticket, mirror=mirror)

    def unfinished(self, mirror: str) -> list[Unfinished]:
        """Return the downloads that stopped, also in earlier runs of the program."""
        from inpaint_studio.engine.weights import catalogue

        return catalogue.unfinished(mirror)

    def discard(self, entry: PublishedWeights, mirror: str) -> None:
        """Delete what has arrived of a download that stopped."""
        from inpaint_studio.engine.weights import catalogue

        catalogue.discard(entry, mirror)

    def export(self, name: str, path: Path, ticket: Ticket) -> tuple[str, ...]:
        """Write a set for other programs; gives sentences about what was written."""
        from inpaint_studio.engine.model_library import model_library
        from inpaint_studio.engine.weights.exporter import export
        from inpaint_studio.errors import WeightsError
        from inpaint_studio.models.base.network_model import NetworkModel

        network = model_library().get(name)
        if not isinstance(network, NetworkModel):
            raise WeightsError(tr("'{name}' is no set of weights that a network here takes.", name=name))
        return export(network, path, ticket).notes


@dataclass(eq=False)
class WeightsJob:
    """An import, a download or an export."""

    text: str  # for the user, such as "Importing net.pth"
    system: str = ""  # the name of the weights' model, where that is known
    fraction: float = 0.0
    note: str = ""  # the present stage
    ticket: Ticket = field(default_factory=Ticket)
    entry: PublishedWeights | None = None  # what a download fetches
    paused: bool = False  # the user stopped it to go on later


class WeightsManager(QObject):
    """Lists, imports, downloads, exports, renames and removes sets of weights; lives in the main thread.

    It never blocks that thread. Imports run one after another, and so do downloads; an import does not wait for a
    download.
    """

    jobsChanged = Signal()  # one began or ended
    progressed = Signal(object)  # WeightsJob
    arrived = Signal(object, bool)  # ImportResult, and whether it was downloaded
    changed = Signal()  # sets were added, renamed or removed
    removed = Signal(str)  # the name of a set; `changed` follows
    renamed = Signal(str, str)  # the former name of a set and the present one; `changed` follows
    # list[StoredWeights], a sentence for each unusable file in their folder, and the segmenter's `Stored` or None
    listed = Signal(object, object, object)
    published = Signal(str, object)  # the model's name, list[PublishedWeights]
    status = Signal(object)  # Status
    failed = Signal(str)  # a sentence; nothing was changed
    _reported = Signal(object, float, str)

    def __init__(
        self,
        io: TaskQueue,
        engine: WeightsAccess | None = None,
        parent: QObject | None = None,
        mirror: Callable[[], str] = str,
    ) -> None:
        """`io` runs the jobs; `engine` replaces the engine's functions in tests; `mirror` returns an address or ""."""
        super().__init__(parent)
        self._mirror = mirror
        self.unfinished: list[Unfinished] = []  # downloads that stopped, as far as they were listed
        self.engine = engine if engine is not None else WeightsAccess()
        self.jobs: list[WeightsJob] = []  # running or waiting, oldest first
        self._lists, self._imports, self._downloads = (io.lane(name) for name in ("weights", "imports", "downloads"))
        self._reported.connect(self._on_reported)

    def close(self) -> None:
        """Cancel everything; the queue's `stop` waits for it."""
        for job in self.jobs:
            job.ticket.cancel()

    # Lists

    def list_sets(self) -> None:
        """List the sets there are; `listed` follows."""
        engine = self.engine
        self._lists.run(
            lambda: (*engine.list_sets(), engine.find_segmenter()),
            lambda found: self.listed.emit(*found),
            self.failed.emit,
        )

    def list_published(self, system: str) -> None:
        """List the weights that were published for that model; `published` follows."""
        self._lists.run(partial(self.engine.published, system), partial(self.published.emit, system), self.failed.emit)

    def list_unfinished(self) -> None:
        """List the downloads that stopped; `jobsChanged` follows where there are others than before."""

        def done(found: list[Unfinished]) -> None:
            if found != self.unfinished:
                self.unfinished = found
                self.jobsChanged.emit()

        self._lists.run(partial(self.engine.unfinished, self._mirror()), done, self.failed.emit)

    def unfinished_for(self, system: str) -> Unfinished | None:
        """Return the first download of that model's weights that stopped."""
        return next((each for each in self.unfinished if each.entry.system == system), None)

    # Jobs

    def import_files(self, paths: Sequence[Path], system: str = "") -> None:
        """Import the published files that together are one set; `arrived` or `failed` follows.

        `system` is the name of their model as far as the user knows; their content decides.
        """
        what = paths[0].name if len(paths) == 1 else tr("{n} files", len(paths))
        job = WeightsJob(tr("Importing {what}", what=what), system)
        self._begin(self._imports, job, partial(self.engine.import_any, paths), self._on_any_imported)

    def get(self, entry: PublishedWeights) -> None:
        """Download what was published and import it; `arrived` or `failed` follows.

        Nothing happens where it is being downloaded already.
        """
        if any(job.entry == entry and not job.ticket.cancelled for job in self.jobs):
            return
        names = name_all([file.name for file in entry.files])
        job = WeightsJob(tr("Getting {names}", names=names), entry.system, entry=entry)
        mirror = self._mirror()
        self._begin(self._downloads, job, lambda ticket: self.engine.get(entry, ticket, mirror), self._on_downloaded)

    def pause(self, job: WeightsJob) -> None:
        """Stop a download so that it can go on later, also after a restart; `get` goes on with it."""
        job.paused = True
        self.cancel(job)

    def discard(self, entry: PublishedWeights) -> None:
        """Delete what has arrived of a download that stopped."""

        def done(_: object) -> None:
            self.list_unfinished()

        self._lists.run(partial(self.engine.discard, entry, self._mirror()), done, self.failed.emit)

    def export(self, name: str, path: Path) -> None:
        """Write a set for other programs, in the format of the path's suffix."""

        def done(notes: tuple[str, ...]) -> None:
            self.status.emit(Status.result(tr("Saved {name}.", name=path.name), *notes))

        self._begin(
            self._imports, WeightsJob(tr("Exporting {name}", name=name)), partial(self.engine.export, name, path), done
        )

    def _on_any_imported(self, imported: ImportResult | ImportedSegmenter) -> None:
        if isinstance(imported, ImportedSegmenter):  # it fills nothing, so no list of models changes
            self.status.emit(Status.result(imported.note))
            self.list_sets()
        else:
            self._on_imported(imported)

    def _on_downloaded(self, imported: ImportResult) -> None:
        self._on_imported(imported, downloaded=True)

    def _on_imported(self, imported: ImportResult, downloaded: bool = False) -> None:
        self.arrived.emit(imported, downloaded)
        self.changed.emit()

    def cancel(self, job: WeightsJob | None = None) -> None:
        """Stop `job`, or the newest; what a download has fetched is kept for the next time."""
        job = job if job is not None else self.jobs[-1] if self.jobs else None
        if job is not None:
            job.ticket.cancel()
            job.note = tr("Stopping")  # a server that sends nothing delays that for some seconds
            self.progressed.emit(job)

    def job_for(self, system: str) -> WeightsJob | None:
        """Return the newest job for that model's weights."""
        return next((job for job in reversed(self.jobs) if job.system == system), None)

    def _begin(self, lane: Lane, job: WeightsJob, work: Callable[[Ticket], Any], then: Callable[[Any], None]) -> None:
        job.ticket = Ticket(throttle(partial(self._reported.emit, job)))
        self.jobs.append(job)
        self.jobsChanged.emit()

        def end() -> None:
            self.jobs.remove(job)
            self.jobsChanged.emit()
            if job.entry is not None:
                self.list_unfinished()

        def done(result: Any) -> None:
            end()
            then(result)

        def failed(sentence: str) -> None:
            end()
            if job.ticket.cancelled:
                if job.paused:
                    text = tr("{job} is paused; what has arrived is kept.", job=job.text)
                else:
                    text = tr("{job} was cancelled.", job=job.text)
                self.status.emit(Status.result(text, about=("weights",)))
            else:
                self.failed.emit(sentence)

        lane.run(lambda: work(job.ticket), done, failed)

    @Slot(object, float, str)
    def _on_reported(self, job: WeightsJob, fraction: float, note: str) -> None:
        if job in self.jobs and not job.ticket.cancelled:
            job.fraction, job.note = fraction, note or job.note
            self.progressed.emit(job)

    # Changes

    def remove(self, name: str) -> None:
        """Delete a set; `changed` or `failed` follows."""
        then = partial(self.removed.emit, name)
        self._change(partial(self.engine.remove, name), tr("Deleted the weights '{name}'.", name=name), then)

    def remove_segmenter(self) -> None:
        """Delete the network that finds objects; `changed` or `failed` follows."""
        text = tr("Deleted {title}; the Object tool finds objects without it.", title=tr(segmenter.TITLE))
        self._change(self.engine.remove_segmenter, text)

    def rename(self, name: str, new: str) -> None:
        """Give a set another name; `changed` or `failed` follows."""
        then = partial(self.renamed.emit, name, new)
        self._change(
            partial(self.engine.rename, name, new),
            tr("The weights '{name}' are called '{new}' now.", name=name, new=new),
            then,
        )

    def _change(self, task: Callable[[], None], text: str, then: Callable[[], object] | None = None) -> None:
        def done(_: object) -> None:
            self.status.emit(Status.result(text))
            if then is not None:
                then()
            self.changed.emit()

        self._lists.run(task, done, self.failed.emit)
