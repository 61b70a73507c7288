"""What the first convolution of VGG gets from each recipe, against its authors' code."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from inpaint_studio.models.networks.partial_conv import DEVIATION, MEAN
from tests.training import golden_losses
from training.recipes import recipe_for, systems

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
SIGNED = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
PLAIN = ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
# Mean and deviation by which RGB in [0, 1] becomes VGG's input.
SOURCES: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "aot-gan": IMAGENET,  # researchmm/AOT-GAN-for-Inpainting, src/loss/common.py: VGG19, of images in [-1, 1]
    "deepfill-v1": IMAGENET,  # as partial-conv: the paper does not say how it computed the losses that it left out
    "edge-connect": PLAIN,  # knazeri/edge-connect, src/models.py and loss.py: images in [0, 1] as they are
    "espa": PLAIN,  # as edge-connect: the paper's losses are not known
    "lama": IMAGENET,  # advimman/lama, losses/perceptual.py: normalize_inputs; its segmentation network, too
    "partial-conv": IMAGENET,  # naoto0804's train.py: its images are normalised before anything gets them
    "shift-net": SIGNED,  # Zhaoyi-Yan/Shift-Net_pytorch, models/shift_net/shiftnet_model.py: images in [-1, 1]
}


def inputs_of_vgg(recipe: Any, phase: str, batch: Any) -> list[Tensor]:
    """What the first convolution gets while the losses of a step are computed."""
    seen: list[Tensor] = []
    assert recipe.features is not None
    handle = recipe.features._layers[0].register_forward_pre_hook(lambda _, args: seen.append(args[0].detach()))
    golden_losses.losses_by_turn(recipe, phase, batch)
    handle.remove()
    return seen


@pytest.mark.parametrize("name", [name for name in systems() if recipe_for(name).wants_features])
def test_photos_enter_vgg_as_its_authors_feed_them(name):
    recipe = golden_losses.make_recipe(name, perceptual="1")
    batch = golden_losses.make_batch({"partial-conv": 128, "shift-net": 256}.get(name, 64), lines=True)
    mean, deviation = (torch.tensor(value)[:, None, None] for value in SOURCES[name])
    seen = inputs_of_vgg(recipe, recipe.phases[-1].name, batch)
    assert any(torch.allclose(each, (batch.image - mean) / deviation, atol=1e-6, rtol=0) for each in seen)
    if name == "edge-connect":  # style: only the hole, zero around it
        assert any(torch.allclose(each, batch.image * batch.hole, atol=1e-6, rtol=0) for each in seen)


def test_partial_conv_feeds_vgg_what_its_network_gets():
    assert (MEAN, DEVIATION) == IMAGENET
