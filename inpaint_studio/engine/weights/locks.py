"""One program at a time, told by a lock that goes with the program that holds it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Holds the lock of that name, and says whether it could be had. The file is removed at the end.

    Where the file system knows no locks, as some of networks do, everybody has it. Raises OSError where the file cannot
    be made.
    """
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        try:
            _lock(handle)
            ours = os.path.samestat(os.fstat(handle), path.stat())  # else whoever held it has removed the file since
        except (BlockingIOError, PermissionError, FileNotFoundError):
            ours = False
        except OSError:
            ours = True
        try:
            yield ours
        finally:
            if ours:
                with suppress(OSError):
                    path.unlink()
    finally:
        os.close(handle)
