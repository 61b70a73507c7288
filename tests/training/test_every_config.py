"""Every recipe trains its network however it is built: each option of the tables, with each of its other values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
import torch

from inpaint_studio.models.base.network_config import ConfigOption
from tests.training.test_recipes import SMALL, make_batch, make_trainer, system
from training.recipe import Recipe, change_settings
from training.recipes import recipe_for, systems

# Values for options whose range is wide, and for those that need others beside them.
NUMBERS = {"width": 6, "bottleneck": 8, "blocks": 1, "global": 4, "decoder": 6, "classes": 5}
TOGETHER: dict[tuple[str, str], dict[str, Any]] = {
    ("shift-net", "quirks"): {"flip": True, "quirks": True},
    ("lama", "halvings"): {"halvings": 2, "global": 12},
    ("partial-conv", "widths"): {"widths": [4, 4, 8, 8, 8, 8]},
    ("aot-gan", "rates"): {"rates": [2, 1]},
    ("mi-gan", "resolution"): {"resolution": 32, "widths": [8, 8, 8, 4]},
    ("mi-gan", "widths"): {"resolution": 64, "widths": [12, 8, 8, 8, 4]},
}


def others(name: str, option: ConfigOption) -> list[dict[str, Any]]:
    """The configurations that differ from the small one in that option."""
    small = system(name).small
    if (name, option.name) in TOGETHER:
        return [TOGETHER[name, option.name]]
    if option.name == "attention":  # all the others are in `tests/models/test_attention_slot.py`
        return [{"attention": name} for name in ("danet", "shift")]
    if isinstance(option.default, bool):
        values: list[Any] = [True, False]
    else:
        values = list(option.choices) or [NUMBERS[option.name]]
    return [{option.name: value} for value in values if value != small.get(option.name)]


def cases() -> Iterator[Any]:
    for name in systems():
        for option in system(name).table.trained:
            for changes in others(name, option):
                label = ", ".join(f"{key}={value}" for key, value in changes.items())
                yield pytest.param(name, changes, id=f"{name}: {label}")


def side_of(name: str, changes: dict[str, Any]) -> int:
    """px per side of the images: as in the other tests, or what the network needs at least."""
    traits = system(name).settle(system(name).traits, system(name).small | changes)
    if name == "espa" and traits.fixed_size is not None:
        return int(traits.fixed_size)
    return max(64, traits.min_side) if name.startswith("deepfill") else int(SMALL["size"])


def build(name: str, changes: dict[str, Any]) -> Recipe:
    kind = recipe_for(name)
    known = {field.name for field in fields(kind.Settings)}
    torch.manual_seed(0)
    network = system(name).build(system(name).small | changes)
    kind.initialise(network)
    sizes = {"size": str(side_of(name, changes))}
    settings = change_settings(kind.Settings(), {key: text for key, text in (SMALL | sizes).items() if key in known})
    return kind(network, settings)


@pytest.mark.parametrize(("name", "changes"), list(cases()))
def test_one_step_changes_the_weights(name, changes, tmp_path):
    """The step of the last phase, with all its losses; the images are completed before and after it."""
    recipe = build(name, changes)
    batch = make_batch(name, recipe, side=side_of(name, changes))
    before = {key: value.clone() for key, value in recipe.modules["generator"].state_dict().items()}
    recipe.phases = recipe.phases[-1:]
    assert make_trainer(recipe, batch, tmp_path, 1).run() == "done"
    after = recipe.modules["generator"].state_dict()
    assert any(not torch.equal(before[key], after[key]) for key in before if before[key].is_floating_point())
    assert all(bool(torch.isfinite(value).all()) for value in after.values() if value.is_floating_point())


def test_the_tables_have_the_options_that_papers_name():
    named = {name: {option.name for option in system(name).table.trained} for name in systems()}
    assert {"width", "sketch"} <= named["deepfill-v2"]
    assert {"width", "flip", "mask_channel"} <= named["shift-net"]
    assert {"width", "order"} <= named["glcic"]
