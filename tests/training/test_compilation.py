"""A training with compiled networks, and one on a machine that has no compiler."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from inpaint_studio.protocol.run_folder import RunFolder
from tests.training.test_recipes import make_batch, small_recipe
from tests.training.test_trainer import SmallTraining
from training.recipes import systems
from training.run import checkpoint, compilation
from training.run.compilation import compile_modules


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[nn.Module]:
    """Instead of a compiler: the modules that would be compiled. They keep their names and what they compute."""
    found: list[nn.Module] = []
    monkeypatch.setattr(torch, "compile", lambda function, **_: function)
    monkeypatch.setattr(nn.Module, "compile", lambda self, **_: found.append(self))
    return found


def test_torch_compiles_in_place_and_weights_keep_their_names(monkeypatch):
    monkeypatch.setattr(compilation, "BACKEND", "eager")  # torch's tracing without a C++ compiler
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ELU())
    image, names = torch.rand(1, 3, 8, 8), list(network.state_dict())
    expected = network(image)
    assert compile_modules([network], torch.device("cpu")) == ""
    assert torch.equal(network(image), expected)
    assert list(network.state_dict()) == names
    assert network._compiled_call_impl is not None


def test_a_compiled_training_resumes_one_that_is_not_and_the_other_way_round(tmp_path, compiled):
    found = []
    for number, modes in enumerate(((False, False), (False, True), (True, False))):
        for steps, compile_it in enumerate(modes, 1):
            small = SmallTraining(tmp_path / str(number), small_recipe("deepfill-v2"), steps=steps, compile=compile_it)
            if steps > 1:
                small.trainer.restore(checkpoint.load(RunFolder(tmp_path / str(number)).checkpoint))
            assert small.trainer.run() == "done"
        found.append(small.weights())
    assert len(compiled) == 2
    for others in found[1:]:
        for one, other in zip(found[0], others, strict=True):
            assert torch.equal(one, other)


def test_the_compiled_network_is_not_interrupted_within(tmp_path, compiled):
    small = SmallTraining(tmp_path, small_recipe("deepfill-v2"), compile=True)
    (generator,) = compiled
    assert generator is small.recipe.modules["generator"]
    assert not any(layer._forward_pre_hooks for layer in generator.modules())
    assert any(layer._forward_pre_hooks for layer in small.recipe.modules["critic"].modules())
    assert not [event for event in small.events if event.kind == "note"]


@pytest.mark.parametrize("error", [RuntimeError("Failed to find a working C++ compiler.\nmore"), ImportError()])
def test_without_a_compiler_the_training_goes_on_with_a_note(tmp_path, monkeypatch, error):
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(torch, "compile", fail)
    monkeypatch.setattr(nn.Module, "compile", fail)
    small = SmallTraining(tmp_path, small_recipe("deepfill-v2"), compile=True, steps=1)
    assert small.trainer.run() == "done"
    reason = str(error).split(".")[0] or "ImportError"
    assert small.of("note")[0].text == f"Nothing can be compiled here ({reason}); the training goes on without."
    assert any(layer._forward_pre_hooks for layer in small.recipe.modules["generator"].modules())


def test_a_network_without_such_a_part_is_trained_with_a_note():
    assert compile_modules(small_recipe("shift-net").compilable(), torch.device("cpu")).startswith(
        "This network has no"
    )


@pytest.mark.parametrize("name", systems())
def test_what_is_compiled_is_called_in_a_step(name):
    """A module whose forward is not called would be compiled for nothing."""
    recipe = small_recipe(name)
    called: set[int] = set()
    for module in recipe.compilable():
        module.register_forward_pre_hook(lambda module, _: called.add(id(module)))
    batch = make_batch(name, recipe)
    for phase in recipe.phases:
        recipe.enter(phase.name)
        for update in recipe.updates(phase.name, 0):
            update.losses(batch)
        batch.clear()
    assert called == {id(module) for module in recipe.compilable()}
