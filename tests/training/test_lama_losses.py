"""LaMa's losses against the formulas of advimman/lama under equal weights.

The formulas are those of saicinpainting/training: trainers/default.py with the network's own output for the
discriminator (`image_to_discriminator` is ``predicted_image``), losses/adversarial.py with the arguments of
configs/training/lama-fourier.yaml, losses/feature_matching.py, modules/pix2pixhd.py, and losses/perceptual.py with
the weight of configs/training/ablv2_work_no_segmpl_vgg.yaml.
"""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from inpaint_studio.models.lama import SYSTEM
from tests.reference import lama as plain
from tests.training import golden_losses
from training.losses.vgg import VggFeatures

PHASES = ("all",)
WRITTEN: dict[str, dict[str, dict[str, float]]] = {
    "all": {
        "critic": {"critic": 1.347313, "r1": 0.01959093},
        "generator": {
            "known": 1.59133,
            "adversarial": 6.649384,
            "feature matching": 0.9533656,
            "perceptual": 0.05309263,
        },
    }
}
MEAN = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
DEVIATION = torch.tensor([0.229, 0.224, 0.225])[:, None, None]


def discriminate(state: dict[str, Tensor], x: Tensor) -> tuple[Tensor, list[Tensor]]:
    """The scores of patches, and the maps of the five inner layers."""
    maps = []
    for number, stride in enumerate((2, 2, 2, 2, 1)):
        name = f"layers.{number}"
        x = F.conv2d(x, state[f"{name}.0.weight"], state.get(f"{name}.0.bias"), stride, 2)
        if number:
            norm = [state[f"{name}.1.{key}"] for key in ("running_mean", "running_var", "weight", "bias")]
            x = F.batch_norm(x, *norm)
        x = F.leaky_relu(x, 0.2)
        maps.append(x)
    return F.conv2d(x, state["score.weight"], state["score.bias"], 1, 2), maps


def perceive(vgg: VggFeatures, fake: Tensor, real: Tensor, hole: Tensor) -> Tensor:
    """The sums over the activations of the first 30 layers, for each image; all pools take means."""
    fake, real, sums = (fake - MEAN) / DEVIATION, (real - MEAN) / DEVIATION, torch.zeros(len(fake))
    for layer in vgg._layers[:30]:
        if isinstance(layer, torch.nn.MaxPool2d | torch.nn.AvgPool2d):
            fake, real = F.avg_pool2d(fake, 2), F.avg_pool2d(real, 2)
        else:
            fake, real = layer(fake), layer(real)
        if isinstance(layer, torch.nn.ReLU):
            near = F.interpolate(hole, size=fake.shape[-2:], mode="bilinear", align_corners=False)
            sums += ((fake - real) ** 2 * (1 - near)).mean((1, 2, 3))
    return sums


@pytest.mark.parametrize("phase", PHASES)
def test_losses_are_those_of_the_authors(phase):
    recipe = golden_losses.make_recipe("lama", gain=1.1)
    golden_losses.fill(recipe.modules["critic"], 2.0)
    batch = golden_losses.make_batch()
    image, hole = batch.image, batch.hole
    critic = recipe.modules["critic"].state_dict()
    network = recipe.modules["generator"]
    config = SYSTEM.small
    with torch.no_grad():
        drawn = plain.lama(network.state_dict(), config, image, hole)
        fake, fake_maps = discriminate(critic, drawn)
    photo = image.clone().requires_grad_(True)
    real, real_maps = discriminate(critic, photo)
    (gradient,) = torch.autograd.grad(real.sum(), photo)
    small_hole = F.interpolate(hole, size=fake.shape[-2:], mode="nearest")
    of_fakes = F.softplus(fake) * small_hole + (1 - small_hole) * F.softplus(-fake)
    with torch.no_grad():
        features = perceive(recipe.features, drawn, image, hole)
    matched = [F.mse_loss(a, b) for a, b in zip(fake_maps, real_maps, strict=True)]
    formulas = {
        "critic": {
            "critic": (F.softplus(-real) + of_fakes).mean(),
            "r1": 0.001 * (gradient.flatten(1).norm(2, dim=1) ** 2).mean(),
        },
        "generator": {
            "known": ((drawn - image).abs() * (10 * (1 - hole))).mean(),
            "adversarial": 10 * F.softplus(-fake).mean(),
            "feature matching": 100 * torch.stack(matched).mean(),
            # Its weight is 0.03, and it is summed over the 10 images that a graphics card gets.
            "perceptual": 0.03 * 10 * features.mean(),
        },
    }
    assert 0 < small_hole.mean() < 1
    golden_losses.check(golden_losses.losses_by_turn(recipe, phase, batch), formulas, WRITTEN[phase])
