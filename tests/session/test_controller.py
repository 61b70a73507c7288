"""Trainings on the user's photos: their events are parsed; real ones are started, left running and found again."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from inpaint_studio.cli.parser import parser
from inpaint_studio.errors import InputError
from inpaint_studio.protocol.events import MISSING_FEATURES
from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.protocol.run_folder import SAMPLE_ROLES, RunFolder, runs_dir
from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.training import run_registry
from inpaint_studio.session.training.process import last_line
from inpaint_studio.session.training.run_state import Curve, Run
from tests.session.fake_training import LACKING
from tests.session.training_runs import (
    MODEL,
    PATIENCE,
    SETTINGS,
    another_window,
    begin,
    end,
    finished,
    kill,
    make_request,
    prepare,
    until,
)
from training.losses import vgg


def line(event: str, **facts: Any) -> bytes:
    return json.dumps({"event": event, **facts}).encode() + b"\n"


# Events


def test_the_state_of_a_training_is_built_from_its_events(tmp_path):
    run = Run(tmp_path)
    samples = [{role: str(tmp_path / "samples" / f"01-{role}.png") for role in SAMPLE_ROLES}]
    emitted = line("started", model="net", base="net-own", photos=7, held_out=1, size=64, batch=2, minutes=10.0, step=0)
    emitted += line("best", step=0, figures={"psnr": 20.0}, before={"psnr": 20.0})
    emitted += line("sample", step=0, paths=samples, figures={"psnr": 20.0})
    for step in range(1, 5):
        emitted += line("progress", step=step, seconds=5.0 + 2 * step, seconds_left=500.0, losses={"l1": 1 / step})
    emitted += line("sample", step=4, paths=samples, figures={"psnr": 21.5})
    emitted += line("best", step=4, figures={"psnr": 21.5}, before={"psnr": 20.0})
    for place in range(0, len(emitted), 7):  # in whatever pieces it comes
        run.feed(emitted[place : place + 7])
    assert (run.before, run.now, run.best) == (20.0, 21.5, 21.5)
    assert run.seconds_per_step == pytest.approx(2.0)
    assert run.fraction == pytest.approx(13 / 600)
    assert run.curve.values == {"l1": [1.0, 0.5, pytest.approx(1 / 3), 0.25]}
    assert run.samples[0]["now"] == tmp_path / "samples" / "01-now.png"
    assert run.feed(line("stopped", step=4, name="mine", best=21.5)) == {"stopped"}
    assert (run.end, run.saved, run.unsaved) == ("stopped", "mine", "")


def test_why_nothing_was_saved_is_kept(tmp_path):
    run = Run(tmp_path)
    run.feed(line("stopped", step=4, name=None, unsaved="No better; your models are as before."))
    assert (run.end, run.saved, run.unsaved) == ("stopped", "", "No better; your models are as before.")


@pytest.mark.parametrize(
    "emitted",
    [
        b"\xff\xfe\x00\n",
        b"null\n[]\n3\n{}\n",
        b'{"event": 3}\n',
        b'{"event": "' + b"x" * 3_000_000 + b'"}\n',
        b"[" * 100_000 + b"\n",
        b'{"event": "progress", "step": 1e999, "seconds": true, "losses": [1], "seconds_left": NaN}\n',
        b'{"event": "progress", "step": -4, "losses": {"a": "b", "c": null, "d": ' + b"9" * 400 + b"}}\n",
        b'{"event": "sample", "paths": "/etc/passwd", "figures": 3}\n',
        line("sample", paths=[dict.fromkeys(SAMPLE_ROLES, "/etc/passwd")]),
        line("sample", paths=[dict.fromkeys(SAMPLE_ROLES, "x/samples/../../01.png"), 3, {"now": "x/samples/1.png"}]),
        b'{"event": "started", "model": {}, "minutes": "ten", "step": null}\n',
        b'{"event": "__class__"}\n{"event": "_ended"}\n',
    ],
)
def test_hostile_events_do_no_harm(emitted):
    run = Run(Path("x"))
    run.feed(emitted)
    assert run.samples == []
    assert run.step == 0
    assert run.losses == {}
    assert run.feed(b"\n" + line("progress", step=3, seconds=1.0, losses={"l1": 2.0})) == {"progress"}
    assert run.step == 3


def test_a_curve_drops_every_other_point_and_can_be_cut():
    curve = Curve()
    for step in range(1, 100_000):
        curve.add(step, {"l1": float(step), **({"late": 1.0} if step > 50_000 else {})})
    assert 500 < len(curve.steps) <= 1200
    assert curve.values["l1"] == [float(step) for step in curve.steps]
    assert math.isnan(curve.values["late"][0])
    curve.cut(40_000)
    assert curve.steps[-1] <= 40_000
    assert len(curve.values["late"]) == len(curve.steps)


@pytest.mark.parametrize(
    "record",
    [
        "",
        "[]",
        '{"pid": 1, "command": ["x", "train", "--events"]}',
        '{"pid": "9", "command": ["x", "train", "--events"]}',
        '{"pid": 99999, "command": ["x", "rm", "--events"]}',
        '{"pid": 99999, "command": "train --events"}',
        '{"pid": 99999, "command": ["x", "train", "net"]}',
        '{"pid": 99999, "command": ["x", "train", "--events", 3]}',
    ],
)
def test_an_invalid_record_finds_no_training(record, tmp_path):
    RunFolder(tmp_path).record.write_text(record)
    assert run_registry.find_record(tmp_path) is None


def test_of_the_output_of_a_command_the_last_line_counts():
    assert last_line(b"warning: x\ninpaint-studio: There is no folder x.\n\n") == "There is no folder x."
    assert last_line(b"\xff\n") == "\ufffd"
    assert last_line(b"") == ""


def test_the_files_that_are_removed_are_those_that_a_training_writes(tmp_path):
    folder = tmp_path / "mine"
    for inner in ("samples", "tensorboard"):
        (folder / inner).mkdir(parents=True)
    written = ("x.part", "samples/01-now.png", "tensorboard/events.out.tfevents.1.here.2.0")
    for name in ("run.json", "events.jsonl", "checkpoint.pt", *written):
        (folder / name).touch()
    (folder / "letter.txt").touch()
    run_registry.remove_files(folder, {2})
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]


# With a fake process


def test_the_photos_of_a_folder_are_found(qtbot, pretended, tmp_path):
    (tmp_path / "photos" / "torn.png").write_bytes(b"no picture")
    with qtbot.waitSignal(pretended.photos.surveyed, timeout=PATIENCE) as emitted:
        pretended.photos.survey(tmp_path / "nowhere")  # overtaken
        pretended.photos.survey(tmp_path / "photos")
    folder, found = emitted.args
    assert folder == tmp_path / "photos"
    assert (len(found.photos), len(found.skipped)) == (8, 1)
    with qtbot.waitSignal(pretended.photos.unusable, timeout=PATIENCE) as emitted:
        pretended.photos.survey(tmp_path / "nowhere")
    assert emitted.args[1].startswith("There is no folder")


def test_a_name_is_made_from_the_name_of_the_folder(pretended, tmp_path):
    assert pretended.free_name("net", tmp_path / "Été 2024 -- Söll!") == "net-t-2024-s-ll"
    (runs_dir() / "net-tuned").mkdir(parents=True)
    assert pretended.free_name("net", None) == "net-tuned-2"
    assert len(pretended.free_name("net", Path("x" * 200))) <= 40
    assert pretended.is_taken("auto")


def test_a_request_becomes_the_arguments_of_the_process(tmp_path):
    request = make_request(
        tmp_path, minutes=10.0, seed=3, patience=4, without_losses=("perceptual", "style"), vgg=tmp_path / "vgg.pth"
    )
    options = parser().parse_args(request.command())
    assert (options.model, options.photos, options.name) == (MODEL, tmp_path / "photos", "mine")
    assert (options.minutes, options.size, options.batch, options.workers) == (10, 64, 2, 0)
    assert (options.seed, options.patience) == (3, 4)
    assert options.vgg == tmp_path / "vgg.pth"
    assert options.settings == list(SETTINGS)
    assert options.events
    assert not hasattr(options, "resume")
    same = TrainingRequest.from_options(options)
    assert (same.without_losses, same.resume) == (("perceptual", "style"), False)


def test_a_training_without_a_window_is_found_takes_commands_and_its_end_is_noticed(
    qtbot, choosing, pretended, tmp_path
):
    begin(qtbot, pretended, tmp_path, 1)
    pid = pretended._process.processId()
    pretended.leave()
    assert not pretended.running
    assert psutil.pid_exists(pid)
    later = another_window(choosing)
    with qtbot.waitSignal(later.found, timeout=PATIENCE):
        later.find()
    until(qtbot, later.progressed, lambda: later.run.step >= 3)
    assert later.running
    assert later.run.name == "mine"
    later.pause(True)
    until(qtbot, later.changed, lambda: later.run.paused)
    later.stop()
    end(qtbot, later)
    os.waitpid(pid, 0)  # it is a child of this process still
    assert (later.run.end, later.run.saved) == ("stopped", "mine")
    later.close()


def test_a_long_log_is_read_a_piece_at_a_time(qtbot, choosing, pretended, tmp_path):
    begin(qtbot, pretended, tmp_path, 1)
    kill(pretended)
    end(qtbot, pretended)
    with RunFolder(pretended.run.folder).events.open("ab") as log:
        for step in range(2, 8000):
            log.write(line("progress", step=step, seconds=step / 2, losses={"l1": 1.0}))
        log.write(line("paused", step=7999))
        log.write(b"half a li")
    later = another_window(choosing)
    emitted = []
    later.progressed.connect(lambda: emitted.append(later.run.step))
    with qtbot.waitSignal(later.ended, timeout=PATIENCE):
        later.find()
    assert len(emitted) > 3
    assert later.run.step == 7999
    assert later.trouble.startswith("The training ended while no window watched it")
    later.resume()
    until(qtbot, later.progressed, lambda: later.run.step < 100)
    assert not later.run.paused
    later.stop()
    end(qtbot, later)
    assert later.run.end == "stopped"
    later.close()


def test_a_failure_that_it_reports_is_shown(qtbot, pretended, tmp_path):
    begin(qtbot, pretended, tmp_path, 1, settings=("pretend=faulty",))
    end(qtbot, pretended)
    assert pretended.trouble.startswith("None of the photos")
    assert pretended.run.resumable
    assert not pretended.lacks_features


def test_the_error_for_a_missing_program_is_one_sentence(qtbot, pretended, tmp_path, monkeypatch):
    monkeypatch.setattr("inpaint_studio.session.training.process.program", lambda: [str(tmp_path / "gone")])
    pretended.start(make_request(tmp_path))
    end(qtbot, pretended)
    assert pretended.trouble.startswith("The training could not be started")


def test_a_discarded_training_leaves_no_files(qtbot, pretended, tmp_path):
    begin(qtbot, pretended, tmp_path, 1)
    pretended.stop()
    end(qtbot, pretended)
    pretended.forget()
    assert pretended.run is None
    qtbot.waitUntil(lambda: pretended._tasks.idle)
    assert list(runs_dir().iterdir()) == []


def test_a_missing_vgg_is_recognised(qtbot, pretended, tmp_path):
    with pytest.raises(InputError) as real:
        vgg.load_features("vgg16", tmp_path / "vgg16.pth")
    assert real.value.event_code == MISSING_FEATURES
    assert "--" not in real.value.plain
    pretended.start(make_request(tmp_path, settings=("pretend=features",)))
    end(qtbot, pretended)
    assert pretended.trouble == LACKING
    assert pretended.lacks_features
    pretended.restart()
    until(qtbot, pretended.progressed, lambda: pretended.run.step >= 1)


# With a real process


@pytest.fixture
def session(qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    del qtbot  # there is an application
    prepare(tmp_path, monkeypatch, MODEL)
    made = Session(Settings(tmp_path / "settings.toml"))
    yield made
    finished(made.training)
    made.close()


def test_a_killed_training_is_found_and_its_best_can_be_kept(qtbot, session, tmp_path):
    tuning = session.training
    run = begin(qtbot, tuning, tmp_path, 2)
    kill(tuning)
    end(qtbot, tuning)
    assert run.end == "failed"
    assert tuning.trouble.startswith("The training was ended from outside")
    assert run.resumable
    assert tuning.is_taken("mine")
    later = another_window(session)
    with qtbot.waitSignal(later.ended, timeout=PATIENCE):
        later.find()
    assert later.run.curve.steps
    later.keep_best()
    end(qtbot, later)
    assert (later.run.end, later.trouble) == ("stopped", "")
    later.close()
