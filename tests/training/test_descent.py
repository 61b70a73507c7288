"""Between a gradient and a new weight: the scheduled rate, clipping, and the scales of float16."""

from __future__ import annotations

from itertools import repeat
from typing import Any

import pytest
import torch
from lightning_fabric import Fabric
from lightning_fabric.plugins.precision import MixedPrecision
from torch import nn
from torch.optim import SGD

from inpaint_studio.errors import InputError
from inpaint_studio.protocol.run_folder import RunFolder
from tests.training.test_recipes import make_batch, small_recipe
from tests.training.test_sync import run_processes
from tests.training.test_trainer import SmallTraining
from training.distributed import launch
from training.errors import Diverged
from training.run import checkpoint
from training.run.descent import Descent
from training.run.events import Commands, Reporter
from training.run.state import Plan
from training.run.trainer import Trainer


def make_descent(gradient: list[float], **how: Any) -> tuple[Descent, nn.Parameter]:
    """A descent at rate 1 of one parameter, at 0, whose gradient is set."""
    parameter = nn.Parameter(torch.zeros(len(gradient)))
    parameter.grad = torch.tensor(gradient)
    return Descent({"all": SGD([parameter], lr=1.0)}, **how), parameter


def test_gradients_above_the_norm_are_shortened_and_others_left():
    long, parameter = make_descent([3.0, 4.0], clip=0.5)
    long.update("all", [parameter])
    assert parameter.tolist() == pytest.approx([-0.3, -0.4], rel=1e-5)
    short, parameter = make_descent([3.0, 4.0], clip=6.0)
    short.update("all", [parameter])
    assert parameter.tolist() == [-3.0, -4.0]
    free, parameter = make_descent([3e6, 4.0])
    free.update("all", [parameter])
    assert parameter.tolist() == [-3e6, -4.0]


def test_a_factor_changes_the_step_and_leaves_the_recipe_its_rate():
    descent, parameter = make_descent([1.0])
    descent.factor = 0.25
    descent.update("all", [parameter])
    assert parameter.item() == -0.25
    assert descent.optimisers["all"].param_groups[0]["lr"] == 1.0


def test_gradients_that_are_not_finite_change_nothing():
    descent, parameter = make_descent([1.0, float("nan")], clip=1.0)
    with pytest.raises(Diverged):
        descent.update("all", [parameter])
    assert parameter.tolist() == [0.0, 0.0]


class PlainDescent(type(small_recipe("deepfill-v2"))):  # type: ignore[misc]
    """Updates as long as the gradients: Adam's would not depend on their norm."""

    def optimisers(self) -> dict[str, Any]:
        """Return the usual names."""
        return {name: SGD(self.modules[name].parameters(), lr=1.0) for name in super().optimisers()}


def clipped_weights(folder: Any, parts: int, clip: float | None) -> list[torch.Tensor]:
    recipe = small_recipe("deepfill-v2")
    recipe.__class__ = PlainDescent
    small = SmallTraining(folder, recipe, steps=1, clip=clip)
    small.trainer.state.parts = parts
    assert small.trainer.run() == "done"
    return list(recipe.modules["generator"].parameters())


def test_a_batch_in_parts_is_clipped_as_a_whole(tmp_path):
    whole = clipped_weights(tmp_path / "whole", 1, 0.05)
    parts = clipped_weights(tmp_path / "parts", 2, 0.05)
    free = clipped_weights(tmp_path / "free", 1, None)
    for one, other in zip(whole, parts, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=2e-5)
    assert any(not torch.allclose(one, other, 1e-2, 1e-4) for one, other in zip(whole, free, strict=True))


def test_several_processes_clip_the_mean_of_their_gradients():
    def work(group: Any, rank: int) -> list[float]:
        descent, parameter = make_descent([6.0, 0.0] if rank else [0.0, 8.0], clip=1.0)
        group.average_gradients([parameter])  # 3 and 4: a norm of 5
        descent.update("all", [parameter])
        return parameter.tolist()

    for found in run_processes(2, work):
        assert found == pytest.approx([-0.6, -0.8], rel=1e-5)


# float16


def test_a_scaled_loss_gives_the_step_of_the_loss_itself():
    descent, parameter = make_descent([0.0, 0.0], half_on="cpu", clip=10.0)
    parameter.grad = None
    loss = descent.scale("all", (parameter * torch.tensor([3.0, 4.0])).sum())
    loss.backward()
    assert parameter.grad is not None
    assert parameter.grad[0] > 1000
    descent.update("all", [parameter])
    assert parameter.tolist() == [-3.0, -4.0]


def test_an_overflow_leaves_the_update_out_and_halves_the_scale_of_that_optimiser():
    descent, parameter = make_descent([1.0], half_on="cpu")
    before = descent.scale("all", torch.ones(())).item()
    parameter.grad = torch.tensor([float("inf")])
    descent.update("all", [parameter])
    assert parameter.tolist() == [0.0]
    assert descent.scale("all", torch.ones(())).item() == before / 2
    states = descent.scaler_states()
    assert states["all"]["scale"] == before / 2
    other, _ = make_descent([1.0], half_on="cpu")
    other.load_scaler_states(states)
    assert other.scale("all", torch.ones(())).item() == before / 2
    other.load_scaler_states({})  # of a training in float32
    assert other.scaler_states() == states


def test_an_overflow_whatever_the_scale_is_divergence():
    descent, parameter = make_descent([1.0], half_on="cpu")
    descent.scale("all", torch.ones(()))
    descent.load_scaler_states({"all": descent.scaler_states()["all"] | {"scale": 2.0}})
    descent.scale("all", torch.ones(()))
    parameter.grad = torch.tensor([float("nan")])
    descent.update("all", [parameter])
    for _ in range(2):
        parameter.grad = torch.tensor([float("nan")])
        with pytest.raises(Diverged):
            descent.update("all", [parameter])
    assert parameter.tolist() == [0.0]


def half_training(folder: Any, steps: int) -> Trainer:
    """A training in float16 on the processor, as on a graphics card."""
    recipe = small_recipe("context-encoder")
    crops = make_batch("context-encoder", recipe)
    fabric = Fabric(accelerator="cpu", devices=1, plugins=[MixedPrecision("16-mixed", "cpu")])
    plan = Plan(steps=steps, evaluate_every=1e9, save_every=1e9)
    reporter, commands = Reporter(None, []), Commands(None, None)
    run = RunFolder(folder)
    return Trainer(fabric, recipe, lambda _: repeat(crops), crops, plan, run, reporter, commands, {"name": "test"})


def test_a_training_in_float16_changes_weights_and_resumes_exactly(tmp_path):
    whole = half_training(tmp_path / "whole", 3)
    before = [value.clone() for value in whole.recipe.modules["generator"].parameters()]
    assert whole.run() == "done"
    after = whole.recipe.modules["generator"].state_dict()
    assert any(not torch.equal(one, other) for one, other in zip(before, after.values(), strict=False))
    part = half_training(tmp_path / "part", 2)
    part.run()
    state = checkpoint.load(RunFolder(tmp_path / "part").checkpoint)
    assert state["scalers"] == part.steps.descent.scaler_states()
    assert state["scalers"]["generator"]["_growth_tracker"] > 0
    again = half_training(tmp_path / "part", 3)
    again.restore(state)
    assert again.run() == "done"
    assert whole.steps.descent.scaler_states() == again.steps.descent.scaler_states()
    for name, value in again.recipe.modules["generator"].state_dict().items():
        assert torch.equal(value, after[name]), name


@pytest.mark.skipif(torch.cuda.is_available(), reason="float16 is possible here")
def test_float16_without_a_graphics_card_is_refused_in_a_sentence():
    with pytest.raises(InputError, match="float16 needs a graphics card; use bfloat16 or float32"):
        launch.make_fabric(devices=1, nodes=1, precision="float16")


def test_an_unknown_precision_is_refused():
    with pytest.raises(InputError, match="use auto, float32, bfloat16 or float16"):
        launch.make_fabric(devices=1, nodes=1, precision="int4")
