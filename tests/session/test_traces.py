"""What trainings tell and leave on the disk may be torn, hostile or another's: nothing hangs and no file is lost."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from inpaint_studio.protocol.run_folder import RunFolder, send_command
from inpaint_studio.session.training import run_registry
from inpaint_studio.session.training.following import Tail
from inpaint_studio.session.training.run_registry import Noted, Word
from inpaint_studio.session.training.run_state import Curve, Run


def line(event: str, **facts: Any) -> bytes:
    return json.dumps({"event": event, **facts}).encode() + b"\n"


# What is told


def test_a_curve_has_no_more_losses_than_can_be_drawn():
    curve = Curve()
    for step in range(400):
        curve.add(step, {f"{step}-{number}": 1.0 for number in range(12)} | {"0-3": 2.0})
    assert len(curve.values) == 12
    assert curve.values["0-3"] == [2.0] * 400


@pytest.mark.parametrize("much", [1e308, 1e9, -1.0])
def test_what_nothing_can_be_is_not_taken(much, tmp_path):
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


def test_another_process_is_heard_where_the_last_one_died_in_the_middle_of_a_line(tmp_path):
    run = Run(tmp_path)
    run.feed(line("started", step=0) + line("paused", step=3) + b'{"event": "prog')
    run.rebegin()
    assert not run.paused
    assert run.feed(line("started", step=2)) == {"started"}
    assert run.step == 2


def test_weights_that_were_deleted_are_another_trainings_no_more(tmp_path):
    run = Run(tmp_path, removed=True)
    run.feed(line("started", step=2))
    assert not run.removed


# Files


@pytest.mark.skipif(sys.platform == "win32", reason="has no pipes among its files")
def test_nobody_waits_for_the_other_end_of_a_pipe(tmp_path):
    for name in ("run.json", "events.jsonl", "commands"):
        os.mkfifo(tmp_path / name)
    assert Tail(RunFolder(tmp_path).events).read() == b""
    assert run_registry.noted(tmp_path) is None
    with pytest.raises(OSError, match="commands"):
        send_command(tmp_path, "stop")


@pytest.fixture
def own(tmp_path: Path) -> Noted:
    """Word of this very process, as if it were a training."""
    arguments = Path("/proc/self/cmdline").read_bytes().split(b"\0")[-2:-1] if sys.platform == "linux" else []
    told = [os.fsdecode(argument) for argument in arguments]
    return Noted(tmp_path / "mine", os.getpid(), told, "net", "mine", 1.0)


def test_a_training_that_runs_is_not_put_away(own):
    Word(own)
    assert own.running
    run_registry.put_away(own.folder, {own.pid})
    assert RunFolder(own.folder).record.is_file()


def test_what_became_another_trainings_is_not_put_away(own):
    ended = own._replace(arguments=["train", "net", "--events"])
    Word(ended)
    run_registry.put_away(ended.folder, {ended.pid + 1})
    assert RunFolder(ended.folder).record.is_file()
    run_registry.put_away(ended.folder, {ended.pid})
    assert not ended.folder.exists()


def test_a_word_finds_its_training_and_is_taken_back(own):
    told = own._replace(arguments=["train", "net", "--events"])
    word = Word(told)
    assert run_registry.noted(told.folder) == told
    word.take_back()
    assert list(told.folder.iterdir()) == []
    older = b'{"pid": 77}'
    RunFolder(told.folder).record.write_bytes(older)
    Word(told).take_back()
    assert [path.read_bytes() for path in told.folder.iterdir()] == [older]
