"""The folders of journals: one for each photo that is worked on, held by the program that writes it."""

from __future__ import annotations

import secrets
import shutil
from contextlib import ExitStack, suppress
from pathlib import Path

from inpaint_studio.file_lock import try_lock

JOURNAL = "journal"  # the file of records
PHOTO = "photo"  # the copy of the photo's file, with its suffix


class JournalFolder:
    """A folder that this program alone may write to and delete, until `release` or `delete`."""

    def __init__(self, path: Path, lock: ExitStack) -> None:
        self.path, self._lock = path, lock

    @classmethod
    def create(cls, root: Path) -> JournalFolder:
        """Make a new folder in `root`. Raises OSError."""
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = root / secrets.token_hex(8)
        # Held before the folder is there: who finds a folder and gets its lock knows that its program has ended.
        folder = cls(path, _hold(path) or ExitStack())
        try:
            path.mkdir(mode=0o700)
        except OSError:
            folder.release()
            raise
        return folder

    @classmethod
    def take(cls, path: Path) -> JournalFolder | None:
        """Hold a folder whose program has ended; None where it runs, or the folder is gone. Raises OSError."""
        lock = _hold(path) if path.is_dir() and not path.is_symlink() else None
        if lock is None:
            return None
        folder = cls(path, lock)
        if not path.is_dir():  # deleted by another window since
            folder.release()
            return None
        return folder

    def delete(self) -> None:
        """Delete the folder, as far as the disk lets it, and let it go."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.release()

    def release(self) -> None:
        """Let the folder go, with all that is in it."""
        with suppress(OSError):
            self._lock.close()


def list_folders(root: Path) -> list[Path]:
    """List the folders in `root`, of programs that run or have ended; none where there is no `root`."""
    try:
        return [path for path in root.iterdir() if path.is_dir() and not path.is_symlink()]
    except OSError:
        return []


def _hold(path: Path) -> ExitStack | None:
    """Hold the lock beside the folder `path`; None where another program holds it. Raises OSError."""
    lock = ExitStack()
    if lock.enter_context(try_lock(path.with_name(f"{path.name}.lock"))):
        return lock
    lock.close()
    return None
