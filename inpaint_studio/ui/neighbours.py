"""Opens the neighbours of a photo in its folder, in the order of file managers: the next one and the one before.

Unsaved work asks first. The folder is read off the main thread, as it may lie on a slow disk.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left, bisect_right
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from inpaint_studio.engine.photo import formats
from inpaint_studio.errors import InputError
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.session import Session
from inpaint_studio.texts import tr
from inpaint_studio.ui.files import Files

_NUMBERS = re.compile("([0-9]+)")


class Neighbours(QObject):
    """Opens the neighbours of the photo in its folder."""

    def __init__(self, session: Session, files: Files) -> None:
        super().__init__(files)
        self._session, self._files = session, files
        self._lane = session.queues.reads.lane("folder")
        self._by = 0  # how far to step once the folder is read; 0: it is not being read
        self._opening: Path | None = None  # the neighbour that is being opened, or could not be
        session.opened.connect(self._forget)
        session.saved.connect(self._forget)

    @property
    def can_step(self) -> bool:
        """Whether the photo is a file, so that its folder is known."""
        return self._path is not None

    @property
    def _path(self) -> Path | None:
        photo = self._session.document.photo
        return None if photo is None else photo.path

    def step(self, by: int) -> None:
        """Open the photo that is `by` (1 or -1) places further in the folder; further steps go on from there."""
        start = self._opening or self._path
        if start is None:
            return
        is_reading, self._by = self._by != 0, self._by + by
        if not is_reading and self._by:
            self._lane.run(partial(list_photos, start.parent), partial(self._on_listed, start), self._on_failed)

    def _on_listed(self, start: Path, photos: list[Path]) -> None:
        by, self._by = self._by, 0
        if start != (self._opening or self._path):  # another photo was opened while the folder was read
            return
        found = find_neighbour(photos, start, by)
        if found is not None and found == self._path:  # back from a file that could not be opened
            found = find_neighbour(photos, found, by)
        if found is not None:
            self._files.guard(partial(self._open, found))
        elif by:
            none = tr("There is no photo after this one.") if by > 0 else tr("There is no photo before this one.")
            self._session.status.emit(Status.result(none))

    def _open(self, path: Path) -> None:
        self._opening = path
        self._session.open(path)

    def _on_failed(self, sentence: str) -> None:
        self._by = 0
        self._session.failed.emit(sentence)

    def _forget(self) -> None:
        self._opening = None


def list_photos(folder: Path) -> list[Path]:
    """List the files of `folder` that are photos by their suffix, sorted; hidden ones are left out.

    Raises InputError where the folder cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            found = [
                folder / entry.name
                for entry in entries
                if not entry.name.startswith(".") and formats.format_of(entry.name) and entry.is_file()
            ]
    except OSError as error:
        reason = error.strerror or error
        raise InputError(tr("The folder {folder} cannot be read: {reason}.", folder=folder, reason=reason)) from error
    return sorted(found, key=_order)


def find_neighbour(photos: list[Path], start: Path, by: int) -> Path | None:
    """Return the photo `by` places after `start` (before it where `by` is negative), at most the last one.

    None where there is none that way. `start` need not be among `photos`, which are sorted.
    """
    if by > 0:
        first = bisect_right(photos, _order(start), key=_order)
        return photos[min(first + by, len(photos)) - 1] if first < len(photos) else None
    end = bisect_left(photos, _order(start), key=_order)
    return photos[max(end + by, 0)] if end and by else None


def _order(path: Path) -> tuple[list[int | str], str]:
    """Make a key to sort names by: numbers by their value, letters alike in upper and lower case."""
    parts = _NUMBERS.split(path.name.casefold())
    return [int(part) if index % 2 else part for index, part in enumerate(parts)], path.name
