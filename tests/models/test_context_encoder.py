"""The Context Encoder: its middle, what it may not see, and both published forms."""

from __future__ import annotations

import pytest
import torch

from inpaint_studio.errors import InputError
from inpaint_studio.models.context_encoder import SYSTEM
from tests.models import network_checks as check
from tests.reference import simple_nets

both = pytest.mark.parametrize("bias", [True, False], ids=["bias", "no-bias"])


def middle(start: int = 36, end: int = 92):
    hole = torch.zeros(1, 1, 128, 128)
    hole[..., start:end, start:end] = 1
    return hole


@both
def test_draws_as_the_plain_formulation(bias):
    config = SYSTEM.small | {"bias": bias}
    check.draws_as_plain(SYSTEM, config, simple_nets.context_encoder, 128, 128)


def test_a_network_like_any_other():
    network = check.made(SYSTEM, SYSTEM.small)
    check.heeds_no_hole_content(network, 128, 128)
    check.reports_its_way(network, 128, 128)
    check.survives_tracing(network, 128, 128)
    check.learns_everywhere(SYSTEM, SYSTEM.small, 128, 128)
    check.holds_in_16_bits(SYSTEM, SYSTEM.small, 128, 128, 0.1)


def test_nothing_in_the_middle_is_seen_however_small_the_hole():
    network = check.made(SYSTEM, SYSTEM.small)
    image, _hole = check.picture(128, 128)
    other = torch.where(middle() > 0, 1 - image, image)
    small = middle(60, 64)
    first, second = (check.ask(network, picture, small).output for picture in (image, other))
    torch.testing.assert_close(first, second, atol=0, rtol=0)
    # The rim of what it draws is seen, unless it is of the hole.
    rim = torch.where((middle(32, 96) - middle()) > 0, 1 - image, image)
    assert not torch.equal(check.ask(network, rim, small).output, first)
    wide = middle(32, 96)
    assert torch.equal(check.ask(network, rim, wide).output, check.ask(network, image, wide).output)


def test_outside_the_middle_the_picture_stays():
    image, _hole = check.picture(128, 128)
    output = check.ask(check.made(SYSTEM, SYSTEM.small), image, middle()).output
    outside = (middle(32, 96) == 0).expand(output.shape)
    assert torch.equal(output[outside], image[outside])
    assert not torch.equal(output[~outside], image[~outside])


@pytest.mark.parametrize("row", [31, 96])
def test_a_hole_beyond_the_middle_is_refused(row):
    image, _hole = check.picture(128, 128)
    hole = middle()
    hole[..., row, 64] = 1
    with pytest.raises(InputError, match="only the middle"):
        check.ask(check.made(SYSTEM, SYSTEM.small), image, hole)


def test_another_size_is_refused():
    image, hole = check.picture(128, 160)
    with pytest.raises(InputError, match="128 x 128"):
        check.ask(check.made(SYSTEM, SYSTEM.small), image, hole)


def _dialect(name):
    return next(dialect for dialect in SYSTEM.dialects if dialect.name == name)


ORDER = [
    "enc1 .",
    *(f"enc{n} enc_norm{n} ." for n in range(2, 6)),
    "code code_norm .",
    *(f"dec{n} dec_norm{n} ." for n in range(1, 5)),
    "out .",
]
MODULES = " ".join(ORDER).split()


def _imported(dialect, file, config, state):
    shapes = {key: tuple(value.shape) for key, value in file.items()}
    part = dialect.parts[0]
    assert SYSTEM.table.restore(part.configure(shapes)) == config
    assert part.expected(config).items() <= shapes.items()
    found = dialect.translate({"network": file}, config)
    assert found.keys() == state.keys()
    assert all(torch.equal(found[key], state[key]) for key in state)


def test_the_port():
    config = SYSTEM.table.complete({"width": 4, "bottleneck": 12, "bias": False})
    state = check.state_of(SYSTEM, config)
    file = {}
    for key, value in state.items():
        name, field = key.split(".")
        file[f"main.{MODULES.index(name)}.{field}"] = value
    _imported(_dialect("port"), file, config, state)


def test_the_official_file_nests_the_encoder():
    config = SYSTEM.table.complete({"width": 4, "bottleneck": 12, "bias": True})
    state = check.state_of(SYSTEM, config)
    inner = MODULES.index("code") + 1
    file = {}
    for key, value in state.items():
        name, field = key.split(".")
        place = MODULES.index(name)
        nested = f"modules.1.modules.{place + 1}" if place < inner else f"modules.{place - inner + 2}"
        if field != "num_batches_tracked":
            file[f"{nested}.{field}"] = value
    assert "modules.1.modules.15.weight" in file  # the code's convolution ends the encoder
    assert "modules.16.weight" in file  # and what draws stands before the last activation
    _imported(_dialect("official"), file, config, state)
