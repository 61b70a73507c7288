"""Limits on memory that a shell or a job scheduler sets (``ulimit -v``), met before native libraries meet them.

Libraries written in C do not report that the address space is used up: measured on Linux, LLVM ends the process
without a message, and OpenBLAS crashes it.
"""

from __future__ import annotations

import sys

from inpaint_studio.errors import InputError
from inpaint_studio.texts import tr

# Bytes of address space below which filling and training are refused. On two cores a fill of 3 megapixels succeeded in
# 920 MB. With 730 MB and kernels to compile the process was aborted, with 690 MB it ended without a message.
LEAST = 800 * 10**6

# How the dynamic loader reports that there is no address space for a library: glibc, musl.
_LOADER_MESSAGES = ("failed to map segment", "cannot allocate memory")


def check() -> None:
    """Raise InputError where the limit on address space is too small to fill or to train."""
    limit = _address_space()
    if limit is not None and limit < LEAST:
        raise InputError(
            tr(
                "This program may use only {limit} MB of memory here and needs {least} MB at least; "
                "raise the limit ('ulimit -v' shows it).",
                limit=limit // 10**6,
                least=LEAST // 10**6,
            )
        )


def is_exhausted(error: BaseException) -> bool:
    """Whether memory ran out, or a library could not be loaded because the address space is used up."""
    if isinstance(error, MemoryError):
        return True
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ImportError | OSError) and any(text in str(cause).lower() for text in _LOADER_MESSAGES):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _address_space() -> int | None:
    """Return the limit on the process's address space in bytes; None where there is none."""
    if sys.platform == "win32":
        return None
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if soft == resource.RLIM_INFINITY else soft
