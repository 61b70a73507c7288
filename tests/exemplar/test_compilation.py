"""What has to be compiled before the first fill on a new machine, where the cache of kernels is empty."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from inpaint_studio.jit import PRECOMPILED

pytestmark = pytest.mark.skipif(PRECOMPILED, reason="there is nothing to compile")
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


REQUESTS = """
import numpy as np
from numba.core import event
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.fill.warm_up import warm_up
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import Guide, Options
from tests import synthetic

def compiled(work, request):
    with event.install_recorder("numba:compile") as recorder:
        work(request, Ticket())
    started = [each.data["dispatcher"].py_func.__module__ for _, each in recorder.buffer if each.is_start]
    return sum("exemplar.lines" in name for name in started), len(started)

photo, hole, lines = synthetic.photo(200, 260), synthetic.disc(200, 260, 60), np.zeros((200, 260), np.uint8)
lines[100, 10:250] = 1
for guide in (Guide(), Guide(lines=lines)):
    request = Request(photo, hole, "exemplar", guide, Options(threads=1))
    print(*compiled(warm_up, request), *compiled(fill, request))
"""


def test_the_kernels_for_guide_lines_are_compiled_only_for_a_request_with_guide_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    run = subprocess.run([sys.executable, "-c", REQUESTS], capture_output=True, text=True, check=True, cwd=ROOT)
    without, with_lines = ([int(count) for count in line.split()] for line in run.stdout.splitlines())
    assert without[0] == 0
    assert without[1] >= 8
    assert without[2:] == [0, 0]  # the fill itself finds everything compiled
    assert with_lines[0] >= 2
    assert with_lines[2:] == [0, 0]
