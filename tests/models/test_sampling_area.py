"""Every network with an attention copies from the marked part alone: no source lies elsewhere, whatever its make."""

from __future__ import annotations

import pytest
import torch

from inpaint_studio.models.base.registry import registry
from tests.models import network_checks as check

SIDES = 256, 272
MODELS = {name: model for name, model in registry().models.items() if model.traits.needs_weights}
SYSTEMS = {name: model.system for name, model in MODELS.items() if model.traits.origin == "attention"}
AREAS = {
    "far": (slice(0, 64), slice(200, 272)),
    "beside": (slice(40, 200), slice(0, 96)),
    "half": (slice(0, 256), slice(130, 272)),
}


def find_makes():
    """Yield each system with each of its options, one at a time, on a value other than the paper's."""
    for name, system in SYSTEMS.items():
        yield pytest.param(system, system.small, id=name)
        for option in system.table.options:
            if option.name == "attention":  # in `test_attention_slot`
                continue
            others = option.choices or ((not option.default,) if isinstance(option.default, bool) else ())
            for value in others:
                config = system.small | {option.name: value}
                if value != option.default and system.table.complete(config) == config:
                    yield pytest.param(system, config, id=f"{name}-{option.name}-{value}")


def outside(*boxes):
    """A plane that is 1 outside these boxes."""
    plane = torch.ones(1, 1, *SIDES)
    for rows, columns in boxes:
        plane[..., rows, columns] = 0
    return plane


def test_they_are_the_models_that_heed_excluded_parts():
    assert sorted(SYSTEMS) == ["coherence", "deepfill-v1", "deepfill-v2", "shift-net"]
    assert sorted(SYSTEMS) == sorted(name for name, model in MODELS.items() if "donors" in model.traits.accepts)


@pytest.mark.parametrize(("system", "config"), list(find_makes()))
def test_no_source_lies_elsewhere(system, config):
    network = check.made(system, config)
    image, hole = check.picture(*SIDES)
    for area in AREAS.values():
        answer = check.ask(network, image, hole, donors=outside(area))
        blocked = outside(area)[0, 0] > 0
        assert answer.weight.max() > 0
        cell = SIDES[0] // answer.sources.shape[1]  # px
        cells = torch.nn.functional.max_pool2d(hole, cell)[0, 0].nonzero().tolist()
        assert len(cells) > 100
        for row, column in cells:
            down, across = answer.sources[:, row, column].tolist()
            top, left = row * cell + down, column * cell + across
            assert not blocked[top : top + cell, left : left + cell].any(), (row, column)
            assert hole[0, 0, top, left] == 0  # Shift-Net takes a cell for known where its first pixel is


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)
def test_where_too_little_is_marked_nothing_is_copied(system):
    network = check.made(system, system.small)
    image, hole = check.picture(*SIDES)
    none = check.ask(network, image, hole, donors=outside((slice(1, 7), slice(1, 7))))  # no whole cell
    assert not none.weight.any()
    assert torch.isfinite(none.output).all()
