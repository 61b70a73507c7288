"""What goes wrong in a training beside losses: slopes that are no numbers, a disk that is full, a pause, a bad file."""

from __future__ import annotations

import errno
import weakref
from typing import Any

import pytest
import torch

from inpaint_studio.errors import InputError
from tests.training.test_loop import Studio, sick
from tests.training.test_recipes import made
from training.recipe import Batch, Turn
from training.run import checkpoint, trainer
from training.run.state import Diverged


class Steep(type(made("deepfill-v1"))):  # type: ignore[misc]
    """Losses that are numbers, with slopes that are none at some turns."""

    bad: Any = ()
    calls = 0

    def turns(self, phase: str, step: int) -> list[Turn]:
        return [Turn(turn.optimiser, self._steep(turn.losses)) for turn in super().turns(phase, step)]

    def _steep(self, losses: Any) -> Any:
        def told(given: Batch) -> dict[str, torch.Tensor]:
            self.calls += 1
            found = dict(losses(given))
            if self.calls in self.bad:
                name = next(iter(found))
                root = (found[name] - found[name].detach()).abs().sqrt()  # 0, and infinitely steep there
                found[name] = found[name] + root
            return found

        return told


def steep(bad: Any) -> Any:
    recipe = made("deepfill-v1")
    recipe.__class__, recipe.bad = Steep, bad
    return recipe


def finite(studio: Studio) -> bool:
    return all(torch.isfinite(value).all() for value in studio.weights() if value.is_floating_point())


def test_slopes_that_are_no_numbers_lead_back_and_never_reach_a_checkpoint(tmp_path):
    studio = Studio(tmp_path, steep({5}), save_every=0.0)
    assert studio.trainer.run() == "done"
    assert studio.trainer.state.failures == 1
    assert finite(studio)
    kept = checkpoint.load(tmp_path / checkpoint.NAME)["modules"]["generator"]
    assert all(torch.isfinite(value).all() for value in kept.values())


def test_with_a_full_disk_it_goes_back_too(tmp_path, monkeypatch):
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(trainer.checkpoint, "save", full)
    studio = Studio(tmp_path, sick(bad={4, 9}))
    assert studio.trainer.run() == "done"
    assert studio.trainer.state.failures == 2
    assert finite(studio)
    assert not (tmp_path / checkpoint.NAME).exists()


def test_what_the_disk_did_not_take_is_let_go_once_it_takes_it(tmp_path, monkeypatch):
    full = [True]
    save = checkpoint.save

    def sometimes(*given: Any) -> None:
        if full:
            full.pop()
            raise OSError(errno.ENOSPC, "No space left on device")
        save(*given)

    monkeypatch.setattr(trainer.checkpoint, "save", sometimes)
    studio = Studio(tmp_path, sick(bad={4}), save_every=0.0)
    assert studio.trainer.run() == "done"
    assert studio.trainer._unsaved is None
    (note,) = [facts["text"] for facts in studio.of("note") if "no number" in facts["text"]]
    assert "back to step 0" not in note


def test_a_pause_is_no_time_of_training(tmp_path, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(trainer.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(trainer.time, "sleep", lambda _: now.__setitem__(0, now[0] + 100.0))
    studio = Studio(tmp_path, steps=6, seconds=50.0)
    asked: list[str] = []

    def heard(event: str, facts: dict[str, Any]) -> None:
        now[0] += 1.0 if event == "progress" else 0.0
        if event == "progress" and facts["step"] == 3 and not asked:
            asked.append("pause")
            studio.commands.ask("pause")
        if event == "paused":
            monkeypatch.setattr(trainer.time, "sleep", rest)

    def rest(_: float) -> None:
        now[0] += 1000.0
        studio.commands.ask("resume")

    studio.heard = heard
    assert studio.trainer.run() == "done"
    assert studio.trainer.state.step == 6
    assert studio.trainer.state.seconds < 50
    assert now[0] > 1000


def test_where_memory_ran_out_the_whole_is_let_go_before_the_parts(tmp_path):
    studio = Studio(tmp_path, sick(most=1))
    recipe = studio.recipe
    drawn: list[weakref.ref[Any]] = []
    alive: list[bool] = []
    losses, most = type(recipe).turns, 99

    def turns(phase: str, step: int) -> list[Turn]:
        def wrapped(turn: Turn) -> Turn:
            def told(given: Batch) -> dict[str, torch.Tensor]:
                nonlocal most
                if len(given.image) == 1:
                    alive.extend(each() is not None for each in drawn)
                else:
                    made_once = given.once("whole", lambda: torch.ones(9))
                    drawn.append(weakref.ref(made_once))
                return turn.losses(given)

            return Turn(turn.optimiser, told)

        return [wrapped(turn) for turn in losses(recipe, phase, step)]

    recipe.turns = turns
    assert studio.trainer.run() == "done"
    assert drawn
    assert alive
    assert not any(alive)


def without(kept: dict[str, Any], name: str) -> None:
    del kept[name]


DAMAGES = {
    "no modules": lambda kept: without(kept, "modules"),
    "no optimisers": lambda kept: kept["optimisers"].clear(),
    "an unknown state": lambda kept: kept["state"].update(mood="good"),
    "an unknown phase": lambda kept: kept["state"].update(phase=99),
    "another shape": lambda kept: kept["modules"]["generator"].update(
        {name: torch.zeros(1) for name in list(kept["modules"]["generator"])[:1]}
    ),
    "no chances": lambda kept: kept["chances"].clear(),
    "a word for a number": lambda kept: kept.update(average="none"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_checkpoint_with_other_content_is_refused(tmp_path, damage):
    Studio(tmp_path, steps=1).trainer.run()
    kept = checkpoint.load(tmp_path / checkpoint.NAME)
    damage(kept)
    with pytest.raises(InputError, match="damaged"):
        Studio(tmp_path).trainer.take(kept)


def test_what_a_killed_process_left_half_written_is_written_over(tmp_path):
    path = tmp_path / checkpoint.NAME
    path.with_suffix(".part").write_bytes(b"half")
    checkpoint.save({"state": {"step": 1}}, path)
    assert list(tmp_path.iterdir()) == [path]
    assert checkpoint.load(path)["state"]["step"] == 1


def test_always_bad_slopes_end_it(tmp_path):
    with pytest.raises(Diverged):
        Studio(tmp_path, steep(range(1000))).trainer.run()
