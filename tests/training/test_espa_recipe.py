"""The recipe of ESPA: which map the decoder draws along, and what each loss teaches."""

from __future__ import annotations

import pytest
import torch

from inpaint_studio.layers.label_planes import to_planes
from inpaint_studio.models.networks.espa import Espa
from tests.training.test_recipes import losses_of, make_batch, small_recipe
from training.data.batch import Batch
from training.losses.painted import choose_painted, colour_difference
from training.recipe import Recipe
from training.recipes.espa import EspaRecipe


def made(**settings: str) -> EspaRecipe:
    recipe = small_recipe("espa", **settings)
    assert isinstance(recipe, EspaRecipe)
    return recipe


def network_of(recipe: Recipe) -> Espa:
    network = recipe.modules["generator"]
    assert isinstance(network, Espa)
    return network


@pytest.mark.parametrize(("share", "steps"), [("0.3", [3, 6, 9]), ("0", []), ("0.5", [1, 3, 5, 7, 9])])
def test_the_share_of_steps_along_the_predicted_map(share, steps):
    recipe = made(predicted=share)
    found = [step for step in range(20) if recipe.draws_along_predicted(step)]
    assert found == steps + [10 + step for step in steps]
    assert all(made(predicted="1").draws_along_predicted(step) for step in range(20))


def test_the_decoder_draws_along_the_true_map_or_the_predicted_one():
    recipe = made(adversarial="0")
    batch = make_batch("espa", recipe)
    shown: list[torch.Tensor | None] = []
    recipe.modules["generator"].register_forward_pre_hook(lambda _, args: shown.append(args[2]))
    for step in range(10):
        recipe.updates("all", step)[-1].losses(Batch(batch.image, batch.hole, batch.guides))
    assert [along is None for along in shown] == [step in (3, 6, 9) for step in range(10)]
    true = batch.guides["labels"] * batch.hole
    assert all(torch.equal(along, true) for along in shown if along is not None)


def test_a_loss_teaches_its_own_part():
    recipe = made(adversarial="0")
    network = network_of(recipe)
    batch = make_batch("espa", recipe)
    terms = recipe.updates("all", 0)[-1].losses(batch)

    def taught(term: str) -> set[str]:
        named = dict(network.named_parameters())
        found = torch.autograd.grad(terms[term], list(named.values()), retain_graph=True, allow_unused=True)
        return {name.split(".")[0] for name, part in zip(named, found, strict=True) if part is not None and part.any()}

    decoder = {"conv13_upsample", "conv14", "conv15_upsample", "conv16", "conv17"}
    assert not taught("coarse") & {"second", "labels"}
    assert decoder | {"espa", "convc", "conv1"} <= taught("coarse")
    assert {"second", "espa", "conv1"} <= taught("reconstruction")
    assert "labels" not in taught("reconstruction")
    assert {"labels", "espa", "conv1"} <= taught("labels")
    assert not taught("labels") & decoder  # the coarse image is not bent for the map


def test_unknown_classes_teach_nothing():
    recipe = made(adversarial="0")
    batch = make_batch("espa", recipe)
    blank = Batch(batch.image, batch.hole, {"labels": torch.zeros_like(batch.hole)})
    assert losses_of(recipe, blank, "all")["labels"] == 0
    without = Batch(batch.image, batch.hole)
    assert losses_of(recipe, without, "all") == losses_of(recipe, blank, "all")


def test_the_critic_judges_an_image_with_its_map():
    recipe = made()
    batch = make_batch("espa", recipe)
    pairs: list[torch.Tensor] = []
    recipe.modules["critic"].register_forward_pre_hook(lambda _, args: pairs.append(args[0].detach()))
    found = recipe.updates("all", 0)[0].losses(batch)
    assert set(found) == {"coarse critic", "critic"}
    true, fake, wrong = pairs
    planes = to_planes(batch.guides["labels"], 3)
    assert torch.equal(true, torch.cat([2 * batch.image - 1, planes], 1))
    known = (batch.hole == 0).expand_as(batch.image)
    assert torch.equal(fake[:, :3][known], true[:, :3][known])
    assert torch.equal(fake[:, 3:], planes)
    assert torch.equal(wrong[:, :3], true[:, :3])
    assert not (wrong[:, 3:] * planes).any()


def test_a_true_image_without_a_map_is_never_a_fake():
    """With no class to swap, the wrong pair would be the true one."""
    recipe = made()
    batch = make_batch("espa", recipe)
    labels = batch.guides["labels"].clone()
    labels[0] = 0
    pairs: list[torch.Tensor] = []
    recipe.modules["critic"].register_forward_pre_hook(lambda _, args: pairs.append(args[0].detach()))
    recipe.updates("all", 0)[0].losses(Batch(batch.image, batch.hole, {"labels": labels}))
    true, fake, wrong = pairs
    assert torch.equal(wrong[0], fake[0])
    assert not torch.equal(wrong[0], true[0])
    assert torch.equal(wrong[1, :3], true[1, :3])


def test_one_stage_has_the_losses_of_one_stage():
    network = network_of(made())
    alone = Espa(4, 3, 1, stages=1)
    recipe = EspaRecipe(alone, EspaRecipe.Settings(critic_width=4))
    batch = make_batch("espa", recipe)
    assert set(recipe.modules) == {"generator", "coarse critic"}
    assert set(recipe.updates("all", 0)[-1].losses(batch)) == {"coarse", "coarse adversarial"}
    assert network.stages == 2


# Holes painted with another class


def four_quarters() -> tuple[torch.Tensor, torch.Tensor]:
    """A map with classes 1, 2 above and 3, 4 below, and a hole within the first one."""
    labels = torch.ones(1, 1, 16, 16)
    labels[..., 8:] += 1
    labels[..., 8:, :] += 2
    hole = torch.zeros(1, 1, 16, 16)
    hole[..., 1:5, 1:5] = 1
    return labels, hole


def test_another_class_of_the_photo_is_painted_in_turn():
    labels, hole = four_quarters()
    assert [choose_painted(labels, hole, 5, step).item() for step in range(6)] == [2, 3, 4, 2, 3, 4]
    both = torch.cat([labels, torch.ones_like(labels)])  # the second photo has only one class
    assert choose_painted(both, hole.expand(2, -1, -1, -1), 5, 0).flatten().tolist() == [2, 0]


def test_the_painted_class_lends_its_colours():
    labels, hole = four_quarters()
    real = labels.expand(-1, 3, -1, -1) / 4 + 0.02 * torch.rand(
        1, 3, 16, 16, generator=torch.Generator().manual_seed(0)
    )
    painted = torch.full((1, 1, 1, 1), 3.0)
    like = {
        number: torch.where(hole > 0, real.roll((8 * (number > 2), 8 * (number % 2 == 0)), (2, 3)), real)
        for number in (1, 2, 3, 4)
    }
    found = {number: colour_difference(drawn, real, hole, labels, painted).item() for number, drawn in like.items()}
    assert found[3] < 0.02
    assert all(value > 0.2 for number, value in found.items() if number != 3)
    assert colour_difference(like[1], real, hole, labels, torch.zeros_like(painted)).item() == 0


def test_painting_teaches_the_decoder_alone():
    recipe = made(adversarial="0")
    network = network_of(recipe)
    terms = recipe.updates("all", 0)[-1].losses(make_batch("espa", recipe))
    named = dict(network.named_parameters())
    found = torch.autograd.grad(terms["painted"], list(named.values()), allow_unused=True)
    taught = {name.split(".")[0] for name, part in zip(named, found, strict=True) if part is not None and part.any()}
    assert taught == {"second"}


def test_a_decoder_learns_what_painted_classes_look_like():
    """Classes are shades; after a few steps on one photo the darkest, the middle and the brightest come in order."""
    torch.manual_seed(0)
    network = Espa(8, 3, 1, diffused=True)
    recipe = EspaRecipe(network, EspaRecipe.Settings(adversarial=0, painted=1.0, rate=0.003, beta1=0.9))
    recipe.initialise(network)
    network.begin_diffused()
    labels = torch.ones(1, 1, 32, 32)
    labels[..., 11:22], labels[..., 22:] = 2, 3
    hole = torch.zeros(1, 1, 32, 32)
    hole[..., 10:22, 10:22] = 1
    batch = Batch(labels.expand(-1, 3, -1, -1) / 4, hole, {"labels": labels})
    optimiser = recipe.optimisers()["generator"]
    for step in range(40):
        optimiser.zero_grad()
        now = Batch(batch.image, batch.hole, batch.guides)
        torch.stack(list(recipe.updates("all", step)[-1].losses(now).values())).sum().backward()
        optimiser.step()
    with torch.no_grad():
        drawn = [network(2 * batch.image - 1, hole, torch.where(hole > 0, n, labels)).fine for n in (1, 2, 3)]
    shades = [float(fine[hole.expand_as(fine) > 0].mean()) for fine in drawn]
    assert shades[0] + 0.1 < shades[1] < shades[2] - 0.1
