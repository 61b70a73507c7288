"""Where the undo history keeps what does not fit into its memory: one temporary file for each photo.

The file has no name where the system allows that, so nothing is left when the program is killed.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import IO

LIMIT = 4 << 30  # bytes on the disk
LEAVE_FREE = 256 << 20  # bytes of the disk that are left to others: to saving the photo, above all


class SpillFile:
    """Bytes on the disk. Blocks are written once, read at any time, and freed with the object that stands for them.

    Safe in any thread. After the first error of the disk nothing more is taken; what was written can still be read.
    """

    def __init__(
        self, folder: Callable[[], Path], limit: int = LIMIT, failed: Callable[[OSError], object] | None = None
    ) -> None:
        """`folder`: where the file is made, with the first block; `limit`: bytes; `failed` is called at most once."""
        self.limit = limit
        self._folder, self._failed = folder, failed
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None
        self._end = 0
        self._free: list[tuple[int, int]] = []  # (offset, size) in the order of their offsets
        self._freed: deque[tuple[int, int]] = deque()  # blocks that are gone, from any thread, at any moment
        self._broken = self._full = False

    @property
    def usable(self) -> bool:
        """Whether there is room, and the disk has taken everything until now."""
        with self._lock:
            self._collect()
            return not (self._broken or self._full or self._end - self._unused > self.limit) and self.limit > 0

    @property
    def nbytes(self) -> int:
        """The bytes in use on the disk."""
        with self._lock:
            self._collect()
            return self._end - self._unused

    @property
    def _unused(self) -> int:
        return sum(size for _, size in self._free)

    def write(self, data: bytes | memoryview) -> SpilledBlock | None:
        """Put `data` on the disk; None where it does not fit into the limit, or the disk does not take it."""
        size = len(data)
        with self._lock:
            self._collect()
            self._full = self._end - self._unused + size > self.limit
            if self._broken or self._full:
                return None
            try:
                folder = self._folder()
                if self._file is None:
                    folder.mkdir(parents=True, exist_ok=True)
                    self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115  (closed with this)
                self._full = not has_room(folder, size)
                if self._full:
                    return None
                offset = self._place(size)
                self._file.seek(offset)
                _write_all(self._file, memoryview(data))
            except OSError as error:
                self._broken, failed = True, self._failed
                if failed is not None:
                    failed(error)
                return None
            self._take(offset, size)
        block = SpilledBlock(self, offset, size)
        weakref.finalize(block, self._freed.append, (offset, size)).atexit = False
        return block

    def read(self, offset: int, size: int) -> bytes:
        """Return the bytes of a block. Raises OSError."""
        with self._lock:
            assert self._file is not None
            self._file.seek(offset)
            parts, missing = [], size
            while missing:
                part = self._file.read(missing)
                if not part:
                    raise OSError("a part of the undo history cannot be read any more")
                parts.append(part)
                missing -= len(part)
        return b"".join(parts)

    def _place(self, size: int) -> int:
        """Return the first free place of that size; the end of the file where there is none."""
        return next((offset for offset, free in self._free if free >= size), self._end)

    def _take(self, offset: int, size: int) -> None:
        if offset == self._end:
            self._end += size
            return
        index = next(n for n, (start, _) in enumerate(self._free) if start == offset)
        _, free = self._free[index]
        self._free[index : index + 1] = [(offset + size, free - size)] if free > size else []

    def _collect(self) -> None:
        """Note the places of blocks that are gone, and join neighbours."""
        if not self._freed:
            return
        self._full = False
        while self._freed:
            self._free.append(self._freed.popleft())
        joined: list[tuple[int, int]] = []
        for offset, size in sorted(self._free):
            if joined and sum(joined[-1]) == offset:
                joined[-1] = (joined[-1][0], joined[-1][1] + size)
            else:
                joined.append((offset, size))
        if joined and sum(joined[-1]) == self._end:
            self._end = joined.pop()[0]
        self._free = joined


class SpilledBlock:
    """Bytes in a `SpillFile`; their place is free again once this is gone."""

    def __init__(self, file: SpillFile, offset: int, size: int) -> None:
        self._file, self._offset, self.size = file, offset, size

    def read(self) -> bytes:
        """Return the bytes. Raises OSError."""
        return self._file.read(self._offset, self.size)


def has_room(folder: Path, size: int) -> bool:
    """Return whether the disk of `folder` has room for so many bytes and some more. Raises OSError."""
    return shutil.disk_usage(folder).free >= size + LEAVE_FREE


def _write_all(file: IO[bytes], data: memoryview) -> None:
    while data:
        data = data[file.write(data) :]
