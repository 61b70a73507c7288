"""The training loop: stopped, killed and resumed it gives the same result; faults are repaired or reported."""

from __future__ import annotations

import errno
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
import torch
from lightning_fabric import Fabric

from inpaint_studio.errors import InputError
from inpaint_studio.protocol.run_folder import RunFolder
from tests.training.test_recipes import make_batch, small_recipe
from training.data.batch import Batch
from training.errors import Diverged
from training.recipe import Recipe, Update
from training.run import checkpoint, trainer
from training.run.events import Commands, Reporter
from training.run.state import Plan
from training.run.trainer import Trainer


class SmallTraining:
    """A small training whose every event is kept."""

    def __init__(self, folder: Any, recipe: Recipe | None = None, **plan: Any) -> None:
        self.events: list[Any] = []
        self.commands = Commands(folder, None)
        self.recipe = recipe or small_recipe("deepfill-v1")
        self.batch = make_batch("deepfill-v1", self.recipe, 3)
        plan = {"steps": 8, "evaluate_every": 1e9, "save_every": 1e9, "report_every": 0.0} | plan
        reporter = Reporter(folder, [self.listen])
        fabric = Fabric(accelerator="cpu", devices=1)
        run = RunFolder(folder)
        self.trainer = Trainer(
            fabric, self.recipe, self.stream, self.batch, Plan(**plan), run, reporter, self.commands, {"name": "test"}
        )
        self.react: Callable[[Any], None] = lambda _event: None

    def listen(self, event: Any) -> None:
        self.events.append(event)
        self.react(event)

    def stream(self, start: int) -> Any:
        """Another pair of images each step."""
        for number in count(start):
            pair = [number % 3, (number + 1) % 3]
            yield Batch(self.batch.image[pair], self.batch.hole[pair])

    def at_step(self, step: int, act: Callable[[], object]) -> None:
        """Call `act` when the progress of that step is reported."""

        def react(event: Any) -> None:
            if event.kind == "progress" and event.step == step:
                act()

        self.react = react

    def of(self, kind: str) -> list[Any]:
        return [event for event in self.events if event.kind == kind]

    def losses(self) -> dict[int, dict[str, float]]:
        return {event.step: event.losses for event in self.of("progress")}

    def weights(self) -> list[torch.Tensor]:
        values = [value for part in self.recipe.modules.values() for value in part.state_dict().values()]
        return [*values, *self.trainer.average.network.state_dict().values()]


def test_progress_reports_steps_losses_and_the_time_left(tmp_path):
    small = SmallTraining(tmp_path)
    assert small.trainer.run() == "done"
    reports = small.of("progress")
    assert [event.step for event in reports] == [*range(1, 9), 8]
    assert reports[-1].seconds_left == 0
    assert set(reports[-1].losses) >= {"hole", "coarse", "known", "global critic", "global critic penalty"}
    assert small.of("best")[0].step == 0
    assert (RunFolder(tmp_path).checkpoint).is_file()


@pytest.mark.parametrize("at", [1, 3, 6])
def test_resumed_from_a_checkpoint_it_equals_a_run_that_never_ended(tmp_path, at):
    whole = SmallTraining(tmp_path / "whole")
    whole.trainer.run()
    killed = SmallTraining(tmp_path / "part", steps=at)  # what kill -9 leaves is the last checkpoint alone
    killed.trainer.run()
    torch.manual_seed(99)
    again = SmallTraining(tmp_path / "part", small_recipe("deepfill-v1"))
    again.trainer.restore(checkpoint.load(RunFolder(tmp_path / "part").checkpoint))
    assert again.trainer.run() == "done"
    assert again.losses() == {step: losses for step, losses in whole.losses().items() if step > at}
    for one, other in zip(whole.weights(), again.weights(), strict=True):
        assert torch.equal(one, other)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A training that was never stopped."""
    small = SmallTraining(tmp_path_factory.mktemp("whole"))
    small.trainer.run()
    return small


# It checks for a stop twice while it measures, and 3 times an update: before losses, gradients and update. A step here
# is one update of the discriminators and one of the generator; that of the third step has the checks 17 to 19.
@pytest.mark.parametrize(
    ("checks", "places"),
    [
        ((1,), [(0, 0)]),
        ((7,), [(0, 1)]),
        ((16,), [(2, 0)]),
        ((17,), [(2, 1)]),
        ((19,), [(2, 1)]),
        ((17, 1, 4), [(2, 1), (2, 1), (3, 0)]),
    ],
)
def test_stopped_anywhere_it_continues_from_there(tmp_path, whole, checks, places):
    for check, place in zip(checks, places, strict=True):
        stopped = resume_in(tmp_path)
        stop_at(stopped, check)
        assert stopped.trainer.run() == "stopped"
        assert (stopped.trainer.state.step, stopped.trainer.state.update) == place
        torch.manual_seed(check)  # a new process would start with another random state
    last = resume_in(tmp_path)
    assert last.trainer.run() == "done"
    assert last.losses()[8] == whole.losses()[8]
    for one, other in zip(whole.weights(), last.weights(), strict=True):
        assert torch.equal(one, other)


def resume_in(folder: Any) -> SmallTraining:
    """The training in `folder`, from its checkpoint where there is one."""
    small = SmallTraining(folder)
    if (RunFolder(folder).checkpoint).is_file():
        small.trainer.restore(checkpoint.load(RunFolder(folder).checkpoint))
    return small


def stop_at(small: SmallTraining, check: int) -> None:
    """Send `small` the command stop at its check of that number, counted from 0."""
    checks, check_stop = count(), small.trainer.steps.check_stop

    def counted() -> None:
        if next(checks) == check:
            small.commands.add("stop")
        check_stop()

    small.trainer.steps.check_stop = counted  # type: ignore[method-assign]


def test_stop_takes_effect_within_a_step(tmp_path):
    small = SmallTraining(tmp_path, steps=10_000)
    small.at_step(2, lambda: small.commands.add("stop"))
    assert small.trainer.run() == "stopped"
    assert small.trainer.state.step == 2
    assert checkpoint.load(RunFolder(tmp_path).checkpoint)["state"]["step"] == 2


@pytest.mark.parametrize("way", ["forward", "backward"])
@pytest.mark.parametrize(("name", "at"), [("deepfill-v1", 4), ("glcic", 1)])
def test_stop_takes_effect_within_an_update(tmp_path, whole, name, at, way):
    """At the next layer, in the forward and in the backward pass; what the update did until then is undone."""
    small = SmallTraining(tmp_path / "part", small_recipe(name))
    layers = [part for part in small.recipe.modules["generator"].modules() if isinstance(part, torch.nn.Conv2d)]
    seen: list[str] = []

    def stop(*_: Any) -> None:
        if small.trainer.state.step == at:
            seen.append("stop")
            small.commands.add("stop")

    def after(*_: Any) -> None:
        if seen:
            seen.append("after")

    first, last = (layers[0], layers[-1]) if way == "forward" else (layers[-1], layers[0])
    if way == "forward":
        first.register_forward_hook(stop)
        last.register_forward_hook(after)
    else:
        first.weight.register_post_accumulate_grad_hook(stop)
        last.weight.register_post_accumulate_grad_hook(after)
    before: list[torch.Tensor] = []
    small.at_step(at, lambda: before.extend(value.clone() for value in small.weights()))
    end = small.trainer.run()
    assert end == "stopped"
    assert seen == ["stop"]
    if name == "glcic":  # which starts with updates of the generator alone, with many batch norms
        assert small.trainer.state.update == 0
        assert all(torch.equal(one, other) for one, other in zip(before, small.weights(), strict=True))
    before_resume = small.weights()
    again = SmallTraining(tmp_path / "part", small_recipe(name))
    again.trainer.restore(checkpoint.load(RunFolder(tmp_path / "part").checkpoint))
    for one, other in zip(before_resume, again.weights(), strict=True):
        assert torch.equal(one, other)
    assert again.trainer.run() == "done"
    if name == "deepfill-v1":  # batch norm in glcic updates its statistics once more for what is computed once more
        for one, other in zip(whole.weights(), again.weights(), strict=True):
            assert torch.equal(one, other)


def test_commands_come_from_a_file_too(tmp_path):
    small = SmallTraining(tmp_path, steps=10_000)
    file = RunFolder(tmp_path).commands
    small.at_step(2, lambda: file.write_text("sample\nstop\n"))
    small.trainer.run()
    assert not file.exists()
    assert small.trainer.state.step < 10_000


def test_pause_waits_and_resume_continues(tmp_path):
    small = SmallTraining(tmp_path)

    def react(event: Any) -> None:
        if event.kind == "progress" and event.step == 3:
            small.commands.add("pause")
        if event.kind == "paused":
            small.commands.add("resume")

    small.react = react
    assert small.trainer.run() == "done"
    assert [event.kind for event in small.events if event.kind in ("paused", "resumed")] == ["paused", "resumed"]


class FaultyRecipe(type(small_recipe("deepfill-v1"))):  # type: ignore[misc]
    """Losses that are not finite, or memory that runs out, at some updates."""

    bad: Any = ()
    most = 99
    calls = 0

    def updates(self, phase: str, step: int) -> list[Update]:
        return [u._replace(losses=self._make_faulty(u.losses)) for u in super().updates(phase, step)]

    def _make_faulty(self, losses: Any) -> Any:
        def compute(batch: Batch) -> dict[str, torch.Tensor]:
            self.calls += 1
            if len(batch.image) > self.most:
                raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried 9 bytes")
            found = losses(batch)
            return {key: loss * float("nan") for key, loss in found.items()} if self.calls in self.bad else found

        return compute


def faulty_recipe(**how: Any) -> Recipe:
    recipe = small_recipe("deepfill-v1")
    recipe.__class__ = FaultyRecipe
    for name, value in how.items():
        setattr(recipe, name, value)
    return recipe


def test_a_loss_that_is_not_finite_halves_the_rate(tmp_path):
    recipe = faulty_recipe(bad={4, 9})
    small = SmallTraining(tmp_path, recipe)
    rates = [group["lr"] for group in small.trainer.steps.optimisers["generator"].param_groups]
    assert small.trainer.run() == "done"
    assert small.trainer.state.failures == 2
    groups = small.trainer.steps.optimisers["generator"].param_groups
    assert [group["lr"] for group in groups] == [rate / 4 for rate in rates]
    assert all(torch.isfinite(value).all() for value in small.weights() if value.is_floating_point())
    assert "not finite" in small.of("note")[0].text


def test_losses_that_are_never_finite_end_it_and_the_best_weights_are_kept(tmp_path):
    small = SmallTraining(tmp_path, faulty_recipe(bad=range(5, 1000)), evaluate_every=0.0, save_every=0.0)
    small.at_step(1, lambda: setattr(small.trainer.state, "best", 0.0))  # so that the first step is better
    with pytest.raises(Diverged):
        small.trainer.run()
    assert small.trainer.best is not None
    assert small.trainer.state.best_at["step"] in (1, 2)
    assert len(small.of("note")) == 3


def test_memory_that_runs_out_divides_the_batch_with_the_same_result(tmp_path):
    plenty, scarce = SmallTraining(tmp_path / "plenty"), SmallTraining(tmp_path / "scarce", faulty_recipe(most=1))
    plenty.trainer.run()
    scarce.trainer.run()
    assert scarce.trainer.state.parts == 2
    assert "2 parts" in scarce.of("note")[0].text
    first, second = plenty.losses()[1], scarce.losses()[1]
    assert second["global critic"] == pytest.approx(first["global critic"], rel=1e-4)


def test_too_little_memory_for_one_image_is_an_error(tmp_path):
    with pytest.raises(RuntimeError, match="allocate"):
        SmallTraining(tmp_path, faulty_recipe(most=0)).trainer.run()


def test_a_full_disk_does_not_end_the_training(tmp_path, monkeypatch):
    small = SmallTraining(tmp_path)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(trainer.checkpoint, "save", full)
    assert small.trainer.run() == "done"
    assert "no space left" in small.of("note")[0].text


def test_a_failed_save_leaves_the_old_checkpoint(tmp_path, monkeypatch):
    path = RunFolder(tmp_path).checkpoint
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
def test_other_files_than_checkpoints_are_refused(tmp_path, content):
    path = RunFolder(tmp_path).checkpoint
    path.write_bytes(content)
    with pytest.raises(InputError, match="start the training again"):
        checkpoint.load(path)


def test_resuming_without_a_checkpoint_is_an_error(tmp_path):
    with pytest.raises(InputError, match="nothing to resume"):
        checkpoint.load(RunFolder(tmp_path).checkpoint)


def test_it_ends_when_the_held_out_photos_get_no_better(tmp_path):
    small = SmallTraining(tmp_path, steps=500, evaluate_every=0.0, patience=3)
    for group in small.trainer.steps.optimisers["generator"].param_groups:
        group["lr"] = 0.0
    assert small.trainer.run() == "done"
    assert small.trainer.state.step == 3


def test_a_training_ends_after_its_time(tmp_path):
    assert SmallTraining(tmp_path, steps=None, seconds=0.2).trainer.run() == "done"
