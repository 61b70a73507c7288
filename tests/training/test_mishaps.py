"""Other faults than losses: gradients that are not finite, a full disk, a pause, a damaged checkpoint."""

from __future__ import annotations

import errno
import weakref
from typing import Any

import pytest
import torch

from inpaint_studio.errors import InputError
from inpaint_studio.protocol.run_folder import RunFolder
from tests.training.test_recipes import small_recipe
from tests.training.test_trainer import SmallTraining, faulty_recipe
from training.data.batch import Batch
from training.errors import Diverged
from training.recipe import Update
from training.run import checkpoint, trainer


class SteepRecipe(type(small_recipe("deepfill-v1"))):  # type: ignore[misc]
    """Finite losses whose gradients are not finite at some updates."""

    bad: Any = ()
    calls = 0

    def updates(self, phase: str, step: int) -> list[Update]:
        return [u._replace(losses=self._make_steep(u.losses)) for u in super().updates(phase, step)]

    def _make_steep(self, losses: Any) -> Any:
        def compute(batch: Batch) -> dict[str, torch.Tensor]:
            self.calls += 1
            found = dict(losses(batch))
            if self.calls in self.bad:
                name = next(iter(found))
                root = (found[name] - found[name].detach()).abs().sqrt()  # 0, and infinitely steep there
                found[name] = found[name] + root
            return found

        return compute


def steep_recipe(bad: Any) -> Any:
    recipe = small_recipe("deepfill-v1")
    recipe.__class__, recipe.bad = SteepRecipe, bad
    return recipe


def is_finite(small: SmallTraining) -> bool:
    return all(torch.isfinite(value).all() for value in small.weights() if value.is_floating_point())


def test_gradients_that_are_not_finite_restore_the_checkpoint_and_are_never_saved(tmp_path):
    small = SmallTraining(tmp_path, steep_recipe({5}), save_every=0.0)
    assert small.trainer.run() == "done"
    assert small.trainer.state.failures == 1
    assert is_finite(small)
    saved = checkpoint.load(RunFolder(tmp_path).checkpoint)["modules"]["generator"]
    assert all(torch.isfinite(value).all() for value in saved.values())


def test_with_a_full_disk_it_goes_back_to_the_checkpoint_in_memory(tmp_path, monkeypatch):
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(trainer.checkpoint, "save", full)
    small = SmallTraining(tmp_path, faulty_recipe(bad={4, 9}))
    assert small.trainer.run() == "done"
    assert small.trainer.state.failures == 2
    assert is_finite(small)
    assert not (RunFolder(tmp_path).checkpoint).exists()


def test_an_unsaved_checkpoint_is_released_once_one_is_saved(tmp_path, monkeypatch):
    full = [True]
    save = checkpoint.save

    def fail_once(*arguments: Any) -> None:
        if full:
            full.pop()
            raise OSError(errno.ENOSPC, "No space left on device")
        save(*arguments)

    monkeypatch.setattr(trainer.checkpoint, "save", fail_once)
    small = SmallTraining(tmp_path, faulty_recipe(bad={4}), save_every=0.0)
    assert small.trainer.run() == "done"
    assert small.trainer._unsaved is None
    (note,) = [event.text for event in small.of("note") if "not finite" in event.text]
    assert "back to step 0" not in note


def test_a_pause_does_not_count_as_training(tmp_path, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(trainer.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(trainer.time, "sleep", lambda _: now.__setitem__(0, now[0] + 100.0))
    small = SmallTraining(tmp_path, steps=6, seconds=50.0)
    paused: list[bool] = []

    def react(event: Any) -> None:
        now[0] += 1.0 if event.kind == "progress" else 0.0
        if event.kind == "progress" and event.step == 3 and not paused:
            paused.append(True)
            small.commands.add("pause")
        if event.kind == "paused":
            monkeypatch.setattr(trainer.time, "sleep", sleep)

    def sleep(_: float) -> None:
        now[0] += 1000.0
        small.commands.add("resume")

    small.react = react
    assert small.trainer.run() == "done"
    assert small.trainer.state.step == 6
    assert small.trainer.state.seconds < 50
    assert now[0] > 1000


def test_after_memory_ran_out_the_results_of_the_whole_batch_are_released(tmp_path):
    small = SmallTraining(tmp_path, faulty_recipe(most=1))
    recipe = small.recipe
    results: list[weakref.ref[Any]] = []
    alive: list[bool] = []
    updates = type(recipe).updates

    def watch(update: Update) -> Update:
        def compute(batch: Batch) -> dict[str, torch.Tensor]:
            if len(batch.image) == 1:
                alive.extend(result() is not None for result in results)
            else:
                results.append(weakref.ref(batch.once("whole", lambda: torch.ones(9))))
            return update.losses(batch)

        return Update(update.optimiser, compute)

    recipe.updates = lambda phase, step: [watch(update) for update in updates(recipe, phase, step)]
    assert small.trainer.run() == "done"
    assert results
    assert alive
    assert not any(alive)


def remove(state: dict[str, Any], name: str) -> None:
    del state[name]


DAMAGES = {
    "no modules": lambda saved: remove(saved, "modules"),
    "no optimisers": lambda saved: saved["optimisers"].clear(),
    "an unknown state": lambda saved: saved["state"].update(mood="good"),
    "an unknown phase": lambda saved: saved["state"].update(phase=99),
    "another shape": lambda saved: saved["modules"]["generator"].update(
        {name: torch.zeros(1) for name in list(saved["modules"]["generator"])[:1]}
    ),
    "no random state": lambda saved: saved["rng_state"].clear(),
    "text for a number": lambda saved: saved.update(average="none"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_checkpoint_with_other_content_is_refused(tmp_path, damage):
    SmallTraining(tmp_path, steps=1).trainer.run()
    saved = checkpoint.load(RunFolder(tmp_path).checkpoint)
    damage(saved)
    with pytest.raises(InputError, match="damaged"):
        SmallTraining(tmp_path).trainer.restore(saved)


def test_what_a_killed_process_left_half_written_is_overwritten(tmp_path):
    path = RunFolder(tmp_path).checkpoint
    path.with_suffix(".part").write_bytes(b"half")
    checkpoint.save({"state": {"step": 1}}, path)
    assert list(tmp_path.iterdir()) == [path]
    assert checkpoint.load(path)["state"]["step"] == 1


def test_gradients_that_are_never_finite_end_the_training(tmp_path):
    with pytest.raises(Diverged):
        SmallTraining(tmp_path, steep_recipe(range(1000))).trainer.run()
