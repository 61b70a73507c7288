"""Kernels: functions of plain loops that run as machine code, without the interpreter lock.

numba compiles them at their first call and caches them on disk. Where they were compiled ahead of time, as in the
packed programs (`precompiled`), neither numba nor LLVM is loaded, and nothing is compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from inpaint_studio import precompiled

Function = TypeVar("Function", bound=Callable[..., Any])

PRECOMPILED = precompiled.library() is not None
if not PRECOMPILED:
    from llvmlite import ir as _ir
    from numba.core import cgutils as _cgutils
    from numba.core import types as _types
    from numba.extending import intrinsic as _numba_intrinsic

    from inpaint_studio import numba_jit

CACHED = PRECOMPILED or numba_jit.CACHED


class _Unused:
    """Takes the place of numba and LLVM: accepts everything and does nothing.

    Code that emits instructions runs while a kernel is compiled. Kernels that are compiled already leave it unused.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_arguments: Any, **_named: Any) -> Any:
        return self


# For functions that emit instructions (`intrinsic`): LLVM's builder, and the types and tools of numba.
ir: Any = _Unused() if PRECOMPILED else _ir
types: Any = _Unused() if PRECOMPILED else _types
cgutils: Any = _Unused() if PRECOMPILED else _cgutils


def intrinsic(function: Callable[..., Any]) -> Any:
    """Make a function that emits the instructions of its calls; kernels call it without the first argument."""
    return _Unused() if PRECOMPILED else _numba_intrinsic(function)


def kernel(function: Function) -> Function:
    """Make a function a kernel. It runs in parallel with other Python threads.

    Sums of floats are not reordered, so that the same pixels come out on every processor. Arrays that a kernel would
    allocate or reshape are better passed in: compiling each of those costs 0.1-0.3 s. A kernel compiled ahead of time
    takes arguments of the types in packaging/kernel_signatures.toml; a test adds to them (``make kernel-signatures``).
    """
    found = precompiled.library()
    return numba_jit.kernel(function) if found is None else found.kernel(function)


def inline(function: Function) -> Function:
    """Make a function that is compiled into each kernel that calls it."""
    return function if PRECOMPILED else numba_jit.inline(function)


def compile_listener(callback: Callable[[], None]) -> AbstractContextManager[None]:
    """Call `callback` when a kernel has to be compiled in this thread; what it raises stops the compilation.

    Kernels that are loaded from the cache on disk, or were compiled ahead of time, do not count.
    """
    return nullcontext() if PRECOMPILED else numba_jit.compile_listener(callback)
