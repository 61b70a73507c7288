"""The event log of a training and the file of its commands, whatever happens to them."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from inpaint_studio.protocol.events import BestEvent, PausedEvent, Scores
from inpaint_studio.protocol.run_folder import RunFolder
from training.run import events
from training.run.events import Commands, Reporter, write_to
from training.run.interruptible import stop_on_signal


@pytest.mark.parametrize("before", ["", '{"event": "paused"}\n', '{"event": "paused"}\n{"event": "pro'])
def test_a_log_is_continued_in_a_line_of_its_own(before, tmp_path):
    log = RunFolder(tmp_path).events
    log.write_text(before)
    Reporter(tmp_path, []).emit(PausedEvent(3))
    *_, last = log.read_text().splitlines()
    assert json.loads(last) == {"event": "paused", "step": 3}
    assert "" not in log.read_text().splitlines()


def test_a_log_that_is_not_there_is_created(tmp_path):
    Reporter(tmp_path, []).emit(PausedEvent(0))
    assert json.loads(RunFolder(tmp_path).events.read_text()) == {"event": "paused", "step": 0}


def test_events_are_lines_of_json():
    out = io.StringIO()
    write_to(out)(BestEvent(2, Scores(20.5, float("nan")), Scores(20.0)))
    unknown = dict.fromkeys(("l1", "sharpness", "seam", "ssim", "lpips", "agreement"))
    assert json.loads(out.getvalue()) == {
        "event": "best",
        "step": 2,
        "figures": {"psnr": 20.5, **unknown},
        "before": {"psnr": 20.0, **unknown},
    }


def test_a_command_that_comes_while_the_file_is_read_is_not_lost(tmp_path, monkeypatch):
    monkeypatch.setattr(events, "_CHECK_EVERY", 0.0)
    commands, file = Commands(tmp_path, None), RunFolder(tmp_path).commands
    file.write_text("sample\n")

    def read(path: Path, **how: Any) -> str:
        text = plain(path, **how)
        with file.open("a") as again:
            again.write("stop\n")
        return text

    with monkeypatch.context() as patch:
        plain = Path.read_text
        patch.setattr(Path, "read_text", read)
        assert not commands.stopping
    assert commands.take("sample")
    assert commands.stopping
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_are_not_text_do_not_block_later_commands(tmp_path, monkeypatch):
    monkeypatch.setattr(events, "_CHECK_EVERY", 0.0)
    commands, file = Commands(tmp_path, None), RunFolder(tmp_path).commands
    file.write_bytes(b"\xff\xfe\n")
    assert not commands.stopping
    with file.open("a") as again:
        again.write("stop\n")
    assert commands.stopping


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_a_signal_while_the_commands_are_read_stops_the_training():
    """The handler runs in the thread that holds the lock at that moment, and must not wait for it."""
    code = (
        "import faulthandler, os, signal\n"
        "from training.run.events import Commands\n"
        "from training.run.interruptible import stop_on_signal\n"
        "class Pending(set):\n"
        "    def __contains__(self, command):\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        return False\n"
        "faulthandler.dump_traceback_later(60, exit=True)\n"
        "commands = Commands(None, None)\n"
        "commands._pending = Pending()\n"
        "with stop_on_signal(commands):\n"
        "    commands.take('sample')\n"
        "print(set(commands._pending))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, done.stdout) == (0, "{'stop'}\n")


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_a_second_signal_leaves_the_training_in_order_and_a_third_one_breaks_it_off():
    """The second one may come while the checkpoint is written, which must not fail of it."""
    commands, raised = Commands(None, None), []
    before = signal.getsignal(signal.SIGINT)
    with stop_on_signal(commands):
        os.kill(os.getpid(), signal.SIGINT)
        assert (commands.stopping, commands.stopping_now) == (True, False)
        os.kill(os.getpid(), signal.SIGINT)
        assert commands.stopping_now
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except KeyboardInterrupt:
            raised.append(3)
    assert raised == [3]
    assert signal.getsignal(signal.SIGINT) is before


def test_lines_of_a_pipe_come_one_by_one_and_the_last_one_at_its_end():
    reading, writing = os.pipe()
    with os.fdopen(reading) as stdin, os.fdopen(writing, "wb", buffering=0) as other:
        commands = Commands(None, None)
        other.write(b"sam" + b"ple\n\xff\nsave")
        other.close()
        commands._read_stdin(stdin)
        assert (commands.take("sample"), commands.take("save"), commands.take("stop")) == (True, True, False)
