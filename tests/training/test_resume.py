"""Resumed, a training of photos is the one that was never ended, whatever its recipe leaves to chance."""

from __future__ import annotations

from pathlib import Path

from tests.models.weighted import install
from tests.training.asking import Ears, asked
from training.run.train import train


def test_a_recipe_that_draws_lots_goes_on_as_if_it_had_never_been_ended(home):
    install(home / "data", "deepfill-v1")  # its critics are punished at places between pictures that chance chooses
    wanted = told(home, home / "whole", steps=4)
    told(home, home / "part", steps=2)
    found = told(home, home / "part", steps=4, resume=True)
    assert found == {step: losses for step, losses in wanted.items() if step > 2}
    assert "global critic penalty" in found[3]


def told(home: Path, folder: Path, **how: object) -> dict[int, dict[str, float]]:
    """The losses of each step."""
    ears = Ears()
    settings = {"critic_width": "4", "size": "64"}
    plain = {"model": "deepfill-v1", "weights": "deepfill-v1-random", "out": folder, "settings": settings}
    train(asked(home, **(plain | how)), [ears])
    return {facts["step"]: facts["losses"] for kind, facts in ears.events if kind == "progress"}
