"""TensorBoard's files of a training, read by its own library."""

from __future__ import annotations

import errno
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from inpaint_studio.protocol.run_folder import RunFolder
from tests.training.small_runs import EventRecorder, make_request
from training.run.measure_speed import estimate
from training.run.trackers import make_trackers
from training.run.train import train

pytest.importorskip("tensorboard")


def read_board(folder: Path) -> Any:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = EventAccumulator(str(RunFolder(folder).tensorboard))
    found.Reload()
    return found


def test_losses_measurements_and_images_are_written(home):
    recorder = EventRecorder()
    train(make_request(home, steps=3), [recorder])
    found = read_board(home / "out")
    tags = found.Tags()
    assert {"losses/reconstruction", "losses/coarse", "held-out/psnr", "held-out/l1"} <= set(tags["scalars"])
    assert tags["images"] == [f"held-out/{number:02}" for number in range(1, 9)]
    scalars = found.Scalars("losses/reconstruction")
    assert [scalar.step for scalar in scalars][:3] == [1, 2, 3]
    assert scalars[1].value == pytest.approx(recorder.losses()[2]["reconstruction"], rel=1e-5)
    image = found.Images("held-out/01")[0]
    assert (image.width, image.height) == (4 * 64, 64)


def test_a_new_training_replaces_the_old_one_and_a_resumed_one_continues(home):
    train(make_request(home, steps=1), [])
    train(make_request(home, steps=2), [])
    files = list(RunFolder(home / "out").tensorboard.iterdir())
    assert len(files) == 1
    train(make_request(home, steps=4, resume=True), [])
    assert [scalar.step for scalar in read_board(home / "out").Scalars("losses/reconstruction")] == [1, 2, 2, 3, 4, 4]
    assert len(list(RunFolder(home / "out").tensorboard.iterdir())) == 2


def test_a_full_disk_does_not_end_the_training(home, monkeypatch, capfd):
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    hook = threading.excepthook
    monkeypatch.setattr("tensorboard.summary.writer.record_writer.RecordWriter.write", full)
    recorder = EventRecorder()
    train(make_request(home, steps=3), [recorder])
    assert recorder.of("done").step == 3
    assert recorder.kinds[-1] == "done"
    assert threading.excepthook is hook
    assert "Traceback" not in capfd.readouterr().err


def test_a_folder_that_cannot_be_made_does_not_end_the_training(home):
    (home / "out").mkdir()
    RunFolder(home / "out").tensorboard.write_text("in the way")
    recorder = EventRecorder()
    train(make_request(home, steps=1), [recorder])
    assert recorder.of("done").step == 1
    assert recorder.of("note").text.startswith("TensorBoard failed")


def test_without_the_library_nothing_is_written(home, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    assert make_trackers(()) == []
    train(make_request(home, steps=1), [])
    assert not RunFolder(home / "out").tensorboard.exists()


def test_an_estimate_makes_no_trackers(home, monkeypatch):
    monkeypatch.setattr("training.run.measure_speed.LEAST", 0.0)
    monkeypatch.setattr("training.run.trackers.TRACKERS", {})
    estimate(make_request(home), [])
