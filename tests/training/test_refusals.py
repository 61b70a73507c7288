"""Requests that cannot be met are refused in a sentence, and the files of an earlier training stay."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from inpaint_studio.cli import main
from inpaint_studio.errors import InputError
from inpaint_studio.protocol.request import FEATURE_LOSSES, SCRATCH
from inpaint_studio.protocol.run_folder import RunFolder
from tests.models.weighted import install
from tests.training.small_runs import SETTINGS, EventRecorder, make_request
from training.recipe import change_settings
from training.recipes import recipe_for, systems
from training.run import checkpoint
from training.run.train import train

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("deepfill-v2", {"size": 100}, "64 px or more in steps of 8, not 100; use 96"),
    ("deepfill-v2", {"size": 32}, "use 64"),
    ("partial-conv", {"size": 64}, "128 px or more in steps of 128, not 64; use 128"),
    (
        "partial-conv",
        {"size": 128, "batch": 1, "weights": SCRATCH, "without_losses": FEATURE_LOSSES},
        "use a batch of 2",
    ),
    ("shift-net", {"size": 64}, "256 px or more in steps of 2, not 64; use 256"),
    ("context-encoder", {"size": 256}, "128 px alone, not 256"),
    ("context-encoder", {"size": None, "batch": 1}, "2 images a step or more; use a batch of 2"),
    ("glcic", {"size": 64, "batch": 1}, "use a batch of 2"),
    ("mi-gan", {"size": 100}, "px alone, not 100"),
    ("mi-gan", {"size": None, "settings": {"critic_base": "2"}}, "'critic_base' must be .* or more, not 2"),
    ("mi-gan", {"size": None, "settings": {"r1_every": "0"}}, "'r1_every' must be 1 or more, not 0"),
    ("glcic", {"size": 64, "settings": {"size": "128"}}, "set twice, to 64 and to 128"),
    ("deepfill-v1", {"settings": {"critic_steps": "0"}}, "'critic_steps' must be 1 or more"),
    ("deepfill-v2", {"settings": {"rate": "-1"}}, "'rate' must be from 1e-10 to 10, not -1"),
    ("deepfill-v2", {"settings": {"beta1": "2"}}, "'beta1' must be from 0 to 0.99999, not 2"),
    ("deepfill-v2", {"settings": {"critic_width": "0"}}, "'critic_width' must be from 1 to 1024"),
    ("deepfill-v2", {"vgg": Path("nowhere.pth")}, "no file nowhere.pth"),
]


@pytest.mark.parametrize(("model", "options", "message"), REFUSED)
def test_a_request_is_refused_before_anything_is_lost(home, model, options, message):
    install(home / "data", model)
    (home / "out").mkdir()
    run = RunFolder(home / "out")
    for path in (run.checkpoint, run.events):
        path.write_text("of an earlier training")
    recorder = EventRecorder()
    with pytest.raises(InputError, match=message):
        train(make_request(home, **({"model": model, "settings": {}, "steps": 1} | options)), [recorder])
    assert not recorder.events
    after = {path: path.read_text() for path in run.path.iterdir()}
    assert after == dict.fromkeys((run.checkpoint, run.events), "of an earlier training")


@pytest.mark.parametrize(("model", "size"), [("glcic", 72), ("deepfill-v1", 72)])
def test_discriminators_are_built_for_the_requested_size(home, model, size):
    install(home / "data", model)
    recorder = EventRecorder()
    train(make_request(home, model=model, size=size, steps=1, settings=SETTINGS), [recorder])
    assert recorder.of("started").size == size
    assert recorder.kinds[-1] == "done"
    identity = checkpoint.load(RunFolder(home / "out").checkpoint)["state"]["identity"]
    assert (identity["size"], f'"size": {size}' in identity["settings"]) == (size, True)


def test_on_the_command_line_a_refusal_is_one_sentence(home, capsys):
    command = ["train", "deepfill-v2", "--photos", str(home / "photos"), "-o", str(home / "out"), "--steps", "1"]
    for options in (("--size", "100"), ("--set", "rate=-1")):
        assert main([*command, *options]) == 2
        error = capsys.readouterr().err
        assert " not " in error
        assert error.count("\n") == 1
    assert not (home / "out").exists()


@pytest.mark.parametrize("name", systems())
def test_every_number_of_a_recipe_has_bounds_and_a_default_within_them(name):
    settings = recipe_for(name).Settings()
    for field in fields(settings):
        value = getattr(settings, field.name)
        if isinstance(value, (str, bool)):
            continue
        assert change_settings(settings, {field.name: str(value)}) == settings
        with pytest.raises(InputError, match=f"'{field.name}' must be"):
            change_settings(settings, {field.name: "-1"})
