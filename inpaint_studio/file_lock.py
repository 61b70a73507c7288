"""A lock that one program at a time can hold, and that is free again when its holder ends, also when it is killed."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL)


@contextmanager
def try_lock(path: Path) -> Iterator[bool]:
    """Try once, without waiting, to hold the lock file `path` for the block; gives whether it is held.

    Its folder is made where needed, and the file is deleted at the end. Where the file system has no locks, as some
    network file systems, every program gets True: better than none that can work. Raises OSError where the file cannot
    be made.
    """
    # No soft lock: a killed program on another machine would hold it for ever.
    lock = FileLock(path, timeout=0, mode=0o644, thread_local=False, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        yield True
        return
    try:
        yield True
    finally:
        # While it is still held: a program that has opened the file and locks it after us sees that it has gone.
        with suppress(OSError):
            path.unlink()
        with suppress(OSError):
            lock.release()
