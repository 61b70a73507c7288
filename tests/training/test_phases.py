"""Steps with several batches, and the phases of a training with and without a length."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from lightning_fabric import Fabric

from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.protocol.run_folder import RunFolder
from tests.training.test_recipes import small_recipe
from tests.training.test_trainer import SmallTraining, stop_at
from training.distributed.sync import ProcessGroup
from training.recipe import Phase, Recipe, Update
from training.recipes import systems
from training.run import checkpoint
from training.run.events import Reporter
from training.run.phases import PhaseClock
from training.run.plateau import PlateauRule
from training.run.setup import make_plan
from training.run.state import Plan, TrainingState


class ManyBatches(type(small_recipe("deepfill-v1"))):  # type: ignore[misc]
    """Three updates of the critics, each on its own batch, and one of the generator on a fourth."""

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return four updates."""
        del phase, step
        critics = [Update("critics", self._critics, new_batch=True)] * 3
        return [*critics, Update("generator", self._generator, new_batch=True)]


def many_batches() -> Recipe:
    recipe = small_recipe("deepfill-v1")
    recipe.__class__ = ManyBatches
    return recipe


class NumberedTraining(SmallTraining):
    """A small training that keeps the numbers of the batches it draws."""

    def __init__(self, folder: Any, **plan: Any) -> None:
        self.drawn: list[int] = []
        super().__init__(folder, many_batches(), **({"steps": 3} | plan))
        if RunFolder(folder).checkpoint.is_file():
            self.trainer.restore(checkpoint.load(RunFolder(folder).checkpoint))

    def stream(self, start: int) -> Any:
        """Keep the number of each batch."""
        for number, batch in enumerate(super().stream(start), start):
            self.drawn.append(number)
            yield batch


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> NumberedTraining:
    """A training with several batches a step that was never stopped."""
    small = NumberedTraining(tmp_path_factory.mktemp("unbroken"))
    assert small.trainer.run() == "done"
    return small


def test_each_update_with_a_batch_of_its_own_draws_the_next_one(unbroken):
    assert unbroken.drawn == list(range(12))
    state = unbroken.trainer.state
    assert (state.step, state.generator_steps, state.batches, state.update) == (3, 3, 12, 0)


# The two first checks are those of the measurement; then there are three an update.
@pytest.mark.parametrize("update", [1, 3, 4])
def test_stopped_between_the_updates_of_a_step_it_goes_on_with_the_same_batch(tmp_path, unbroken, update):
    stopped = NumberedTraining(tmp_path)
    stop_at(stopped, 2 + 3 * update)
    assert stopped.trainer.run() == "stopped"
    state = stopped.trainer.state
    assert (state.step, state.update, state.batches) == (update // 4, update % 4, update)
    torch.manual_seed(update)  # a new process would start with another random state
    again = NumberedTraining(tmp_path)
    assert again.trainer.run() == "done"
    assert again.drawn == list(range(update, 12))
    for one, other in zip(unbroken.weights(), again.weights(), strict=True):
        assert torch.equal(one, other)


def test_steps_in_which_only_a_discriminator_learns_are_no_steps_of_the_generator(tmp_path):
    recipe = small_recipe("glcic")
    recipe.phases = (Phase("completion", 0.25), Phase("critic", 0.5), Phase("joint", 0.25))
    small = SmallTraining(tmp_path, recipe)
    assert small.trainer.run() == "done"
    state = small.trainer.state
    assert (state.step, state.generator_steps, small.trainer.average.updates) == (8, 4, 4)


class QuickClock:
    """The phases of a recipe without its network: steps are only counted."""

    def __init__(self, name: str, fine_tuning: bool = False, **plan: Any) -> None:
        self.recipe = small_recipe(name, fine_tuning)
        self.recipe.enter = lambda _phase: None  # type: ignore[method-assign]
        self.notes: list[str] = []
        self.state = TrainingState()
        group, reporter = ProcessGroup(Fabric(accelerator="cpu", devices=1)), Reporter(None, [self._listen])
        self.clock = PhaseClock(self.recipe, Plan(**plan), self.state, group, reporter)

    def _listen(self, event: Any) -> None:
        self.notes.append(event.text)

    def go_to(self, step: int) -> str:
        """The phase of the step after `step` others."""
        self.state.step = step
        self.clock.advance_if_over()
        return self.clock.current.name

    def take(self, steps: int, loss: float) -> str:
        """The phase after so many steps more with that loss."""
        for _ in range(steps):
            self.clock.advance_if_over()
            self.state.step += 1
            self.clock.count(loss)
        self.clock.advance_if_over()
        return self.clock.current.name


def test_without_a_length_glcic_keeps_to_the_steps_of_its_paper():
    quick = QuickClock("glcic")
    steps = (1, 89_999, 90_000, 99_999, 100_000, 10_000_000)
    assert [quick.go_to(step) for step in steps] == [*["completion"] * 2, *["critic"] * 2, *["joint"] * 2]
    assert quick.clock.done() is None  # it goes on until it is stopped
    assert sum(phase.steps or 0 for phase in quick.recipe.phases) == 500_000  # T_train
    assert quick.notes == [
        "Phase 2 of 3: critic, for 10,000 steps.",
        "Phase 3 of 3: joint.",
    ]


def test_without_a_length_partial_conv_freezes_its_norms_after_half_of_the_steps():
    quick = QuickClock("partial-conv")
    assert [quick.go_to(step) for step in (499_999, 500_000)] == ["training", "encoder norms frozen"]
    assert QuickClock("partial-conv").clock.done() == 0.0


@pytest.mark.parametrize("fine_tuning", [False, True])
def test_without_a_length_edge_connect_changes_its_phase_where_the_losses_stop_falling(fine_tuning):
    quick = QuickClock("edge-connect", fine_tuning, plateau=PlateauRule(window=10, patience=2))
    names = [phase.name for phase in quick.recipe.phases]
    for name in names[:-1]:
        for loss in (5.0, 4.0, 3.0, 2.0):
            assert quick.take(10, loss) == name
        assert quick.take(10, 1.999) == name
        assert quick.clock.done() is None
        assert quick.take(9, 2.5) == name
        assert quick.take(1, 2.5) != name
    assert quick.take(1000, 2.0) == names[-1]
    assert quick.notes[-1] == f"Phase {len(names)} of {len(names)}: {names[-1]}."


def test_thirty_steps_without_a_length_are_in_the_first_phase_of_each_recipe():
    for name in systems():
        for fine_tuning in (False, True):
            quick = QuickClock(name, fine_tuning)
            assert quick.take(30, 1.0) == quick.recipe.phases[0].name


def test_a_request_of_the_window_until_the_user_stops_has_no_length():
    request = TrainingRequest(model="glcic", photos=Path("photos"))
    plan = make_plan(request)
    assert not plan.has_length
    assert make_plan(replace(request, minutes=10.0)).has_length
    assert make_plan(replace(request, steps=10)).has_length


@pytest.mark.parametrize("name", ["glcic", "edge-connect", "partial-conv"])
def test_with_a_length_each_phase_has_its_share(name):
    quick = QuickClock(name, steps=1000)
    seen = Counter(quick.take(1, 1.0) for _ in range(1000))
    assert [phase.name for phase in quick.recipe.phases] == list(seen)
    for phase in quick.recipe.phases:
        assert seen[phase.name] == pytest.approx(1000 * phase.share, abs=1)


def test_with_few_steps_each_phase_has_one_at_least():
    quick = QuickClock("edge-connect", steps=5)
    seen = [quick.clock.current.name, *(quick.take(1, 1.0) for _ in range(4))]
    assert seen == [phase.name for phase in quick.recipe.phases]


def test_the_share_of_a_phase_is_that_of_its_own_steps():
    bounded, free = QuickClock("glcic", steps=1000), QuickClock("glcic")
    bounded.take(90, 1.0)
    assert bounded.clock.done() == pytest.approx(0.5)
    bounded.take(500, 1.0)
    assert bounded.clock.done() == pytest.approx((590 - 200) / 800)
    free.go_to(45_000)
    assert free.clock.done() == pytest.approx(0.5)


def test_the_lowest_window_counts_and_a_gain_below_one_percent_does_not():
    rule, known = PlateauRule(window=2, patience=2), {}
    waited = []
    for loss in (1.0, 0.995, 0.98, 0.975, -0.5, -0.502, -0.52):
        for _ in range(2):
            rule.add(known, loss)
        waited.append(known.get("waited", 0))
    assert waited == [0, 1, 0, 1, 0, 1, 0]
    assert not rule.is_reached(known)
    for _ in range(4):
        rule.add(known, 7.0)
    assert rule.is_reached(known)


def test_a_resumed_training_without_a_length_changes_its_phase_at_the_same_step(tmp_path):
    def start(folder: Path) -> SmallTraining:
        recipe = small_recipe("glcic")
        recipe.phases = tuple(Phase(name, 0.5, until_plateau=True) for name in ("completion", "joint"))
        small = SmallTraining(folder, recipe, steps=None, plateau=PlateauRule(window=2, patience=2, least_gain=1.0))
        small.at_step(8, lambda: small.commands.add("stop"))
        if RunFolder(folder).checkpoint.is_file():
            small.trainer.restore(checkpoint.load(RunFolder(folder).checkpoint))
        return small

    whole = start(tmp_path / "whole")
    assert whole.trainer.run() == "stopped"
    assert [event.phase for event in whole.of("progress")] == [*["completion"] * 6, *["joint"] * 2]
    part = start(tmp_path / "part")
    part.at_step(5, lambda: part.commands.add("stop"))
    assert part.trainer.run() == "stopped"
    again = start(tmp_path / "part")
    assert again.trainer.run() == "stopped"
    assert again.losses() == {step: losses for step, losses in whole.losses().items() if step > 5}
    assert again.of("note")[0].text == "Phase 1 of 2: completion, until its losses stop falling."


def test_the_rates_of_edge_connect_are_those_of_its_phases():
    recipe = small_recipe("edge-connect")
    rates = {}
    optimisers = recipe.optimisers()
    for phase in recipe.phases:
        recipe.enter(phase.name)
        rates[phase.name] = [optimiser.param_groups[0]["lr"] for optimiser in optimisers.values()]
    expected = [1e-4, 1e-5, 1e-4, 1e-5, 1e-6]  # section 4.2
    for rate, found in zip(expected, rates.values(), strict=True):
        assert found == pytest.approx([rate, rate, 0.1 * rate, 0.1 * rate])
