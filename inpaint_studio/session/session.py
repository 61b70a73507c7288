"""A session: the document, the thread that fills, the settings, the files, and everything one can ask of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from inpaint_studio.session.document import Document
from inpaint_studio.session.edge_prediction import Sketching
from inpaint_studio.session.history import MEBIBYTE
from inpaint_studio.session.model_choice import AUTO
from inpaint_studio.session.qimage import to_array
from inpaint_studio.session.raster import PHOTO, Raster
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.task_queue import Background
from inpaint_studio.session.training.controller import Finetuning
from inpaint_studio.session.training.speed import Estimating
from inpaint_studio.session.weights_manager import Described, Stock
from inpaint_studio.session.worker import FillWorker

if TYPE_CHECKING:
    from inpaint_studio.engine.photo.photo import Photo
    from inpaint_studio.engine.weights.importer import ImportResult


class Session(Sketching):
    """Everything about the photo being edited; photos are opened and saved away from the main thread.

    A set of weights that arrives is chosen as soon as the fill thread has found it.
    """

    opened = Signal()
    saved = Signal(str)  # path

    def __init__(
        self,
        settings: Settings | None = None,
        worker: FillWorker | None = None,
        stock: Stock | None = None,
        parent: QObject | None = None,
    ) -> None:
        settings = settings if settings is not None else Settings()
        packer = Background("history")
        document = Document(budget=int(settings.get("undo_megabytes")) * MEBIBYTE, packer=packer)
        super().__init__(document, worker if worker is not None else FillWorker(), settings, parent)
        self._packer, self._files = packer, Background("files")
        self.stock = stock if stock is not None else Stock()
        self.finetuning = Finetuning(self, self.stock)
        self.estimating = Estimating(self, self.finetuning, self)
        for owned in (settings, document, self.worker, self.stock, self.finetuning, self._packer, self._files):
            owned.setParent(self)
        self._opening = 0
        self._arrived: ImportResult | None = None  # not found among the models yet
        self.stock.said.connect(self.status)
        self.stock.arrived.connect(self._on_arrived)
        self.stock.changed.connect(self.worker.refresh)
        self.modelsChanged.connect(self._choose_arrived)

    def start(self) -> None:
        """Start the fill thread; best once the window is on screen."""
        self.worker.start()
        self.finetuning.find()

    def close(self) -> None:
        """Stop every thread, once a photo that is being saved is saved, and keep the settings. A training runs on."""
        self.estimating.close()
        self.finetuning.close()
        self.stock.close()
        self.worker.stop()
        self._files.stop(finish=True)
        self._packer.stop()
        if not self.licence_accepted:  # at the next start a fill may be asked for before the licence is known
            self.settings.set("model", AUTO)
        self.settings.save()

    # Files

    def open(self, path: str | Path) -> None:
        """Open a photo in place of the present one; `opened` or `failed` follows. The newest call wins."""
        self._opening += 1
        number, path = self._opening, Path(path)
        self.status.emit(f"Opening {path.name}…")

        def read() -> tuple[int, Photo, Raster]:
            from inpaint_studio.session.files import read

            return number, *read(path)

        self._files.run(read, self._on_read, self.failed.emit)

    def _on_read(self, read: tuple[int, Photo, Raster]) -> None:
        number, photo, pixels = read
        if number == self._opening:
            self.document.load(photo, pixels)
            self.status.emit(" ".join(photo.notes))
            self.opened.emit()

    def find_picture(self, paths: list[Path], done: Callable[[Path | None], None]) -> None:
        """Tell `done` the first of these files that is a picture by its content."""

        def find() -> Path | None:
            from inpaint_studio.session.files import first_picture

            return first_picture(paths)

        self._files.run(find, done, self.failed.emit)

    def paste(self, image: QImage) -> bool:
        """Begin anew on a picture from the clipboard; False (with a word) where it holds none."""
        if image.isNull():
            self.status.emit("There is no picture on the clipboard.")
            return False
        from inpaint_studio.engine.photo.photo import photo_from_array

        self._opening += 1  # overtakes a photo that is still being opened
        self.document.load(photo_from_array(to_array(image)))
        self.opened.emit()
        return True

    def save(self) -> bool:
        """Save over the file the photo came from; False where it came from none, so that a path must be asked for."""
        photo = self.document.photo
        if photo is None or photo.path is None:
            return False
        self.save_as(photo.path)
        return True

    def save_as(self, path: str | Path) -> None:
        """Save to `path`, which becomes the photo's own; `saved` or `failed` follows."""
        photo, path = self.document.photo, Path(path)
        if photo is None:
            return
        state, pixels = self.document.history.state, self.document.raster(PHOTO).copy()
        self.status.emit(f"Saving {path.name}…")

        def write() -> tuple[str, ...]:
            from inpaint_studio.session.files import write

            return write(photo, path, pixels)

        def written(notes: tuple[str, ...]) -> None:
            if self.document.photo is photo:
                self.document.photo = replace(photo, path=path)
                self.document.mark_saved(state)
            self.status.emit(" ".join([f"Saved {path.name}.", *notes]))
            self.saved.emit(str(path))

        self._files.run(write, written, self.failed.emit)

    def save_flow(self, path: str | Path) -> None:
        """Save where the fills took their pixels from: as a picture, or as numbers where `path` ends in .flo."""
        path, flows = Path(path), self.document.flows
        if not flows:
            return
        pixels, style = self.document.raster(PHOTO).copy(), self.settings.get("flow_colours")

        def write() -> None:
            from inpaint_studio.session.files import write_flow

            write_flow(flows, path, pixels, style)

        self._files.run(write, lambda _: self.status.emit(f"Saved {path.name}."), self.failed.emit)

    # Weights

    def _on_arrived(self, imported: ImportResult) -> None:
        self._arrived = imported
        self._choose_arrived()

    def _choose_arrived(self) -> None:
        imported = self._arrived
        if imported is None:
            return
        model = next((model for model in self.models if _uses(model, imported)), None)
        if model is not None:
            self._arrived = None
            self.model = model.name
            whose = f"{model.title} ({model.source})" if model.source else model.title
            what = "" if imported.already else f"Imported: {whose}."
            self.status.emit(" ".join(filter(None, (what, *imported.notes))))


def _uses(model: Described, imported: ImportResult) -> bool:
    return model.weights is not None and model.weights.name == imported.weights.name
