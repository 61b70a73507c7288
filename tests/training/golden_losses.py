"""Losses of a recipe's turns under weights that a rule makes, to compare with the formulas of its authors.

Nothing here is random: the rule of `tests.models.golden` fills generator, discriminators and VGG, and formulas make the
crops, their holes and their lines. A test computes the same losses by the authors' formulas, from the same weights, and
the numbers are written down beside it. So neither a changed loss nor a changed formula goes unnoticed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from inpaint_studio.layers import torchvision_compat
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.base.registry import registry
from tests.models import golden
from training.data.batch import Batch
from training.losses.vgg import VGG_FILES, VggFeatures
from training.recipe import Recipe, change_settings
from training.recipes import recipe_for

torchvision_compat.ensure()
from torchvision.models.vgg import make_layers  # noqa: E402 - only importable after the line above

SMALL = {"critic_width": "4", "critic_base": "256", "critic_most": "16", "size": "64"}
_NARROW = (4, 8, 12, 16, 16)  # channels of the blocks of a VGG here
_POWER_STEPS = 3


def fill(module: nn.Module, gain: float = 2.0) -> None:
    """Fill parameters and buffers by the rule; the vectors of spectral norm by steps of the power iteration."""
    state = module.state_dict()
    for k, key in enumerate(sorted(state)):
        if state[key].is_floating_point():
            values = golden.tensor(k, key, tuple(state[key].shape), "float32", gain)
            state[key].copy_(torch.from_numpy(values))
    for key, original in state.items():
        if key.endswith(".parametrizations.weight.original"):
            base = key.removesuffix("original")
            _iterate(original, state[f"{base}0._u"], state[f"{base}0._v"])


def _iterate(weight: Tensor, u: Tensor, v: Tensor) -> None:
    rows = weight if len(u) == len(weight) and len(v) == weight[0].numel() else weight.transpose(0, 1)
    matrix = rows.flatten(1)
    for _ in range(_POWER_STEPS):
        v.copy_(nn.functional.normalize(matrix.T @ u, dim=0))
        u.copy_(nn.functional.normalize(matrix @ v, dim=0))


def make_vgg(name: str) -> VggFeatures:
    """A VGG with the layers of that name and few channels, filled by the rule."""
    widths: list[str | int] = []
    for width, count in zip(_NARROW, VGG_FILES[name].convolutions, strict=True):
        widths += [width] * count + ["M"]
    layers = make_layers(widths)
    fill(layers, 1.7)
    return VggFeatures(name, layers)


def maps_of_vgg(vgg: VggFeatures, x: Tensor) -> dict[str, Tensor]:
    """The maps after all activations and pools of a VGG by their names, for what its first convolution gets."""
    maps, block, number = {}, 1, 0
    for layer in vgg._layers:
        if isinstance(layer, nn.Conv2d):
            x = nn.functional.conv2d(x, layer.weight, layer.bias, padding=1)
        elif isinstance(layer, nn.ReLU):
            x, number = x.clamp_min(0), number + 1
            maps[f"relu{block}_{number}"] = x
        else:
            x = nn.functional.max_pool2d(x, 2)
            maps[f"pool{block}"] = x
            block, number = block + 1, 0
    return maps


def make_recipe(
    name: str, *, gain: float = 2.0, vgg: str | None = None, fine_tuning: bool = False, **settings: str
) -> Recipe:
    """The recipe with the smallest networks of its kind, all filled by the rule and in evaluation mode.

    `vgg` is the VGG of its features; None: that which the recipe wants, if any.
    """
    kind = recipe_for(name)
    model = registry().get(name)
    assert isinstance(model, NetworkModel)
    known = {field.name for field in fields(kind.Settings)}
    changed = change_settings(
        kind.Settings(), {key: value for key, value in SMALL.items() if key in known} | dict(settings)
    )
    version = vgg or kind.wants_features
    features = None if version is None else make_vgg(version)
    recipe = kind(model.system.build({**model.system.small, **kind.trained_config}), changed, features, fine_tuning)
    for module in recipe.modules.values():
        fill(module, gain)
        module.eval()
    return recipe


def make_batch(side: int = 64, holes: Sequence[tuple[slice, slice]] | None = None, *, lines: bool = False) -> Batch:
    """Two crops; their holes are those rectangles, else two rectangles and a disc each, mirrored in the second."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float64)
    images, masks, drawn = [], [], []
    for p in range(2):
        red = 0.5 + 0.35 * np.sin(2 * np.pi * (3 + p) * x / side + 0.3) * np.cos(4 * np.pi * y / side)
        green = 0.5 + 0.35 * np.sin(2 * np.pi * (x / side + (2 + p) * y / side) + 1.1)
        blue = 0.5 + 0.35 * np.cos(8 * np.pi * x * y / side**2 + 0.7 * p)
        images.append(np.rint(np.stack([red, green, blue]) * 255) / 255)
        mask = np.zeros((side, side), bool)
        if holes is not None:
            mask[holes[p]] = True
        else:
            mask[int(side * 0.15) : int(side * 0.4), int(side * 0.55) : int(side * 0.9)] = True
            mask[int(side * 0.62) : int(side * 0.7), int(side * 0.1) : int(side * 0.65)] = True
            mask |= (y - 0.4 * side) ** 2 + (x - 0.28 * side) ** 2 <= (0.14 * side) ** 2
            mask = mask[:, ::-1] if p else mask
        masks.append(mask[None])
        drawn.append(((x + 3 * p) % 9 == 0) | ((y + x // 3) % 11 == 0))
    as_tensor = lambda planes: torch.from_numpy(np.stack(planes).astype(np.float32))  # noqa: E731
    guides = {"sketch": as_tensor([plane[None] for plane in drawn])} if lines else {}
    return Batch(as_tensor(images), as_tensor(masks), guides)


def losses_by_turn(recipe: Recipe, phase: str, batch: Batch, step: int = 0) -> dict[str, dict[str, float]]:
    """The losses of every update of one step by the names of their optimisers, all with the weights as they are.

    Each update draws its random numbers after `torch.manual_seed(1)`.
    """
    found = {}
    for update in recipe.updates(phase, step):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(1)
            terms = update.losses(Batch(batch.image, batch.hole, batch.guides))
        found[update.optimiser] = {name: float(loss.detach()) for name, loss in terms.items()}
    return found


def check(
    found: Mapping[str, Mapping[str, float]],
    formulas: Mapping[str, Mapping[str, Tensor]],
    written: Mapping[str, Mapping[str, float]],
) -> None:
    """Compare the losses of a step with the authors' formulas, and these with the numbers that were written down.

    Each loss is equal to 1e-5 of its value.
    """
    computed = {
        turn: {name: float(value.detach()) for name, value in terms.items()} for turn, terms in formulas.items()
    }
    assert {turn: set(terms) for turn, terms in found.items()} == {turn: set(t) for turn, t in computed.items()}
    for turn, terms in computed.items():
        assert found[turn] == pytest.approx(terms, rel=1e-5), turn
        assert terms == pytest.approx(written[turn], rel=1e-5), turn
