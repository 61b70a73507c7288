"""What has to be compiled before the first fill on a new machine, where the cache of kernels is empty."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

WARM_UP = """
from numba.core import event
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.exemplar import Exemplar

with event.install_recorder("numba:compile") as recorder:
    Exemplar().warm_up(Ticket())
for _, started in recorder.buffer:
    if started.is_start:
        print(started.data["dispatcher"].py_func.__module__)
"""


def test_few_functions_are_compiled_for_the_filler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs 0.1-0.7 s of CPU time, and those of numba's own library cost as much without being seen in a kernel.

    An array that a kernel allocates brings three of them. An `argmin` in one kernel brought dozens, and took 2.5 s.
    """
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    run = subprocess.run([sys.executable, "-c", WARM_UP], capture_output=True, text=True, check=True, cwd=ROOT)
    modules = run.stdout.split()
    kernels = [name for name in modules if name.startswith("inpaint_studio.")]
    assert 10 <= len(kernels) <= 14
    assert len(modules) - len(kernels) <= 6, sorted(set(modules) - set(kernels))
