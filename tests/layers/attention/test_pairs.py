"""Blocks that weigh pairs of places or of channels, against their formulas in loops."""

from __future__ import annotations

import pytest
import torch

from inpaint_studio.layers.attention.danet import ChannelAttention, DualAttention, PositionAttention
from inpaint_studio.layers.attention.external import ENTRIES, ExternalAttention
from inpaint_studio.layers.attention.non_local import NonLocal
from inpaint_studio.layers.attention.self_attention import SelfAttention
from tests.layers import randn
from tests.layers.attention import cells, linear, randomise

SIZES = [(3, 4), (1, 5)]


def close(made, expected):
    torch.testing.assert_close(made, expected, atol=1e-5, rtol=0)


def as_plane(values, height, width):
    return torch.stack(values, 1).view(1, -1, height, width)


def attend(queries, keys, values):
    """The mean of the values for each query, weighed by the exponentials of the products; and the weights."""
    means, weights = [], []
    for query in queries:
        powers = [torch.exp(query @ key) for key in keys]
        weights.append([power / sum(powers) for power in powers])
        means.append(sum(weight * value for weight, value in zip(weights[-1], values, strict=True)))
    return means, torch.stack([torch.stack(row) for row in weights])


def check_strongest(seen, weights, width):
    for place, row in enumerate(weights):
        y, x = divmod(place, width)
        best = int(row.argmax())
        offset = [best // width - y, best % width - x]
        assert seen.offsets[0, :, y, x].tolist() == offset
        close(seen.weight[0, y, x], row.max())


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_self_attention(size):
    block, features = randomise(SelfAttention(16)), randn(1, 16, *size)
    x = cells(features[0])
    f, g, h = ([linear(conv, each) for each in x] for conv in (block.f, block.g, block.h))
    assert len(f[0]) == 2
    means, weights = attend(g, f, h)
    close(block(features), as_plane([linear(block.v, mean) for mean in means], *size))
    check_strongest(block.look(features), weights, size[1])


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_non_local(size):
    block, features = randomise(NonLocal(6), 0.3), randn(1, 6, *size)
    x = cells(features[0])
    theta, phi, g = ([linear(conv, each) for each in x] for conv in (block.theta, block.phi, block.g))
    assert len(theta[0]) == 3
    means, weights = attend(theta, phi, g)
    close(block(features), as_plane([linear(block.z, mean) for mean in means], *size))
    check_strongest(block.look(features), weights, size[1])


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_position_attention(size):
    block, features = randomise(PositionAttention(16), 0.3), randn(1, 16, *size)
    x = cells(features[0])
    query, key, value = ([linear(conv, each) for each in x] for conv in (block.query, block.key, block.value))
    assert len(query[0]) == 2
    means, weights = attend(query, key, value)
    close(block(features), as_plane(means, *size))
    check_strongest(block.look(features), weights, size[1])


def of_channels(features):
    """Q of the formula, and the matrix of weights."""
    rows = list(features[0].flatten(1))
    weights = []
    for row in rows:
        alike = [row @ other for other in rows]
        powers = [torch.exp(max(alike) - each) for each in alike]
        weights.append(torch.stack([power / sum(powers) for power in powers]))
    mixed = [sum(weight * row for weight, row in zip(line, rows, strict=True)) for line in weights]
    return torch.stack(mixed).view_as(features), torch.stack(weights)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_channel_attention(size):
    block, features = ChannelAttention(5), 0.7 * randn(1, 5, *size)
    mixed, weights = of_channels(features)
    close(block(features), mixed)
    close(block.look(features).units[0], weights.sum(0) / 5)


def test_both_are_added():
    block, features = randomise(DualAttention(8)), randn(1, 8, 3, 4)
    assert block.alpha != block.beta
    expected = block.alpha * block.position(features) + block.beta * of_channels(features)[0]
    close(block(features), expected)
    seen, places, channels = block.look(features), block.position.look(features), block.channel.look(features)
    assert torch.equal(seen.offsets, places.offsets)
    assert torch.equal(seen.weight, places.weight)
    assert torch.equal(seen.units, channels.units)
    fresh = DualAttention(8)
    assert fresh.alpha == fresh.beta == 1


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_external_attention(size):
    block, features = randomise(ExternalAttention(5)), randn(1, 5, *size)
    queries = [linear(block.query, each) for each in cells(features[0])]
    powers = [torch.exp(block.key.weight[..., 0] @ query) for query in queries]
    total = sum(powers)
    over_places = [power / total for power in powers]
    weights = [each / (1e-9 + each.sum()) for each in over_places]
    assert len(weights[0]) == ENTRIES
    made = [linear(block.output, block.value.weight[..., 0] @ weight) for weight in weights]
    close(block(features), as_plane(made, *size))
    close(block.look(features).units[0], sum(weights) / len(weights))
    close(block.look(features).units.sum(), torch.tensor(1.0))


def test_the_memory_of_values_starts_as_that_of_keys():
    block = ExternalAttention(5)
    assert torch.equal(block.value.weight[..., 0], block.key.weight[..., 0].t())
