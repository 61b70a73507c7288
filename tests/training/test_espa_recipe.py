"""The recipe of ESPA: which map the decoder draws along, and what each loss teaches."""

from __future__ import annotations

import pytest
import torch

from inpaint_studio.layers.label_planes import to_planes
from inpaint_studio.models.networks.espa import Espa
from tests.training.test_recipes import losses_of, make_batch, small_recipe
from training.data.batch import Batch
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


class Spy(torch.nn.Module):
    """Stands for the network, and remembers along what it should draw."""

    def __init__(self, inside: Espa) -> None:
        super().__init__()
        self.inside, self.along = inside, []

    def forward(self, image, hole, labels=None):
        self.along.append(labels)
        return self.inside(image, hole, labels)


def test_the_decoder_draws_along_the_true_map_or_the_predicted_one():
    recipe = made(adversarial="0")
    batch = make_batch("espa", recipe)
    spy = recipe.modules["generator"] = Spy(network_of(recipe))
    for step in range(10):
        recipe.updates("all", step)[-1].losses(Batch(batch.image, batch.hole, batch.guides))
    assert [along is None for along in spy.along] == [step in (3, 6, 9) for step in range(10)]
    assert all(torch.equal(along, batch.guides["labels"]) for along in spy.along if along is not None)


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


def test_one_stage_has_the_losses_of_one_stage():
    network = network_of(made())
    alone = Espa(4, 3, 1, stages=1)
    recipe = EspaRecipe(alone, EspaRecipe.Settings(critic_width=4))
    batch = make_batch("espa", recipe)
    assert set(recipe.modules) == {"generator", "coarse critic"}
    assert set(recipe.updates("all", 0)[-1].losses(batch)) == {"coarse", "coarse adversarial"}
    assert network.stages == 2
