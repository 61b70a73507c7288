"""ESPA: the published stage 1, stage 2 against the plain formulation, and what painted classes do."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.espa import SYSTEM
from inpaint_studio.models.networks.espa import Espa
from tests.models import golden
from tests.models import network_checks as check
from tests.reference.espa import espa

SMALL = SYSTEM.small


def made(**config: Any) -> Espa:
    network = check.made(SYSTEM, SMALL | config)
    assert isinstance(network, Espa)
    return network


# The published stage


def test_the_published_keys():
    keys = {key: shape for key, (shape, _) in golden.keys("espa_stage1").items()}
    part = SYSTEM.dialects[0].parts[0]
    config = SYSTEM.table.complete(part.configure(keys))
    assert (config["width"], config["stages"], config["grid"]) == (32, 1, "fixed")
    assert part.expected(config) == keys
    with torch.device("meta"):
        assert sum(each.numel() for each in SYSTEM.build(config).parameters()) == 1_481_635
        assert sum(each.numel() for each in SYSTEM.build(SYSTEM.paper).parameters()) == SYSTEM.parameters


def test_the_authors_features():
    """Every eighth channel of what stage 2 is given, at every fourth place; the image is in `test_golden`."""
    arrays = golden.vectors("espa_stage1")
    network = golden.network(SYSTEM, "official", {"network": golden.checkpoint("espa_stage1")})
    assert isinstance(network, Espa)
    image = torch.from_numpy(arrays["image_u8"].astype(np.float32) / np.float32(255)).permute(2, 0, 1)[None]
    hole = torch.from_numpy((arrays["mask_u8"] > 127).astype(np.float32))[None, None]
    with torch.inference_mode():
        features = network.reconstruct(2 * image - 1, hole).features
    np.testing.assert_allclose(features[:, ::8, ::4, ::4].numpy(), arrays["feat"], atol=1e-4, rtol=0)


def test_stage_1_alone_fills_with_its_coarse_image():
    image, hole = check.picture(64, 48)
    whole, alone = check.ask(made(), image, hole), check.ask(made(stages=1), image, hole)
    torch.testing.assert_close(alone.output, whole.coarse)
    assert alone.labels is None
    traits = SYSTEM.settle(SYSTEM.traits, SYSTEM.paper | {"stages": 1})
    assert not traits.accepts | traits.provides


def test_the_fixed_grid_takes_one_size_and_equals_the_free_one_there():
    image, hole = check.picture(256, 256)
    fixed, free = (check.ask(made(grid=grid), image, hole).output for grid in ("fixed", "free"))
    assert torch.equal(fixed, free)
    traits = SYSTEM.settle(SYSTEM.traits, SYSTEM.paper | {"grid": "fixed"})
    assert (traits.fixed_size, traits.min_side, traits.max_side) == (256, 256, 256)
    with pytest.raises(ValueError, match="256 px only"):
        check.ask(made(grid="fixed"), *check.picture(256, 260))


# Both stages


@pytest.mark.parametrize("size", [(16, 20), (64, 88)], ids=str)
@pytest.mark.parametrize("config", [{}, {"blocks": 2, "classes": 5, "width": 6}, {"stages": 1}], ids=str)
def test_draws_as_the_plain_formulation(config, size):
    check.draws_as_plain(SYSTEM, SMALL | config, espa, *size, near=1e-4)


def test_a_network_like_any_other():
    network = made()
    check.heeds_no_hole_content(network, 64, 64)
    check.survives_tracing(network, 64, 64)
    check.holds_in_16_bits(SYSTEM, SMALL, 64, 64, 0.2)
    check.reports_its_way(network, 64, 64)


def test_everything_learns():
    """The scores of classes have a loss of their own, and so has the coarse image."""
    network = check.made(SYSTEM, SMALL, optimised=False)
    for parameter in network.parameters():
        parameter.requires_grad_(True)
    image, hole = check.picture(64, 64)
    (network(2 * image - 1, hole).fine ** 2).sum().backward()
    missing = {name for name, each in network.named_parameters() if each.grad is None or not each.grad.any()}
    assert missing == {name for name, _ in network.named_parameters() if re.match(r"labels\.", name)} | {
        f"{layer}.{field}"
        for layer in ("conv13_upsample", "conv14", "conv15_upsample", "conv16", "conv17")
        for field in ("weight", "bias")
    }


# Classes


def painted(hole: Tensor, number: int) -> Tensor:
    """A class in the whole hole, and another one in a corner outside it."""
    labels = hole * number
    labels[..., :5, :5] = number % 3 + 1
    return labels


def test_the_painted_class_wins_in_the_hole():
    network = made()
    image, hole = check.picture(64, 64)
    free = check.ask(network, image, hole)
    assert set(free.labels.unique().tolist()) <= {1, 2, 3}
    for number in (1, 2, 3):
        answer = check.ask(network, image, hole, labels=painted(hole, number))
        assert torch.equal(answer.labels, torch.where(hole > 0, number, free.labels))
        plain = espa(check.state_of(SYSTEM, SMALL), SMALL, image, hole, painted(hole, number))
        torch.testing.assert_close(answer.output, plain, atol=1e-4, rtol=0)


def test_another_class_is_another_fill():
    network = made()
    image, hole = check.picture(64, 64)
    fills = [
        check.ask(network, image, hole, labels=hole * number).output[hole.expand_as(image) > 0] for number in (1, 2)
    ]
    assert (fills[0] - fills[1]).abs().mean() > 0.01


def test_the_map_alone_is_predicted():
    network = made()
    image, hole = check.picture(64, 64)
    answer = check.ask(network, image, hole, only="labels", labels=hole * 2)
    assert torch.equal(answer.output, image)
    assert torch.equal(answer.labels, check.ask(network, image, hole, labels=hole * 2).labels)


def test_where_no_class_is_known_the_predicted_one_is_drawn():
    """In a batch of a training, whose maps may have gaps."""
    network = made()
    image, hole = check.picture(64, 64)
    with torch.inference_mode():
        free, gaps = (network(2 * image - 1, hole, labels).fine for labels in (None, torch.zeros_like(hole)))
        beyond, other = (network(2 * image - 1, hole, torch.full_like(hole, n)).fine for n in (9, 17))
    assert torch.equal(free, gaps)
    assert torch.equal(beyond, other)
    assert not torch.equal(free, beyond)


def test_diffused_networks_begin_with_the_diffused_colours():
    network = SYSTEM.build(SYSTEM.table.complete(SMALL | {"diffused": True}))
    image, hole = check.picture(64, 64)
    with torch.no_grad():
        answer = network.fill(image, hole, check.Hints(), lambda _: None)
    base = (network.diffuse(2 * image - 1, hole) + 1) / 2
    torch.testing.assert_close(answer.coarse, base)
    torch.testing.assert_close(answer.output, base)


def test_a_set_without_classes_has_none_to_paint():
    model = NetworkModel(SYSTEM)
    assert model.traits.classes == ()
    assert "labels" in model.traits.accepts & model.traits.provides
