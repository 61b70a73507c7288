"""Every recipe trains in 16 bits on a processor too."""

from __future__ import annotations

from itertools import repeat

import pytest
import torch
from lightning_fabric import Fabric

from inpaint_studio.protocol.run_folder import RunFolder
from tests.training.test_recipes import make_batch, small_recipe
from training.distributed.launch import memory_layout
from training.recipes import systems
from training.run.events import Commands, Reporter
from training.run.state import Plan
from training.run.trainer import Trainer


@pytest.mark.parametrize("name", systems())
def test_steps_in_16_bits(name, tmp_path):
    recipe = small_recipe(name)
    crops = make_batch(name, recipe)
    fabric = Fabric(accelerator="cpu", devices=1, precision="bf16-mixed")
    plan = Plan(steps=5, evaluate_every=1e9, save_every=1e9)  # DeepFill v1 updates its generator in the fifth
    reporter, commands = Reporter(None, []), Commands(None, None)
    run = RunFolder(tmp_path)
    trainer = Trainer(fabric, recipe, lambda _: repeat(crops), crops, plan, run, reporter, commands, {"name": "test"})
    before = [value.clone() for value in recipe.modules["generator"].parameters()]
    assert trainer.run() == "done"
    after = list(recipe.modules["generator"].parameters())
    assert any(not torch.equal(one, other) for one, other in zip(before, after, strict=True))
    assert all(torch.isfinite(value).all() for value in after)
    assert trainer.state.failures == 0
    kernels = [value for value in after if value.ndim == 4 and min(value.shape[1:]) > 1]
    assert all(value.is_contiguous(memory_format=torch.channels_last) for value in kernels)


def test_in_32_bits_weights_lie_as_they_were():
    assert memory_layout(Fabric(accelerator="cpu", devices=1)) is torch.preserve_format
    assert memory_layout(Fabric(accelerator="cpu", devices=1, precision="bf16-mixed")) is torch.channels_last
