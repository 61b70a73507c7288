"""Kernels that are compiled ahead of time: the same results as those compiled by numba, without loading it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inpaint_studio import precompiled
from inpaint_studio.errors import StudioError
from tests import kernel_signatures

ROOT = Path(__file__).parents[1]
COMPILER = kernel_signatures.load_compiler()
GATE = "inpaint_studio.layers.cpu.gate_kernels.gate_forward"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of the kernels, compiled for every kind of processor of this machine's family."""
    folder = tmp_path_factory.mktemp("kernels")
    table = {GATE: COMPILER.read_signatures()[GATE]}
    COMPILER.compile_kernels(folder, table)
    return folder


def test_every_kernel_is_in_the_table_with_types_that_can_be_read() -> None:
    table = COMPILER.read_signatures()
    for name, signatures in table.items():
        assert COMPILER._kernel(name).__name__ == name.rpartition(".")[2]
        for types in signatures:
            assert [COMPILER.describe_type(COMPILER.numba_type(each)) for each in types] == types
    sources = [path for path in (ROOT / "inpaint_studio").rglob("*.py") if "\n@kernel\n" in path.read_text("utf-8")]
    kernels = sum(path.read_text(encoding="utf-8").count("\n@kernel\n") for path in sources)
    assert len(table) == kernels


def test_types_are_written_as_numba_sees_them() -> None:
    from numba import typeof

    array = np.zeros((4, 6), np.float32)
    locked = array.copy()
    locked.flags.writeable = False
    for value in (array, array.T, array[:, ::2], locked, array[0], 3, 2**63, 0.5, True, np.uint32(3), np.uint64(3)):
        assert precompiled.type_of(value) == COMPILER.describe_type(typeof(value))


def test_a_kernel_takes_what_gives_the_same_result_and_refuses_the_rest() -> None:
    called = []
    compiled = {("uint8[2Ar]", "int64"): lambda *arguments: called.append(arguments)}
    kernel = precompiled.PrecompiledKernel(len, compiled)
    image = np.zeros((3, 4), np.uint8)
    kernel(image, 1)
    kernel(image[:, ::2], 1)
    assert len(called) == 2
    for wrong in ((image.astype(np.int8), 1), (image, 1.0), (image[0], 1), (image,)):
        with pytest.raises(StudioError, match="packed without the kernel"):
            kernel(*wrong)


def _gate(kernel: Callable[..., Any]) -> bytes:
    random = np.random.default_rng(5)
    both, out = random.normal(size=2 * 64 * 50).astype(np.float32), np.zeros(64 * 50, np.float32)
    room = np.zeros((2, 1024), np.float32)
    kernel(both, out, np.uint64(64), np.uint64(0), np.uint64(50), room[0], room[1])
    return out.tobytes()


def test_every_kind_of_processor_gives_the_bits_of_numba(library: Path) -> None:
    from inpaint_studio.layers.cpu import gate_kernels

    index = json.loads((library / precompiled.INDEX).read_text(encoding="utf-8"))
    expected = _gate(gate_kernels.gate_forward)
    assert any(expected)
    kinds = set(index["files"]) if precompiled.processor() == precompiled.AVX2 else {precompiled.BASELINE}
    for kind in kinds:
        found = precompiled.KernelLibrary(library, kind, index["kernels"], index["files"][kind])
        assert _gate(found.kernel(COMPILER._kernel(GATE))) == expected


def test_kernels_run_beside_other_threads(library: Path) -> None:
    """A kernel that held the interpreter lock would stop the window while it works."""
    index = json.loads((library / precompiled.INDEX).read_text(encoding="utf-8"))
    file = index["files"][precompiled.BASELINE]
    kernel = precompiled.KernelLibrary(library, precompiled.BASELINE, index["kernels"], file).kernel(
        COMPILER._kernel(GATE)
    )
    rows = 400_000
    both, out = np.zeros(2 * 64 * rows, np.float32), np.zeros(64 * rows, np.float32)
    room = np.zeros((2, 1024), np.float32)
    ended = threading.Event()

    def work() -> None:
        kernel(both, out, np.uint64(64), np.uint64(0), np.uint64(rows), room[0], room[1])
        ended.set()

    thread = threading.Thread(target=work)
    thread.start()
    turns = 0
    while not ended.is_set():
        turns += 1
    thread.join()
    assert turns > 100


WITHOUT_NUMBA = """
import hashlib, sys
if {blocked}:
    sys.modules["numba"] = sys.modules["llvmlite"] = None
import numpy as np
from inpaint_studio import jit, threads
from inpaint_studio.layers.cpu import gate_kernels
random = np.random.default_rng(5)
both, out = random.normal(size=2 * 64 * 50).astype(np.float32), np.zeros(64 * 50, np.float32)
room = np.zeros((2, 1024), np.float32)
gate_kernels.gate_forward(both, out, np.uint64(64), np.uint64(0), np.uint64(50), room[0], room[1])
print(jit.PRECOMPILED, hashlib.sha256(out.tobytes()).hexdigest())
"""


def test_a_kernel_runs_without_numba_and_gives_the_same_bits(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(blocked: bool) -> list[str]:
        code = WITHOUT_NUMBA.format(blocked=blocked)
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    expected = run(blocked=False)
    monkeypatch.setenv(precompiled.FOLDER, str(library))
    assert expected[0] == "False"
    assert run(blocked=True) == ["True", expected[1]]


def test_damaged_libraries_are_a_sentence(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / precompiled.INDEX).write_text('{"files": {', encoding="utf-8")
    monkeypatch.setenv(precompiled.FOLDER, str(tmp_path))
    with pytest.raises(StudioError, match="install the program again"):
        precompiled.library.__wrapped__()
    (tmp_path / precompiled.INDEX).write_bytes((library / precompiled.INDEX).read_bytes())
    for file in json.loads((library / precompiled.INDEX).read_text(encoding="utf-8"))["files"].values():
        (tmp_path / file).write_bytes(b"no module")
    with pytest.raises(StudioError, match="install the program again"):
        precompiled.library.__wrapped__()
