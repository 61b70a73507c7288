"""What an update teaches, and what it leaves alone: truths are constants, and no turn trains the other side."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from tests.training.test_recipes import make_batch, small_recipe
from training.data.batch import Batch
from training.losses import losses
from training.recipes import systems

HOLE = torch.ones(1, 1, 4, 4)
AGAINST_A_TRUTH: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "feature matching": lambda fake, real: losses.feature_matching([fake], [real]),
    "squared feature matching": lambda fake, real: losses.feature_matching([fake], [real], squared=True),
    "perceptual": lambda fake, real: losses.perceptual([fake], [real]),
    "style": lambda fake, real: losses.style([fake], [real]),
    "guidance": lambda fake, real: losses.guidance(fake, real, HOLE),
}


@pytest.mark.parametrize("name", AGAINST_A_TRUTH)
def test_features_of_the_truth_are_constants(name: str) -> None:
    fake, real = (torch.rand(1, 2, 4, 4, requires_grad=True) for _ in range(2))
    AGAINST_A_TRUTH[name](fake, real).backward()
    assert fake.grad is not None
    assert fake.grad.any()
    assert real.grad is None


def test_the_gradient_penalty_teaches_the_critic_alone() -> None:
    critic = torch.nn.Conv2d(1, 1, 2)
    real, fake = (torch.rand(2, 1, 4, 4, requires_grad=True) for _ in range(2))
    losses.gradient_penalty(critic, real, fake, None, torch.rand(2, 1, 1, 1)).backward()
    assert real.grad is None
    assert fake.grad is None
    assert critic.weight.grad is not None
    assert critic.weight.grad.any()


@pytest.mark.parametrize("name", systems())
def test_the_turn_of_a_discriminator_builds_no_graph_of_the_generator(name: str) -> None:
    """Its gradients would be thrown away, after they took the time and memory of the generator's own turn."""
    recipe = small_recipe(name)
    batch = make_batch(name, recipe)
    generator = [p for p in recipe.modules["generator"].parameters() if p.requires_grad]
    found = 0
    for phase in recipe.phases:
        recipe.enter(phase.name)
        for update in recipe.updates(phase.name, 0):
            if "critic" not in update.optimiser:
                continue
            found += 1
            total = torch.stack(list(update.losses(Batch(batch.image, batch.hole, batch.guides)).values())).sum()
            gradients = torch.autograd.grad(total, generator, allow_unused=True)
            assert all(gradient is None for gradient in gradients), (phase.name, update.optimiser)
    assert found or name == "partial-conv"  # which has no discriminator


def teaches(phase: str, part: str) -> bool:
    """Whether the last update of a phase of EdgeConnect, that of the image, has gradients for a generator."""
    recipe = small_recipe("edge-connect")
    recipe.enter(phase)
    batch = make_batch("edge-connect", recipe)
    total = torch.stack(list(recipe.updates(phase, 0)[-1].losses(batch).values())).sum()
    parameters = list(getattr(recipe.modules["generator"], part).parameters())
    gradients = torch.autograd.grad(total, parameters, allow_unused=True)
    return any(gradient is not None and bool(gradient.any()) for gradient in gradients)


def test_only_the_last_phase_of_edge_connect_teaches_the_edges_by_the_image() -> None:
    phases = ("image along true edges", "image along drawn edges", "both")
    assert [teaches(phase, "edge") for phase in phases] == [False, False, True]
    assert [teaches(phase, "inpaint") for phase in phases] == [True, True, True]
    assert (teaches("edges", "edge"), teaches("edges", "inpaint")) == (True, False)
