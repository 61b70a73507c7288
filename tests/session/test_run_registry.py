"""Events and files of trainings may be incomplete, hostile or those of another training: nothing blocks or is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from inpaint_studio.protocol.run_folder import RunFolder, RunRecord, send_command
from inpaint_studio.session.training import run_registry
from inpaint_studio.session.training.processes import find_process, is_alive
from inpaint_studio.session.training.run_registry import EventsFile, ProvisionalRecord, RecordedRun
from inpaint_studio.session.training.run_state import Curve, Run


def line(event: str, **facts: Any) -> bytes:
    return json.dumps({"event": event, **facts}).encode() + b"\n"


# Events


def test_a_curve_has_no_more_losses_than_can_be_drawn():
    curve = Curve()
    for step in range(400):
        curve.add(step, {f"{step}-{number}": 1.0 for number in range(12)} | {"0-3": 2.0})
    assert len(curve.values) == 12
    assert curve.values["0-3"] == [2.0] * 400


@pytest.mark.parametrize("much", [1e308, 1e9, -1.0])
def test_impossible_values_are_ignored(much, tmp_path):
    run = Run(tmp_path)
    run.feed(line("started", minutes=much))
    run.feed(line("best", figures={"psnr": much}, before={"psnr": much}))
    run.feed(line("progress", step=1, seconds=much, seconds_left=much))
    assert (run.minutes, run.seconds, run.seconds_left) == (None, 0.0, None)
    assert (run.before, run.best) == (None, None)


def test_a_curve_goes_back_with_its_training(tmp_path):
    run = Run(tmp_path)
    for step in (*range(95, 101), 97, 98):  # a loss was no number
        run.feed(line("progress", step=step, seconds=float(step), losses={"l1": 1.0}))
    assert run.curve.steps == [95, 96, 97, 98]
    assert run.step == 98


def test_events_are_read_after_a_process_that_ended_within_a_line(tmp_path):
    run = Run(tmp_path)
    run.feed(line("started", step=0) + line("paused", step=3) + b'{"event": "prog')
    run.restart()
    assert not run.paused
    assert run.feed(line("started", step=2)) == {"started"}
    assert run.step == 2


def test_weights_that_were_deleted_are_another_trainings_no_more(tmp_path):
    run = Run(tmp_path, removed=True)
    run.feed(line("started", step=2))
    assert not run.removed


# Files


@pytest.mark.skipif(sys.platform == "win32", reason="has no pipes among its files")
def test_a_pipe_in_place_of_a_file_does_not_block(tmp_path):
    for name in ("run.json", "events.jsonl", "commands"):
        os.mkfifo(tmp_path / name)
    assert EventsFile(RunFolder(tmp_path).events).read() == b""
    assert run_registry.find_record(tmp_path) is None
    with pytest.raises(OSError, match="commands"):
        send_command(tmp_path, "stop")


def recorded(folder: Path, arguments: list[str], pid: int = 0, started_at: float = 1.0) -> RecordedRun:
    """A training whose process is this one, unless `pid` names another."""
    record = RunRecord(pid or os.getpid(), ["inpaint-studio", *arguments], "net", "mine", started_at)
    return RecordedRun(folder / "mine", record)


@pytest.fixture
def running(tmp_path: Path) -> RecordedRun:
    """The record of this process, as if it were a training."""
    return recorded(tmp_path, psutil.Process().cmdline()[-1:])


@pytest.fixture
def over(tmp_path: Path) -> RecordedRun:
    """The record of a training that has ended; its number is that of this process now."""
    return recorded(tmp_path, ["train", "net", "--events"])


def test_the_files_of_a_training_that_runs_are_not_removed(running):
    ProvisionalRecord(running).write()
    assert running.process() is not None
    run_registry.remove_files(running.folder, {running.record.pid})
    assert RunFolder(running.folder).record.is_file()


def test_the_files_of_another_training_are_not_removed(over):
    ProvisionalRecord(over).write()
    run_registry.remove_files(over.folder, {over.record.pid + 1})
    assert RunFolder(over.folder).record.is_file()
    run_registry.remove_files(over.folder, {over.record.pid})
    assert not over.folder.exists()


def test_a_provisional_record_is_found_and_withdrawn(over):
    record = ProvisionalRecord(over)
    record.write()
    assert run_registry.find_record(over.folder) == over
    record.withdraw()
    assert list(over.folder.iterdir()) == []
    older = b'{"pid": 77}'
    RunFolder(over.folder).record.write_bytes(older)
    record = ProvisionalRecord(over)
    record.write()
    record.withdraw()
    assert [path.read_bytes() for path in over.folder.iterdir()] == [older]


# Processes


def test_a_number_that_is_used_again_is_another_process(monkeypatch):
    own = psutil.Process()
    assert find_process(own.pid, own.cmdline()[-1:], own.create_time()) == own
    assert find_process(own.pid, ["train", "net", "--events"], own.create_time()) is None
    monkeypatch.setattr(psutil.Process, "cmdline", deny)  # as some systems do for the processes of other users
    assert find_process(own.pid, ["train"], own.create_time()) == own
    assert find_process(own.pid, ["train"], own.create_time() - 3600) is None


def deny(process: psutil.Process) -> list[str]:
    raise psutil.AccessDenied(process.pid)


def test_a_process_that_has_ended_is_not_alive_though_its_number_is_used_again():
    process = psutil.Process()
    assert is_alive(process)
    process._ident = (process.pid, 1.0)  # as if it had been started long before
    assert not is_alive(process)
    assert not is_alive(None)
    child = subprocess.Popen([sys.executable, "-c", ""])
    zombie = psutil.Process(child.pid)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not is_alive(zombie)
    child.wait()
    assert not is_alive(zombie)
    assert find_process(child.pid, [], 1e12) is None
