"""The environment that native libraries find when they are loaded. In fresh processes: they read it once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inpaint_studio import native_threads

ROOT = Path(__file__).parents[1]
NAMES = [*native_threads.PASSIVE, "OPENBLAS_NUM_THREADS"]

# Prints the variables at the moment that torch or numpy is first looked for.
WATCH = """
import os, sys
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == WATCHED:
            print(*(os.environ.get(each, "unset") for each in NAMES), flush=True)
            os._exit(0)
sys.meta_path.insert(0, Watch())
"""
ENTRIES = {
    "training": ("torch", "from inpaint_studio.cli import main; main(['train', 'deepfill-v2', '--photos', '.'])"),
    "doctor": ("torch", "from inpaint_studio.cli import main; main(['doctor'])"),
    "fill": ("numpy", "from inpaint_studio.cli import main; main(['fill', 'a.png', '-o', 'b.png'])"),
    "module": (
        "numpy",
        "import runpy; sys.argv[1:] = ['models', 'list']; runpy.run_module('inpaint_studio', run_name='__main__')",
    ),
    "window": (
        "torch",
        "sys.argv[1:] = []; from inpaint_studio.cli import main\n"
        "import inpaint_studio.ui.app as app; app.run = lambda photo: __import__('torch')\nmain()",
    ),
    "tests": ("torch", "import tests.conftest, torch"),
}


def first_seen(watched: str, code: str, **variables: str) -> dict[str, str]:
    """The variables when `watched` is imported by `code`."""
    prefix = f"WATCHED, NAMES = {watched!r}, {NAMES!r}\n{WATCH}"
    environment = {name: value for name, value in os.environ.items() if name not in NAMES} | variables
    done = subprocess.run(
        [sys.executable, "-c", prefix + code],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return dict(zip(NAMES, done.stdout.split(), strict=True))


@pytest.mark.parametrize("entry", ENTRIES)
def test_threads_sleep_while_they_wait_in_every_entry(entry):
    seen = first_seen(*ENTRIES[entry])
    assert {name: seen[name] for name in native_threads.PASSIVE} == native_threads.PASSIVE


def test_a_policy_that_the_user_chose_is_left_alone():
    seen = first_seen(*ENTRIES["training"], OMP_WAIT_POLICY="ACTIVE")
    assert (seen["OMP_WAIT_POLICY"], seen["GOMP_SPINCOUNT"], seen["KMP_BLOCKTIME"]) == ("ACTIVE", "unset", "unset")
    assert first_seen(*ENTRIES["training"], KMP_BLOCKTIME="7")["KMP_BLOCKTIME"] == "7"
    assert first_seen(*ENTRIES["fill"], OPENBLAS_NUM_THREADS="3")["OPENBLAS_NUM_THREADS"] == "3"


@pytest.mark.parametrize(("machine", "count"), [("x86_64", "1"), ("AMD64", "1"), ("aarch64", None), ("arm64", None)])
def test_openblas_keeps_its_threads_where_torch_computes_with_it(monkeypatch, machine, count):
    monkeypatch.setattr("platform.machine", lambda: machine)
    environment: dict[str, str] = {}
    native_threads.set_defaults(environment)
    assert environment.get("OPENBLAS_NUM_THREADS") == count


def test_processes_that_a_process_starts_inherit_the_policy(monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    native_threads.set_defaults()
    code = "import os; print(os.environ['OMP_WAIT_POLICY'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "PASSIVE\n"
