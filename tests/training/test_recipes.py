"""Every recipe trains: ten real steps on a few images lower its losses."""

from __future__ import annotations

from dataclasses import fields
from itertools import repeat
from typing import Any

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric

from inpaint_studio.errors import InputError
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.base.registry import registry
from inpaint_studio.protocol.run_folder import RunFolder
from tests.synthetic import photo
from training.data import masks
from training.data.batch import Batch
from training.data.crops import Crop, collate
from training.data.sketches import draw_sketch
from training.recipe import Recipe, change_settings
from training.recipes import recipe_for, systems
from training.run.events import Commands, Reporter
from training.run.state import Plan
from training.run.trainer import Trainer

SMALL = {"critic_width": "4", "critic_base": "256", "critic_most": "16", "size": "64"}
SMALL |= {"critic_steps": "1", "fine_tuning_critic_steps": "1"}
SIZES = {"shift-net": 256, "context-encoder": 128, "partial-conv": 128}


def system(name: str) -> Any:
    model = registry().get(name)
    assert isinstance(model, NetworkModel)
    return model.system


def small_recipe(name: str, fine_tuning: bool = False, **settings: str) -> Recipe:
    """The recipe with the smallest network and discriminators of its kind."""
    kind = recipe_for(name)
    known = {field.name for field in fields(kind.Settings)}
    torch.manual_seed(0)
    network = system(name).build({**system(name).small, **kind.trained_config})
    changes = {key: value for key, value in SMALL.items() if key in known} | settings
    return kind(network, change_settings(kind.Settings(), changes), None, fine_tuning)


def make_batch(name: str, recipe: Recipe, count: int = 2, side: int = 64) -> Batch:
    side = SIZES.get(name, recipe.size if name == "mi-gan" else side)
    items = []
    for seed in range(count):
        random = np.random.default_rng(seed)
        pixels = np.roll(photo(side, side), 9 * seed, axis=1)
        guides = {"sketch": torch.from_numpy(draw_sketch(random, pixels) > 0)[None]} if recipe.wants_sketch else {}
        inside = torch.from_numpy(masks.draw_hole(random, side, side, recipe.mixture))[None]
        if recipe.wants_labels:  # three classes, in steps of brightness
            guides["labels"] = torch.from_numpy(pixels.mean(2) // 86 + 1)[None]
        items.append(Crop(torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1))), inside, guides))
    return collate(items)


def make_trainer(recipe: Recipe, crops: Batch, folder: Any, steps: int, listener: Any = None) -> Trainer:
    fabric = Fabric(accelerator="cpu", devices=1)
    plan = Plan(steps=steps, evaluate_every=1e9, save_every=1e9, report_every=0.0)
    run, reporter = RunFolder(folder), Reporter(None, [listener] if listener else [])
    return Trainer(
        fabric,
        recipe,
        lambda _: repeat(crops),
        crops,
        plan,
        run,
        reporter,
        Commands(None, None),
        {"name": "test"},
    )


def losses_of(recipe: Recipe, batch: Batch, phase: str) -> dict[str, float]:
    """The losses of the generator's update now, always with the same random numbers."""
    found: dict[str, float] = {}
    with torch.random.fork_rng():
        torch.manual_seed(1)
        for update in recipe.updates(phase, 4):
            if "critic" not in update.optimiser:  # the generator's
                now = Batch(batch.image, batch.hole, batch.guides)
                found |= {name: float(loss.detach()) for name, loss in update.losses(now).items()}
    return found


@pytest.mark.parametrize("name", systems())
def test_ten_steps_lower_the_reconstruction(name, tmp_path):
    recipe = small_recipe(name)
    batch = make_batch(name, recipe)
    for phase in recipe.phases:
        before = losses_of(recipe, batch, phase.name)
        if not before:
            continue
        recipe.phases = (phase,)
        make_trainer(recipe, batch, tmp_path, 10).run()
        after = losses_of(recipe, batch, phase.name)
        lowered = [key for key in before if "adversarial" not in key and "variation" not in key]
        assert sum(after[key] for key in lowered) < sum(before[key] for key in lowered)


@pytest.mark.parametrize("name", systems())
def test_every_loss_has_gradients_for_the_modules_of_its_update(name):
    recipe = small_recipe(name)
    batch = make_batch(name, recipe)
    optimisers = recipe.optimisers()
    trained: set[torch.nn.Parameter] = set()
    for phase in recipe.phases:
        for update in recipe.updates(phase.name, 4):
            groups = optimisers[update.optimiser].param_groups
            parameters = [p for group in groups for p in group["params"] if p.requires_grad]
            total = torch.stack(list(update.losses(Batch(batch.image, batch.hole, batch.guides)).values())).sum()
            gradients = torch.autograd.grad(total, parameters, allow_unused=True)
            trained |= {
                p for p, gradient in zip(parameters, gradients, strict=True) if gradient is not None and gradient.any()
            }
    every = {p for module in recipe.modules.values() for p in module.parameters()}
    missed = [
        f"{name}.{key}"
        for name, module in recipe.modules.items()
        for key, p in module.named_parameters()
        if p in every - trained
    ]
    # A bias before a norm that subtracts the mean has no effect on the result.
    assert all(key.endswith("bias") for key in missed), missed


@pytest.mark.parametrize("name", systems())
def test_known_pixels_stay_in_a_completed_image(name):
    recipe = small_recipe(name)
    batch = make_batch(name, recipe)
    with torch.no_grad():
        filled = recipe.complete(recipe.modules["generator"].eval(), batch)
    assert filled.shape == batch.image.shape
    known = (batch.hole == 0).expand_as(filled)
    assert torch.equal(filled[known], batch.image[known])
    assert not torch.equal(filled, batch.image)


@pytest.mark.parametrize("name", systems())
def test_two_halves_of_a_batch_are_the_whole(name):
    """Gradients of parts add up to those of the batch, for losses that are means and networks without batch norm."""
    # MI-GAN's discriminator measures the spread over a part.
    recipe = small_recipe(name, **({"adversarial": "0"} if name == "mi-gan" else {}))
    if any(isinstance(m, torch.nn.BatchNorm2d) for part in recipe.modules.values() for m in part.modules()):
        pytest.skip("batch norm sees the batch as one")
    batch = make_batch(name, recipe)
    update = recipe.updates(recipe.phases[-1].name, 4)[-1]
    parameters = [p for p in recipe.modules["generator"].parameters() if p.requires_grad]

    def gradients(parts: int) -> torch.Tensor:
        totals = [torch.stack(list(update.losses(p).values())).sum() / parts for p in batch.parts(parts)]
        found = torch.autograd.grad(torch.stack(totals).sum(), parameters, allow_unused=True)
        return torch.cat([gradient.flatten() for gradient in found if gradient is not None])

    whole, halves = gradients(1), gradients(2)
    assert (whole - halves).norm() < 2e-3 * whole.norm()


@pytest.mark.parametrize("gan", ["wasserstein", "vanilla", "least squares", "hinge"])
def test_deepfill_v1_trains_with_any_gan(gan, tmp_path):
    recipe = small_recipe("deepfill-v1", gan=gan)
    assert make_trainer(recipe, make_batch("deepfill-v1", recipe), tmp_path, 5).run() == "done"


def test_an_unknown_gan_is_refused():
    with pytest.raises(InputError, match="no GAN 'none'"):
        small_recipe("deepfill-v1", gan="none")


def test_an_unknown_recipe_is_refused():
    with pytest.raises(InputError, match="cannot be trained"):
        recipe_for("telea")
