"""How the kernels are compiled: without the interpreter lock, and kept on disk between runs where that can be."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, TypeVar

import numba as _numba

from inpaint_studio import paths


def _postpone_scipy() -> None:
    """Keep numba from importing SciPy's linear algebra until a kernel multiplies matrices (none of ours does).

    numba imports it at its first compilation, to see whether it is there. That costs time and loads another OpenBLAS,
    which never returned where the address space was limited (``ulimit -v 900000``).
    """
    if find_spec("scipy") is None:
        return
    try:
        from numba.np import linalg

        original = linalg.ensure_blas
        linalg.ensure_blas = lambda: None
        try:
            from numba.np import arraymath

            arraymath.ensure_blas = original  # type: ignore[attr-defined]
        finally:
            linalg.ensure_blas = original
    except (ImportError, AttributeError):  # another version of numba: SciPy is imported early then
        pass


_postpone_scipy()
numba: Any = _numba  # its decorators' types know nothing of what they return here
Function = TypeVar("Function", bound=Callable[..., Any])


def _kept_on_disk() -> bool:
    if os.environ.get("NUMBA_CACHE_DIR"):
        return True
    folder = paths.cache_dir()
    if folder is None:
        return False
    # numba asks for this when a function is decorated, so it has to stand before any kernel is defined.
    numba.config.CACHE_DIR = str(folder / "kernels")
    return True


KEPT_ON_DISK = _kept_on_disk()


def kernel(function: Function) -> Function:
    """Compile at the first call; runs in parallel with other Python threads.

    Overflow checks and reordered float sums are off the table: the same pixels must come out everywhere.
    """
    compiled: Function = numba.njit(nogil=True, cache=KEPT_ON_DISK, error_model="numpy", no_cfunc_wrapper=True)(
        function
    )
    return compiled


def inline(function: Function) -> Function:
    """Compile into each kernel that calls it."""
    compiled: Function = numba.njit(nogil=True, inline="always", error_model="numpy")(function)
    return compiled
