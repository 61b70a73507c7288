"""Every training writes what it was started with; from that file the same training starts again, bit for bit."""

from __future__ import annotations

import errno
import json
import tomllib
from pathlib import Path

import pytest
import torch

from inpaint_studio.cli import main
from inpaint_studio.errors import InputError
from inpaint_studio.protocol import run_file
from inpaint_studio.protocol.request import FEATURE_LOSSES, SCRATCH, TrainingRequest
from inpaint_studio.protocol.run_folder import RunFolder
from tests.models.weighted import install
from tests.training.small_runs import EventRecorder, make_request
from training.recipe import change_settings
from training.recipes import recipe_for, systems
from training.run import checkpoint, start_weights
from training.run.run_file_values import flatten
from training.run.train import train


def generator(folder: Path) -> dict[str, torch.Tensor]:
    modules = checkpoint.load(RunFolder(folder).checkpoint)["modules"]
    return dict(modules["generator"])


def again(folder: Path, *more: str) -> TrainingRequest:
    return TrainingRequest.from_argv([f"--config-file={RunFolder(folder).request}", *more])


@pytest.mark.parametrize(
    "options",
    [
        {"seed": 3, "holes": "centre:2,brush"},
        {"weights": SCRATCH, "config": ("width=4", "sketch=true"), "settings": {"critic_width": "2", "rate": "0.0003"}},
    ],
)
def test_the_file_of_a_training_gives_the_same_weights(home, options):
    train(make_request(home, save_minutes=0.0, **options), [])
    train(again(home / "out", f"--output={home / 'second'}"), [])
    first, second = generator(home / "out"), generator(home / "second")
    assert all(torch.equal(first[key], second[key]) for key in first)
    texts = [RunFolder(home / name).request.read_text() for name in ("out", "second")]
    assert texts[0] == texts[1]
    train(again(home / "out", f"--output={home / 'third'}", "--seed=4"), [])
    third = generator(home / "third")
    assert any(not torch.equal(first[key], third[key]) for key in first)


def test_the_file_is_complete(home):
    train(make_request(home, settings={"critic_width": "4"}), [])
    text = RunFolder(home / "out").request.read_text()
    found = tomllib.loads(text)
    assert found["model"] == "deepfill-v2"
    assert found["weights"] == "deepfill-v2-random"
    assert len(found["weights_hash"]) == 64
    assert (found["size"], found["batch"], found["seed"], found["precision"]) == (64, 2, 0, "float32")
    assert found["photos"] == str(home / "photos")
    settings = recipe_for("deepfill-v2").Settings(critic_width=4)
    assert found["settings"] == {name: value for name, value in flatten(settings).items() if name != "size"}
    assert found["config"]["width"] == 4
    assert found["about"]["torch"] == torch.__version__.split("+")[0] or "torch" in found["about"]
    assert json.loads(found["about"]["holes"])["kinds"]
    assert "inpaint-studio train --config-file run.toml" in text.splitlines()[0]


@pytest.mark.parametrize("system", systems())
def test_the_settings_of_every_recipe_are_read_again(system):
    kind = recipe_for(system)
    flat = flatten(kind.Settings())
    texts = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in flat.items()}
    assert change_settings(kind.Settings(), texts) == kind.Settings()


def test_losses_that_were_left_out_stay_out(home):
    install(home / "data", "partial-conv")
    train(make_request(home, model="partial-conv", size=128, settings={}, without_losses=FEATURE_LOSSES, steps=1), [])
    assert again(home / "out").assignments()["style"] in ("0", "0.0")
    train(again(home / "out", f"--output={home / 'second'}"), [])


def test_other_weights_under_the_same_name_are_refused(home):
    train(make_request(home), [])
    weights = home / "data" / "weights" / "deepfill-v2-random.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(InputError, match="'deepfill-v2-random' are not the ones of that training"):
        train(again(home / "out", f"--output={home / 'second'}"), [])
    with pytest.raises(InputError, match="leave out --from-sha256"):
        start_weights.choose("lama", SCRATCH, weights_hash="00")


def test_a_file_that_cannot_be_written_is_a_note_and_the_training_goes_on(home, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(run_file, "write", full)
    recorder = EventRecorder()
    train(make_request(home, steps=1), [recorder])
    assert recorder.kinds.index("started") < recorder.kinds.index("note")
    notes = [event.text for event in recorder.events if event.kind == "note"]
    expected = "This training cannot be repeated from a file: run.toml could not be written: the disk is full; "
    assert [note for note in notes if note.startswith(expected)]
    assert recorder.of("done").step == 1


def test_a_resumed_training_keeps_its_file(home):
    train(make_request(home, steps=2), [])
    before = RunFolder(home / "out").request.read_bytes()
    train(make_request(home, steps=4, resume=True), [])
    assert RunFolder(home / "out").request.read_bytes() == before


def test_the_command_needs_neither_model_nor_photos(home, capsys):
    train(make_request(home, steps=1), [])
    file = str(RunFolder(home / "out").request)
    assert main(["train", "--config-file", file, "-o", str(home / "second"), "--steps", "2"]) == 0
    assert checkpoint.load(RunFolder(home / "second").checkpoint)["state"]["step"] == 2
    assert main(["train", "--config-file", str(home / "none.toml")]) != 0
    assert "There is no file" in capsys.readouterr().err


@pytest.mark.usefixtures("home")
def test_without_a_file_model_and_photos_are_needed(capsys):
    assert main(["train"]) != 0
    assert "MODEL and --photos DIR must be given" in capsys.readouterr().err
