"""EdgeConnect trains its first generator with spectral norm and merged edges, and is saved and fills the same way."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.utils import parametrize

from inpaint_studio.models.base.network_model import load_network
from inpaint_studio.models.edge_connect import SYSTEM
from inpaint_studio.models.networks import Hints
from inpaint_studio.models.networks.edge_connect import EdgeConnect
from tests.models.weighted import install, randomised
from tests.training.small_runs import make_request
from tests.training.test_recipes import make_batch, make_trainer, small_recipe
from training import spectral
from training.recipe import Recipe
from training.recipes import recipe_for
from training.run import checkpoint, start_weights
from training.run.setup import set_up
from training.run.trainer import Trainer


def edge_layers(recipe: Recipe) -> dict[str, torch.nn.Module]:
    """The convolutions of G1 by name."""
    generator = recipe.modules["generator"]
    assert isinstance(generator, EdgeConnect)
    return {name: m for name, m in generator.edge.named_modules() if isinstance(m, torch.nn.modules.conv._ConvNd)}


def test_the_layers_of_the_authors_are_normalised_while_the_first_generator_trains():
    """src/networks.py: all but the last, 21 of 22; their files hold ``weight_orig`` for these. G2 has none."""
    kind = recipe_for("edge-connect")
    config = SYSTEM.small | {"width": 2, "blocks": 8}
    recipe = kind(SYSTEM.build(config), kind.Settings(critic_width=2))
    layers = edge_layers(recipe)
    normalised = {name for name, layer in layers.items() if parametrize.is_parametrized(layer, "weight")}
    edge = next(part for part in SYSTEM.dialects[0].parts if part.name == "edge")
    published = [key for key in edge.expected(config) if key.endswith("weight_orig")]
    assert len(normalised) == len(published) == 21
    assert set(layers) - normalised == {"leave"}
    generator = recipe.modules["generator"]
    assert isinstance(generator, EdgeConnect)
    assert not any(parametrize.is_parametrized(module) for module in generator.inpaint.modules())


def test_each_pass_divides_by_the_largest_singular_value():
    recipe = small_recipe("edge-connect")
    layers = {name: layer.eval() for name, layer in edge_layers(recipe).items()}
    with torch.no_grad():
        for rows in (layers["blocks.0.conv1"].weight, layers["up1"].weight.transpose(0, 1)):
            assert float(torch.linalg.matrix_norm(rows.flatten(1), 2)) == pytest.approx(1, abs=0.02)


def test_the_average_is_that_of_the_quotients(tmp_path):
    recipe = small_recipe("edge-connect")
    trainer = make_trainer(recipe, make_batch("edge-connect", recipe), tmp_path, 1)
    layer = edge_layers(recipe)["blocks.1.conv2"]
    with torch.no_grad():
        before = layer.eval().weight.clone()
        trainer.average.decay = 0.0
        layer.parametrizations.weight.original.mul_(5).add_(torch.randn_like(before))  # type: ignore[union-attr]
        after = layer.weight.clone()
    vectors = {key: value.clone() for key, value in layer.named_buffers()}
    trainer.average.update(recipe.modules["generator"])
    averaged = trainer.average.network.get_parameter("edge.blocks.1.conv2.weight")
    torch.testing.assert_close(averaged, after)
    assert not torch.allclose(before, after, atol=1e-3)
    # To average takes no step of the power iteration.
    assert all(torch.equal(value, vectors[key]) for key, value in layer.named_buffers())


def test_plain_weights_are_those_the_layers_compute_with():
    recipe = small_recipe("edge-connect")
    generator = recipe.modules["generator"]
    copied, tensors = spectral.plain_copy(generator), spectral.plain_tensors(generator)
    assert set(tensors) == set(copied.state_dict()) == set(SYSTEM.build(SYSTEM.small).state_dict())
    assert all(torch.equal(value, tensors[key]) for key, value in copied.state_dict().items())
    assert parametrize.is_parametrized(edge_layers(recipe)["enter"])  # the copy left the network as it was
    batch = make_batch("edge-connect", recipe)
    with torch.no_grad():
        drawn = recipe.complete(generator.eval(), batch)
    assert torch.equal(recipe.complete(copied, batch), drawn)


def test_weights_that_are_trained_further_fill_as_before():
    """The quotients of a saved set have a largest singular value of 1, so normalising them again changes little."""
    recipe = small_recipe("edge-connect")
    saved = spectral.plain_copy(recipe.modules["generator"])
    network = SYSTEM.build({**SYSTEM.small, **recipe.trained_config})
    network.load_state_dict(saved.state_dict())
    again = type(recipe)(network, recipe.settings, None, fine_tuning=True)
    assert parametrize.is_parametrized(edge_layers(again)["enter"])
    batch = make_batch("edge-connect", recipe)
    with torch.no_grad():
        before, after = (recipe.complete(each, batch) for each in (saved, again.modules["generator"].eval()))
    assert (before - after).abs().max() < 2e-3


def test_a_training_resumes_exactly(tmp_path):
    """Also the vectors of spectral norm, and across the end of the phase of edges."""

    def start(folder: str, listener: Any = None) -> Trainer:
        recipe = small_recipe("edge-connect")
        recipe.phases = recipe.phases[:2]
        return make_trainer(recipe, make_batch("edge-connect", recipe), tmp_path / folder, 4, listener)

    def states(trainer: Trainer) -> dict[str, Tensor]:
        modules = {**trainer.recipe.modules, "average": trainer.average.network}
        return {f"{name}.{key}": v for name, module in modules.items() for key, v in module.state_dict().items()}

    for folder in ("whole", "part"):
        (tmp_path / folder).mkdir()
    whole = start("whole")
    assert whole.run() == "done"
    part = start("part", lambda event: part.commands.add("stop") if getattr(event, "step", 0) == 1 else None)
    assert part.run() == "stopped"
    assert 0 < part.state.step < 4
    again = start("part")
    again.restore(checkpoint.load(again.folder.checkpoint))
    assert again.run() == "done"
    expected, found = states(whole), states(again)
    assert any(key.endswith("0._u") for key in expected)
    assert all(torch.equal(value, found[key]) for key, value in expected.items())


@pytest.mark.parametrize("merge", [True, False])
def test_the_second_generator_trains_along_the_edges_it_fills_along(merge, monkeypatch):
    kind = recipe_for("edge-connect")
    recipe = kind(SYSTEM.build(SYSTEM.small | {"merge": merge}), kind.Settings(critic_width=4))
    batch, generator = make_batch("edge-connect", recipe), recipe.modules["generator"]
    assert isinstance(generator, EdgeConnect)
    along: list[Tensor] = []
    complete = generator.complete

    def spy(image: Tensor, edges: Tensor, hole: Tensor) -> Tensor:
        along.append(edges)
        return complete(image, edges, hole)

    monkeypatch.setattr(generator, "complete", spy)
    for phase in ("image along drawn edges", "both"):
        along.clear()
        for update in recipe.updates(phase, 0):
            update.losses(batch)
        outside = batch.hole == 0
        assert along
        for edges in along:
            assert torch.equal(edges[outside], batch.guides["sketch"][outside]) == merge
            assert not torch.equal(edges[~outside], batch.guides["sketch"][~outside])


@pytest.mark.parametrize("merge", [True, False])
def test_saved_weights_fill_with_the_pixels_of_the_validation(tmp_path, merge):
    """What validation measures is what the user gets."""
    kind = recipe_for("edge-connect")
    config = {**SYSTEM.small, "merge": merge}
    network = SYSTEM.build(config)
    network.load_state_dict(randomised(network))
    recipe = kind(network, kind.Settings(critic_width=4))
    trainer = make_trainer(recipe, make_batch("edge-connect", recipe), tmp_path, 2)
    trainer.run()
    average = trainer.average.network
    loaded = load_network(SYSTEM, config, {key: value.clone() for key, value in average.state_dict().items()}, "it")
    loaded.optimise()
    batch = make_batch("edge-connect", recipe)
    with torch.inference_mode():
        measured = recipe.complete(average, batch)
        for number, (image, hole) in enumerate(zip(batch.image.split(1), batch.hole.split(1), strict=True)):
            filled = loaded.fill(image, hole, Hints(), lambda _: None).output
            filled = torch.where(hole > 0, filled, image)
            torch.testing.assert_close(measured[number : number + 1], filled, atol=2e-6, rtol=0)
        other = SYSTEM.build(config | {"merge": not merge})
        other.load_state_dict(average.state_dict())
        assert not torch.allclose(measured, recipe.complete(other.eval(), batch), atol=1e-4)


def test_what_is_trained_here_is_merged_whatever_it_started_from(home):
    (base,) = install(home / "data", "edge-connect")
    assert base.config["merge"] is False
    request = make_request(home, model="edge-connect", without_losses=("perceptual", "style"))
    setup = set_up(request, start_weights.choose("edge-connect", base.name))
    assert setup.start.config == base.config | {"merge": True}
    assert json.loads(setup.identity()["config"]) == setup.start.config
    generator = setup.recipe.modules["generator"]
    assert isinstance(generator, EdgeConnect)
    assert generator.merge
    # The user may choose how the set is built.
    kept = replace(request, config=("merge=false",))
    start = start_weights.choose("edge-connect", base.name, kept.configuration())
    assert set_up(kept, start).start.config == base.config
