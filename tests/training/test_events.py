"""The log of a training and the file in which it is asked, whatever happens to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from training.run import events
from training.run.events import ASKED, LOG, Commands, Events


@pytest.mark.parametrize("before", ["", '{"event": "paused"}\n', '{"event": "paused"}\n{"event": "pro'])
def test_a_log_is_gone_on_with_in_a_line_of_its_own(before, tmp_path):
    (tmp_path / LOG).write_text(before)
    Events(tmp_path, []).tell("started", step=3)
    *_, last = (tmp_path / LOG).read_text().splitlines()
    assert json.loads(last) == {"event": "started", "step": 3}
    assert "" not in (tmp_path / LOG).read_text().splitlines()


def test_a_log_that_is_not_there_is_begun(tmp_path):
    Events(tmp_path, []).tell("started", step=0)
    assert json.loads((tmp_path / LOG).read_text()) == {"event": "started", "step": 0}


def test_what_is_asked_while_the_file_is_read_is_not_lost(tmp_path, monkeypatch):
    monkeypatch.setattr(events, "_LOOK_EVERY", 0.0)
    commands = Commands(tmp_path, None)
    (tmp_path / ASKED).write_text("sample\n")

    def read(path: Path, **how: Any) -> str:
        words = plain(path, **how)
        with (tmp_path / ASKED).open("a") as file:
            file.write("stop\n")
        return words

    with monkeypatch.context() as patch:
        plain = Path.read_text
        patch.setattr(Path, "read_text", read)
        assert not commands.stopping
    assert commands.take("sample")
    assert commands.stopping
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_text_does_not_stand_in_the_way(tmp_path, monkeypatch):
    monkeypatch.setattr(events, "_LOOK_EVERY", 0.0)
    commands = Commands(tmp_path, None)
    (tmp_path / ASKED).write_bytes(b"\xff\xfe\n")
    assert not commands.stopping
    with (tmp_path / ASKED).open("a") as file:
        file.write("stop\n")
    assert commands.stopping
