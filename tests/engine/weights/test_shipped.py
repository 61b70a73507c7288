"""The weights that ship with the program, as they are in resources/weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from inpaint_studio.engine.model_library import model_library, weights_of
from inpaint_studio.engine.weights import store
from inpaint_studio.engine.weights.model_card import ModelCard
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.models.base.interface import Guide, Options
from tests.synthetic import photo
from training.release.export import CREDITS_FACT, MOST
from training.release.plan import plan_names, read_plan

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "resources" / "weights").glob("*.safetensors"))


class Ticket:
    def report(self, fraction: float, note: str = "") -> None:
        pass


def find(path: Path) -> Weights:
    return next(weights for weights in store.sets() if weights.path.name == path.name)


def test_some_ship_and_all_are_sound(shipped_weights):
    assert FILES
    assert store.problems() == []
    assert [weights.name for weights in store.sets() if weights.origin == "shipped"]
    assert {weights.path for weights in store.sets()} == {shipped_weights / path.name for path in FILES}


def test_together_they_are_small_enough():
    assert sum(path.stat().st_size for path in FILES) <= MOST


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.usefixtures("shipped_weights")
def test_each_has_a_card_a_plan_and_credits(path):
    weights = find(path)
    card = ModelCard.of(weights.facts)
    assert card is not None
    assert card.held_out is not None
    assert all([card.title, card.machine, card.trained, card.bad_at, card.stages])
    assert weights.licence == "free"
    assert weights.trained_at
    assert path.stem in plan_names()
    plan = read_plan(path.stem)
    assert (plan.system, plan.title) == (weights.system, card.title)
    assert f"## List {weights.facts[CREDITS_FACT]}" in (path.parent / "CREDITS.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_is_in_half_precision(path):
    kinds = {value.dtype for value in load_file(path).values() if value.is_floating_point() and value.dim() >= 2}
    assert kinds == {torch.float16}


@pytest.mark.usefixtures("shipped_weights")
def test_on_a_fresh_machine_a_network_has_its_shipped_set():
    for system in {find(path).system for path in FILES}:
        weights = weights_of(model_library().models[system])
        assert weights is not None
        assert weights.origin == "shipped"
    for path in FILES:
        assert weights_of(model_library().get(path.stem)).path == find(path).path


@pytest.mark.usefixtures("shipped_weights")
def test_each_system_has_one_main_set():
    for system in {find(path).system for path in FILES}:
        sets = [weights for weights in store.sets() if weights.system == system]
        assert [weights.facts[store.MAIN] for weights in sets].count("yes") == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.usefixtures("shipped_weights")
def test_each_fills_without_going_wrong(path):
    model = model_library().get(path.stem)
    side = model.traits.fixed_size or max(model.traits.min_side, 64)
    image = np.ascontiguousarray(photo(side, side).transpose(2, 0, 1), np.float32) / 255
    hole = np.zeros((side, side), bool)
    hole[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = True
    fill = model.fill(image, hole, Guide(), Options(), Ticket())
    assert np.isfinite(fill.image).all()
    np.testing.assert_allclose(fill.image[:, ~hole], image[:, ~hole])
    # A network that knows nothing draws one colour, or something far from the photo.
    inside, around = fill.image[:, hole].mean(1), image[:, ~hole].mean(1)
    assert np.abs(inside - around).max() < 0.25
