"""The bytes of a photo's file, kept as they were opened: saving takes from them what editing does not change."""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path
from typing import IO

IN_MEMORY = 64 << 20  # bytes; larger files are kept in a temporary one


class StoredFile:
    """A copy of a file. Small ones are in memory; a large one is in a temporary file that is deleted with this object.

    It stays as it was, whatever becomes of the file.
    """

    def __init__(self, content: bytes | IO[bytes]) -> None:
        """`content`: the bytes, or a file open for reading, which is copied from where it stands to its end."""
        self._lock = threading.Lock()  # the temporary file has one position, and saving is the work of other threads
        self._data: bytes | None = content if isinstance(content, bytes) else None
        self._file: IO[bytes] | None = None
        if not isinstance(content, bytes):
            self._take(content)

    def _take(self, source: IO[bytes]) -> None:
        head = source.read(IN_MEMORY + 1)
        if len(head) <= IN_MEMORY:
            self._data = head
            return
        self._file = tempfile.TemporaryFile(prefix="inpaint-")  # noqa: SIM115 (closed when this object goes)
        self._file.write(head)
        shutil.copyfileobj(source, self._file, 1 << 20)

    def read(self) -> bytes:
        """Return all bytes of the file. Raises OSError where a temporary one cannot be read any more."""
        if self._file is None:
            return self._data or b""
        with self._lock:
            self._file.seek(0)
            return self._file.read()

    @property
    def in_memory(self) -> bool:
        """Whether the bytes take memory."""
        return self._file is None


def keep(path: Path) -> StoredFile:
    """Keep a copy of the file at `path`. Raises OSError."""
    with path.open("rb") as file:
        return StoredFile(file)
