"""Trainings without an adversarial loss: no discriminator is built, kept or updated, and the rest teaches as before."""

from __future__ import annotations

from dataclasses import fields

import pytest
import torch

from inpaint_studio.errors import InputError
from tests.training.test_recipes import SMALL, losses_of, make_batch, make_trainer, small_recipe, system
from training.losses import losses
from training.recipe import change_settings
from training.recipes import recipe_for, systems

ADVERSARIAL = [
    name for name in systems() if "adversarial" in {field.name for field in fields(recipe_for(name).Settings)}
]
SQUARED = [name for name in systems() if "squared" in {field.name for field in fields(recipe_for(name).Settings)}]
# What teaches the parts that discriminators alone teach in the papers.
INSTEAD = {"lama": {"hole": "10"}, "edge-connect": {"edge_adversarial": "0", "edges": "1"}}


def without(name: str, **settings: str):
    return small_recipe(name, **({"adversarial": "0"} | INSTEAD.get(name, {}) | settings))


def test_all_recipes_with_discriminators_are_here():
    assert set(systems()) - set(ADVERSARIAL) == {"partial-conv"}
    assert {"deepfill-v1", "deepfill-v2", "lama", "mi-gan", "partial-conv"} <= set(SQUARED)


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_the_generator_learns_alone(name, tmp_path):
    recipe = without(name)
    assert set(recipe.modules) == {"generator"}
    assert not recipe.discriminators()
    assert not any("critic" in optimiser for optimiser in recipe.optimisers())
    batch = make_batch(name, recipe)
    for phase in recipe.phases:
        assert recipe.cycle(phase.name) == {0: 1}
        assert all("generator" in update.optimiser for update in recipe.updates(phase.name, 0))
        found = losses_of(recipe, batch, phase.name)
        assert found
        assert not [term for term in found if "adversarial" in term or "matching" in term]
    recipe.phases = recipe.phases[-1:]
    before = {key: value.clone() for key, value in recipe.modules["generator"].state_dict().items()}
    assert make_trainer(recipe, batch, tmp_path, 2).run() == "done"
    after = recipe.modules["generator"].state_dict()
    assert any(not torch.equal(before[key], after[key]) for key in before)


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_the_other_losses_are_as_with_a_discriminator(name):
    settings = {key: value for key, value in INSTEAD.get(name, {}).items() if key != "edge_adversarial"}
    both, alone = small_recipe(name, **settings), without(name)
    batch = make_batch(name, both)
    phase = both.phases[-1].name
    found = losses_of(alone, batch, alone.phases[-1].name)
    expected = losses_of(both, batch, phase)
    assert found == {term: value for term, value in expected.items() if term in found}
    assert set(expected) - set(found) <= {"adversarial", "coarse adversarial", "feature matching"}


@pytest.mark.parametrize(
    ("name", "settings", "sentence"),
    [
        ("lama", {"adversarial": "0"}, "'hole' teaches the hole"),
        ("edge-connect", {"edge_adversarial": "0"}, "'edges' teaches where edges are"),
    ],
)
def test_what_would_teach_nothing_is_refused(name, settings, sentence):
    with pytest.raises(InputError, match=sentence):
        small_recipe(name, **settings)


def test_without_its_discriminator_glcic_trains_in_one_phase():
    recipe = without("glcic")
    assert [phase.name for phase in recipe.phases] == ["completion"]
    assert recipe.least_batch(64) == 1
    assert small_recipe("glcic").least_batch(64) == 2


@pytest.mark.parametrize("name", SQUARED)
def test_squared_errors_are_added_to_absolute_ones(name):
    plain, more, twice = (small_recipe(name, squared=weight) for weight in ("0", "1.5", "3"))
    batch = make_batch(name, plain)
    phase = plain.phases[-1].name
    first, second, third = (sum(losses_of(recipe, batch, phase).values()) for recipe in (plain, more, twice))
    assert second > first
    assert third - second == pytest.approx(second - first, rel=1e-3)


@pytest.mark.parametrize("name", ["aot-gan", "deepfill-v2", "edge-connect", "espa", "shift-net"])
def test_errors_of_known_pixels_may_be_left_out(name):
    whole, inside = without(name), without(name, known="0")
    batch = make_batch(name, whole)
    phase = whole.phases[-1].name
    assert losses_of(inside, batch, phase)["reconstruction"] < losses_of(whole, batch, phase)["reconstruction"]
    batch.hole[:] = 0
    assert losses_of(inside, batch, phase)["reconstruction"] == 0


def test_the_sum_of_absolute_and_squared_errors():
    fake, real = torch.tensor([[[[0.5, -1.0]]]]), torch.zeros(1, 1, 1, 2)
    weight = torch.tensor([[[[1.0, 2.0]]]])
    assert losses.l1(fake, real, squared=3.0).item() == pytest.approx((0.5 + 0.75 + 1 + 3) / 2)
    assert losses.l1(fake, real, weight, 3.0).item() == pytest.approx((0.5 + 0.75 + 2 * 4) / 2)


def test_the_cross_entropy_of_edges():
    probability, truth = torch.tensor([0.25, 0.5, 0.0]), torch.tensor([0.0, 1.0, 1.0])
    found = losses.cross_entropy(probability[:2], truth[:2])
    assert found.item() == pytest.approx(torch.nn.functional.binary_cross_entropy(probability[:2], truth[:2]).item())
    assert 15 < losses.cross_entropy(probability[2:], truth[2:]).item() < 17


@pytest.mark.parametrize("name", systems())
def test_a_diffused_network_learns_from_its_first_step(name):
    """It begins as the diffused colours, and the gradient that its last layer gets lowers the error."""
    kind = recipe_for(name)
    torch.manual_seed(0)
    network = system(name).build(system(name).small | dict(kind.trained_config) | {"diffused": True})
    kind.initialise(network)
    network.begin_diffused()
    known = {field.name for field in fields(kind.Settings)}
    changes = SMALL | {"adversarial": "0"} | INSTEAD.get(name, {})
    recipe = kind(network, change_settings(kind.Settings(), {k: v for k, v in changes.items() if k in known}))
    batch = make_batch(name, recipe)
    network.eval()

    def error() -> torch.Tensor:
        filled = recipe.complete(network, batch)
        assert filled.min() >= 0
        assert filled.max() <= 1
        return (filled - batch.image).square().mean()

    last = [weight for key in network.image_layers for weight in network.get_submodule(key).parameters()]
    last = [weight for weight in last if weight.requires_grad]
    assert not any(bool(weight.any()) for weight in last)
    before = error()
    gradients = torch.autograd.grad(before, last)
    step = 0.01 * before.detach() / sum(gradient.square().sum() for gradient in gradients)
    with torch.no_grad():
        for weight, gradient in zip(last, gradients, strict=True):
            assert gradient.any()
            weight.sub_(step * gradient)
    assert error() < before
