"""MI-GAN against the plain formulation, and what its files hold beside what was learned."""

from __future__ import annotations

import pytest
import torch

from inpaint_studio.errors import WeightsError
from inpaint_studio.models.mi_gan import SYSTEM
from tests.models import network_checks as check
from tests.reference import simple_nets

DIALECT = SYSTEM.dialects[0]
TINY = SYSTEM.table.complete({"resolution": 32, "widths": [6, 4, 4, 2]})


def test_draws_as_the_plain_formulation():
    check.draws_as_plain(SYSTEM, SYSTEM.small, simple_nets.mi_gan, 64, 64)


def test_a_network_like_any_other():
    network = check.made(SYSTEM, SYSTEM.small)
    check.heeds_no_hole_content(network, 64, 64)
    check.reports_its_way(network, 64, 64)
    check.survives_tracing(network, 64, 64)
    check.learns_everywhere(SYSTEM, SYSTEM.small, 64, 64)
    check.holds_in_16_bits(SYSTEM, SYSTEM.small, 64, 64, 0.1)


def test_values_beyond_the_bound_are_clamped_alike():
    """In 64 bits, as differences between such values grow from layer to layer."""
    state = {key: value.double() for key, value in check.state_of(SYSTEM, TINY).items()}
    loud = {key: 6 * value if key.endswith("wise.weight") else value for key, value in state.items()}
    network = check.load_network(SYSTEM, TINY, dict(loud), "random")
    network.optimise()
    image, hole = (plane.double() for plane in check.picture(32, 32))
    with torch.inference_mode():
        expected = simple_nets.mi_gan(loud, TINY, image, hole)
    assert 100 < expected.abs().max() < 10_000  # without the bound it is beyond 10^12
    torch.testing.assert_close(check.ask(network, image, hole).output.double(), expected, rtol=1e-5, atol=1e-4)


def published(config):
    """A file of the authors': other names, and the constants of the resampling."""
    state, file = check.state_of(SYSTEM, config), {}
    for key, value in state.items():
        for ours, theirs in (("depthwise", "conv1"), ("pointwise", "conv2"), ("from_rgb", "fromrgb")):
            key = key.replace(ours, theirs)
        key = key.replace("to_rgb", "torgb")
        file[f"{key}_const" if key.endswith(".noise") else key] = value
    kernel = torch.outer(*[torch.tensor([1.0, 3.0, 3.0, 1.0])] * 2) / 64
    for level, channels in enumerate(config["widths"]):
        size = 4 << level
        if size == 4:
            continue
        file[f"encoder.b{size}.conv2.downsample.filter.weight"] = kernel.repeat(channels, 1, 1, 1)
        for name, count in (("conv1.upsample", channels), ("upsample", 3)):
            file[f"synthesis.b{size}.{name}.filter.weight"] = 4 * kernel.repeat(count, 1, 1, 1)
            grid = torch.zeros(1, 1, size, size)
            grid[..., ::2, ::2] = 1
            file[f"synthesis.b{size}.{name}.filter_const"] = grid
    return state, file


def test_the_published_file():
    state, file = published(TINY)
    shapes = {key: tuple(value.shape) for key, value in file.items()}
    part = DIALECT.parts[0]
    assert SYSTEM.table.restore(part.configure(shapes)) == TINY
    assert part.expected(TINY).items() <= shapes.items()
    found = DIALECT.translate({"network": file}, TINY)
    assert found.keys() == state.keys()
    assert all(torch.equal(found[key], state[key]) for key in state)


@pytest.mark.parametrize("constant", ["filter.weight", "filter_const"])
def test_other_filters_are_refused(constant):
    _state, file = published(TINY)
    key = f"synthesis.b16.conv1.upsample.{constant}"
    file[key] = file[key] + 0.01
    with pytest.raises(WeightsError, match="resample otherwise"):
        DIALECT.translate({"network": file}, TINY)


def test_its_size_is_that_of_its_weights():
    settled = SYSTEM.settle(SYSTEM.traits, TINY)
    assert settled.fixed_size == settled.trained_at == settled.min_side == 32
    assert SYSTEM.traits.fixed_size == SYSTEM.paper["resolution"]
