"""What a network cannot be trained with is told in a sentence, and what an earlier training left stays."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from inpaint_studio.cli import main
from inpaint_studio.errors import InputError
from tests.models.weighted import install
from tests.training.asking import SETTINGS, Ears, asked
from training.recipe import changed
from training.recipes import recipe_for, systems
from training.run import checkpoint
from training.run.events import LOG
from training.run.train import SCRATCH, train
from training.terms import TERMS

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("deepfill-v2", {"size": 100}, "64 px or more in steps of 8, not 100; give 96"),
    ("deepfill-v2", {"size": 32}, "give 64"),
    ("partial-conv", {"size": 64}, "128 px or more in steps of 128, not 64; give 128"),
    ("partial-conv", {"size": 128, "batch": 1, "weights": SCRATCH, "without": TERMS}, "give a batch of 2"),
    ("shift-net", {"size": 64}, "256 px or more in steps of 2, not 64; give 256"),
    ("context-encoder", {"size": 256}, "128 px alone, not 256"),
    ("context-encoder", {"size": None, "batch": 1}, "2 pictures a step or more; give a batch of 2"),
    ("glcic", {"size": 64, "batch": 1}, "give a batch of 2"),
    ("mi-gan", {"size": 100}, "px alone, not 100"),
    ("mi-gan", {"size": None, "settings": {"critic_base": "2"}}, "'critic_base' must be .* or more, not 2"),
    ("mi-gan", {"size": None, "settings": {"r1_every": "0"}}, "'r1_every' must be 1 or more, not 0"),
    ("glcic", {"size": 64, "settings": {"size": "128"}}, "given twice, as 64 and as 128"),
    ("deepfill-v1", {"settings": {"critic_steps": "0"}}, "'critic_steps' must be 1 or more"),
    ("deepfill-v2", {"settings": {"rate": "-1"}}, "'rate' must be from 1e-10 to 10, not -1"),
    ("deepfill-v2", {"settings": {"beta1": "2"}}, "'beta1' must be from 0 to 0.99999, not 2"),
    ("deepfill-v2", {"settings": {"critic_width": "0"}}, "'critic_width' must be from 1 to 1024"),
    ("deepfill-v2", {"vgg": Path("nowhere.pth")}, "no file nowhere.pth"),
]


@pytest.mark.parametrize(("model", "how", "said"), REFUSED)
def test_what_cannot_be_trained_with_is_told_before_anything_is_lost(home, model, how, said):
    install(home / "data", model)
    (home / "out").mkdir()
    for name in (checkpoint.NAME, LOG):
        (home / "out" / name).write_text("of an earlier training")
    ears = Ears()
    with pytest.raises(InputError, match=said):
        train(asked(home, **({"model": model, "settings": {}, "steps": 1} | how)), [ears])
    assert not ears.events
    left = {path.name: path.read_text() for path in (home / "out").iterdir()}
    assert left == dict.fromkeys((checkpoint.NAME, LOG), "of an earlier training")


@pytest.mark.parametrize(("model", "size"), [("glcic", 72), ("deepfill-v1", 72)])
def test_critics_are_built_for_the_size_that_is_asked_for(home, model, size):
    install(home / "data", model)
    ears = Ears()
    train(asked(home, model=model, size=size, steps=1, settings=SETTINGS), [ears])
    assert ears.of("started")["size"] == size
    assert ears.events[-1][0] == "done"
    kept = checkpoint.load(home / "out" / checkpoint.NAME)["state"]["recipe"]
    assert (kept["size"], f'"size": {size}' in kept["settings"]) == (size, True)


def test_on_the_command_line_it_is_a_sentence(home, capsys):
    command = ["train", "deepfill-v2", "--photos", str(home / "photos"), "-o", str(home / "out"), "--steps", "1"]
    for options in (("--size", "100"), ("--set", "rate=-1")):
        assert main([*command, *options]) == 2
        told = capsys.readouterr().err
        assert " not " in told
        assert told.count("\n") == 1
    assert not (home / "out").exists()


@pytest.mark.parametrize("name", systems())
def test_every_number_of_a_recipe_has_bounds_that_its_own_value_keeps(name):
    settings = recipe_for(name).Settings()
    for field in fields(settings):
        value = getattr(settings, field.name)
        if isinstance(value, str):
            continue
        assert changed(settings, {field.name: str(value)}) == settings
        with pytest.raises(InputError, match=f"'{field.name}' must be"):
            changed(settings, {field.name: "-1"})
