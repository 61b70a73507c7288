"""Shift-Net, plain and flipped, against the plain formulation; its sources; its published names."""

from __future__ import annotations

import pytest
import torch

from inpaint_studio.models.shift_net import SYSTEM
from tests.models import network_checks as check
from tests.reference import simple_nets

MAKES = {
    "plain": {},
    "three channels": {"mask_channel": False},
    "flip": {"flip": True},
    "flip as published": {"flip": True, "quirks": True},
}
every_make = pytest.mark.parametrize("config", [SYSTEM.small | make for make in MAKES.values()], ids=list(MAKES))


@every_make
def test_draws_as_the_plain_formulation(config):
    check.draws_as_plain(SYSTEM, config, simple_nets.shift_net, 256, 256)


def test_odd_levels_are_stretched_as_the_authors_do():
    check.draws_as_plain(SYSTEM, SYSTEM.small, simple_nets.shift_net, 270, 318)


@every_make
def test_a_network_like_any_other(config):
    network = check.made(SYSTEM, config)
    check.heeds_no_hole_content(network, 256, 256)
    check.reports_its_way(network, 256, 256)
    check.learns_everywhere(SYSTEM, config, 256, 256)


def test_it_can_be_traced_and_halved():
    check.survives_tracing(check.made(SYSTEM, SYSTEM.small), 256, 256)
    check.holds_in_16_bits(SYSTEM, SYSTEM.small, 256, 256, 0.3)


@every_make
def test_sources_lie_outside_the_hole_and_the_excluded_parts(config):
    network = check.made(SYSTEM, config)
    image, hole = check.picture(256, 272)
    donors = torch.zeros_like(hole)
    donors[..., :100] = 1
    answer = check.ask(network, image, hole, donors=donors)
    assert answer.sources.shape == (2, 32, 34)
    assert answer.weight.shape == (32, 34)
    cells = hole[0, 0, ::8, ::8].nonzero()
    assert len(cells) > 50
    for row, column in cells.tolist():
        there = (torch.tensor([row, column]) * 8 + answer.sources[:, row, column]).tolist()
        assert 0 <= there[0] < 256
        assert 100 <= there[1] < 272
        assert hole[0, 0, there[0], there[1]] == 0
        assert 0 <= answer.weight[row, column] <= 1
    outside = torch.nn.functional.max_pool2d(hole, 8)[0, 0] == 0
    assert not answer.sources[:, outside].any()
    assert not answer.weight[outside].any()


def test_less_memory_gives_the_same():
    network = check.made(SYSTEM, SYSTEM.small)
    image, hole = check.picture(256, 256)
    expected, found = check.ask(network, image, hole), check.ask(network, image, hole, memory=20_000)
    torch.testing.assert_close(found.output, expected.output, atol=1e-5, rtol=0)
    assert torch.equal(found.sources, expected.sources)


@every_make
def test_without_anything_known_or_unknown_it_still_answers(config):
    network = check.made(SYSTEM, config)
    image, _hole = check.picture(256, 256)
    for hole in (torch.ones(1, 1, 256, 256), torch.zeros(1, 1, 256, 256)):
        answer = check.ask(network, image, hole)
        assert torch.isfinite(answer.output).all()
        assert not answer.sources.any()
        assert not answer.weight.any()


def test_what_the_guidance_loss_needs_can_be_had():
    network = check.made(SYSTEM, SYSTEM.small, optimised=False)
    image, hole = check.picture(256, 256)
    whole = network.encode(network.first_input(2 * image - 1, torch.ones_like(hole)), 3)[-1]
    drawn = network.draw(2 * image - 1, 1 - hole)
    assert whole.shape == drawn.decoded.shape == drawn.encoded.shape == (1, 16, 32, 32)
    torch.testing.assert_close(drawn.image, network(2 * image - 1, 1 - hole))


def test_a_batch_is_its_pictures():
    network = check.made(SYSTEM, SYSTEM.small, optimised=False)
    image, hole = check.picture(256, 256)
    images, holes = torch.cat([image, image.flip(3)]), torch.cat([hole, hole.roll(16, 2)])
    with torch.no_grad():
        together = network(2 * images - 1, 1 - holes)
        alone = torch.cat([network(2 * images[n : n + 1] - 1, 1 - holes[n : n + 1]) for n in (0, 1)])
    torch.testing.assert_close(together, alone, atol=1e-4, rtol=0)


NESTED = "model.model.1.model."
NAMES = {
    "plain": {
        "down1.weight": "model.model.0.weight",
        "down3.bias": f"{NESTED}3.model.1.bias",
        "down_norm7.weight": f"{NESTED}{'3.model.' * 5}2.weight",
        "down8.weight": f"{NESTED}{'3.model.' * 6}1.weight",
        "up8.weight": f"{NESTED}{'3.model.' * 6}3.weight",
        "up_norm8.bias": f"{NESTED}{'3.model.' * 6}4.bias",
        "up3.weight": f"{NESTED}3.model.7.weight",
        "up_norm2.weight": f"{NESTED}6.weight",
        "up1.bias": "model.model.3.bias",
    },
    "flip": {
        "down3.weight": "e3_c.weight",
        "down_norm2.bias": "e2_norm.bias",
        "up8.weight": "d1_dc.weight",
        "up_norm3.weight": "d6_norm.weight",
        "up1.bias": "d8_dc.bias",
    },
}


@pytest.mark.parametrize("name", NAMES)
def test_the_published_names(name):
    dialect = next(dialect for dialect in SYSTEM.dialects if dialect.name == name)
    config = SYSTEM.table.complete({"width": 4, "flip": name == "flip", "quirks": name == "flip"})
    expected = dialect.parts[0].expected(config)
    state = check.state_of(SYSTEM, config)
    assert len(expected) == len(state) == 58
    assert SYSTEM.table.restore(dialect.parts[0].configure(expected)) == config
    file = {key: torch.full(shape, float(n)) for n, (key, shape) in enumerate(expected.items())}
    found = dialect.translate({"network": file}, config)
    assert {key: value.shape for key, value in found.items()} == {key: value.shape for key, value in state.items()}
    for ours, theirs in NAMES[name].items():
        assert torch.equal(found[ours], file[theirs]), ours
