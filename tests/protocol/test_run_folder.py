"""The files of a run folder have one name each, and what is read from them is hostile until parsed."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inpaint_studio.protocol.run_folder import (
    SAMPLE_ROLES,
    RunFolder,
    RunRecord,
    is_sample,
    open_regular,
    read_record,
    runs_dir,
    send_command,
    write_record,
)

RECORD = RunRecord(4711, ["inpaint-studio", "train", "net", "--events"], "net", "mine", 12.5, "glcic", "/photos")


def test_the_names_of_the_files_stay(tmp_path, monkeypatch):
    """Windows of another version of the program find the files by these names."""
    run = RunFolder(tmp_path)
    files = (run.record, run.request, run.events, run.commands, run.checkpoint, run.lock, run.samples, run.tensorboard)
    assert [path.name for path in files] == [
        *("run.json", "run.toml", "events.jsonl", "commands", "checkpoint.pt", "lock.part", "samples", "tensorboard")
    ]
    assert (run.last.name, run.last_discriminators.name) == ("last.safetensors", "last.discriminators")
    assert run.sample(3, "now") == tmp_path / "samples" / "03-now.png"
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path))
    assert runs_dir() == tmp_path / "training"


def test_a_record_that_is_written_can_be_read(tmp_path):
    RECORD.write(tmp_path)
    assert RunRecord.parse(read_record(tmp_path) or b"") == RECORD
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
    assert RECORD.arguments == ["train", "net", "--events"]


def test_arguments_with_bytes_that_are_not_text_are_kept(tmp_path):
    argument = os.fsdecode(b"--photos=caf\xe9") if os.name == "posix" else "--photos=x"
    record = RunRecord(5, ["inpaint-studio", "train", argument], "net", "", 1.0)
    record.write(tmp_path)
    assert RunRecord.parse(read_record(tmp_path) or b"") == record


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b"null",
        b"[]",
        b'{"pid": 3}',
        b'{"pid": 1, "command": []}',
        b'{"pid": true, "command": []}',
        b'{"pid": "7", "command": []}',
        b'{"pid": 1e300, "command": []}',
        b'{"pid": 7, "command": "train"}',
        b'{"pid": 7, "command": [3]}',
        b'{"pid": 7, "command": ["a\\u0000b"]}',
    ],
)
def test_other_content_is_not_a_record(data):
    assert RunRecord.parse(data) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_error(data):
    RunRecord.parse(data)


def test_wrong_texts_and_times_in_a_record_become_empty():
    record = RunRecord.parse(b'{"pid": 7, "command": [], "model": 3, "name": null, "begun": 1e999}')
    assert record == RunRecord(7, [], "", "", 0.0)


def test_all_files_of_a_training_are_known(tmp_path):
    run = RunFolder(tmp_path)
    run.samples.mkdir()
    run.tensorboard.mkdir()
    own = [
        run.record,
        run.events,
        run.request,
        run.commands,
        run.checkpoint,
        run.lock,
        run.last,
        run.last_discriminators,
        run.sample(1, "now"),
    ]
    own += [run.tensorboard / "events.out.tfevents.1", tmp_path / "x.part"]
    others = [tmp_path / "holiday.jpg", run.samples / "holiday.jpg", run.tensorboard / "notes.txt"]
    for path in own + others:
        path.touch()
    assert set(run.files()) == set(own)
    assert set(run.history()) < set(own)
    assert run.record not in run.history()


@pytest.mark.parametrize("role", SAMPLE_ROLES)
def test_samples_are_known_where_a_training_wrote_them(tmp_path, role):
    path = RunFolder(tmp_path).sample(1, role)
    assert not is_sample(path)
    write_record(tmp_path, b"{}")
    assert is_sample(path)
    assert not is_sample(path.with_name(f"1-{role}.png"))
    assert not is_sample(tmp_path / path.name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes in folders")
def test_pipes_are_refused_without_waiting(tmp_path):
    run = RunFolder(tmp_path)
    for path in (run.record, run.commands):
        os.mkfifo(path)
    assert read_record(tmp_path) is None
    with pytest.raises(OSError, match="commands"):
        send_command(tmp_path, "stop")
    with pytest.raises(OSError, match=r"run\.json"), open_regular(run.record):
        pass


def test_commands_are_appended(tmp_path):
    send_command(tmp_path, "sample")
    send_command(tmp_path, "stop")
    assert RunFolder(tmp_path).commands.read_text() == "sample\nstop\n"
