"""The six losses of partial convolutions against the paper's formulas under equal weights.

Its authors published no training. Terms and weights are those of section 3.3, in the form of
naoto0804/pytorch-inpainting-with-partial-conv (loss.py, opt.py), whose images are normalised by ImageNet's mean and
deviation before anything gets them. Only the total variation is the paper's own: of the hole enlarged by one pixel
(eq. 6), while naoto0804 adds differences of known pixels, which have no gradient.
"""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from inpaint_studio.models.partial_conv import SYSTEM
from tests.reference import simple_nets as plain
from tests.training import golden_losses

PHASES = ("training", "encoder norms frozen")
WRITTEN: dict[str, dict[str, dict[str, float]]] = {
    "training": {
        "generator": {
            "valid": 0.6310647,
            "hole": 1.068614,
            "perceptual": 0.02117186,
            "style": 3.795591,
            "total variation": 0.01313785,
        }
    },
    "encoder norms frozen": {
        "generator": {
            "valid": 0.6310647,
            "hole": 1.068614,
            "perceptual": 0.02117186,
            "style": 3.795591,
            "total variation": 0.01313785,
        }
    },
}
MEAN = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
DEVIATION = torch.tensor([0.229, 0.224, 0.225])[:, None, None]


def correlate(maps: Tensor) -> Tensor:
    batch, channels, height, width = maps.shape
    rows = maps.reshape(batch, channels, height * width)
    return torch.bmm(rows, rows.transpose(1, 2)) / (channels * height * width)


def vary(image: Tensor, hole: Tensor) -> Tensor:
    """The sum over pairs of neighbours in the hole enlarged by one pixel, over the number of all pairs."""
    region = (F.conv2d(hole, torch.ones(1, 1, 3, 3), padding=1) > 0).expand_as(image)
    total = torch.zeros(())
    for axis in (2, 3):
        first = image.narrow(axis, 0, image.shape[axis] - 1)
        second = image.narrow(axis, 1, image.shape[axis] - 1)
        both = region.narrow(axis, 0, image.shape[axis] - 1) & region.narrow(axis, 1, image.shape[axis] - 1)
        total = total + (first - second)[both].abs().sum() / first.numel()
    return total


@pytest.mark.parametrize("phase", PHASES)
def test_losses_are_those_of_the_authors(phase):
    recipe = golden_losses.make_recipe("partial-conv", gain=1.2)
    batch = golden_losses.make_batch(128)
    known = 1 - batch.hole
    with torch.no_grad():
        state = recipe.modules["generator"].state_dict()
        drawn = (plain.partial_conv(state, SYSTEM.small, batch.image, batch.hole) - MEAN) / DEVIATION
        real = (batch.image - MEAN) / DEVIATION
        composed = known * real + (1 - known) * drawn
        maps = [golden_losses.maps_of_vgg(recipe.features, x) for x in (drawn, composed, real)]
        perceptual = style = torch.zeros(())
        for name in ("pool1", "pool2", "pool3"):
            for fake in maps[:2]:
                perceptual = perceptual + F.l1_loss(fake[name], maps[2][name])
                style = style + F.l1_loss(correlate(fake[name]), correlate(maps[2][name]))
        formulas = {
            "generator": {
                "valid": F.l1_loss(known * drawn, known * real),
                "hole": 6 * F.l1_loss((1 - known) * drawn, (1 - known) * real),
                "perceptual": 0.05 * perceptual,
                "style": 120 * style,
                "total variation": 0.1 * vary(composed, batch.hole),
            }
        }
    recipe.enter(phase)
    for module in recipe.modules.values():
        module.eval()
    golden_losses.check(golden_losses.losses_by_turn(recipe, phase, batch), formulas, WRITTEN[phase])
