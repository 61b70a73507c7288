"""Compile the kernels ahead of time: ``python packaging/compile_kernels.py FOLDER``.

Writes an extension module for each kind of processor, and an index of them (see inpaint_studio/precompiled.py), so that
a packed program needs neither numba nor LLVM. Needs numba and a C compiler. Which types of arguments each kernel is
compiled for stands in kernel_signatures.toml; ``make kernel-signatures`` collects them from the tests.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import shutil
import sys
import tempfile
import tomllib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SIGNATURES = HERE / "kernel_signatures.toml"
sys.path.insert(0, str(HERE.parent))
os.environ["INPAINT_STUDIO_KERNELS"] = ""  # compile from the sources, not from an earlier result

from inpaint_studio import precompiled  # noqa: E402

# The kinds of processors by what the program finds (`precompiled.processor`), with LLVM's names for them.
PROCESSORS = {"x86_64": {precompiled.BASELINE: "x86-64", precompiled.AVX2: "x86-64-v3"}}
PROCESSORS["AMD64"] = PROCESSORS["x86_64"]
_OTHERS = {precompiled.BASELINE: "generic"}


def read_signatures() -> dict[str, list[list[str]]]:
    """Return for each kernel, by its full name, the lists of types that it is compiled for."""
    signatures: dict[str, list[list[str]]] = tomllib.loads(SIGNATURES.read_text(encoding="utf-8"))
    return signatures


def numba_type(text: str) -> Any:
    """Turn a type as the index has it into numba's."""
    from numba import types

    if "[" not in text:
        return types.boolean if text == "bool" else getattr(types, text)
    dtype, form = text.split("[")
    return types.Array(numba_type(dtype), int(form[0]), form[1], readonly=form.endswith("r"))


def describe_type(kind: Any) -> str:
    """Turn numba's type of an argument into the text of the index. Raises TypeError for what is not written there."""
    from numba import types

    if isinstance(kind, types.Array) and kind.aligned:
        return precompiled.array_type(describe_type(kind.dtype), kind.ndim, kind.layout, kind.mutable)
    if isinstance(kind, types.Literal):  # in a call from another kernel
        raise TypeError(f"{kind} cannot come from outside")
    if isinstance(kind, types.Boolean):
        return "bool"
    if isinstance(kind, types.Integer | types.Float):
        return str(kind)
    raise TypeError(f"kernels compiled ahead of time take arrays and numbers, not {kind}")


@contextmanager
def _as_in_the_program() -> Iterator[None]:
    """Let numba's compiler of extension modules use the options of `numba_jit.kernel`."""
    import numba.pycc.compiler as compiler

    plain = compiler.Flags

    def flags() -> Any:
        chosen = plain()
        chosen.release_gil = True
        chosen.error_model = "numpy"
        return chosen

    compiler.Flags = flags
    try:
        yield
    finally:
        compiler.Flags = plain


def _kernel(name: str) -> Any:
    module, _, function = name.rpartition(".")
    return getattr(importlib.import_module(module), function).py_func


def compile_module(folder: Path, name: str, processor: str, signatures: dict[str, list[list[str]]]) -> str:
    """Compile the kernels for one processor (a name of LLVM's) into `folder`; return the name of the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numba.pycc is deprecated, without a successor so far
        from numba.pycc import CC
    compiler = CC(name, source_module=precompiled)
    compiler.output_dir, compiler.target_cpu = str(folder), processor
    for symbol, kernel, types in symbols(signatures):
        compiler.export(symbol, tuple(map(numba_type, types)))(_kernel(kernel))
    with _as_in_the_program():
        compiler.compile()
    return str(compiler.output_file)


def symbols(signatures: dict[str, list[list[str]]]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield for every signature the name of its function in the module, the kernel, and the types."""
    every = [(kernel, types) for kernel in sorted(signatures) for types in signatures[kernel]]
    for number, (kernel, types) in enumerate(every):
        yield f"kernel_{number}", kernel, types


def compile_kernels(folder: Path, signatures: dict[str, list[list[str]]] | None = None) -> None:
    """Compile the kernels for every kind of processor of this machine's family, and write the index last."""
    chosen = read_signatures() if signatures is None else signatures
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        for kind, processor in PROCESSORS.get(platform.machine(), _OTHERS).items():
            file = compile_module(Path(temporary), f"kernels_{kind}", processor, chosen)
            files[kind] = file
            (Path(temporary) / file).replace(folder / file)
    kernels: dict[str, list[dict[str, Any]]] = {}
    for symbol, kernel, types in symbols(chosen):
        kernels.setdefault(kernel, []).append({"types": types, "symbol": symbol})
    index = json.dumps({"files": files, "kernels": kernels}, indent=1)
    (folder / precompiled.INDEX).write_text(index, encoding="utf-8")


def main() -> int:
    """Compile into the folder that the command line names."""
    if len(sys.argv) != 2:
        print("usage: python packaging/compile_kernels.py FOLDER", file=sys.stderr)
        return 2
    if os.name == "posix" and not any(map(shutil.which, (os.environ.get("CC", "cc"), "gcc", "clang"))):
        print("compile_kernels: a C compiler is needed: install gcc or clang", file=sys.stderr)
        return 2
    compile_kernels(Path(sys.argv[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
