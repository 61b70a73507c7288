"""Discriminators at the start of a fine-tuning: kept ones go on, new ones learn alone while the generator stays."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from inpaint_studio.engine.weights import discriminators, store
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.protocol.request import SCRATCH
from tests.training.small_runs import LEARNING, EventRecorder, make_request
from tests.training.test_recipes import make_batch, small_recipe
from tests.training.test_trainer import SmallTraining
from training.recipe import Update
from training.recipes import systems
from training.run.train import train
from training.run.trainer import Trainer
from training.run.warm_up import load_discriminators, plan_warm_up

WITHOUT = {"partial-conv"}  # it has no discriminator


@pytest.fixture
def base(home: Any) -> Weights:
    """A set with discriminators."""
    saved = train(make_request(home, name="base", settings=LEARNING, steps=3), [])
    assert saved is not None
    return saved


def notes(recorder: EventRecorder) -> str:
    return " ".join(event.text for event in recorder.events if event.kind == "note")


def generator(small: SmallTraining) -> list[torch.Tensor]:
    return [value.clone() for value in small.recipe.modules["generator"].state_dict().values()]


def warming(folder: Any, system: str, **plan: Any) -> SmallTraining:
    """A fine-tuning of a small network whose discriminators are all untrained."""
    small = SmallTraining(folder, small_recipe(system), **plan)
    names = list(small.recipe.discriminators())
    small.trainer.state.warm_up = plan_warm_up(small.recipe, small.trainer.steps.optimisers, names, 3, None)
    return small


def test_kept_discriminators_are_loaded_by_the_next_fine_tuning(home, base, monkeypatch):
    begun: list[dict[str, torch.Tensor]] = []

    def run(trainer: Trainer) -> str:
        begun.append(trainer.recipe.modules["critic"].state_dict())
        assert trainer.state.warm_up == {}
        return "stopped"

    monkeypatch.setattr(Trainer, "run", run)
    train(make_request(home, model="base", output=home / "next"), [])
    kept = discriminators.read(base)["critic"]
    assert kept.keys() == begun[0].keys()
    assert all(torch.equal(value, kept[key]) for key, value in begun[0].items())


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda path: path.unlink(), "'base' are not beside it. This training begins with new ones."),
        (lambda path: path.write_bytes(b"x" * 50), "'base' are not beside it. This training begins with new ones."),
    ],
)
def test_without_them_new_ones_warm_up_after_a_note(home, base, damage, sentence):
    damage(discriminators.beside(base.path))
    recorder = EventRecorder()
    settings = {"critic_width": "4"}
    train(make_request(home, model="base", output=home / "next", settings=settings, steps=10), [recorder])
    assert sentence in notes(recorder)
    facts = store.read_header(home / "next" / "last.safetensors", name="last").facts
    assert (facts["steps"], facts["generator_steps"]) == ("10", "9")  # a tenth of them


def test_those_of_another_shape_are_not_loaded(home, base):
    assert discriminators.read(base)
    recorder = EventRecorder()
    request = make_request(home, model="base", output=home / "next", settings={"critic_width": "8"}, steps=1)
    train(request, [recorder])
    assert "The kept critic of 'base' has another shape than here" in notes(recorder)


@pytest.mark.parametrize(("updates", "expected"), [(None, {"critic": 3}), (1, {"critic": 1}), (0, {})])
def test_the_number_of_updates_can_be_set(home, monkeypatch, updates, expected):
    found: list[dict[str, int]] = []

    def run(trainer: Trainer) -> str:
        found.append(dict(trainer.state.warm_up))
        return "stopped"

    monkeypatch.setattr(Trainer, "run", run)
    train(make_request(home, critic_warm_up=updates, steps=30), [])
    train(make_request(home, weights=SCRATCH, critic_warm_up=updates, steps=30, output=home / "scratch"), [])
    assert found == [expected, {}]


@pytest.mark.parametrize("system", sorted(set(systems()) - WITHOUT))
def test_the_generator_does_not_change_while_discriminators_warm_up(tmp_path, system):
    small = warming(tmp_path, system, steps=2)
    small.batch = make_batch(system, small.recipe, 3)
    small.trainer.state.phase = len(small.recipe.phases) - 1
    small.trainer.phases.begin()
    assert small.trainer.state.warm_up
    before = generator(small)
    critics = [value.clone() for module in small.recipe.discriminators().values() for value in module.parameters()]
    small.trainer._take_step(lambda: small.batch)
    assert small.trainer.state.generator_steps == 0
    assert all(torch.equal(one, other) for one, other in zip(before, generator(small), strict=True))
    now = [value for module in small.recipe.discriminators().values() for value in module.parameters()]
    assert not all(torch.equal(one, other) for one, other in zip(critics, now, strict=True))


def test_a_warm_up_ends_after_its_updates_or_a_tenth_of_the_time(tmp_path, monkeypatch):
    small = warming(tmp_path / "a", "deepfill-v2", steps=8)
    small.trainer.run()
    assert (small.trainer.state.step, small.trainer.state.generator_steps) == (8, 5)
    now = [0.0]
    monkeypatch.setattr("training.run.trainer.time.monotonic", lambda: now[0])
    small = warming(tmp_path / "b", "deepfill-v2", steps=None, seconds=10.0)
    small.trainer.state.warm_up = {"critic": 1000}
    small.react = lambda event: now.__setitem__(0, now[0] + (1.0 if event.kind == "progress" else 0.0))
    small.trainer.run()
    assert small.trainer.state.step - small.trainer.state.generator_steps == 3  # which began at 0, 0 and 1 s


def test_no_patience_is_lost_and_nothing_is_best_while_they_warm_up(tmp_path):
    small = warming(tmp_path, "deepfill-v2", steps=3, evaluate_every=0.0, patience=1)
    assert small.trainer.run() == "done"
    assert small.trainer.state.step == 3
    assert small.trainer.state.best_step == 0
    assert [event.step for event in small.of("best")] == [0]


def test_a_discriminator_that_shares_the_generators_optimiser_is_not_warmed_up():
    recipe = small_recipe("deepfill-v2")
    both = [*recipe.modules["generator"].parameters(), *recipe.modules["critic"].parameters()]
    assert plan_warm_up(recipe, {"both": torch.optim.SGD(both)}, ["critic"], 100, None) == {}
    assert load_discriminators(recipe, None) == (["critic"], "")
    assert isinstance(recipe.updates("all", 0)[0], Update)
