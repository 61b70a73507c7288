"""Partial convolutions in both arithmetics, against the plain formulation and in the published form."""

from __future__ import annotations

import pytest
import torch

from inpaint_studio.models.partial_conv import SYSTEM
from tests.models import network_checks as check
from tests.reference import simple_nets

SMALL = SYSTEM.table.complete({"widths": [4, 6, 8], "window": True})
both = pytest.mark.parametrize("window", [True, False], ids=["window", "no-window"])


@both
def test_draws_as_the_plain_formulation(window):
    check.draws_as_plain(SYSTEM, SMALL | {"window": window}, simple_nets.partial_conv, 64, 104)


def test_with_a_bias_and_the_colours_of_mmagic_it_draws_as_the_plain_formulation():
    check.draws_as_plain(SYSTEM, SMALL | {"colours": "half", "bias": True}, simple_nets.partial_conv, 64, 104)


def test_seven_stages_see_the_least_picture():
    check.draws_as_plain(SYSTEM, SYSTEM.small, simple_nets.partial_conv, 128, 128)


@both
def test_a_network_like_any_other(window):
    config = SMALL | {"window": window}
    network = check.made(SYSTEM, config)
    check.heeds_no_hole_content(network, 64, 64)
    check.reports_its_way(network, 64, 64)
    check.survives_tracing(network, 64, 64)
    check.learns_everywhere(SYSTEM, config, 64, 64)
    check.holds_in_16_bits(SYSTEM, config, 64, 64, 0.1)


def test_nothing_known_is_the_mean_colour():
    image, _hole = check.picture(64, 64)
    state = check.state_of(SYSTEM, SMALL)
    network = check.load_network(SYSTEM, SMALL, state, "random")
    network.optimise()
    output = check.ask(network, image, torch.ones(1, 1, 64, 64)).output
    torch.testing.assert_close(output, torch.tensor((0.485, 0.456, 0.406)).view(1, 3, 1, 1).expand(output.shape))


def test_the_published_file():
    config = SYSTEM.table.complete({"widths": [4, 6, 8, 10], "window": False})
    state = check.state_of(SYSTEM, config)
    file = {}
    for key, value in state.items():
        stage, module, field = key.split(".")
        name = "conv.input_conv" if module == "conv" else "bn"
        file[f"{stage[:3]}_{stage[3:]}.{name}.{field}"] = value
        if module == "conv" and field == "weight":
            file[f"{stage[:3]}_{stage[3:]}.conv.mask_conv.weight"] = torch.ones_like(value)
    dialect = SYSTEM.dialects[0]
    shapes = {key: tuple(value.shape) for key, value in file.items()}
    assert SYSTEM.table.complete(dialect.parts[0].configure(shapes)) == config
    assert dialect.parts[0].expected(config).items() <= shapes.items()
    found = dialect.translate({"network": file}, config)
    assert found.keys() == state.keys()
    assert all(torch.equal(found[key], state[key]) for key in state)


def test_sides_follow_from_the_number_of_stages():
    assert SYSTEM.settle(SYSTEM.traits, SMALL).multiple_of == 8
    assert SYSTEM.settle(SYSTEM.traits, SYSTEM.paper).multiple_of == SYSTEM.traits.multiple_of == 128
