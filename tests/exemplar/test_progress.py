"""The progress of a fill, and the note while its kernels are compiled."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from inpaint_studio.errors import Cancelled
from inpaint_studio.exemplar.progress import COMPILING, FILLING, Progress
from inpaint_studio.jit import PRECOMPILED

pytestmark = pytest.mark.skipif(PRECOMPILED, reason="there is nothing to compile")
ROOT = Path(__file__).parents[2]

# A process of its own: here the kernels are compiled or loaded once.
FILLS = """
import json
import numpy as np
from inpaint_studio.exemplar.correspondence import match
from inpaint_studio.exemplar.detail import EFFORTS, synthesise
from inpaint_studio.exemplar.fill import fill

image, hole = np.tile(np.arange(64, dtype=np.uint8), (64, 3, 1)).transpose(0, 2, 1).copy(), np.zeros((64, 64), bool)
hole[20:44, 20:44] = True
notes = {}
for name, work in (
    ("match", lambda report: match(image, hole, threads=1, report=report)),
    ("fill", lambda report: fill(image, hole, threads=1, report=report)),
    ("detail", lambda report: synthesise(image, hole, image, 0.3, effort=EFFORTS["fast"], threads=1, report=report)),
):
    for turn in ("first", "second"):
        shown = []
        work(lambda fraction, note: shown.append((fraction, note)))
        assert [fraction for fraction, _ in shown] == sorted(fraction for fraction, _ in shown)
        notes[f"{name} {turn}"] = [note for _, note in shown if note]
print(json.dumps(notes))
"""


def _notes(cache: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    import json

    monkeypatch.setenv("NUMBA_CACHE_DIR", str(cache))
    run = subprocess.run([sys.executable, "-c", FILLS], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stderr == ""
    notes: dict[str, list[str]] = json.loads(run.stdout)
    return notes


def test_compiling_is_reported_only_where_it_has_to_be_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cold, warm = (_notes(tmp_path, monkeypatch) for _ in range(2))
    for name in ("match first", "fill first"):
        assert cold[name][0] == "Compiling the filler for this processor, once"
        assert set(cold[name]) <= {cold[name][0], FILLING}
    assert all(notes == [] for name, notes in cold.items() if name.endswith("second"))
    assert cold["detail first"] == []  # a fill leaves it nothing to compile
    assert all(notes == [] for notes in warm.values())


def _fresh_kernel() -> Callable[[np.ndarray], int]:
    from inpaint_studio.numba_jit import numba

    compiled: Callable[[np.ndarray], int] = numba.njit(lambda array: array.size)
    return compiled


def test_the_note_ends_when_the_work_goes_on() -> None:
    notes: list[tuple[float, str]] = []
    progress = Progress(lambda fraction, note: notes.append((fraction, note)))
    progress.at(0.25)
    with progress.note_compilation():
        _fresh_kernel()(np.zeros(3))
        progress.repeat()
        progress.at(0.5)
        progress.at(0.75)
    _fresh_kernel()(np.zeros(3))
    assert notes == [(0.25, ""), (0.25, COMPILING), (0.25, ""), (0.5, FILLING), (0.75, "")]


def test_a_fill_can_be_cancelled_before_a_kernel_is_compiled() -> None:
    def report(_fraction: float, _note: str) -> None:
        raise Cancelled

    kernel = _fresh_kernel()
    with Progress(report).note_compilation(), pytest.raises(Cancelled):
        kernel(np.zeros(3))
    assert kernel(np.zeros(3)) == 3
    notes: list[str] = []
    with Progress(lambda _fraction, note: notes.append(note)).note_compilation():
        _fresh_kernel()(np.zeros(3))
    assert notes == [COMPILING]


def test_another_thread_does_not_report_what_this_one_compiles() -> None:
    from concurrent.futures import ThreadPoolExecutor

    notes: list[str] = []
    with (
        Progress(lambda _fraction, note: notes.append(note)).note_compilation(),
        ThreadPoolExecutor(1) as pool,
    ):
        assert pool.submit(_fresh_kernel(), np.zeros(3)).result() == 3
    assert notes == []
