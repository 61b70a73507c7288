"""A checkpoint has what a training needs to go on, and nothing twice."""

from __future__ import annotations

from itertools import repeat

import pytest
import torch

from inpaint_studio.protocol.run_folder import RunFolder
from tests.training.test_recipes import make_batch, make_trainer, small_recipe
from training.recipes import systems
from training.run import checkpoint
from training.run.checkpoint import needed_optimisers, without_copies


def test_equal_tensors_are_stored_once_and_read_as_before(tmp_path):
    large = torch.randn(100_000)
    average = {"a": large, "b": torch.ones(3), "c": torch.zeros(2), "d": torch.zeros(2)}
    best = {
        "a": large.clone(),
        "b": torch.full((3,), 2.0),
        "c": torch.zeros(2, dtype=torch.float64),
        "d": -average["d"],
    }
    sizes = []
    for number, shared in enumerate((best, without_copies(best, average))):
        path = tmp_path / f"{number}.pt"
        checkpoint.save({"average": average, "best": shared}, path)
        sizes.append(path.stat().st_size)
        found = checkpoint.load(path)
        for name, value in best.items():
            assert torch.equal(found["best"][name], value)
            assert found["best"][name].dtype == value.dtype
            assert torch.equal(torch.signbit(found["best"][name]), torch.signbit(value))
    assert sizes[0] - sizes[1] > 390_000


def test_the_best_weights_are_no_second_copy_where_they_are_those_of_the_average(tmp_path):
    recipe = small_recipe("deepfill-v2")
    trainer = make_trainer(recipe, make_batch("deepfill-v2", recipe), tmp_path, 0)
    assert trainer.run() == "done"
    saved = checkpoint.load(RunFolder(tmp_path).checkpoint)
    for name, value in saved["average"]["weights"].items():
        same = {value.data_ptr(), saved["best"][name].data_ptr(), saved["modules"]["generator"][name].data_ptr()}
        assert len(same) == 1, name  # nothing was trained yet
    trainer.restore(saved)
    own = [dict(trainer.recipe.modules["generator"].named_parameters()), trainer.average.network.state_dict()]
    for name, value in trainer.best.items():
        assert value.data_ptr() not in {weights[name].data_ptr() for weights in own}, name


def test_optimisers_that_no_later_step_uses_are_left_out():
    recipe = small_recipe("edge-connect")
    assert needed_optimisers(recipe, 0) == {"edge generator", "edge critic", "generator", "critic"}
    last = len(recipe.phases) - 1
    assert needed_optimisers(recipe, last) == {"edge generator", "generator", "critic"}
    assert needed_optimisers(small_recipe("mi-gan"), 0) == {"generator", "critic"}


@pytest.mark.parametrize("name", systems())
def test_every_optimiser_is_needed_at_the_start(name):
    recipe = small_recipe(name)
    assert needed_optimisers(recipe, 0) <= set(recipe.optimisers())
    assert needed_optimisers(recipe, 0) >= {update.optimiser for update in recipe.updates(recipe.phases[-1].name, 0)}


def test_the_last_phase_resumes_without_the_optimisers_of_others(tmp_path):
    recipe = small_recipe("edge-connect")
    crops = make_batch("edge-connect", recipe)
    trainer = make_trainer(recipe, crops, tmp_path, 4)
    trainer.stream = lambda _: repeat(crops)
    assert trainer.run() == "done"
    saved = checkpoint.load(RunFolder(tmp_path).checkpoint)
    assert set(saved["optimisers"]) == {"edge generator", "generator", "critic"}
    again = make_trainer(small_recipe("edge-connect"), crops, tmp_path, 5)
    again.restore(saved)
    assert again.run() == "done"
    assert again.state.step == 5
