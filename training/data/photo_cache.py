"""A folder of small files that were made from photos, and that are made again where they are gone."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inpaint_studio import atomic
from inpaint_studio.errors import PhotoError
from inpaint_studio.texts import tr

Bytes = NDArray[np.uint8]
_STEPS = 64  # after this part of the room is written the files are counted again: other processes write there too
_TIME_STEP = 2.0  # s by which file systems round times down, at most
# Names of files in the folder: small copies of photos, and label maps of those.
_OWN = re.compile(r"\d+/([0-9a-f]{2})/\1[0-9a-f]{30}(\.jpg|\.[0-9a-f]{16}\.png|\.\w+\.part)")


class PhotoCache:
    """Files made from photos with a shorter side of at most `side` px; none where the folder is None or fails.

    Several processes may share the folder. Where it is full, files that were not used since this object was made are
    deleted, the oldest first.
    """

    def __init__(self, folder: Path | None, side: int, room: int = 8 << 30) -> None:
        """`room` limits what the folder may hold for all sides, in bytes."""
        self._folder, self._side, self._room = folder, side, room
        self._started = time.time() - _TIME_STEP
        self._free = 0  # bytes that may be written before the files are counted again
        self._full = False

    def place(self, photo: Path, suffix: str) -> Path | None:
        """Return where the file made from a photo as it is now would be, by the photo's path, time and size.

        None where nothing is cached. Raises PhotoError where there is no such photo any more.
        """
        if self._folder is None:
            return None
        try:
            status = photo.stat()
        except OSError as error:
            raise PhotoError(tr("There is no file {photo} any more.", photo=photo)) from error
        name = f"{photo.absolute()}\0{status.st_mtime_ns}\0{status.st_size}"
        digest = hashlib.blake2b(name.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        return self._folder / str(self._side) / digest[:2] / f"{digest}{suffix}"

    def mark_used(self, cached: Path) -> None:
        """Keep a file from being deleted by this object, and by others for longer."""
        with suppress(OSError):
            if cached.stat().st_mtime < self._started:
                os.utime(cached)

    def write(self, data: Bytes, cached: Path) -> None:
        """Write a file where there is room for it, or can be made."""
        if self._full:
            return
        try:
            if self._free < data.nbytes:
                self._free = self._make_room(data.nbytes)
            self._full = self._free < data.nbytes
            if self._full:
                return
            cached.parent.mkdir(parents=True, exist_ok=True)
            temporary = f"{cached.name.partition('.')[0]}.{secrets.token_hex(4)}.part"
            atomic.write(cached, data.tobytes(), durable=False, mode=0o600, temporary=temporary)
            self._free -= data.nbytes
        except OSError:
            self._folder = None  # read-only or full: continue without it

    def _make_room(self, needed: int) -> int:
        """Delete the oldest files; returns the bytes that may be written now, `needed` or more if possible."""
        step = max(needed, self._room // _STEPS)
        files = sorted(self._cached_files())
        free = self._room - sum(size for _, size, _ in files)
        for used, size, path in files:
            if free >= step or used >= self._started:
                break
            with suppress(OSError):
                path.unlink(missing_ok=True)
                free += size
        return min(step, free)

    def _cached_files(self) -> Iterator[tuple[float, int, Path]]:
        """Time of last use, bytes and path of each file in the folder that this class wrote."""
        if self._folder is None:
            return
        for folder, _, names in os.walk(self._folder):
            for path in (Path(folder, name) for name in names):
                if _OWN.fullmatch(path.relative_to(self._folder).as_posix()):
                    with suppress(OSError):  # it may be deleted since
                        status = path.stat()
                        yield status.st_mtime, status.st_size, path
