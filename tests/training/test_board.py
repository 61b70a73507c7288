"""TensorBoard's files of a training, by its own library."""

from __future__ import annotations

import errno
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.training.asking import Ears, asked
from training.run import tensorboard
from training.run.speed_test import estimate
from training.run.train import train

pytest.importorskip("tensorboard")


def shown(folder: Path) -> Any:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = EventAccumulator(str(folder / tensorboard.FOLDER))
    found.Reload()
    return found


def test_losses_figures_and_pictures_are_there_to_be_looked_at(home):
    ears = Ears()
    train(asked(home, steps=3), [ears])
    found = shown(home / "out")
    tags = found.Tags()
    assert {"losses/reconstruction", "losses/coarse", "held-out/psnr", "held-out/l1"} <= set(tags["scalars"])
    assert tags["images"] == ["held-out/01"]
    told = {facts["step"]: facts["losses"]["reconstruction"] for event, facts in ears.events if event == "progress"}
    scalars = found.Scalars("losses/reconstruction")
    assert [scalar.step for scalar in scalars][:3] == [1, 2, 3]
    assert scalars[1].value == pytest.approx(told[2], rel=1e-5)
    picture = found.Images("held-out/01")[0]
    assert (picture.width, picture.height) == (4 * 64, 64)


def test_a_new_training_forgets_the_old_one_and_a_resumed_one_goes_on(home):
    train(asked(home, steps=1), [])
    train(asked(home, steps=2), [])
    files = list((home / "out" / tensorboard.FOLDER).iterdir())
    assert len(files) == 1
    train(asked(home, steps=4, resume=True), [])
    assert [scalar.step for scalar in shown(home / "out").Scalars("losses/reconstruction")] == [1, 2, 2, 3, 4, 4]
    assert len(list((home / "out" / tensorboard.FOLDER).iterdir())) == 2


def test_a_full_disk_does_not_end_the_training(home, monkeypatch, capfd):
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    hook = threading.excepthook
    monkeypatch.setattr("tensorboard.summary.writer.record_writer.RecordWriter.write", full)
    ears = Ears()
    train(asked(home, steps=3), [ears])
    assert ears.of("done")["step"] == 3
    assert threading.excepthook is hook
    assert "Traceback" not in capfd.readouterr().err


def test_a_folder_that_cannot_be_made_does_not_end_the_training(home):
    (home / "out").mkdir()
    (home / "out" / tensorboard.FOLDER).write_text("in the way")
    ears = Ears()
    train(asked(home, steps=1), [ears])
    assert ears.of("done")["step"] == 1


def test_without_the_library_nothing_is_written(home, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    assert tensorboard.board() is None
    train(asked(home, steps=1), [])
    assert not (home / "out" / tensorboard.FOLDER).exists()


def test_an_estimate_writes_none(home, monkeypatch):
    monkeypatch.setattr("training.run.speed_test.LEAST", 0.0)
    monkeypatch.setattr(tensorboard, "Board", None)
    estimate(asked(home), [])
