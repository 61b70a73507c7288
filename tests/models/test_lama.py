"""LaMa against the plain formulation and the authors' answer, and in the forms it was published in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from inpaint_studio.engine.weights.detect import detect
from inpaint_studio.errors import WeightsError
from inpaint_studio.models.lama import SYSTEM
from tests.models import golden
from tests.models import network_checks as check
from tests.reference import lama as plain

SMALL = SYSTEM.small


@pytest.mark.parametrize("size", [(16, 16), (64, 64), (40, 72)], ids=str)
def test_draws_as_the_plain_formulation(size):
    check.draws_as_plain(SYSTEM, SMALL, plain.lama, *size)


@pytest.mark.parametrize("config", [{"halvings": 2, "width": 6, "global": 18}, {"width": 40, "global": 240}], ids=str)
def test_other_makes_draw_as_the_plain_formulation(config):
    check.draws_as_plain(SYSTEM, SMALL | {"blocks": 1} | config, plain.lama, 32, 48)


def test_a_network_like_any_other():
    network = check.made(SYSTEM, SMALL)
    check.heeds_no_hole_content(network, 64, 64)
    check.reports_its_way(network, 64, 64)
    check.survives_tracing(network, 64, 64)
    check.learns_everywhere(SYSTEM, SMALL, 64, 64)
    check.holds_in_16_bits(SYSTEM, SMALL, 64, 64, 0.1)


def test_no_norm_is_left_when_optimised():
    network = check.made(SYSTEM, SMALL)
    assert not [module for module in network.modules() if isinstance(module, torch.nn.BatchNorm2d)]


def test_the_least_size_follows_the_halvings():
    traits = SYSTEM.settle(SYSTEM.traits, SMALL | {"halvings": 2})
    assert (traits.min_side, traits.multiple_of) == (8, 4)
    assert SYSTEM.settle(SYSTEM.traits, SYSTEM.paper) == SYSTEM.traits


# The authors' files


def part() -> Any:
    return SYSTEM.dialects[0].parts[0]


def test_the_authors_keys():
    keys = {key: shape for key, (shape, kind) in golden.keys("lama").items() if kind == "float32"}
    assert SYSTEM.table.restore(part().configure(keys)) == SYSTEM.paper
    assert part().expected(SYSTEM.paper) == keys
    with torch.device("meta"):
        assert sum(each.numel() for each in SYSTEM.build(SYSTEM.paper).parameters()) == SYSTEM.parameters


def test_the_authors_answer():
    vectors = golden.vectors("lama")
    network = golden.network(SYSTEM, "official", {"network": golden.checkpoint("lama")})
    answer = golden.ask(network, vectors["image_u8"], vectors["mask_u8"] > 127)
    np.testing.assert_allclose(answer.output, vectors["fine"], atol=1e-4, rtol=0)


@pytest.mark.parametrize("prefix", ["", "generator.", "model.generator."])
def test_the_network_is_found_below_any_prefix(prefix):
    """Lightning's checkpoints hold more beside the generator, TorchScript's archives a wrapper round it."""
    own = {f"{prefix}{key}": torch.zeros(shape) for key, shape in part().expected(SMALL).items()}
    beside = {"discriminator.model0.0.weight": torch.ones(4, 3, 4, 4), "val_evaluator.scores.x": torch.ones(2)}
    found = detect({"best.ckpt": own | beside}, [SYSTEM])
    assert found.config == SMALL
    assert found.dialect.licence == "free"


@pytest.mark.parametrize("config", [SMALL, SMALL | {"halvings": 2, "blocks": 3, "global": 11}], ids=str)
def test_the_configuration_is_read_from_the_shapes(config):
    assert SYSTEM.table.restore(part().configure(part().expected(config))) == config


def test_a_local_fourier_unit_is_recognised():
    """A make that this network is not: its keys are none of those expected."""
    shapes = part().expected(SMALL)
    more = "model.5.conv1.ffc.convg2g.lfu.conv_layer.weight"
    assert more not in shapes
    tensors = {key: torch.zeros(shape) for key, shape in (shapes | {more: (12, 12, 1, 1)}).items()}
    with pytest.raises(WeightsError, match=r"lfu.* is not one of them"):
        detect({"best.ckpt": tensors}, [SYSTEM])
