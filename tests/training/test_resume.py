"""A resumed training gives the same result as one that was never stopped, also with random numbers in its recipe."""

from __future__ import annotations

from pathlib import Path

from tests.models.weighted import install
from tests.training.small_runs import EventRecorder, make_request
from training.run.train import train


def test_a_recipe_with_random_numbers_resumes_exactly(home):
    install(home / "data", "deepfill-v1")  # its penalty is taken at random places between two images
    expected = losses(home, home / "whole", steps=4)
    losses(home, home / "part", steps=2)
    found = losses(home, home / "part", steps=4, resume=True)
    assert found == {step: values for step, values in expected.items() if step > 2}
    assert "global critic penalty" in found[3]


def losses(home: Path, folder: Path, **options: object) -> dict[int, dict[str, float]]:
    """The losses of each step."""
    recorder = EventRecorder()
    settings = {"critic_width": "4", "size": "64"}
    defaults = {"model": "deepfill-v1", "weights": "deepfill-v1-random", "output": folder, "settings": settings}
    train(make_request(home, **(defaults | options)), [recorder])
    return recorder.losses()
