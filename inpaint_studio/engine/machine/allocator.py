"""How the C library hands out memory, on Linux.

glibc gives every large block to the system as soon as it is freed and asks for it anew, page by page, when the next is
wanted. A network does that at every step. Told to keep what it has, it fills 512 x 512 pixels more than twice as fast;
what comes out is the same to the bit.
"""

from __future__ import annotations

import ctypes
import os
import sys

SWITCH = "INPAINT_STUDIO_MALLOC"  # set to "system" in the environment, the allocator is left as it is
MOST_KEPT = 1 << 30  # bytes that may lie free between two fills, ready for the next
_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4  # glibc's <malloc.h>

_tuned = False


def tune() -> bool:
    """Have glibc keep the memory that is freed, and say whether that was done; nothing is done elsewhere."""
    global _tuned
    if not _tuned and os.environ.get(SWITCH) != "system" and _is_glibc():
        libc = ctypes.CDLL(None)
        _tuned = bool(libc.mallopt(_M_MMAP_MAX, 0)) and bool(libc.mallopt(_M_TRIM_THRESHOLD, 2**31 - 1))
    return _tuned


def release() -> None:
    """Give back all that is free."""
    if _tuned:
        ctypes.CDLL(None).malloc_trim(0)


def settle() -> None:
    """Give back what is free where that is much: after a large job, when small ones may follow."""
    if _tuned and _free_bytes() > MOST_KEPT:
        release()


def _free_bytes() -> int:
    """Bytes that the C library holds and nobody uses."""
    info = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if info is None:  # glibc before 2.33 counts in 32 bits
        return MOST_KEPT + 1
    info.restype = _MallInfo
    return int(info().fordblks)


class _MallInfo(ctypes.Structure):
    """glibc's struct mallinfo2: ten counts, of which `fordblks` is the free bytes."""

    _fields_ = (
        *((f"other{n}", ctypes.c_size_t) for n in range(8)),
        ("fordblks", ctypes.c_size_t),
        ("keepcost", ctypes.c_size_t),
    )


def state() -> str:
    """What was done, in a few words."""
    if _tuned:
        return "keeps freed memory for the next step"
    if os.environ.get(SWITCH) == "system":
        return f"left as it is ({SWITCH}=system)"
    return "as it is" if _is_glibc() else "the system's own; only glibc's is tuned"


def _is_glibc() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (ValueError, OSError):  # musl does not know the name
        return False
