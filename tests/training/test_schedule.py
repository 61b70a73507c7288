"""The learning rates follow a schedule within each phase, and go on with it after a resume."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from inpaint_studio.errors import InputError
from inpaint_studio.protocol.run_folder import RunFolder
from tests.training.small_runs import make_request
from tests.training.test_recipes import small_recipe
from tests.training.test_trainer import SmallTraining
from training.recipe import Phase
from training.run import checkpoint
from training.run.schedule import Schedule
from training.run.setup import make_plan


def test_constant_is_one_and_the_warm_up_rises_in_equal_steps():
    assert [Schedule().factor(step, 0.5) for step in (0, 1, 900)] == [1.0, 1.0, 1.0]
    warm = Schedule(warm_up=4)
    assert [warm.factor(step, 0.0) for step in range(6)] == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]


def test_cosine_falls_from_one_to_zero():
    cosine = Schedule("cosine")
    assert [cosine.factor(1, share) for share in (0.0, 1 / 3, 0.5, 1.0, 1.2)] == pytest.approx([1, 0.75, 0.5, 0, 0])
    assert Schedule("cosine", 2).factor(0, 0.5) == pytest.approx(0.25)


def test_plateau_falls_when_no_better_measurement_comes_and_begins_again_with_a_phase():
    plateau = Schedule("plateau")
    plateau.factor(0, 0.0)
    for score in (20.0, 21.0, *(21.0 for _ in range(10))):
        plateau.measure(score)
        assert plateau.factor(5, 0.0) == 1.0
    plateau.measure(20.9)
    assert plateau.factor(6, 0.0) == pytest.approx(0.1)
    again = Schedule("plateau")
    again.load_state_dict(plateau.state_dict())
    for schedule in (plateau, again):
        for _ in range(10):
            schedule.measure(20.0)
        assert schedule.factor(7, 0.0) == pytest.approx(0.1)
        schedule.measure(20.0)
        assert schedule.factor(8, 0.0) == pytest.approx(0.01)
        assert schedule.factor(0, 0.0) == 1.0
    assert again.state_dict() == plateau.state_dict()


def rates(small: SmallTraining) -> dict[int, float]:
    return {event.step: event.rate for event in small.of("progress")}


def test_each_phase_has_a_schedule_of_its_own(tmp_path):
    recipe = small_recipe("deepfill-v2")
    recipe.phases = (Phase("one", 0.5), Phase("two", 0.5))
    small = SmallTraining(tmp_path, recipe, schedule="cosine", warm_up=2)
    small.trainer.run()
    expected = [min(1, (step + 1) / 2) * (1 + math.cos(math.pi * step / 4)) / 2 for step in range(4)]
    assert [rates(small)[step] for step in range(1, 9)] == pytest.approx(2 * expected, abs=1e-6)


@pytest.mark.parametrize("schedule", ["cosine", "plateau"])
def test_a_resumed_training_goes_on_with_its_schedule(tmp_path, schedule):
    def start(folder: Any) -> SmallTraining:
        small = SmallTraining(folder, small_recipe("deepfill-v2"), schedule=schedule, warm_up=3, steps=4)
        small.at_step(2, lambda: small.commands.add("stop"))
        return small

    whole = start(tmp_path / "whole")
    whole.react = lambda _event: None
    stopped = start(tmp_path / "part")
    for small in (whole, stopped):  # as if no measurement had been better for long
        for _ in range(12):
            small.trainer.schedule.measure(-1.0)
        small.trainer.schedule.factor = keep_plateau(small.trainer.schedule)  # type: ignore[method-assign]
    assert whole.trainer.run() == "done"
    assert stopped.trainer.run() == "stopped"
    again = start(tmp_path / "part")
    again.react = lambda _event: None
    again.trainer.restore(checkpoint.load(RunFolder(tmp_path / "part").checkpoint))
    assert again.trainer.run() == "done"
    assert rates(again)[4] == rates(whole)[4] < 1
    for one, other in zip(whole.weights(), again.weights(), strict=True):
        assert torch.equal(one, other)


def keep_plateau(schedule: Schedule) -> Any:
    """The factor of a phase that began long ago."""
    factor = schedule.factor
    return lambda step, share: factor(step, share) if step else min(1.0, factor(1, share))


def test_a_training_by_time_falls_with_the_time(tmp_path, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("training.run.trainer.time", SimpleNamespace(monotonic=lambda: now[0]))
    small = SmallTraining(tmp_path, small_recipe("deepfill-v2"), schedule="cosine", steps=None, seconds=4.0)

    def listen(event: Any) -> None:
        now[0] += 1.0 if event.kind == "progress" else 0.0  # so each step after the first takes a second

    small.react = listen
    assert small.trainer.run() == "done"
    expected = [(1 + math.cos(math.pi * second / 4)) / 2 for second in (0, 0, 1, 2, 3)]
    assert [event.rate for event in small.of("progress")][:5] == pytest.approx(expected, abs=1e-6)


def test_the_rates_of_the_recipe_are_multiplied(tmp_path):
    plain, slow = (SmallTraining(tmp_path / str(n), small_recipe("deepfill-v2"), steps=1, warm_up=n) for n in (0, 1000))
    start = [value.clone() for value in plain.recipe.modules["generator"].parameters()]
    moved = []
    for small in (plain, slow):
        small.trainer.run()
        found = small.recipe.modules["generator"].parameters()
        moved.append(sum(float((one - other.detach()).abs().sum()) for one, other in zip(start, found, strict=True)))
        assert small.trainer.steps.optimisers["generator"].param_groups[0]["lr"] == small.recipe.settings.rate
    assert moved[1] == pytest.approx(moved[0] / 1000, rel=0.05)


def test_what_cannot_be_scheduled_is_refused_in_a_sentence(home):
    with pytest.raises(InputError, match="no schedule 'step'; use constant, plateau or cosine"):
        make_plan(make_request(home, schedule="step"))
    with pytest.raises(InputError, match="'cosine' needs a training whose length is set"):
        make_plan(make_request(home, schedule="cosine", steps=None))
    assert make_plan(make_request(home, schedule="cosine", steps=None, minutes=1.0)).schedule == "cosine"
