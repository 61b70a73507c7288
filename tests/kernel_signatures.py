"""The types of arguments that tests call kernels with, against those that kernels are compiled ahead of time for.

A test that meets other types fails at its end, until ``make kernel-signatures`` has added them to the table.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import tomli_w
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[1]
RECORD = "INPAINT_STUDIO_RECORD_KERNELS"  # in the environment: add what is missing to the table
Signatures = dict[str, list[list[str]]]


def load_compiler() -> ModuleType:
    """Import packaging/compile_kernels.py, which is in no package."""
    spec = spec_from_file_location("compile_kernels", ROOT / "packaging" / "compile_kernels.py")
    assert spec is not None
    assert spec.loader is not None
    before = os.environ.get("INPAINT_STUDIO_KERNELS")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    if before is None:
        os.environ.pop("INPAINT_STUDIO_KERNELS", None)
    else:
        os.environ["INPAINT_STUDIO_KERNELS"] = before
    sys.path.remove(str(ROOT)) if sys.path[0] == str(ROOT) else None
    return module


def missing(compiler: ModuleType) -> Signatures:
    """Return what kernels of this process were called with and the table does not have."""
    if "inpaint_studio.numba_jit" not in sys.modules:
        return {}
    from numba.core.dispatcher import Dispatcher

    table, found = compiler.read_signatures(), {}
    for module in [each for name, each in sys.modules.items() if name.startswith("inpaint_studio.")]:
        for value in list(vars(module).values()):
            if isinstance(value, Dispatcher) and _is_kernel(value) and value.py_func.__module__ == module.__name__:
                name = f"{module.__name__}.{value.py_func.__name__}"
                called = [signature for signature in value.signatures if not _from_a_kernel(signature)]
                types = [[compiler.describe_type(each) for each in signature] for signature in called]
                if new := [each for each in types if each not in table.get(name, [])]:
                    found[name] = new
    return found


def _is_kernel(dispatcher: Any) -> bool:
    """Return whether a function is a kernel, not one that is compiled into kernels."""
    return bool(dispatcher.targetoptions.get("inline", "never") != "always")


def _from_a_kernel(signature: Iterable[object]) -> bool:
    """Return whether a kernel called another so, with a number that stands in its code; Python cannot call it so."""
    from numba import types

    return any(isinstance(each, types.Literal) for each in signature)


def add(compiler: ModuleType, found: Signatures) -> None:
    """Add signatures to the table; several processes may do so at the same time."""
    with FileLock(ROOT / ".kernel_signatures.lock"):
        table = compiler.read_signatures()
        for name, types in found.items():
            table[name] = sorted({tuple(each) for each in [*table.get(name, []), *types]})
        compiler.SIGNATURES.write_text(_HEAD + tomli_w.dumps(dict(sorted(table.items()))), encoding="utf-8")


_HEAD = """\
# For which types of arguments kernels are compiled ahead of time. Written by `make kernel-signatures`, from the tests.
# uint8[2C]: an array of two axes, one row behind the other; A: any strides; r: read-only.

"""
