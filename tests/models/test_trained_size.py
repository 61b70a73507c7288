"""A network is shown the photo at the size it was trained at, which stands in the metadata of its weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inpaint_studio.engine.fill import run
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.model_library import ModelLibrary
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models import context_encoder, deepfill_v2, glcic, lama
from inpaint_studio.models.base.interface import Guide, Options
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.base.registry import registry
from inpaint_studio.models.base.validate import check_traits
from tests.models.weighted import weighted


def trained(model: NetworkModel, size: str) -> NetworkModel:
    """The model with random weights whose metadata say so."""
    ready = weighted(model)
    assert isinstance(ready, NetworkModel)
    assert ready.weights is not None
    return model.with_weights(replace(ready.weights, facts={**ready.weights.facts, "trained_at": size}))


@pytest.mark.parametrize(
    ("module", "size", "expected"),
    [
        (deepfill_v2, "64", (64, 128)),
        (deepfill_v2, "128", (128, 256)),
        (deepfill_v2, "256", (256, 512)),  # as its authors trained it
        (deepfill_v2, "512", (256, 512)),
        (glcic, "64", (64, 128)),
        (lama, "64", (64, 256)),
        (context_encoder, "64", (128, 128)),  # it takes no other size
    ],
)
def test_the_largest_region_follows_the_trained_size(module, size, expected):
    model = trained(module.model(), size)
    assert (model.traits.trained_at, model.traits.max_side) == expected
    check_traits(model.traits)
    assert NetworkModel(model.system, model.weights).traits == model.traits


@pytest.mark.parametrize("text", ["", "0", "-64", "64.0", "²", "9" * 40, "none"])
def test_what_is_no_size_is_left_out(text):
    model = trained(deepfill_v2.model(), text)
    assert (model.traits.trained_at, model.traits.max_side) == (256, 512)
    assert model.weights is not None
    assert model.weights.trained_at is None


def test_a_region_is_shown_at_that_size(monkeypatch):
    small, usual = trained(deepfill_v2.model(), "64"), trained(deepfill_v2.model(), "256")
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (300, 300, 3), np.uint8)
    hole = np.zeros((300, 300), np.bool_)
    hole[100:200, 100:200] = True
    scales = []
    for model in (small, usual):
        monkeypatch.setattr(run, "model_library", lambda m=model: ModelLibrary({**registry().models, "deepfill-v2": m}))
        result = run.fill(Request(pixels, hole, "deepfill-v2", Guide(), Options(device="cpu", threads=1)), Ticket())
        region = result.regions[0]
        scales.append(region.scale)
        assert round(max(region.box.height, region.box.width) * region.scale) <= model.traits.max_side
    assert scales == [0.64, 1.0]
