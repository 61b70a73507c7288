"""AOT-GAN's losses against the paper's formulas and those of researchmm/AOT-GAN-for-Inpainting under equal weights.

Reconstruction, perceptual and style losses are those of src/loss/loss.py; the adversarial ones are the paper's (section
3.3), with the filter and the enlarged scores of that file.
"""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from inpaint_studio.models.aot_gan import SYSTEM
from tests.reference import simple_nets
from tests.training import golden_losses
from tests.training.authors_losses import divided
from training.recipes.aot_gan import soften

WRITTEN: dict[str, dict[str, float]] = {
    "critic": {"critic": 1.760698},
    "generator": {
        "reconstruction": 0.4044068,
        "adversarial": 0.01035328,
        "perceptual": 0.0343691,
        "style": 0.0969996,
    },
}
MEAN = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
DEVIATION = torch.tensor([0.229, 0.224, 0.225])[:, None, None]


def discriminate(critic: torch.nn.Module, x: Tensor) -> Tensor:
    for layer in critic.layers:
        convolution = divided(layer[0])
        x = F.leaky_relu(F.conv2d(x, convolution.weight, None, convolution.stride, 1), 0.2)
    return F.conv2d(x, critic.score.weight, critic.score.bias, 1, 1)


def enlarge(scores: Tensor, side: int) -> Tensor:
    return F.interpolate(scores, size=(side, side), mode="bilinear", align_corners=True)


def gaussian(plane: Tensor) -> Tensor:
    """The filter of src/loss/common.py, as one kernel of 71 x 71."""
    line = torch.tensor([math.exp(-((place - 35) ** 2) / (2 * 10.0**2)) for place in range(71)])
    line = line / line.sum()
    return F.conv2d(plane, (line[:, None] * line)[None, None], padding=35)


def gram(x: Tensor) -> Tensor:
    b, c, h, w = x.shape
    flat = x.view(b, c, h * w)
    return flat.bmm(flat.transpose(1, 2)) / (h * w * c)


def test_losses_are_those_of_the_authors():
    recipe = golden_losses.make_recipe("aot-gan")
    batch = golden_losses.make_batch()
    image, masks, critic = 2 * batch.image - 1, batch.hole, recipe.modules["critic"]
    with torch.no_grad():
        state = recipe.modules["generator"].state_dict()
        drawn = 2 * simple_nets.aot_gan(state, SYSTEM.small, batch.image, masks) - 1
        composed = (1 - masks) * image + masks * drawn
        real, fake = (enlarge(discriminate(critic, x), 64) for x in (image, composed))
        ours, theirs = (
            golden_losses.maps_of_vgg(recipe.features, ((x + 1) / 2 - MEAN) / DEVIATION) for x in (drawn, image)
        )
    hole = masks.sum((1, 2, 3))
    formulas = {
        "critic": {"critic": F.mse_loss(fake, 1 - gaussian(masks)) + F.mse_loss(real, torch.ones_like(real))},
        "generator": {
            "reconstruction": F.l1_loss(drawn, image),
            "adversarial": 0.01 * (((fake - 1) ** 2 * masks).sum((1, 2, 3)) / hole).mean(),
            "perceptual": 0.1 * sum(F.l1_loss(ours[f"relu{n}_1"], theirs[f"relu{n}_1"]) for n in (1, 2, 3, 4, 5)),
            "style": 250
            * sum(F.l1_loss(gram(ours[n]), gram(theirs[n])) for n in ("relu2_2", "relu3_4", "relu4_4", "relu5_2")),
        },
    }
    golden_losses.check(golden_losses.losses_by_turn(recipe, "all", batch), formulas, WRITTEN)


def test_the_softened_hole_is_the_filtered_mask():
    hole = golden_losses.make_batch().hole
    torch.testing.assert_close(soften(hole), gaussian(hole), atol=1e-6, rtol=0)
    assert soften(torch.ones(1, 1, 90, 90))[0, 0, 45, 45].item() == pytest.approx(1, abs=1e-4)


def test_an_image_without_a_hole_does_not_upset_the_generator():
    recipe = golden_losses.make_recipe("aot-gan")
    batch = golden_losses.make_batch(holes=((slice(0, 0), slice(0, 0)), (slice(8, 40), slice(8, 40))))
    terms = golden_losses.losses_by_turn(recipe, "all", batch)
    assert all(math.isfinite(value) for turn in terms.values() for value in turn.values())
