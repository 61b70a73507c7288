"""Networks that are shown colours diffused into the hole and draw what to add to them, one by one and all alike."""

from __future__ import annotations

import pytest
import torch

from inpaint_studio.layers.diffusion import diffuse
from inpaint_studio.models.base.interface import SURROUNDINGS
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.models.base.registry import registry
from inpaint_studio.models.networks.context_encoder import HIDDEN
from tests.models.network_checks import (
    ask,
    heeds_no_hole_content,
    holds_in_16_bits,
    made,
    picture,
    survives_tracing,
)

OPTION = {"diffused": True}
SYSTEMS = {
    name: model.system
    for name, model in registry().models.items()
    if isinstance(model, NetworkModel) and "diffused" in model.system.paper
}


def side_of(system: System) -> int:
    traits = system.settle(system.traits, system.small | OPTION)
    return traits.fixed_size or max(64, traits.min_side)


def test_every_network_that_can_be_trained_has_the_option():
    trainable = {name for name, model in registry().models.items() if model.traits.trainable}
    assert set(SYSTEMS) == trainable
    assert not any(system.paper["diffused"] for system in SYSTEMS.values())


@pytest.mark.parametrize("name", SYSTEMS)
def test_an_untrained_one_draws_the_diffused_colours(name):
    system = SYSTEMS[name]
    torch.manual_seed(0)
    network = system.build(system.small | OPTION).eval()
    image, hole = picture(side_of(system), side_of(system))
    if system.traits.centred is not None:  # it never sees the middle
        hole[..., HIDDEN, HIDDEN] = 1
    found = ask(network, image, hole)
    expected = diffuse(image, hole)
    inside = hole.expand_as(image) > 0
    assert torch.allclose(found.output[inside], expected[inside], atol=1e-5)
    assert any(parameter.any() for parameter in network.parameters())


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_trained_one_adds_to_them(name):
    """One that draws far beyond the range is not bounded; the diffused colours are only shifted by what it draws."""
    system = SYSTEMS[name]
    network = made(system, system.small | OPTION)
    plain = made(system, system.small)
    image, hole = picture(side_of(system), side_of(system))
    inside = hole.expand_as(image) > 0
    found, other = ask(network, image, hole).output[inside], ask(plain, image, hole).output[inside]
    assert torch.isfinite(found).all()
    assert (found - other).abs().max() > 1e-3
    assert (found - diffuse(image, hole)[inside]).abs().max() > 1e-3


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_is_in_the_hole_does_not_matter(name):
    system = SYSTEMS[name]
    heeds_no_hole_content(made(system, system.small | OPTION), side_of(system), side_of(system))


@pytest.mark.parametrize("name", SYSTEMS)
def test_it_may_compute_in_16_bits(name):
    system = SYSTEMS[name]
    if not made(system, system.small | OPTION).halves:
        pytest.skip("it computes in 32 bits alone")
    holds_in_16_bits(system, system.small | OPTION, side_of(system), side_of(system), 0.05)


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning", "ignore::DeprecationWarning")
def test_it_can_be_exported(name):
    system = SYSTEMS[name]
    survives_tracing(made(system, system.small | OPTION), side_of(system), side_of(system))


@pytest.mark.parametrize("name", ["deepfill-v1", "deepfill-v2"])
@pytest.mark.parametrize("where", [(100, 140, 90, 150), (0, 30, 0, 40), (200, 256, 230, 256)], ids=str)
def test_a_part_equals_that_of_the_whole(name, where):
    system = SYSTEMS[name]
    network = made(system, system.small | OPTION)
    image, hole = picture(256, 256)
    top, bottom, left, right = where
    hole[:] = 0
    hole[..., top:bottom, left:right] = 1
    whole, part = (ask(network, image, hole, whole=expected) for expected in (True, False))
    near = torch.nn.functional.max_pool2d(hole, 2 * SURROUNDINGS + 1, 1, SURROUNDINGS).expand_as(image) > 0
    assert (whole.output - part.output)[near].abs().max() < 1e-4
    coarse = hole.expand_as(image) > 0
    assert (whole.coarse - part.coarse)[coarse].abs().max() < 1e-4


@pytest.mark.parametrize("name", ["deepfill-v1", "deepfill-v2"])
def test_the_training_and_the_program_draw_the_same(name):
    system = SYSTEMS[name]
    network = made(system, system.small | OPTION, optimised=False)
    image, hole = picture(72, 80)
    with torch.no_grad():
        drawn = network(2 * image - 1, hole)
    network.optimise()
    found = ask(network, image, hole)
    for mine, theirs in ((found.output, drawn.fine), (found.coarse, drawn.coarse)):
        assert (mine - (theirs + 1) / 2).abs().max() < 1e-4


@pytest.mark.parametrize("name", SYSTEMS)
def test_sets_from_before_the_option_have_the_authors_network(name):
    system = SYSTEMS[name]
    older = {key: value for key, value in system.small.items() if key != "diffused"}
    assert system.table.restore(older)["diffused"] is False
