"""Compile kernels with numba when they are first called, and cache them on disk between runs. `jit` is the face."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any, TypeVar

import numba as _numba
from numba.core import event

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
numba: Any = _numba  # the types of its decorators do not describe what they return here
Function = TypeVar("Function", bound=Callable[..., Any])


def _set_cache_folder() -> bool:
    """Choose where compiled kernels are cached; return False where there is no such folder."""
    if os.environ.get("NUMBA_CACHE_DIR"):
        return True
    folder = paths.cache_dir()
    if folder is None:
        return False
    # numba reads this when a function is decorated, so it has to be set before any kernel is defined.
    numba.config.CACHE_DIR = str(folder / "kernels")
    return True


CACHED = _set_cache_folder()


def kernel(function: Function) -> Function:
    """Compile a function at its first call. It runs in parallel with other Python threads.

    Sums of floats are not reordered, so that the same pixels come out on every processor. Arrays that a kernel would
    allocate or reshape are better passed in: compiling each of those costs 0.1-0.3 s.
    """
    # No kernel is called from C, so the wrapper for that is not compiled.
    compiled: Function = numba.njit(nogil=True, cache=CACHED, error_model="numpy", no_cfunc_wrapper=True)(function)
    return compiled


def inline(function: Function) -> Function:
    """Compile a function into each kernel that calls it."""
    compiled: Function = numba.njit(nogil=True, inline="always", error_model="numpy")(function)
    return compiled


class _Compilations(threading.local, event.Listener):
    """Calls `callback` of the thread in which the compilation of a kernel starts."""

    callback: Callable[[], None] | None = None
    _depth = 0  # a kernel's compilation starts those of the functions it calls

    def on_start(self, _event: Any) -> None:
        self._depth += 1
        if self._depth == 1 and self.callback is not None:
            self.callback()

    def on_end(self, _event: Any) -> None:
        self._depth -= 1


_compilations = _Compilations()
numba.core.event.register("numba:compile", _compilations)


@contextlib.contextmanager
def compile_listener(callback: Callable[[], None]) -> Iterator[None]:
    """Call `callback` when a kernel has to be compiled in this thread; what it raises stops the compilation.

    Kernels that are loaded from the cache on disk do not count.
    """
    outer, _compilations.callback = _compilations.callback, callback
    try:
        yield
    finally:
        _compilations.callback = outer
