"""Where the losses of a recipe look: at the hole, at the known part, or at the composed image."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tests.training.golden_losses import losses_by_turn, make_batch, make_recipe
from training.data.batch import Batch


def drawn_by_v2(batch: Batch, generator: torch.nn.Module) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        drawn = generator(2 * batch.image - 1, batch.hole, None)
    return drawn.fine, drawn.coarse


def test_glcic_counts_the_squared_error_in_the_hole_over_all_values() -> None:
    """Eq. 2: the mask hides the error of the known part, and the norm is over the whole image."""
    recipe, batch = make_recipe("glcic"), make_batch()
    with torch.no_grad():
        drawn = recipe.modules["generator"](batch.image, batch.hole)
    expected = ((drawn - batch.image)[batch.hole.expand_as(drawn) > 0] ** 2).sum() / drawn.numel()
    for phase in ("completion", "joint"):
        found = losses_by_turn(recipe, phase, batch)["generator"]["reconstruction"]
        assert found == pytest.approx(float(expected), rel=1e-5)


def test_v2_scores_the_composed_image_and_counts_the_error_of_all_of_both() -> None:
    recipe, batch = make_recipe("deepfill-v2"), make_batch()
    real = 2 * batch.image - 1
    fine, coarse = drawn_by_v2(batch, recipe.modules["generator"])
    composed = batch.hole * fine + (1 - batch.hole) * real
    with torch.no_grad():
        fake, true = (recipe.modules["critic"](torch.cat([image, batch.hole], 1)) for image in (composed, real))
    found = losses_by_turn(recipe, "all", batch)
    assert found["generator"]["adversarial"] == pytest.approx(float(-fake.mean()), rel=1e-5)
    assert found["generator"]["reconstruction"] == pytest.approx(float((fine - real).abs().mean()), rel=1e-5)
    assert found["generator"]["coarse"] == pytest.approx(float((coarse - real).abs().mean()), rel=1e-5)
    hinge = ((1 - true).clamp_min(0).mean() + (1 + fake).clamp_min(0).mean()) / 2
    assert found["critic"]["critic"] == pytest.approx(float(hinge), rel=1e-5)
