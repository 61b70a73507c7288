"""Losses and rates of single recipes against their papers and their authors' code."""

from __future__ import annotations

import pytest
import torch

from tests.training.test_recipes import losses_of, make_batch, small_recipe
from training.data.batch import Batch
from training.discriminators import PatchDiscriminator
from training.losses import losses


def test_deepfill_v1_gives_the_whole_coarse_image_a_higher_weight():
    def known(coarse: str) -> float:
        recipe = small_recipe("deepfill-v1", coarse=coarse)
        return losses_of(recipe, make_batch("deepfill-v1", recipe), "all")["known"]

    fine, both = known("0"), known("1")
    assert both > fine
    assert known("1.2") == pytest.approx(fine + 1.2 * (both - fine), rel=1e-5)


@pytest.mark.parametrize(("name", "phase"), [("deepfill-v1", "all"), ("edge-connect", "image along true edges")])
def test_losses_of_two_images_are_the_mean_of_their_losses(name, phase):
    recipe = small_recipe(name)
    for module in recipe.modules.values():
        module.eval()  # spectral norm takes a step each time in training
    batch = make_batch(name, recipe)
    batch.hole[1] = 0
    batch.hole[1, :, 20:30, 20:34] = 1
    whole = losses_of(recipe, batch, phase)
    parts = [losses_of(recipe, part, phase) for part in batch.parts(2)]
    assert whole == pytest.approx({key: (parts[0][key] + parts[1][key]) / 2 for key in whole}, rel=1e-4)


def test_edge_connect_matches_all_five_maps_of_its_discriminator():
    recipe = small_recipe("edge-connect")
    batch = make_batch("edge-connect", recipe)
    found = losses_of(recipe, Batch(batch.image, batch.hole, batch.guides), "edges")["edge feature matching"]
    discriminator = recipe.modules["edge critic"].eval()  # spectral norm takes a step each time in training
    assert isinstance(discriminator, PatchDiscriminator)
    grey = (batch.image * torch.tensor([0.2125, 0.7154, 0.0721])[:, None, None]).sum(1, keepdim=True)
    with torch.no_grad():
        edges = recipe.modules["generator"].predict(grey, batch.guides["sketch"], batch.hole)
        fake, real = (discriminator.features(torch.cat([grey, lines], 1)) for lines in (edges, batch.guides["sketch"]))
    assert len(fake) == 5
    distances = [losses.l1(a, b).item() for a, b in zip(fake, real, strict=True)]
    assert found == pytest.approx(10 * sum(distances), rel=0.02)
    assert found > 1.05 * 10 * sum(distances[:-1])


RATES = {
    "edge-connect": ("edges", "image along drawn edges", 0.1),
    "partial-conv": ("training", "encoder norms frozen", 0.25),
}


@pytest.mark.parametrize("name", RATES)
def test_a_rate_that_was_halved_stays_so_in_the_next_phase(name):
    first, later, change = RATES[name]
    recipe = small_recipe(name)
    groups = [group for optimiser in recipe.optimisers().values() for group in optimiser.param_groups]
    recipe.enter(first)
    for group in groups:
        group["lr"] /= 8
    before = [group["lr"] for group in groups]
    for _ in range(2):  # once more, as after a resume
        recipe.enter(later)
        assert [group["lr"] for group in groups] == pytest.approx([change * rate for rate in before])
    recipe.enter(first)
    assert [group["lr"] for group in groups] == pytest.approx(before)


def test_back_in_the_first_phase_the_encoder_of_partial_conv_learns_its_norms_again():
    recipe = small_recipe("partial-conv")
    norms = [
        module
        for name, module in recipe.modules["generator"].named_modules()
        if isinstance(module, torch.nn.BatchNorm2d) and name.startswith("enc")
    ]
    assert norms
    for phase, learning in (("training", True), ("encoder norms frozen", False), ("training", True)):
        recipe.enter(phase)
        assert {norm.training for norm in norms} == {learning}
