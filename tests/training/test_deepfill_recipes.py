"""What is special of DeepFill's recipes: critics that learn more often, the ablation of version 1, and sketches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from inpaint_studio.errors import InputError
from tests.training.test_recipes import losses_of, make_batch, make_trainer, small_recipe, system
from training.data.batch import Batch
from training.recipe import Recipe, change_settings, needs_features
from training.recipes import recipe_for

FIVE = {"critic_steps": "5", "fine_tuning_critic_steps": "5"}


def graphs(recipe: Recipe) -> list[bool]:
    """Whether each pass of the generator from now on builds a graph; filled while the recipe works."""
    built: list[bool] = []

    def note(_module: nn.Module, _inputs: object, drawn: object) -> None:
        built.append(drawn.fine.requires_grad)  # type: ignore[attr-defined]

    recipe.modules["generator"].register_forward_hook(note)
    return built


@pytest.mark.parametrize("fine_tuning", [False, True])
def test_a_step_of_v1_is_five_updates_of_the_critics_and_one_of_the_generator(fine_tuning):
    recipe = small_recipe("deepfill-v1", fine_tuning, **FIVE)
    for step in range(3):
        updates = recipe.updates("all", step)
        assert [update.optimiser for update in updates] == [*["critics"] * 5, "generator"]
        assert all(update.new_batch for update in updates)


def test_the_critics_steps_are_set_apart_for_fine_tuning():
    tuned = small_recipe("deepfill-v1", True, fine_tuning_critic_steps="2")
    assert [update.optimiser for update in tuned.updates("all", 0)] == ["critics", "critics", "generator"]
    fresh = small_recipe("deepfill-v1", False, fine_tuning_critic_steps="2", critic_steps="3")
    assert len(fresh.updates("all", 0)) == 4


@pytest.mark.parametrize("gan", ["vanilla", "least squares", "hinge"])
def test_other_critics_take_one_step_on_the_batch_of_the_generator(gan):
    updates = small_recipe("deepfill-v1", gan=gan).updates("all", 0)
    assert [(update.optimiser, update.new_batch) for update in updates] == [("critics", False), ("generator", False)]


def test_only_the_generators_turn_builds_a_graph_of_it(tmp_path):
    recipe = small_recipe("deepfill-v1", **FIVE)
    built = graphs(recipe)
    trainer = make_trainer(recipe, make_batch("deepfill-v1", recipe), tmp_path, 2)
    trainer.steps.run(recipe.updates("all", 0), lambda: make_batch("deepfill-v1", recipe))
    assert built == [*[False] * 5, True]


def test_where_both_share_a_batch_the_generator_draws_once():
    recipe = small_recipe("deepfill-v1", critic_steps="1")
    built, batch = graphs(recipe), make_batch("deepfill-v1", recipe)
    for update in recipe.updates("all", 0):
        update.losses(batch)
    assert built == [True]


def test_critics_on_their_own_batch_learn_as_those_that_share_it():
    alone, sharing = small_recipe("deepfill-v1", **FIVE), small_recipe("deepfill-v1", critic_steps="1")
    found = []
    for recipe in (alone, sharing):
        torch.manual_seed(3)
        terms = recipe.updates("all", 0)[0].losses(make_batch("deepfill-v1", recipe))
        found.append({name: loss.item() for name, loss in terms.items()})
    assert found[0] == pytest.approx(found[1], rel=1e-5)


def test_the_local_critic_of_v1_ends_in_twice_the_width_of_the_global_one():
    kind = recipe_for("deepfill-v1")
    recipe = kind(system("deepfill-v1").build(system("deepfill-v1").small), kind.Settings())
    last = {name: critic.body[-2].out_channels for name, critic in recipe.modules.items() if name != "generator"}  # type: ignore[union-attr, index]
    assert last == {"global critic": 256, "local critic": 512}


def test_without_l1_the_fine_image_has_the_other_losses_alone():
    recipe = small_recipe("deepfill-v1", refinement_l1="false")
    batch = make_batch("deepfill-v1", recipe)
    with_l1 = losses_of(small_recipe("deepfill-v1"), batch, "all")
    found = losses_of(recipe, batch, "all")
    assert set(with_l1) - set(found) == {"hole"}
    assert found["known"] < with_l1["known"]
    assert found["coarse"] == pytest.approx(with_l1["coarse"])


def test_a_discount_from_the_rim_is_another_loss_of_the_same_image():
    box, rim = (small_recipe("deepfill-v1", discount_from=place) for place in ("box", "rim"))
    batch = make_batch("deepfill-v1", box)
    found = [losses_of(recipe, batch, "all") for recipe in (box, rim)]
    assert found[0]["hole"] != pytest.approx(found[1]["hole"], rel=1e-3)
    assert found[0]["known"] == pytest.approx(found[1]["known"])


def test_an_unknown_place_to_discount_from_is_refused():
    with pytest.raises(InputError, match="no place to discount from 'edge'; there are box, rim"):
        small_recipe("deepfill-v1", discount_from="edge")


ABLATION = {"perceptual": "0.05", "style": "120", "total_variation": "0.1"}


def test_v1_needs_no_vgg_unless_a_loss_of_the_ablation_has_a_weight():
    kind = recipe_for("deepfill-v1")
    assert not needs_features(kind, kind.Settings())
    for name, weight in ABLATION.items():
        changed = change_settings(kind.Settings(), {name: weight})
        assert needs_features(kind, changed) == (name != "total_variation")


class SmallMaps(nn.Module):
    """Stands in for a trained VGG."""

    def forward(self, image: Tensor, names: tuple[str, ...]) -> list[Tensor]:
        return [nn.functional.avg_pool2d(image, 2 ** (place + 1)) for place in range(len(names))]


@pytest.mark.parametrize("name", ABLATION)
def test_the_losses_of_the_ablation_are_added_by_their_weights(name):
    kind = recipe_for("deepfill-v1")

    def find(weight: str) -> dict[str, float]:
        recipe = small_recipe("deepfill-v1", **{name: weight})
        recipe.features = SmallMaps()
        return losses_of(recipe, make_batch("deepfill-v1", recipe), "all")

    assert replace(kind.Settings(), **{name: 0.0}) == kind.Settings()
    label = name.replace("_", " ")
    assert label not in find("0")
    assert find("1")[label] > 0
    assert find("2")[label] == pytest.approx(2 * find("1")[label], rel=1e-4)


def test_the_hole_of_v2_may_hold_a_sketch_that_both_networks_see():
    kind, config = recipe_for("deepfill-v2"), system("deepfill-v2").small | {"sketch": True}
    torch.manual_seed(0)
    recipe = kind(system("deepfill-v2").build(config), change_settings(kind.Settings(), {"critic_width": "4"}))
    assert recipe.wants_sketch == "hand"
    batch = make_batch("deepfill-v2", recipe)
    other = Batch(batch.image, batch.hole, {"sketch": 1 - batch.guides["sketch"]})
    turns: list[Callable[[Batch], dict[str, Tensor]]] = [update.losses for update in recipe.updates("all", 0)]
    with torch.no_grad():  # an untrained network draws next to nothing
        for parameter in recipe.modules["generator"].parameters():
            parameter.mul_(2)
    for module in recipe.modules.values():
        module.eval()
    for turn in turns:
        one, two = ({k: v.item() for k, v in turn(Batch(b.image, b.hole, b.guides)).items()} for b in (batch, other))
        assert all(one[name] != two[name] for name in one)
    lines = batch.guides["sketch"]
    outside = Batch(batch.image, batch.hole, {"sketch": torch.where(batch.hole > 0, lines, 1 - lines)})
    for turn in turns:
        one, two = ({k: v.item() for k, v in turn(Batch(b.image, b.hole, b.guides)).items()} for b in (batch, outside))
        assert one == two
