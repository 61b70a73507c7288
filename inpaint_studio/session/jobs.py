"""A session: the document, the thread that fills, the settings, the files, and everything one can ask of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from inpaint_studio.session.background import Background
from inpaint_studio.session.commands import MEBIBYTE
from inpaint_studio.session.document import Document
from inpaint_studio.session.filling import Filling
from inpaint_studio.session.images import to_array
from inpaint_studio.session.raster import PHOTO, Raster
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.worker import FillWorker

if TYPE_CHECKING:
    from inpaint_studio.engine.photo import Photo


class Session(Filling):
    """Everything about the photo being edited; photos are opened and saved away from the main thread."""

    opened = Signal()
    saved = Signal(str)  # path

    def __init__(
        self, settings: Settings | None = None, worker: FillWorker | None = None, parent: QObject | None = None
    ) -> None:
        settings = settings if settings is not None else Settings()
        packer = Background("history")
        document = Document(budget=int(settings.get("undo_megabytes")) * MEBIBYTE, packer=packer)
        super().__init__(document, worker if worker is not None else FillWorker(), settings, parent)
        self._packer, self._files = packer, Background("files")
        for owned in (settings, document, self.worker, self._packer, self._files):
            owned.setParent(self)
        self._opening = 0

    def start(self) -> None:
        """Start the fill thread; best once the window is on screen."""
        self.worker.start()

    def close(self) -> None:
        """Stop every thread, once a photo that is being saved is saved, and keep the settings."""
        self.worker.stop()
        self._files.stop(finish=True)
        self._packer.stop()
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

    def paste(self, image: QImage) -> bool:
        """Begin anew on a picture from the clipboard; False (with a word) where it holds none."""
        if image.isNull():
            self.status.emit("There is no picture on the clipboard.")
            return False
        from inpaint_studio.engine.photo import photo_from_array

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
        pixels = self.document.raster(PHOTO).copy()

        def write() -> None:
            from inpaint_studio.session.files import write_flow

            write_flow(flows, path, pixels)

        self._files.run(write, lambda _: self.status.emit(f"Saved {path.name}."), self.failed.emit)
