"""DeepFill v1 and v2: the straightforward formulation's numbers, a part as right as the whole, sketches."""

from __future__ import annotations

import pytest
import torch

from inpaint_studio.models import deepfill_v1, deepfill_v2
from inpaint_studio.models.base import deepfill_keys
from inpaint_studio.models.base.interface import SURROUNDINGS
from tests.models.network_checks import (
    ask,
    draws_as_plain,
    heeds_no_hole_content,
    made,
    picture,
    state_of,
    survives_tracing,
)
from tests.reference.deepfill import reference_v1, reference_v2

SYSTEMS = {"v1": (deepfill_v1.SYSTEM, reference_v1), "v2": (deepfill_v2.SYSTEM, reference_v2)}
PORTS = {
    "authors": {},
    "symmetric": {"padding": "symmetric", "nearest": "floor", "mask_steps": 1},
    "plain": {"fuse": False, "mask_steps": 1},
    "mirrored": {"padding": "reflect", "matching": "elu"},
    "counted": {"nearest": "floor", "blocked": "excluded", "overlap": "counted"},
}


def plain(reference):
    def run(state, config, image, hole):
        return reference(state, config).fill(image, hole, None, None).output

    return run


@pytest.mark.parametrize("version", SYSTEMS)
@pytest.mark.parametrize("port", PORTS.values(), ids=PORTS)
@pytest.mark.parametrize("size", [(72, 72), (72, 104)], ids=str)
def test_it_is_the_straightforward_one(version, port, size):
    system, reference = SYSTEMS[version]
    draws_as_plain(system, system.small | port, plain(reference), *size, near=1e-4)


@pytest.mark.parametrize("version", SYSTEMS)
def test_at_the_papers_width(version):
    system, reference = SYSTEMS[version]
    draws_as_plain(system, system.paper, plain(reference), 96, 128, near=1e-4)


@pytest.mark.parametrize("size", [(72, 72), (80, 72)], ids=str)
def test_with_the_wide_decoder_and_the_gates_of_mmagic(size):
    config = deepfill_v2.SYSTEM.small | deepfill_keys.MMAGIC | {"planes": True, "decoder": 6, "gated_output": True}
    draws_as_plain(deepfill_v2.SYSTEM, config, plain(reference_v2), *size, near=1e-4)


def test_a_mirrored_border_needs_a_larger_image():
    for system in (deepfill_v1.SYSTEM, deepfill_v2.SYSTEM):
        mirrored = system.small | {"padding": "reflect"}
        assert system.settle(system.traits, mirrored).min_side == 72
        assert system.settle(system.traits, system.small).min_side == 64
        ask(made(system, mirrored), *picture(72, 72))


def test_the_decoder_is_as_wide_as_the_rest_unless_it_is_chosen():
    table = deepfill_v2.SYSTEM.table
    assert table.complete({"width": 8})["decoder"] == 8
    assert table.restore({"width": 8})["decoder"] == 8  # a set from before there was a choice
    assert table.complete({"width": 8, "decoder": 12})["decoder"] == 12


@pytest.mark.parametrize("version", SYSTEMS)
@pytest.mark.parametrize("port", [{}, deepfill_keys.MMAGIC], ids=["authors", "mmagic"])
@pytest.mark.parametrize(
    "where", [(100, 140, 90, 150), (0, 30, 0, 40), (200, 256, 230, 256), (128, 129, 60, 61)], ids=str
)
def test_a_part_equals_that_of_the_whole(version, port, where):
    system, _ = SYSTEMS[version]
    network = made(system, system.small | port)
    image, hole = picture(256, 256)
    top, bottom, left, right = where
    hole[:] = 0
    hole[..., top:bottom, left:right] = 1
    whole, part = (ask(network, image, hole, whole=expected) for expected in (True, False))
    near = torch.nn.functional.max_pool2d(hole, 2 * SURROUNDINGS + 1, 1, SURROUNDINGS).expand_as(image) > 0
    assert (whole.output - part.output)[near].abs().max() < 1e-4
    cells = torch.nn.functional.max_pool2d(hole, 8)[0, 0] > 0
    assert torch.equal(whole.sources[:, cells], part.sources[:, cells])


@pytest.mark.parametrize("version", SYSTEMS)
@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning", "ignore::DeprecationWarning")
def test_it_can_be_exported_as_mmagic_builds_it(version):
    system, _ = SYSTEMS[version]
    survives_tracing(made(system, system.small | deepfill_keys.MMAGIC), 72, 80)


@pytest.mark.parametrize("version", SYSTEMS)
def test_what_is_in_the_hole_does_not_matter(version):
    system, _ = SYSTEMS[version]
    heeds_no_hole_content(made(system, system.small), 64, 72)


def test_a_sketch_is_followed_by_a_network_that_has_room_for_it():
    system = deepfill_v2.SYSTEM
    network = made(system, system.small | {"sketch": True})
    image, hole = picture(64, 64)
    lines = torch.zeros(1, 1, 64, 64)
    lines[..., 25:27, :] = 1
    drawn, followed = ask(network, image, hole), ask(network, image, hole, lines=lines)
    faint, edges = ask(network, image, hole, edges=0.5 * lines), ask(network, image, hole, edges=0.8 * lines)
    assert not torch.equal(drawn.output, followed.output)
    assert torch.equal(drawn.output, faint.output)  # an edge counts from 0.6 on
    assert torch.equal(followed.output, edges.output)
    settled = system.settle(system.traits, system.small | {"sketch": True})
    assert {"lines", "edges"} <= settled.accepts
    assert not {"lines", "edges"} & system.traits.accepts


@pytest.mark.parametrize("version", SYSTEMS)
@pytest.mark.parametrize("port", [{}, deepfill_keys.MMAGIC], ids=["authors", "mmagic"])
def test_sixteen_bits_stay_near(version, port):
    system, _ = SYSTEMS[version]
    image, hole = picture(72, 72)
    full = ask(made(system, system.small | port), image, hole).output
    half = ask(made(system, system.small | port).to(torch.bfloat16), image, hole).output
    assert half.dtype == torch.float32
    assert ((full - half) ** 2).mean() < 0.02 * full.var() + 1e-4


@pytest.mark.parametrize("version", SYSTEMS)
@pytest.mark.parametrize("port", [{}, deepfill_keys.MMAGIC], ids=["authors", "mmagic"])
def test_gradients_reach_every_parameter(version, port):
    system, _ = SYSTEMS[version]
    config = system.small | port
    network = system.build(config)
    network.load_state_dict(state_of(system, config))
    image, hole = picture(72, 72)
    drawn = network(2 * image.expand(2, -1, -1, -1) - 1, hole.expand(2, -1, -1, -1))
    (drawn.coarse.square().mean() + drawn.fine.square().mean()).backward()
    assert all(p.grad is not None and p.grad.any() for p in network.parameters())
