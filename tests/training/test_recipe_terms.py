"""Terms and rates of single recipes against what their papers and authors' code say."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from tests.training.test_recipes import batch, losses_of, made
from training.discriminators import PatchCritic
from training.losses import losses
from training.recipe import Batch


def test_lama_punishes_the_slope_of_all_scores_together():
    recipe = made("lama")
    given = batch("lama", recipe)
    critic = recipe.modules["critic"]
    image = given.image.clone().requires_grad_(True)
    (slope,) = torch.autograd.grad(critic(image).sum(), image)
    wanted = 0.001 * (slope.flatten(1) ** 2).sum(1).mean()
    assert recipe.turns("all", 0)[0].losses(given)["r1"].item() == pytest.approx(wanted.item(), rel=1e-4)


def test_lama_is_to_fool_its_critic_everywhere():
    recipe = made("lama")
    given = batch("lama", recipe)
    with torch.no_grad():
        drawn = recipe.modules["generator"](given.image, given.hole)
        scores = recipe.modules["critic"](torch.where(given.hole > 0, drawn, given.image))
    wanted = 10 * F.softplus(-scores).mean().item()
    assert losses_of(recipe, given, "all")["adversarial"] == pytest.approx(wanted, rel=1e-4)


def test_deepfill_v1_weighs_all_of_the_coarse_picture_more():
    def known(coarse: str) -> float:
        recipe = made("deepfill-v1", coarse=coarse)
        return losses_of(recipe, batch("deepfill-v1", recipe), "all")["known"]

    fine, both = known("0"), known("1")
    assert both > fine
    assert known("1.2") == pytest.approx(fine + 1.2 * (both - fine), rel=1e-5)


@pytest.mark.parametrize(("name", "phase"), [("deepfill-v1", "all"), ("edge-connect", "picture along true edges")])
def test_losses_of_two_pictures_are_the_mean_of_theirs(name, phase):
    recipe = made(name)
    for module in recipe.modules.values():
        module.eval()  # spectral norm takes a step each time in training
    given = batch(name, recipe)
    given.hole[1] = 0
    given.hole[1, :, 20:30, 20:34] = 1
    whole = losses_of(recipe, given, phase)
    parts = [losses_of(recipe, part, phase) for part in given.parts(2)]
    assert whole == pytest.approx({key: (parts[0][key] + parts[1][key]) / 2 for key in whole}, rel=1e-4)


def test_edge_connect_matches_all_five_maps_of_its_critic():
    recipe = made("edge-connect")
    given = batch("edge-connect", recipe)
    found = losses_of(recipe, Batch(given.image, given.hole, given.sketch), "edges")["edge feature matching"]
    critic = recipe.modules["edge critic"].eval()  # spectral norm takes a step each time in training
    assert isinstance(critic, PatchCritic)
    grey = (given.image * torch.tensor([0.2125, 0.7154, 0.0721])[:, None, None]).sum(1, keepdim=True)
    assert given.sketch is not None
    with torch.no_grad():
        edges = recipe.modules["generator"].predict(grey, given.sketch, given.hole)
        fake, real = (critic.features(torch.cat([grey, lines], 1)) for lines in (edges, given.sketch))
    assert len(fake) == 5
    distances = [losses.l1(a, b).item() for a, b in zip(fake, real, strict=True)]
    assert found == pytest.approx(10 * sum(distances), rel=0.02)
    assert found > 1.05 * 10 * sum(distances[:-1])


RATES = {
    "edge-connect": ("edges", "picture along drawn edges", 0.1),
    "partial-conv": ("training", "encoder norms frozen", 0.25),
}


@pytest.mark.parametrize("name", RATES)
def test_a_rate_that_was_halved_stays_so_in_the_next_phase(name):
    first, later, change = RATES[name]
    recipe = made(name)
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
    recipe = made("partial-conv")
    norms = [
        module
        for name, module in recipe.modules["generator"].named_modules()
        if isinstance(module, torch.nn.BatchNorm2d) and name.startswith("enc")
    ]
    assert norms
    for phase, learning in (("training", True), ("encoder norms frozen", False), ("training", True)):
        recipe.enter(phase)
        assert {norm.training for norm in norms} == {learning}
