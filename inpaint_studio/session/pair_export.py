"""Save the photo as it was opened and as it is now, as two files."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from inpaint_studio.session.raster import PHOTO, Raster
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.session import FILES, Session
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.engine.photo.deep import Samples
    from inpaint_studio.engine.photo.photo import Photo


def export_pair(session: Session, path: Path) -> None:
    """Save the pair of files that `path` stands for, under names that are free; a message follows."""
    document = session.document
    photo, original = document.photo, document.original()
    if photo is None or original is None:
        return
    deep = None if document.deep is None else document.deep.copy()
    before = replace(photo, pixels=original)

    def done(saved: tuple[str, ...]) -> None:
        session.status.emit(Status.result(*saved))

    task = partial(_write, before, path, document.raster(PHOTO).copy(), deep)
    session.queues.io.run(task, done, session.failed.emit, lane=FILES, must_finish=True)


def _write(before: Photo, path: Path, pixels: Raster, deep: Samples | None) -> tuple[str, ...]:
    """Return sentences: what was saved, and what was lost."""
    from inpaint_studio.engine.photo.pairs import free_path, open_again, pair_paths, save_pair

    path = free_path(path)
    if before.deep is not None:  # only its 8 bits are kept as they were; the file has the samples
        before = open_again(before) or replace(before, deep=None)
    notes = save_pair(before, path, pixels, deep)
    first, second = pair_paths(path)
    return tr("Saved {before} and {after}.", before=first.name, after=second.name), *notes
