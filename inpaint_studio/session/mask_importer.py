"""Masks from files and to files, for the document's photo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from inpaint_studio.session.document import Document
from inpaint_studio.session.raster import HOLE, PHOTO, Raster
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.task_queue import Lane
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from inpaint_studio.engine.masks.turns import Turn, TurnHint

_MARKS_NOTHING = mark("{name} marks nothing. Paint what should go in white on black, or in any colour on transparency.")
PREVIEW = 220  # px, the longer side of a preview

AddMask = Callable[[Raster, int, Callable[[], object]], None]  # mask, px to grow it by, what to call afterwards


class MaskFile(NamedTuple):
    """A mask that was read for the photo, before the user has answered what is doubtful about it."""

    name: str  # of the file
    coverage: Raster  # of any size
    notes: tuple[str, ...] = ()
    hint: TurnHint | None = None  # how it may have to be turned
    turns: tuple[Turn, ...] = ()  # what the user may choose from then ...
    previews: tuple[Raster, ...] = ()  # ... and how each looks, h x w x 3
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

        work = partial(_read, path, self._document.raster(PHOTO), photo.orientation, self._document.colours)
        self._files.run(work, done, self.failed.emit)

    def find_out(self, path: Path, done: Callable[[bool], None]) -> None:
        """Call `done` with whether the image in this file is a mask for the photo rather than a photo."""
        if self._document.photo is None:
            done(False)
        else:
            self._looks.run(partial(_is_mask_for, path, self._document.size), done, lambda _: done(False))

    def turn(self, mask: MaskFile, turn: Turn) -> MaskFile:
        """Return `mask` turned."""
        from inpaint_studio.engine.masks.turns import turn_mask

        return mask._replace(coverage=turn_mask(mask.coverage, turn), hint=None)

    def invert(self, mask: MaskFile) -> MaskFile:
        """Return the inverse of `mask`."""
        return mask._replace(coverage=255 - mask.coverage, share=1 - mask.share, inverted=False)

    def add(self, mask: MaskFile) -> None:
        """Add a mask of the photo's size to the hole, grown as the settings say."""
        if mask.coverage.shape != self._document.size:  # another photo was opened while the user was asked
            self.status.emit(Status.result(tr("{name} was for another photo; it was not added.", name=mask.name)))
            return
        if not mask.coverage.any():
            self.failed.emit(tr(_MARKS_NOTHING, name=mask.name))
            return
        margin = int(self._settings.get("found_margin"))
        if margin:
            added = tr("{name} was added to the hole and grown by {margin} px.", name=mask.name, margin=margin)
        else:
            added = tr("{name} was added to the hole.", name=mask.name)

        def report() -> None:
            self.status.emit(Status.result(added, *mask.notes))

        self._add(mask.coverage, margin, report)

    def save(self, path: Path) -> None:
        """Write the hole as a mask, white inside."""

        def done(notes: tuple[str, ...]) -> None:
            self.status.emit(Status.result(tr("Saved {name}.", name=path.name), *notes))

        task = partial(_write, path, self._document.raster(HOLE).copy())
        self._files.run(task, done, self.failed.emit, must_finish=True)


def _read(path: Path, photo: Raster, orientation: int, icc: bytes) -> MaskFile:
    """Read a mask. Raises InputError where it neither fits the photo nor would do so turned."""
    from inpaint_studio.engine.masks.interpret import looks_inverted, share
    from inpaint_studio.engine.masks.preview import draw_preview
    from inpaint_studio.engine.masks.read import check_size, read_mask_file
    from inpaint_studio.engine.masks.turns import find_turn, offered_turns, turn_mask
    from inpaint_studio.errors import NoHole

    coverage, notes, own = read_mask_file(path)
    size = photo.shape[0], photo.shape[1]
    # A mask that has a note of its own was drawn on the picture as stored, and has been set upright.
    hint = find_turn(coverage, size, orientation if own == 1 else 1)
    if hint is None:
        check_size(coverage.shape, size)
    if not coverage.any():
        raise NoHole(tr(_MARKS_NOTHING, name=path.name))
    turns = () if hint is None else offered_turns(hint)
    previews = tuple(draw_preview(photo, turn_mask(coverage, turn), PREVIEW, icc) for turn in turns)
    return MaskFile(path.name, coverage, notes, hint, turns, previews, share(coverage), looks_inverted(coverage))


def _is_mask_for(path: Path, size: tuple[int, int]) -> bool:
    from inpaint_studio.engine.masks.read import is_mask_for

    return is_mask_for(path, size)


def _write(path: Path, mask: Raster) -> tuple[str, ...]:
    from inpaint_studio.engine.masks.read import write_mask_file

    return write_mask_file(path, mask)
