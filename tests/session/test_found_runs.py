"""Trainings that run without the window that started them; other windows find them and send them commands."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QProcess

from inpaint_studio.protocol.run_folder import RunFolder, runs_dir
from inpaint_studio.session.session import Session
from inpaint_studio.session.training import controller
from inpaint_studio.session.training.controller import TrainingController
from tests.session.training_runs import PATIENCE, another_window, begin, end, kill, make_request, until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="another process's signals")


@pytest.fixture
def another(choosing: Session) -> Iterator[Callable[[], TrainingController]]:
    """Return a function that opens another window."""
    made: list[TrainingController] = []

    def make() -> TrainingController:
        made.append(another_window(choosing))
        return made[-1]

    yield make
    for window in made:
        window.close()


def found(qtbot: Any, window: TrainingController) -> None:
    """Let a window find a training that runs."""
    with qtbot.waitSignal(window.found, timeout=PATIENCE):
        window.find()


def left(qtbot: Any, window: TrainingController) -> int:
    """Leave the training as soon as its process exists; return the process's number."""
    process = window._process
    assert process is not None
    until(qtbot, process.started, lambda: process.state() == QProcess.ProcessState.Running)
    number = process.processId()
    window.leave()
    return number


def test_a_training_that_was_left_before_its_start_is_found(qtbot, pretended, another, tmp_path):
    pretended.start(make_request(tmp_path, settings=("pretend=late",)))
    pid = left(qtbot, pretended)
    later = another()
    found(qtbot, later)
    assert later.run.name == "mine"
    assert later.run.model == make_request(tmp_path).model
    until(qtbot, later.progressed, lambda: later.run.step >= 3)
    later.stop()
    end(qtbot, later)
    os.waitpid(pid, 0)  # it is a child of this process still
    assert later.run.end == "stopped"


def test_a_failed_start_leaves_no_files_and_a_failed_resume_keeps_the_old_ones(qtbot, pretended, tmp_path, monkeypatch):
    program = [sys.executable, "-c", "input(); raise SystemExit('inpaint-studio: There is no disk.')"]
    with monkeypatch.context() as patch:
        patch.setattr("inpaint_studio.session.training.process.program", lambda: program)
        pretended.start(make_request(tmp_path))
        qtbot.waitUntil(RunFolder(runs_dir() / "mine").record.is_file)
        pretended._process.write(b"\n")
        end(qtbot, pretended)
    assert pretended.trouble == "There is no disk."
    assert list(runs_dir().iterdir()) == []
    run = begin(qtbot, pretended, tmp_path, 1)
    kill(pretended)
    end(qtbot, pretended)
    record = RunFolder(run.folder).record
    before = record.read_bytes()
    monkeypatch.setattr("inpaint_studio.session.training.process.program", lambda: program)
    pretended.resume()
    number = pretended._process.processId()
    qtbot.waitUntil(lambda: json.loads(record.read_bytes())["pid"] == number)
    pretended._process.write(b"\n")
    end(qtbot, pretended)
    assert pretended.trouble == "There is no disk."
    assert record.read_bytes() == before
    pretended.forget()
    qtbot.waitUntil(lambda: pretended._tasks.idle)
    assert list(runs_dir().iterdir()) == []


def test_a_window_does_not_remove_the_files_of_a_training_that_another_one_resumed(qtbot, pretended, another, tmp_path):
    begin(qtbot, pretended, tmp_path, 1, settings=("pretend=worse",))
    pretended.stop()
    end(qtbot, pretended)
    other = another()
    with qtbot.waitSignal(other.ended, timeout=PATIENCE):
        other.find()
    run = begin(qtbot, pretended, tmp_path, 1)
    other.forget()
    qtbot.waitUntil(lambda: other._tasks.idle)
    assert RunFolder(run.folder).checkpoint.is_file()
    pretended.stop()
    end(qtbot, pretended)
    assert run.end == "stopped"


def test_an_ended_training_does_not_count_as_running_when_its_process_number_is_used_again(qtbot, another):
    folder = runs_dir() / "mine"
    folder.mkdir(parents=True)
    record = {"pid": os.getpid(), "model": "net", "name": "mine", "command": ["x", "train", "net", "--events"]}
    RunFolder(folder).record.write_text(json.dumps(record))
    RunFolder(folder).events.write_text(json.dumps({"event": "stopped", "step": 9, "name": None}) + "\n")
    later = another()
    found_running: list[bool] = []
    later.found.connect(lambda: found_running.append(True))
    with qtbot.waitSignal(later.ended, timeout=PATIENCE):
        later.find()
    assert (later.run.end, found_running) == ("stopped", [])


def test_the_end_of_a_found_training_is_noticed(qtbot, pretended, another, tmp_path):
    begin(qtbot, pretended, tmp_path, 1)
    pid = left(qtbot, pretended)
    later = another()
    found(qtbot, later)
    until(qtbot, later.progressed, lambda: later.run.step >= 1)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    end(qtbot, later)
    assert later.trouble


def test_a_stop_that_could_not_be_sent_can_be_sent_again(qtbot, pretended, another, tmp_path):
    run = begin(qtbot, pretended, tmp_path, 1)
    pid = left(qtbot, pretended)
    later = another()
    found(qtbot, later)
    RunFolder(run.folder).commands.mkdir()
    for ask in (later.stop, lambda: later.pause(True)):
        with qtbot.waitSignal(later.failed, timeout=PATIENCE) as failure:
            ask()
        assert failure.args[0].startswith("The training could not be asked to ")
    assert not later.stopping
    assert not later.pausing
    RunFolder(run.folder).commands.rmdir()
    later.stop()
    assert later.stopping
    end(qtbot, later)
    os.waitpid(pid, 0)
    assert later.run.end == "stopped"


def test_a_stop_that_got_lost_is_sent_again(qtbot, pretended, another, tmp_path, monkeypatch):
    monkeypatch.setattr(controller, "_REPEAT_EVERY", 30)
    run = begin(qtbot, pretended, tmp_path, 1)
    pid = left(qtbot, pretended)
    later = another()
    found(qtbot, later)
    os.kill(pid, signal.SIGSTOP)
    later.stop()
    qtbot.waitUntil(RunFolder(run.folder).commands.is_file)
    RunFolder(run.folder).commands.unlink()
    os.kill(pid, signal.SIGCONT)
    end(qtbot, later)
    os.waitpid(pid, 0)
    assert later.run.end == "stopped"


def test_deleted_weights_are_noticed(qtbot, choosing, pretended, tmp_path, monkeypatch):
    run = begin(qtbot, pretended, tmp_path, 4)
    pretended.stop()
    end(qtbot, pretended)
    assert (run.saved, run.removed) == ("mine", False)
    gone: list[str] = []
    monkeypatch.setattr(choosing.weights.engine, "remove", gone.append)
    pretended.remove()
    until(qtbot, pretended.changed, lambda: run.removed)
    assert (gone, run.saved) == (["mine"], "")
