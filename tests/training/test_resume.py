"""A resumed training gives the same result as one that was never stopped, also with random numbers in its recipe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inpaint_studio.errors import InputError
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


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"best_by": "ssim"}, "another figure for the best weights (psnr, now ssim); resume it with the same one"),
        ({"clip": 2.0}, "other learning rates (clip=None, now clip=2.0); resume it with the same ones"),
        ({"seed": 4}, "another seed (0, now 4); resume it with the same one"),
        ({"holes": "centre"}, "another kind of holes; resume it with the same one"),
        (
            {"settings": {"critic_width": "4", "size": "64", "penalty": "3"}},
            "other settings (penalty=10.0, now penalty=3.0); resume it with the same ones",
        ),
    ],
)
def test_what_a_resume_must_not_change_is_named_alone(home, changed, expected):
    """Weights would be chosen by one figure and compared by another, or the losses would jump."""
    install(home / "data", "deepfill-v1")
    losses(home, home / "out", steps=1)
    with pytest.raises(InputError, match=re.escape(f"That training was started with {expected}, or start again.")):
        losses(home, home / "out", steps=2, resume=True, **changed)
