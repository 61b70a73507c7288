"""Steps with several batches, and the phases of a training with and without a length."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from inpaint_studio.protocol.run_folder import RunFolder
from tests.training.test_recipes import small_recipe
from tests.training.test_trainer import SmallTraining, stop_at
from training.recipe import Phase, Recipe, Update
from training.run import checkpoint


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
@pytest.mark.parametrize("update", range(8))
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
