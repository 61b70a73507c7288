"""Masks from files and to files, for the document's photo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from inpaint_studio.session.document import Document
from inpaint_studio.session.raster import HOLE, Raster
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.task_queue import Lane

AddMask = Callable[[Raster, int, Callable[[], object]], None]  # mask, px to grow it by, what to call afterwards


class MaskFile(NamedTuple):
    """A mask that was read for the photo, before the user has answered what is doubtful about it."""

    name: str  # of the file
    coverage: Raster  # of any size
    notes: tuple[str, ...] = ()
    degrees: int | None = None  # clockwise, to turn it to the photo's sides; None where it fits
    share: float = 0.0  # of the photo that would be filled
    inverted: bool = False  # whether that is so much that the inverse was probably meant


class MaskImporter(QObject):
    """Reads masks and adds them to the hole; writes the hole as a mask."""

    arrived = Signal(object)  # MaskFile: it was read, and is not in the document yet
    failed = Signal(str)
    status = Signal(object)  # Status

    def __init__(
        self, document: Document, add: AddMask, settings: Settings, files: Lane, looks: Lane, parent: QObject
    ) -> None:
        """`add` puts a mask into the document; `looks`: the lane that looks at files whose kind is not known."""
        super().__init__(parent)
        self._document, self._add, self._settings = document, add, settings
        self._files, self._looks = files, looks

    def read(self, path: Path) -> None:
        """Read a mask file; `arrived` or `failed` follows."""
        photo = self._document.photo
        if photo is None:
            return

        def done(mask: MaskFile) -> None:
            if self._document.photo is photo:
                self.arrived.emit(mask)

        work = partial(_read, path, self._document.size, photo.orientation)
        self._files.run(work, done, self.failed.emit)

    def find_out(self, path: Path, done: Callable[[bool], None]) -> None:
        """Call `done` with whether the image in this file is a mask for the photo rather than a photo."""
        if self._document.photo is None:
            done(False)
        else:
            self._looks.run(partial(_is_mask_for, path, self._document.size), done, lambda _: done(False))

    def turn(self, mask: MaskFile, degrees: int) -> MaskFile:
        """Return `mask` turned clockwise."""
        from inpaint_studio.engine.masks.read import turn

        return mask._replace(coverage=turn(mask.coverage, degrees), degrees=None)

    def invert(self, mask: MaskFile) -> MaskFile:
        """Return the inverse of `mask`."""
        return mask._replace(coverage=255 - mask.coverage, share=1 - mask.share, inverted=False)

    def add(self, mask: MaskFile) -> None:
        """Add a mask of the photo's size to the hole, grown as the settings say."""
        margin = int(self._settings.get("found_margin"))
        grown = f" and grown by {margin} px" if margin else ""

        def report() -> None:
            self.status.emit(Status.result(f"{mask.name} was added to the hole{grown}.", *mask.notes))

        self._add(mask.coverage, margin, report)

    def save(self, path: Path) -> None:
        """Write the hole as a mask, white inside."""

        def done(notes: tuple[str, ...]) -> None:
            self.status.emit(Status.result(f"Saved {path.name}.", *notes))

        task = partial(_write, path, self._document.raster(HOLE).copy())
        self._files.run(task, done, self.failed.emit, must_finish=True)


def _read(path: Path, size: tuple[int, int], orientation: int) -> MaskFile:
    """Read a mask. Raises InputError where it neither fits the photo nor would do so turned."""
    from inpaint_studio.engine.masks.interpret import looks_inverted, share
    from inpaint_studio.engine.masks.read import check_size, find_turn, read_mask_file
    from inpaint_studio.errors import NoHole

    coverage, notes = read_mask_file(path)
    degrees = find_turn(coverage.shape, size, orientation)
    if degrees is None:
        check_size(coverage.shape, size)
    if not coverage.any():
        raise NoHole(f"{path.name} marks nothing; paint what should go white on black, or on transparency.")
    return MaskFile(path.name, coverage, notes, degrees, share(coverage), looks_inverted(coverage))


def _is_mask_for(path: Path, size: tuple[int, int]) -> bool:
    from inpaint_studio.engine.masks.read import is_mask_for

    return is_mask_for(path, size)


def _write(path: Path, mask: Raster) -> tuple[str, ...]:
    from inpaint_studio.engine.masks.read import write_mask_file

    return write_mask_file(path, mask)
