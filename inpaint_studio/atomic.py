"""Write files all at once or not at all: the new content goes to a temporary file that is renamed when it is complete.

A reader sees the old file or the new one. A program that is killed while it writes leaves the old file and, at worst,
a temporary file beside it whose name ends in ``.part``.
"""

from __future__ import annotations

import errno
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TypedDict, Unpack

from inpaint_studio.texts import mark, tr

_NO_HARD_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS, errno.EACCES)
_REASONS = {
    errno.ENOSPC: mark("the disk is full; make room or choose another folder"),
    errno.EDQUOT: mark("your share of the disk is used up; make room or choose another folder"),
    errno.EFBIG: mark("the disk does not take files that large; choose another folder or format"),
    errno.EACCES: mark("the folder is not writable; choose another"),
    errno.EPERM: mark("the folder is not writable; choose another"),
    errno.EROFS: mark("the disk is read-only; choose another folder"),
    errno.ENAMETOOLONG: mark("the name is too long; choose a shorter one"),
    errno.ELOOP: mark("the name is a link that leads in a circle; choose another"),
}


class ReplaceOptions(TypedDict, total=False):
    """How a file is replaced.

    overwrite: whether an existing file is replaced; if not, `FileExistsError` is raised (default True).
    durable: whether the content is on the disk before the rename, so that it survives a power cut (default True).
    mode: permission bits of a new file before the umask (default 0o666); an existing file's bits are kept.
    temporary: name of the temporary file, where the caller has to recognise it (default: a random one). Whatever has
        that name is deleted first, so that the rest of a killed program does not stay for ever.
    """

    overwrite: bool
    durable: bool
    mode: int
    temporary: str


def write(path: Path, content: bytes | str, **options: Unpack[ReplaceOptions]) -> None:
    """Replace the content of `path` by `content` (text as UTF-8). Raises OSError; the old file is then unchanged."""
    with open_replacement(path, **options) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


@contextmanager
def open_replacement(path: Path, **options: Unpack[ReplaceOptions]) -> Iterator[IO[bytes]]:
    """Open a binary file, to read and write, that replaces `path` if the block ends without an error.

    See `ReplaceOptions`. Raises OSError. After any error the old file is unchanged and the temporary file is deleted.
    """
    with open_temporary_path(path, **options) as temporary, temporary.open("wb+") as file:
        yield file


@contextmanager
def open_temporary_path(path: Path, **options: Unpack[ReplaceOptions]) -> Iterator[Path]:
    """Give the path of an empty file that replaces `path` if the block ends without an error; see `ReplaceOptions`.

    For writers that take a path. Symbolic links to an existing or future file are followed, except with
    `overwrite=False`, where a link counts as an existing file. The folder must exist. Raises OSError.
    """
    overwrite, durable = options.get("overwrite", True), options.get("durable", True)
    target = _resolve(path) if overwrite else path
    old_mode = _mode(target) if overwrite else None
    chosen = options.get("temporary")
    temporary = target.with_name(chosen or f".inpaint-{secrets.token_hex(8)}.part")
    if chosen:
        temporary.unlink(missing_ok=True)
    # Not tempfile: it makes files that only their owner can read, whatever the umask is. Never more readable than the
    # old file, and always writable for its owner, even if the old file is not.
    mode = options.get("mode", 0o666) if old_mode is None else old_mode & 0o777 | 0o600
    is_ours = True
    try:  # also around its creation: Ctrl+C may come while it is created
        try:
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
        except FileExistsError:
            is_ours = False  # another program was faster
            raise
        yield temporary
        if durable:
            _sync(temporary)
        if old_mode is not None:
            _copy_attributes(target, temporary)
            temporary.chmod(old_mode)
        if overwrite:
            temporary.replace(target)
        else:
            rename(temporary, target)
    finally:
        if is_ours:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
    if durable:
        _sync_folder(target.parent)


def rename(source: Path, target: Path) -> None:
    """Rename a file without replacing another, even if two programs do so at the same moment.

    Raises FileExistsError where `target` exists, and OSError.
    """
    if os.name == "nt":
        source.rename(target)  # refuses by itself
        return
    try:
        target.hardlink_to(source)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # A disk without hard links; between the check and the rename another program can still come first.
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        source.replace(target)
    else:
        source.unlink(missing_ok=True)


def explain_write_error(error: OSError) -> str:
    """Give the reason why a file could not be written, as the end of a sentence for the user."""
    return tr(_REASONS.get(error.errno or 0, (error.strerror or str(error) or mark("the disk failed")).lower()))


def _resolve(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError as error:  # a link that leads in a circle, up to Python 3.12
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from error


def _mode(path: Path) -> int | None:
    """Permission bits of a file, None where there is none."""
    try:
        return path.stat().st_mode & 0o7777
    except FileNotFoundError:
        return None


def _copy_attributes(old: Path, new: Path) -> None:
    """Copy the group and the extended attributes, such as tags and access lists, as far as the system lets us."""
    if hasattr(os, "chown"):
        with suppress(OSError):
            os.chown(new, -1, old.stat().st_gid)
    if sys.platform == "linux":
        with suppress(OSError):
            for name in os.listxattr(old):
                with suppress(OSError):  # those of the system itself
                    os.setxattr(new, name, os.getxattr(old, name))


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the rename survive a power cut, on systems where a folder can be synchronised."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
