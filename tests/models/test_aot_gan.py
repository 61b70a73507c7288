"""AOT-GAN against the plain formulation, and in the forms it was published in."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from inpaint_studio.engine.weights.detect import detect
from inpaint_studio.models.aot_gan import SYSTEM
from inpaint_studio.models.base.network_config import ConfigError
from tests.models import golden
from tests.models import network_checks as check
from tests.reference import simple_nets

SMALL = SYSTEM.small
FORMS = {"official": "aotgan", "mmagic": "mmagic_aotgan"}


@pytest.mark.parametrize("size", [(36, 36), (64, 88)], ids=str)
def test_draws_as_the_plain_formulation(size):
    check.draws_as_plain(SYSTEM, SMALL, simple_nets.aot_gan, *size, near=1e-4)


def test_another_make_draws_as_the_plain_formulation():
    config = SMALL | {"width": 6, "blocks": 1, "rates": [3, 1, 2]}
    check.draws_as_plain(SYSTEM, config, simple_nets.aot_gan, 32, 48, near=1e-4)


def test_a_network_like_any_other():
    network = check.made(SYSTEM, SMALL)
    check.heeds_no_hole_content(network, 64, 64)
    check.survives_tracing(network, 64, 64)
    check.learns_everywhere(SYSTEM, SMALL, 64, 64)
    check.holds_in_16_bits(SYSTEM, SMALL, 64, 64, 0.1)
    check.reports_its_way(check.made(SYSTEM, SMALL | {"blocks": 8}), 64, 64)


def test_a_gate_without_variation_is_nearly_closed():
    """A channel that is the same everywhere has a deviation of 0."""
    network = check.made(SYSTEM, SMALL | {"blocks": 1})
    block = network.blocks[0]
    block.gate.weight.zero_()
    x = torch.rand(1, 16, 12, 12)
    with torch.inference_mode():
        kept = block(x)
    assert torch.isfinite(kept).all()
    assert (kept - x).abs().max() < 0.05 * block.fuse.bias.abs().max() + 0.1


def test_the_least_size_follows_the_rates():
    assert SYSTEM.settle(SYSTEM.traits, SYSTEM.paper) == SYSTEM.traits
    assert SYSTEM.settle(SYSTEM.traits, SYSTEM.paper | {"rates": [1, 2]}).min_side == 12


def test_rates_must_share_the_channels():
    with pytest.raises(ConfigError, match="16 channels cannot be shared among 3 'rates'"):
        SYSTEM.table.complete({"width": 4, "rates": [1, 2, 3]})


# The published files


def part(form: str) -> Any:
    return next(dialect for dialect in SYSTEM.dialects if dialect.name == form).parts[0]


@pytest.mark.parametrize(("form", "name"), FORMS.items())
def test_the_published_keys(form, name):
    keys = {key: shape for key, (shape, _) in golden.keys(name).items()}
    assert SYSTEM.table.complete(part(form).configure(keys)) == SYSTEM.paper
    assert part(form).expected(SYSTEM.paper) == keys
    with torch.device("meta"):
        assert sum(each.numel() for each in SYSTEM.build(SYSTEM.paper).parameters()) == SYSTEM.parameters


@pytest.mark.parametrize("form", FORMS)
def test_the_configuration_is_read_from_the_shapes(form):
    config = SMALL | {"blocks": 3, "rates": [1, 2]}
    assert SYSTEM.table.complete(part(form).configure(part(form).expected(config))) == config
    file = {f"generator.{key}": torch.zeros(shape) for key, shape in part(form).expected(config).items()}
    found = detect({"G.pt": file | {"disc.model.4.weight": torch.ones(1, 8, 4, 4)}}, [SYSTEM])
    assert (found.dialect.name, found.config) == (form, config)


def test_the_order_of_colours_can_be_chosen():
    """The file's own network, once as it is and once as if it had learned blue, green, red."""
    weights = golden.checkpoint("mmagic_aotgan")
    image, hole = (torch.rand(48, 56, 3) * 255).byte().numpy(), torch.zeros(48, 56).bool().numpy()
    hole[10:30, 20:40] = True
    plain, turned = (
        golden.ask(golden.network(SYSTEM, "mmagic", {"network": weights}, {"order": order}), pixels, hole).output
        for order, pixels in (("rgb", image), ("bgr", image[..., ::-1].copy()))
    )
    torch.testing.assert_close(torch.from_numpy(turned[:, ::-1].copy()), torch.from_numpy(plain), atol=1e-3, rtol=0)
