"""A session: the edited document, everything that works on it, and the files it is opened from and saved to.

Functions here import the engine when they run, in a thread: it is slow to import, and the window opens before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from inpaint_studio import paths
from inpaint_studio.models.base.interface import AUTO
from inpaint_studio.session.candidate_queue import CandidateQueue
from inpaint_studio.session.copying import photo_of
from inpaint_studio.session.document import Document
from inpaint_studio.session.fill_controller import FillController
from inpaint_studio.session.flow_export import find_views, write_views
from inpaint_studio.session.history import MEBIBYTE, Defer
from inpaint_studio.session.hole_editing import HoleEditing
from inpaint_studio.session.journal.journal import Journal
from inpaint_studio.session.label_prediction import LabelPrediction
from inpaint_studio.session.memory_release import MemoryRelease
from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.session.prediction import EdgePrediction
from inpaint_studio.session.project import is_project
from inpaint_studio.session.project.snapshot import Snapshot, take_snapshot
from inpaint_studio.session.raster import DONORS, HOLE, LABELS, ONLY, PHOTO, Raster
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.spill import SpillFile
from inpaint_studio.session.task_queue import TaskQueues
from inpaint_studio.session.training.controller import TrainingController
from inpaint_studio.session.weights_manager import ModelInfo, WeightsAccess, WeightsManager
from inpaint_studio.session.worker import FillWorker
from inpaint_studio.texts import name_all, tr

if TYPE_CHECKING:
    from inpaint_studio.engine.photo.deep import Samples
    from inpaint_studio.engine.photo.photo import Photo
    from inpaint_studio.engine.weights.importer import ImportResult

Ask = Callable[[tuple[str, ...]], None]  # asks the user about a file that would lose what these sentences name

KEEP_SETTINGS = 2000  # ms after a change of settings until they are written
FILES = "files"  # the lane of photos: they are read and written one after another


class Session(QObject):
    """Owns the parts of the program behind the window, and connects them; opens and saves photos."""

    opened = Signal()
    saved = Signal(str)  # path
    failed = Signal(str)  # a sentence: a file was not opened or saved; the document is unchanged
    status = Signal(object)  # Status, of any part

    def __init__(
        self,
        settings: Settings | None = None,
        worker: FillWorker | None = None,
        weights: WeightsAccess | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`worker` and `weights` replace the fill thread and the stored weights in tests."""
        super().__init__(parent)
        self.settings = settings if settings is not None else Settings()
        self.worker = worker if worker is not None else FillWorker()
        self.queues = TaskQueues(self)
        background = self.queues.memory.lane("history").run
        self.document = self._make_document(background)
        MemoryRelease(self.document, self.queues.memory.lane("release"), self)
        self.models = ModelChoice(self.worker, self.settings)
        self.fills = FillController(self.document, self.models, self.worker)
        self.queue = CandidateQueue(self.document, self.models, self.fills, self)
        self.edges = EdgePrediction(self.document, self.models, self.fills)
        self.labels = LabelPrediction(self.document, self.models, self.fills, self.settings, self.queues.io.lane(FILES))
        self.hole = HoleEditing(self.document, self.fills, self.settings, self.queues, FILES)
        self.weights = WeightsManager(self.queues.io, weights, mirror=partial(self.settings.get, "weights_mirror"))
        self.training = TrainingController(self.models, self.fills, self.weights, self.queues)
        self.journal = Journal(self.document, self.queues, self._make_document, self)
        self._keep_settings = QTimer(self)
        self._keep_settings.setSingleShot(True)
        self._keep_settings.setInterval(KEEP_SETTINGS)
        self._keep_settings.timeout.connect(self._on_keep_settings)
        self._opening = 0  # number of the newest photo to open
        self._saving: tuple[Photo, int] | None = None  # what is being saved: the photo and the state of its history
        for part in (
            self.settings,
            self.worker,
            self.document,
            self.models,
            self.fills,
            self.edges,
            self.labels,
            self.weights,
        ):
            part.setParent(self)
        self.hole.setParent(self)
        self.training.setParent(self)
        self.hole.status.connect(self.status)
        self.hole.masks.failed.connect(self.failed)
        self.models.status.connect(self.status)
        self.fills.status.connect(self.status)
        self.edges.status.connect(self.status)
        self.labels.status.connect(self.status)
        self.labels.files.failed.connect(self.failed)
        self.weights.status.connect(self.status)
        self.training.status.connect(self.status)
        self.weights.arrived.connect(self._on_arrived)
        self.weights.changed.connect(self.worker.refresh)
        self.weights.removed.connect(self.models.use_another)
        self.weights.renamed.connect(self.models.follow_name)
        self.journal.status.connect(self.status)
        self.journal.failed.connect(self.failed)
        self.journal.brought_back.connect(self._on_brought_back)
        self.settings.changed.connect(self._on_setting)
        self.document.stepped.connect(self._on_stepped)

    def start(self) -> None:
        """Start the fill thread; best once the window is on screen."""
        self.worker.start()
        self.journal.look()
        self.weights.list_unfinished()
        self.training.find()

    def close(self) -> bool:
        """Stop every thread and write the settings; a training process goes on.

        A photo that is being saved is saved, however long that takes. Everything else has some seconds to stop. False
        where a fill has not stopped by then: the program has to end by `os._exit`, as Qt aborts it otherwise. Unsaved
        work is left to the next start, unless `journal.discard` was called before.
        """
        self._keep_settings.stop()
        self.training.close()
        self.weights.close()
        self.journal.close()
        self.hole.suggestions.cancel()
        ended = self.worker.stop()
        self.queues.stop()
        if not self.models.licence_accepted:  # at the next start the licence is not known before the first fill
            self.settings.set("model", AUTO)
        self.settings.save()
        return ended

    # Files

    def open(self, path: str | Path) -> None:
        """Open a photo, which replaces the present one; `opened` or `failed` follows. The newest call wins."""
        self._opening += 1
        number, path = self._opening, Path(path)
        status = Status.working(tr("Opening {name}…", name=path.name))
        self.status.emit(status)
        unread = partial(self._on_failed, status)
        read = partial(_read_project, path, self._make_document) if is_project(path) else partial(_read, path)
        self.queues.io.run(read, partial(self._on_read, number, path, self.document.modified), unread, lane=FILES)

    def _on_read(self, number: int, path: Path, modified: bool, read: Photo | Document) -> None:
        if number != self._opening:
            return
        if self.document.modified and not modified:  # nobody was asked about what was drawn since
            sentence = tr("{name} was not opened: the photo here was changed meanwhile. Open it again.", name=path.name)
            self.status.emit(Status.result(sentence))
            return
        if isinstance(read, Document):
            self.document.adopt(read)
        else:
            self.document.load(read, own=True)
        photo = self.document.photo
        self.status.emit(Status.result(*(() if photo is None else photo.notes), about=("photo",)))
        self.opened.emit()

    def paste(self, image: QImage) -> bool:
        """Open an image from the clipboard; False, with a message, where there is none."""
        if image.isNull():
            self.status.emit(Status.result(tr("There is no picture on the clipboard.")))
            return False
        self._opening += 1  # instead of a photo that is still being opened
        self.document.load(photo_of(image), own=True)
        self.status.emit(Status.result(tr("Pasted as a new photo.")))
        self.opened.emit()
        return True

    @Slot()
    def _on_brought_back(self) -> None:
        self._opening += 1  # instead of a photo that is still being opened
        self.status.emit(Status.result(tr("Your work is back.")))
        self.opened.emit()

    def save(self, path: str | Path | None = None, ask: Ask | None = None) -> bool:
        """Save to `path`, which becomes the photo's file (None: the one it has); `saved` or `failed` follows.

        Where that would replace what the photo's own file holds beside the photo, and `ask` is there, nothing is saved
        and `ask` is called with sentences about it. False where there is neither path, so that one has to be chosen.
        """
        photo = self.document.photo
        if path is None:
            path = None if photo is None else photo.path
        if photo is None or path is None:
            return False
        self._save(photo, Path(path), ask)
        return True

    def _save(self, photo: Photo, path: Path, ask: Ask | None) -> None:
        state, task = self.document.history.state, self._save_task(photo, path, ask)
        marks = "" if is_project(path) else name_marks(self.document)
        saved = tr("Saved {name}.", name=path.name)
        if marks:
            saved = tr("Saved {name} without {marks}, which a picture cannot hold.", name=path.name, marks=marks)
        saving = self._saving = (photo, state)
        status = Status.working(tr("Saving {name}…", name=path.name))
        self.status.emit(status)

        def ended() -> None:
            if self._saving is saving:
                self._saving = None

        def done(result: tuple[str, ...] | _Losses) -> None:
            ended()
            if isinstance(result, _Losses):
                self.status.emit(status.ended())
                if ask is not None:
                    ask(result.sentences)
                return
            if self.document.photo is photo:
                self.document.photo = replace(photo, path=path)
                self.document.mark_saved(state)
            self.status.emit(Status.result(saved, *result))
            self.saved.emit(str(path))

        def failed(sentence: str) -> None:
            ended()
            self._on_failed(status, sentence)

        self.queues.io.run(task, done, failed, lane=FILES, must_finish=True)

    def _save_task(self, photo: Photo, path: Path, ask: Ask | None) -> Callable[[], tuple[str, ...] | _Losses]:
        """Copy what is to be saved, and return the work that writes it."""
        if is_project(path):
            snapshot = take_snapshot(self.document, self.fills.filled_hole)
            return partial(_write_project if ask is None else _write_project_unless_lossy, snapshot, path)
        pixels, deep = self.document.raster(PHOTO).copy(), self.document.deep
        write = _write if ask is None else _write_unless_lossy
        return partial(write, photo, path, pixels, None if deep is None else deep.copy())

    def _on_failed(self, status: Status, sentence: str) -> None:
        self.status.emit(status.ended())
        self.failed.emit(sentence)

    @property
    def is_saving(self) -> bool:
        """Whether the document as it is now is being saved; `saved` or `failed` follows."""
        if self._saving is None:
            return False
        photo, state = self._saving
        return photo is self.document.photo and state == self.document.history.state

    def save_flow(self, path: str | Path, beside: int = -1) -> None:
        """Save where the fill came from, in the format of the suffix of `path` (`engine.flow.export`).

        `beside`: the index of the candidate that is shown at the side of the one in the photo; -1: none.
        """
        path, photo = Path(path), self.document.photo
        views = find_views(self.document, self.fills, self.models, beside)
        if not views or photo is None:
            return
        name = photo.path.name if photo.path is not None else tr("Pasted picture")
        task = partial(write_views, views, path, name, self.settings.get("flow_colours"))

        def done(_: None) -> None:
            self.status.emit(Status.result(tr("Saved {name}.", name=path.name)))

        self.queues.io.run(task, done, self.failed.emit, lane=FILES, must_finish=True)

    # Connections between the parts

    def _on_arrived(self, imported: ImportResult, downloaded: bool) -> None:
        """Choose imported weights, and downloaded ones where their model is the chosen one: that may be long after."""

        def report(model: ModelInfo) -> None:
            title = f"{model.title} ({model.source})" if model.source else model.title
            self.status.emit(
                Status.result("" if imported.already else tr("Imported: {title}.", title=title), *imported.notes)
            )

        choose = not downloaded or self.models.name == imported.weights.system
        self.models.choose_when_listed(imported.weights.name, report, choose)

    @Slot(str, bool)
    def _on_stepped(self, label: str, undone: bool) -> None:
        """Replace the message about what was there before."""
        step = f"{label[:1].lower()}{label[1:]}"
        text = tr("Undone: {label}.", label=step) if undone else tr("Done again: {label}.", label=step)
        self.status.emit(Status.result(text))

    @Slot()
    def _on_keep_settings(self) -> None:
        """Write the settings already now: the program may be killed."""
        self.queues.io.run(self.settings.save, lane="settings")

    @Slot(str)
    def _on_setting(self, name: str) -> None:
        self._keep_settings.start()
        if name in ("undo_megabytes", "undo_disk_megabytes"):
            file = self.document.history.file
            if file is not None:
                file.limit = self._megabytes("undo_disk_megabytes")
            self.document.set_history_budget(self._megabytes("undo_megabytes"))

    def _megabytes(self, setting: str) -> int:
        return int(self.settings.get(setting)) * MEBIBYTE

    def _make_document(self, defer: Defer | None = None) -> Document:
        return Document(None, self._megabytes("undo_megabytes"), defer, self._make_spill_file)

    def _make_spill_file(self) -> SpillFile:
        return SpillFile(paths.state_dir, self._megabytes("undo_disk_megabytes"))


def name_marks(document: Document) -> str:
    """Name what is drawn over the photo and is not part of its pixels: a file of the photo does not hold it.

    For example "the hole and the guide lines"; "" where nothing is drawn.
    """
    if document.photo is None:
        return ""

    def has(*rasters: str) -> bool:
        return any(document.raster(raster).max() for raster in rasters)

    lines = document.line_count
    marks = {
        tr("the hole"): has(HOLE),
        tr("the guide lines") if lines > 1 else tr("the guide line"): lines > 0,
        tr("the labels"): has(LABELS),
        tr("the sampling areas"): has(DONORS, ONLY),
    }
    return name_all([name for name, is_there in marks.items() if is_there])


def _read(path: Path) -> Photo:
    from inpaint_studio.engine.photo.photo import open_photo

    return open_photo(path)


def _read_project(path: Path, make_document: Callable[[], Document]) -> Document:
    from inpaint_studio.session.project.reading import read_project

    document = read_project(path, make_document)
    document.moveToThread(QCoreApplication.instance().thread())  # type: ignore[union-attr]
    return document


def _write_project_unless_lossy(snapshot: Snapshot, path: Path) -> tuple[str, ...] | _Losses:
    """Save the project, but not over one of another program, whose layers would be lost."""
    from inpaint_studio.session.project.reading import list_losses

    losses = list_losses(path)
    return _Losses(losses) if losses else _write_project(snapshot, path)


def _write_project(snapshot: Snapshot, path: Path) -> tuple[str, ...]:
    from inpaint_studio.session.project.writing import write_project

    write_project(snapshot, path)
    return ()


class _Losses(NamedTuple):
    """What a save would lose of the photo's own file, in sentences."""

    sentences: tuple[str, ...]


def _write_unless_lossy(photo: Photo, path: Path, pixels: Raster, deep: Samples | None) -> tuple[str, ...] | _Losses:
    """Save the photo, but not where its own file holds what would be lost."""
    from inpaint_studio.engine.photo.losses import list_losses

    losses = list_losses(photo, path)
    return _Losses(losses) if losses else _write(photo, path, pixels, deep)


def _write(photo: Photo, path: Path, pixels: Raster, deep: Samples | None) -> tuple[str, ...]:
    """Save `pixels`, or the samples `deep` that they show, with all else that the photo's file held.

    Gives sentences about what was lost.
    """
    from inpaint_studio.engine.photo.encoding import save_photo

    return save_photo(photo, path, pixels, deep)
