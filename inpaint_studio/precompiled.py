"""Kernels that were compiled ahead of time: packaging/compile_kernels.py writes them, the packed programs hold them.

A folder has one extension module for each kind of processor, and `INDEX`, a JSON file that says which function of the
module is which kernel for which types of arguments. A type is written as `uint8[2C]` (two axes, one behind the other in
memory; F: the other way round, A: any), with an `r` behind it where the array is read-only, or as `int64`.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, TypeVar, cast

from inpaint_studio import paths
from inpaint_studio.errors import StudioError
from inpaint_studio.texts import tr

Function = TypeVar("Function", bound=Callable[..., Any])

FOLDER = "INPAINT_STUDIO_KERNELS"  # in the environment: another folder of compiled kernels; empty: none
INDEX = "kernels.json"
BASELINE, AVX2 = "baseline", "avx2"
_CONTIGUOUS, _FORTRAN, _ALIGNED, _WRITEABLE = 0x1, 0x2, 0x100, 0x400  # bits of numpy's `flags.num`
_LAYOUT = _CONTIGUOUS | _FORTRAN | _ALIGNED | _WRITEABLE


def processor() -> str:
    """Return for which kind of processor kernels are chosen here: `AVX2` from Haswell and Zen on, else `BASELINE`."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return BASELINE
    umath = import_module("numpy._core._multiarray_umath")  # its check asks the system whether it keeps wide registers
    features = umath.__cpu_features__
    # x86-64-v3: no processor has these without its bit operations (BMI, LZCNT, MOVBE).
    return AVX2 if all(features.get(name, False) for name in ("AVX2", "FMA3", "F16C", "POPCNT")) else BASELINE


def array_type(dtype: str, axes: int, layout: str, writeable: bool) -> str:
    """Write the type of an array; `layout` is C, F or A."""
    return f"{dtype}[{axes}{layout}]{'' if writeable else 'r'}"


def type_of(value: Any) -> str:
    """Write the type of an argument, as numba sees it."""
    import numpy as np

    if isinstance(value, np.ndarray):
        flags = value.flags
        layout = "C" if flags.c_contiguous else "F" if flags.f_contiguous else "A"
        native = value.dtype.name if value.dtype.isnative and flags.aligned else f"{value.dtype.str} unaligned"
        return array_type(native, value.ndim, layout, flags.writeable)
    if isinstance(value, bool | np.bool_):
        return "bool"
    if isinstance(value, np.generic):
        return value.dtype.name
    if isinstance(value, int):
        return "int64" if value < 2**63 else "uint64"
    if isinstance(value, float):
        return "float64"
    return type(value).__name__


def _accepts(compiled: str, actual: str) -> bool:
    """Return whether a function that was compiled for one type takes the actual one, with the same result."""
    if compiled == actual:
        return True
    if "[" not in compiled or "[" not in actual:
        return False
    (one, form), (other, shown) = compiled.split("["), actual.split("[")
    if one != other or form[0] != shown[0]:
        return False
    # Any layout takes every layout; what does not write may read what is writeable.
    return (form[1] in ("A", shown[1])) and (form.endswith("r") or not shown.endswith("r"))


def _key(value: Any) -> object:
    """Return what the choice of a function depends on; quicker than the type as a text."""
    if hasattr(value, "strides") and value.ndim:
        return value.dtype, value.ndim, value.flags.num & _LAYOUT
    return type(value) if type(value) is not int or value < 2**63 else 2**63


class PrecompiledKernel:
    """Stands for one kernel; calls the function that was compiled for the types of the arguments."""

    def __init__(self, function: Callable[..., Any], compiled: dict[tuple[str, ...], Callable[..., Any]]) -> None:
        self.py_func, self._compiled = function, compiled
        self._chosen: dict[tuple[Any, ...], Callable[..., Any]] = {}
        self.__name__, self.__doc__, self.__module__ = function.__name__, function.__doc__, function.__module__

    def __call__(self, *arguments: Any) -> Any:
        """Run the kernel. Raises StudioError for types of arguments that it was not compiled for."""
        key = tuple(
            [
                (each.dtype, each.ndim, each.flags.num & _LAYOUT)
                if hasattr(each, "flags") and each.ndim
                else type(each)
                for each in arguments
            ]
        )
        chosen = self._chosen.get(key)
        if chosen is None:
            chosen = self._chosen[key] = self._choose(arguments)
        return chosen(*arguments)

    def _choose(self, arguments: tuple[Any, ...]) -> Callable[..., Any]:
        actual = tuple(map(type_of, arguments))
        if actual in self._compiled:
            return self._compiled[actual]
        for types, compiled in self._compiled.items():
            if len(types) == len(actual) and all(map(_accepts, types, actual)):
                return compiled
        raise StudioError(
            tr(
                "This program was packed without the kernel {name} for {types}; please report it.",
                name=self.__name__,
                types=", ".join(actual),
            )
        )


class KernelLibrary:
    """The compiled kernels in a folder, for one kind of processor."""

    def __init__(self, folder: Path, kind: str, functions: dict[str, list[dict[str, Any]]], file: str) -> None:
        self.folder, self.kind, self._functions = folder, kind, functions
        self._module = _load(folder / file)

    def kernel(self, function: Function) -> Function:
        """Return the compiled form of a kernel. Raises StudioError where the library does not have it."""
        name = f"{function.__module__}.{function.__name__}"
        compiled = {
            tuple(each["types"]): getattr(self._module, each["symbol"]) for each in self._functions.get(name, ())
        }
        return cast(Function, PrecompiledKernel(function, compiled))


def _load(file: Path) -> Any:
    loader = ExtensionFileLoader(file.name.split(".")[0], str(file))
    spec = spec_from_file_location(loader.name, file, loader=loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@cache
def library() -> KernelLibrary | None:
    """Return the kernels compiled ahead of time for this processor; None where there are none.

    Raises StudioError where there should be some and they cannot be loaded.
    """
    folder = _folder()
    if folder is None:
        return None
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        kind = processor() if processor() in index["files"] else BASELINE
        return KernelLibrary(folder, kind, index["kernels"], index["files"][kind])
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise StudioError(
            tr("The compiled kernels in {folder} cannot be loaded; install the program again.", folder=folder)
        ) from error


def _folder() -> Path | None:
    chosen = os.environ.get(FOLDER)
    if chosen is not None:
        return Path(chosen) if chosen else None
    packed = paths.resources() / "kernels" if getattr(sys, "frozen", False) else None
    return packed if packed is not None and packed.is_dir() else None
