"""GLCIC in both makes, against the plain formulation and in the forms it was published in."""

from __future__ import annotations

import pytest
import torch

from inpaint_studio.models.glcic import PLACES2, SYSTEM
from tests.models import network_checks as check
from tests.reference import simple_nets

both_orders = pytest.mark.parametrize(
    "config",
    [SYSTEM.table.complete({"width": 4, "order": order}) for order in ("conv-bn-relu", "conv-relu-bn")],
    ids=lambda c: c["order"],
)


@both_orders
def test_draws_as_the_plain_formulation(config):
    check.draws_as_plain(SYSTEM, config, simple_nets.glcic, 72, 100)


def test_norms_that_turn_values_round_are_folded_too():
    """A norm after the activation may have a negative scale, or none."""
    config = SYSTEM.table.complete({"width": 4, "order": "conv-relu-bn"})
    state = check.state_of(SYSTEM, config)
    for key in [key for key in state if key.startswith("bn") and key.endswith("weight")]:
        state[key] = torch.linspace(-1, 1, len(state[key])).round(decimals=1)
    image, hole = check.picture(64, 64)
    network = check.load_network(SYSTEM, config, dict(state), "random")
    network.optimise()
    expected = simple_nets.glcic(state, config, image, hole)
    torch.testing.assert_close(check.ask(network, image, hole).output, expected, atol=1e-5, rtol=0)


def test_clipped_it_draws_as_the_plain_formulation():
    check.draws_as_plain(SYSTEM, {"width": 4, "bound": "clip"}, simple_nets.glcic, 72, 100)


@both_orders
def test_a_network_like_any_other(config):
    network = check.made(SYSTEM, config)
    check.heeds_no_hole_content(network, 64, 64)
    check.reports_its_way(network, 64, 64)
    check.survives_tracing(network, 64, 64)
    check.learns_everywhere(SYSTEM, config, 64, 64)
    check.holds_in_16_bits(SYSTEM, config, 64, 64, 0.1)


def _dialect(name):
    return next(dialect for dialect in SYSTEM.dialects if dialect.name == name)


def _shapes(tensors):
    return {key: tuple(value.shape) for key, value in tensors.items()}


def test_the_official_file():
    """A table of a flat sequence, modules counted from 1, and the mean colour."""
    config = SYSTEM.table.complete({"width": 6, "order": "conv-bn-relu"})
    state = check.state_of(SYSTEM, config)
    file, place = {"mean": state["mean"]}, 1
    for number in range(1, 18):
        name = f"deconv{number}" if number in (13, 15) else f"conv{number}"
        for field in ("weight", "bias"):
            file[f"model.modules.{place}.{field}"] = state[f"{name}.{field}"]
        if number < 17:
            for field in ("weight", "bias", "running_mean", "running_var"):
                file[f"model.modules.{place + 1}.{field}"] = state[f"bn{number}.{field}"]
        place += 3
    part = _dialect("official").parts[0]
    assert SYSTEM.table.restore(part.configure(_shapes(file))) == config
    assert part.expected(config) == _shapes(file)
    found = _dialect("official").translate({"network": file}, config)
    assert found.keys() == state.keys()
    assert all(torch.equal(found[key], state[key]) for key in state)


def test_the_converted_file_gets_the_mean_of_places2():
    config = SYSTEM.table.complete({"width": 6, "order": "conv-bn-relu"})
    state = check.state_of(SYSTEM, config)
    file = {}
    for key, value in state.items():
        if key == "mean":
            continue
        name, field = key.split(".")
        number = int("".join(c for c in name if c.isdigit()))
        file[f"16.{field}" if number == 17 else f"{number - 1}.{int(name.startswith('bn'))}.{field}"] = value
    part = _dialect("converted").parts[0]
    assert SYSTEM.table.restore(part.configure(_shapes(file))) == config
    assert part.expected(config).items() <= _shapes(file).items()
    found = _dialect("converted").translate({"network": file}, config)
    torch.testing.assert_close(found["mean"], torch.tensor(PLACES2))
    assert torch.equal(found["deconv15.weight"], state["deconv15.weight"])


def test_the_port_brings_its_mean_in_a_second_file():
    state = check.state_of(SYSTEM, SYSTEM.small)
    network = {key: value for key, value in state.items() if key != "mean" and "num_batches" not in key}
    dialect = _dialect("otenim")
    assert [part.name for part in dialect.parts] == ["network", "mean"]
    found = dialect.parts[0].configure(_shapes(network)) | dialect.parts[1].configure({"mpv": (3,)})
    assert found == {"width": 4, "order": "conv-relu-bn", "bound": "sigmoid"}
    config = SYSTEM.table.restore(found)
    assert dialect.parts[0].expected(config) == _shapes(network)
    mean = torch.tensor([0.1, 0.2, 0.3])
    found = dialect.translate({"network": network, "mean": {"mpv": mean}}, config)
    assert torch.equal(found["mean"], mean)
    assert found.keys() == state.keys()
