"""Settings of the C library's memory allocator, on Linux.

By default glibc returns every large block to the system as soon as it is freed and requests it again, page by page, at
the next allocation. A network allocates and frees at every step. With glibc set to keep freed memory, networks fill
512 x 512 pixels more than twice as fast; the result is the same to the bit.

A command keeps freed memory until it ends. The window stays open for hours beside other programs: there freed memory is
kept while a network computes, and returned when it has ended.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from inpaint_studio.texts import tr

SWITCH = "INPAINT_STUDIO_MALLOC"  # environment variable; with the value "system" the allocator is left unchanged
MAX_FREE = 1 << 30  # bytes of freed memory that a command may keep between two fills
MAX_FREE_BESIDE = 1 << 25  # the same for the window
LARGE = 1 << 23  # bytes of a block that the window returns as soon as it is freed; painting needs smaller ones
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_MMAP_MAX = -1, -3, -4  # glibc's <malloc.h>
_MOST_BLOCKS = 65536  # glibc's own limit of large blocks
_NEVER = 2**31 - 1

_tuned = False
_beside = False  # other programs: the window's way
_computing = 0  # networks that compute now
_lock = threading.Lock()  # for `_computing`


def tune() -> bool:
    """Set glibc to keep freed memory; return whether it is set. Does nothing with other C libraries."""
    global _tuned
    if not _tuned and os.environ.get(SWITCH) != "system" and _is_glibc():
        _tuned = _keep_all()
    return _tuned


def share_memory() -> None:
    """Keep freed memory only inside `keeping` from now on, where it is kept at all: for a process with a window."""
    global _beside
    if _tuned and not _beside:
        _beside = True
        _return_large()
        release()


@contextmanager
def keeping(on: bool = True) -> Iterator[None]:
    """Inside, freed memory is kept for the next step; after `share_memory` it is returned at the end.

    Does nothing where it is not `on`.
    """
    global _computing
    if not on or not _beside:
        yield
        return
    with _lock:
        _computing += 1
        _keep_all()
    try:
        yield
    finally:
        with _lock:
            _computing -= 1
            ended = not _computing
            if ended:
                _return_large()
        if ended:
            release_excess()


def release() -> None:
    """Return all freed memory to the system."""
    if _tuned:
        ctypes.CDLL(None).malloc_trim(0)


def release_excess() -> None:
    """Return the freed memory to the system where it is more than may be kept, as after a large fill."""
    if _tuned and _free_bytes() > (MAX_FREE_BESIDE if _beside else MAX_FREE):
        release()


def _keep_all() -> bool:
    libc = ctypes.CDLL(None)
    return bool(libc.mallopt(_M_MMAP_MAX, 0)) and bool(libc.mallopt(_M_TRIM_THRESHOLD, _NEVER))


def _return_large() -> None:
    libc = ctypes.CDLL(None)
    libc.mallopt(_M_MMAP_THRESHOLD, LARGE)
    libc.mallopt(_M_MMAP_MAX, _MOST_BLOCKS)
    libc.mallopt(_M_TRIM_THRESHOLD, MAX_FREE_BESIDE)


def _free_bytes() -> int:
    """Return bytes that the C library keeps and that are not in use."""
    info = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if info is None:  # glibc before 2.33 counts in 32 bits
        return MAX_FREE + 1
    info.restype = _MallInfo
    return int(info().fordblks)


class _MallInfo(ctypes.Structure):
    """glibc's struct mallinfo2: ten counts; `fordblks` is the number of free bytes."""

    _fields_ = (
        *((f"other{n}", ctypes.c_size_t) for n in range(8)),
        ("fordblks", ctypes.c_size_t),
        ("keepcost", ctypes.c_size_t),
    )


def describe() -> str:
    """Describe the allocator's setting in a few words, for the doctor."""
    if _beside:
        return tr("keeps freed memory while a network computes")
    if _tuned:
        return tr("keeps freed memory for the next step")
    if os.environ.get(SWITCH) == "system":
        return tr("unchanged ({switch}=system)", switch=SWITCH)
    return "unchanged" if _is_glibc() else tr("the system's own; only glibc's is tuned")


def _is_glibc() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (ValueError, OSError):  # musl has no such name
        return False
