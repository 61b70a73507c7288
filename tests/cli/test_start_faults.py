"""A program that cannot start says why, and what crashed is offered as a report by the next start."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Unix")

CRASH = """
import ctypes, sys
from inpaint_studio import fault_watch
with fault_watch.watching("window") as watch:
    watch.note_action("fill")
    {painted}
    ctypes.string_at(0)
"""


def _run(state: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    clean |= {"INPAINT_STUDIO_STATE": str(state), "INPAINT_STUDIO_NO_DIALOG": "1", **environment}
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=clean, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("painted", [False, True])
def test_a_crash_becomes_a_report_at_the_next_start(painted: bool, tmp_path: Path) -> None:
    done = _run(tmp_path, "-c", CRASH.format(painted="watch.note_painted()" if painted else ""))
    assert done.returncode < 0
    (left,) = (tmp_path / "reports").glob("running-*.txt")
    collected = _run(tmp_path, "-c", "from inpaint_studio import fault_watch; print(fault_watch.collect())")
    assert collected.stdout.strip() == str(not painted)
    assert not left.exists()
    (report,) = (tmp_path / "reports").glob("report-*.new.txt")
    text = report.read_text(encoding="utf-8")
    assert "Fatal Python error: Segmentation fault" in text
    assert "fill" in text
    assert str(tmp_path) not in text


def test_a_process_that_ends_as_it_should_leaves_nothing(tmp_path: Path) -> None:
    done = _run(tmp_path, "-c", "from inpaint_studio import fault_watch\nwith fault_watch.watching('window'): pass")
    assert done.returncode == 0
    assert list((tmp_path / "reports").iterdir()) == []


def test_no_screen_is_one_sentence(tmp_path: Path) -> None:
    done = _run(tmp_path, "-m", "inpaint_studio", QT_QPA_PLATFORM="")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "no screen" in done.stderr
    (log,) = (tmp_path / "logs").glob("start-*.log")
    assert done.stderr.strip().endswith(str(log))


def test_a_platform_that_qt_does_not_know_is_one_sentence_and_a_log(tmp_path: Path) -> None:
    done = _run(tmp_path, "-m", "inpaint_studio", QT_QPA_PLATFORM="nonsense")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "by 'nonsense', which QT_QPA_PLATFORM asks for" in done.stderr
    assert list((tmp_path / "reports").iterdir()) == []
    assert list((tmp_path / "logs").glob("start-*.log"))


@pytest.mark.parametrize("part", ["resources", "inpaint_studio/ui/window.py", "inpaint_studio/cli/program.py"])
def test_a_damaged_installation_is_one_sentence_and_a_log(part: str, tmp_path: Path) -> None:
    """A copy of the program lacks a part."""
    place, state = tmp_path / "place", tmp_path / "state"
    shutil.copytree(ROOT / "inpaint_studio", place / "inpaint_studio", ignore=shutil.ignore_patterns("__pycache__"))
    if part != "resources":
        shutil.copytree(ROOT / "resources" / "icons", place / "resources" / "icons")
        (place / part).unlink()
    code = f"import sys; sys.path.insert(0, {str(place)!r}); from inpaint_studio.cli import main; sys.exit(main([]))"
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "INPAINT_STUDIO_STATE": str(state), "PYTHONPATH": str(place)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "The program is damaged: its part " in done.stderr
    (log,) = (state / "logs").glob("start-*.log")
    assert done.stderr.strip().endswith(str(log))
    assert str(tmp_path) not in log.read_text(encoding="utf-8")


def test_a_fault_at_the_start_is_a_sentence_with_a_report(tmp_path: Path) -> None:
    code = "from inpaint_studio.ui import app\nfrom inpaint_studio.cli import main\n"
    code += "def broken(photo): raise RuntimeError('/home/SECRET.jpg')\napp.run = broken\nraise SystemExit(main([]))"
    done = _run(tmp_path, "-c", code)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "The program cannot start: RuntimeError. Report: " in done.stderr
    (report,) = (tmp_path / "reports").glob("report-*.txt")
    assert "SECRET" not in report.read_text(encoding="utf-8")


def test_without_a_terminal_a_dialog_of_the_desktop_shows_the_sentence(tmp_path: Path) -> None:
    shown = tmp_path / "shown"
    program = tmp_path / "bin" / "zenity"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" > "{shown}"\n', encoding="utf-8")
    program.chmod(0o755)
    code = "from inpaint_studio import start_face; start_face.show('There is no screen.')"
    environment = {"DISPLAY": ":77", "INPAINT_STUDIO_NO_DIALOG": "", "PATH": f"{program.parent}:/usr/bin:/bin"}
    clean = {**os.environ, **environment}
    command = [sys.executable, "-c", code]
    subprocess.run(command, cwd=ROOT, env=clean, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    assert "There is no screen." in shown.read_text(encoding="utf-8")
