"""The loop: stopped, killed and resumed it goes on as if nothing had been; what goes wrong is mended or said."""

from __future__ import annotations

import errno
from itertools import count
from typing import Any

import pytest
import torch
from lightning_fabric import Fabric

from inpaint_studio.errors import InputError
from tests.training.test_recipes import batch, made
from training.recipe import Batch, Recipe, Turn
from training.run import checkpoint, trainer
from training.run.events import Commands, Events
from training.run.state import Diverged, Plan
from training.run.trainer import Trainer


class Studio:
    """A small training whose every event is kept."""

    def __init__(self, folder: Any, recipe: Recipe | None = None, **plan: Any) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.commands = Commands(folder, None)
        self.recipe = recipe or made("deepfill-v1")
        self.given = batch("deepfill-v1", self.recipe, 3)
        plan = {"steps": 8, "evaluate_every": 1e9, "save_every": 1e9, "report_every": 0.0} | plan
        events = Events(folder, [lambda event, facts: self.hear(event, facts)])
        fabric = Fabric(accelerator="cpu", devices=1)
        self.trainer = Trainer(
            fabric, self.recipe, self.stream, self.given, Plan(**plan), folder, events, self.commands, {"name": "test"}
        )
        self.heard: Any = None

    def hear(self, event: str, facts: dict[str, Any]) -> None:
        self.events.append((event, facts))
        if self.heard is not None:
            self.heard(event, facts)

    def stream(self, start: int) -> Any:
        """Another pair of pictures each step."""
        for number in count(start):
            pair = [number % 3, (number + 1) % 3]
            yield Batch(self.given.image[pair], self.given.hole[pair])

    def at_step(self, step: int, do: Any) -> None:
        """Call `do` when that step is told."""

        def heard(event: str, facts: dict[str, Any]) -> None:
            if event == "progress" and facts["step"] == step:
                do()

        self.heard = heard

    def of(self, event: str) -> list[dict[str, Any]]:
        return [facts for kind, facts in self.events if kind == event]

    def losses(self) -> dict[int, dict[str, float]]:
        return {facts["step"]: facts["losses"] for facts in self.of("progress")}

    def weights(self) -> list[torch.Tensor]:
        kept = [value for part in self.recipe.modules.values() for value in part.state_dict().values()]
        return [*kept, *self.trainer.average.network.state_dict().values()]


def test_progress_tells_steps_losses_and_what_is_left(tmp_path):
    studio = Studio(tmp_path)
    assert studio.trainer.run() == "done"
    told = studio.of("progress")
    assert [facts["step"] for facts in told] == [*range(1, 9), 8]
    assert told[-1]["seconds_left"] == 0
    assert set(told[-1]["losses"]) >= {"hole", "coarse", "known", "global critic", "global critic penalty"}
    assert studio.of("best")[0]["step"] == 0
    assert (tmp_path / checkpoint.NAME).is_file()


@pytest.mark.parametrize("at", [1, 3, 6])
def test_resumed_from_a_checkpoint_it_is_the_run_that_was_never_ended(tmp_path, at):
    whole = Studio(tmp_path / "whole")
    whole.trainer.run()
    killed = Studio(tmp_path / "part", steps=at)  # what kill -9 leaves is the last checkpoint alone
    killed.trainer.run()
    torch.manual_seed(99)
    again = Studio(tmp_path / "part", made("deepfill-v1"))
    again.trainer.take(checkpoint.load(tmp_path / "part" / checkpoint.NAME))
    assert again.trainer.run() == "done"
    assert again.losses() == {step: told for step, told in whole.losses().items() if step > at}
    for one, other in zip(whole.weights(), again.weights(), strict=True):
        assert torch.equal(one, other)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A training that nothing ever stopped."""
    studio = Studio(tmp_path_factory.mktemp("whole"))
    studio.trainer.run()
    return studio


# It looks twice while it measures, and three times a turn: before the losses, the gradients and the update. The first
# four steps have the critics' turn alone, the fifth the generator's too, with its looks 17 to 19.
@pytest.mark.parametrize(
    ("looks", "places"),
    [
        ((1,), [(0, 0)]),
        ((7,), [(1, 0)]),
        ((16,), [(4, 0)]),
        ((17,), [(4, 1)]),
        ((19,), [(4, 1)]),
        ((17, 1, 4), [(4, 1), (4, 1), (5, 0)]),
    ],
)
def test_stopped_anywhere_it_goes_on_from_there(tmp_path, whole, looks, places):
    for look, place in zip(looks, places, strict=True):
        stopped = begun(tmp_path)
        stop_at(stopped, look)
        assert stopped.trainer.run() == "stopped"
        assert (stopped.trainer.state.step, stopped.trainer.state.turn) == place
        torch.manual_seed(look)  # a process of its own would begin with other chances
    last = begun(tmp_path)
    assert last.trainer.run() == "done"
    assert last.losses()[8] == whole.losses()[8]
    for one, other in zip(whole.weights(), last.weights(), strict=True):
        assert torch.equal(one, other)


def begun(folder: Any) -> Studio:
    """The training in `folder`, from its checkpoint where there is one."""
    studio = Studio(folder)
    if (folder / checkpoint.NAME).is_file():
        studio.trainer.take(checkpoint.load(folder / checkpoint.NAME))
    return studio


def stop_at(studio: Studio, look: int) -> None:
    """Have `studio` asked to stop when it looks for that time, counted from 0."""
    looks, asked = count(), studio.trainer._look_for_stop

    def looked() -> None:
        if next(looks) == look:
            studio.commands.ask("stop")
        asked()

    studio.trainer._look_for_stop = looked  # type: ignore[method-assign]


def test_stop_is_heard_within_a_step(tmp_path):
    studio = Studio(tmp_path, steps=10_000)
    studio.at_step(2, lambda: studio.commands.ask("stop"))
    assert studio.trainer.run() == "stopped"
    assert studio.trainer.state.step == 2
    assert checkpoint.load(tmp_path / checkpoint.NAME)["state"]["step"] == 2


@pytest.mark.parametrize("way", ["there", "back"])
@pytest.mark.parametrize(("name", "at"), [("deepfill-v1", 4), ("glcic", 1)])
def test_stop_is_heard_within_a_turn(tmp_path, whole, name, at, way):
    """By the next layer, on the way to the losses and on the way back; what the turn did until then is forgotten."""
    studio = Studio(tmp_path / "part", made(name))
    layers = [part for part in studio.recipe.modules["generator"].modules() if isinstance(part, torch.nn.Conv2d)]
    seen: list[str] = []

    def ask(*_: Any) -> None:
        if studio.trainer.state.step == at:
            seen.append("asked")
            studio.commands.ask("stop")

    def after(*_: Any) -> None:
        if seen:
            seen.append("after")

    first, last = (layers[0], layers[-1]) if way == "there" else (layers[-1], layers[0])
    if way == "there":
        first.register_forward_hook(ask)
        last.register_forward_hook(after)
    else:
        first.weight.register_post_accumulate_grad_hook(ask)
        last.weight.register_post_accumulate_grad_hook(after)
    before: list[torch.Tensor] = []
    studio.at_step(at, lambda: before.extend(value.clone() for value in studio.weights()))
    end = studio.trainer.run()
    assert end == "stopped"
    assert seen == ["asked"]
    if name == "glcic":  # which begins with turns of the generator alone, full of batch norm
        assert studio.trainer.state.turn == 0
        assert all(torch.equal(one, other) for one, other in zip(before, studio.weights(), strict=True))
    left = studio.weights()
    again = Studio(tmp_path / "part", made(name))
    again.trainer.take(checkpoint.load(tmp_path / "part" / checkpoint.NAME))
    for one, other in zip(left, again.weights(), strict=True):
        assert torch.equal(one, other)
    assert again.trainer.run() == "done"
    if name == "deepfill-v1":  # batch norm in glcic gathers once more what it has to compute once more
        for one, other in zip(whole.weights(), again.weights(), strict=True):
            assert torch.equal(one, other)


def test_commands_come_from_the_file_of_a_window_started_later(tmp_path):
    studio = Studio(tmp_path, steps=10_000)
    asked = tmp_path / "commands"
    studio.at_step(2, lambda: asked.write_text("sample\nstop\n"))
    studio.trainer.run()
    assert not asked.exists()
    assert studio.trainer.state.step < 10_000


def test_pause_waits_and_resume_goes_on(tmp_path):
    studio = Studio(tmp_path)

    def heard(event: str, facts: dict[str, Any]) -> None:
        if event == "progress" and facts["step"] == 3:
            studio.commands.ask("pause")
        if event == "paused":
            studio.commands.ask("resume")

    studio.heard = heard
    assert studio.trainer.run() == "done"
    assert [kind for kind, _ in studio.events if kind in ("paused", "resumed")] == ["paused", "resumed"]


class Sick(type(made("deepfill-v1"))):  # type: ignore[misc]
    """Losses that are no numbers, or memory that runs out, at some turns."""

    bad: Any = ()
    most = 99
    calls = 0

    def turns(self, phase: str, step: int) -> list[Turn]:
        return [Turn(turn.optimiser, self._sick(turn.losses)) for turn in super().turns(phase, step)]

    def _sick(self, losses: Any) -> Any:
        def told(given: Batch) -> dict[str, torch.Tensor]:
            self.calls += 1
            if len(given.image) > self.most:
                raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried 9 bytes")
            found = losses(given)
            return {key: loss * float("nan") for key, loss in found.items()} if self.calls in self.bad else found

        return told


def sick(**how: Any) -> Recipe:
    recipe = made("deepfill-v1")
    recipe.__class__ = Sick
    for name, value in how.items():
        setattr(recipe, name, value)
    return recipe


def test_a_loss_that_is_no_number_halves_the_rate(tmp_path):
    recipe = sick(bad={4, 9})
    studio = Studio(tmp_path, recipe)
    rates = [group["lr"] for group in studio.trainer.optimisers["generator"].param_groups]
    assert studio.trainer.run() == "done"
    assert studio.trainer.state.failures == 2
    assert [group["lr"] for group in studio.trainer.optimisers["generator"].param_groups] == [r / 4 for r in rates]
    assert all(torch.isfinite(value).all() for value in studio.weights() if value.is_floating_point())
    assert "no number" in studio.of("note")[0]["text"]


def test_losses_that_are_never_numbers_end_it_with_the_best_kept(tmp_path):
    studio = Studio(tmp_path, sick(bad=range(5, 1000)))
    with pytest.raises(Diverged):
        studio.trainer.run()
    assert studio.trainer.best is not None
    assert len(studio.of("note")) == 3


def test_memory_that_runs_out_divides_the_batch_to_the_same_end(tmp_path):
    plenty, scarce = Studio(tmp_path / "plenty"), Studio(tmp_path / "scarce", sick(most=1))
    plenty.trainer.run()
    scarce.trainer.run()
    assert scarce.trainer.state.parts == 2
    assert "2 parts" in scarce.of("note")[0]["text"]
    first, second = plenty.losses()[1], scarce.losses()[1]
    assert second["global critic"] == pytest.approx(first["global critic"], rel=1e-4)


def test_memory_for_not_even_one_picture_is_told(tmp_path):
    with pytest.raises(RuntimeError, match="allocate"):
        Studio(tmp_path, sick(most=0)).trainer.run()


def test_a_full_disk_does_not_end_the_training(tmp_path, monkeypatch):
    studio = Studio(tmp_path)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(trainer.checkpoint, "save", full)
    assert studio.trainer.run() == "done"
    assert "no space left" in studio.of("note")[0]["text"]


def test_a_failed_save_leaves_the_old_checkpoint(tmp_path, monkeypatch):
    path = tmp_path / checkpoint.NAME
    checkpoint.save({"state": {"step": 1}}, path)

    def cut(_state: Any, file: Any) -> None:
        file.write(b"half")
        raise RuntimeError("PytorchStreamWriter failed writing file data/0: file write failed")

    monkeypatch.setattr(checkpoint.torch, "save", cut)
    with pytest.raises(OSError, match="could not be written"):
        checkpoint.save({"state": {"step": 2}}, path)
    monkeypatch.undo()
    assert checkpoint.load(path)["state"]["step"] == 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"\x80\x04N."])
def test_what_is_no_checkpoint_is_refused(tmp_path, content):
    path = tmp_path / checkpoint.NAME
    path.write_bytes(content)
    with pytest.raises(InputError, match="start the training anew"):
        checkpoint.load(path)


def test_there_is_nothing_to_resume(tmp_path):
    with pytest.raises(InputError, match="nothing to resume"):
        checkpoint.load(tmp_path / checkpoint.NAME)


def test_it_ends_when_the_held_out_photos_get_no_better(tmp_path):
    studio = Studio(tmp_path, steps=500, evaluate_every=0.0, patience=3)
    for group in studio.trainer.optimisers["generator"].param_groups:
        group["lr"] = 0.0
    assert studio.trainer.run() == "done"
    assert studio.trainer.state.step == 3


def test_time_is_a_bound_too(tmp_path):
    assert Studio(tmp_path, steps=None, seconds=0.2).trainer.run() == "done"
