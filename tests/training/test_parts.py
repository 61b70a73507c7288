"""A batch that is computed in parts has the gradients of the whole one, not a multiple of them."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.training.test_trainer import SmallTraining, faulty_recipe


def gradient(folder: Path, most: int) -> torch.Tensor:
    """The gradient of the generator in the only step of a training whose memory holds `most` images at once."""
    small = SmallTraining(folder, faulty_recipe(most=most), steps=1)
    assert small.trainer.run() == "done"
    found = [p.grad.flatten() for p in small.recipe.modules["generator"].parameters() if p.grad is not None]
    assert found
    return torch.cat(found)


def test_gradients_of_parts_add_up_to_those_of_the_batch(tmp_path: Path) -> None:
    """Adam's steps hide a factor, so that the gradients themselves are compared."""
    whole, parts = gradient(tmp_path / "whole", 2), gradient(tmp_path / "parts", 1)
    assert float(whole.norm()) > 0
    assert float(parts.norm() / whole.norm()) == pytest.approx(1, rel=0.01)
    assert float((parts - whole).norm()) < 0.02 * float(whole.norm())
