"""Spatial transformer and appearance flow: the bilinear sampling in loops, and where they sample."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from inpaint_studio.layers.attention.appearance_flow import AppearanceFlow
from inpaint_studio.layers.attention.sampling import sample
from inpaint_studio.layers.attention.spatial_transformer import SpatialTransformer
from tests.layers import randn
from tests.layers.attention import randomise

SIZES = [(5, 4), (1, 6), (3, 1)]


def close(made, expected):
    torch.testing.assert_close(made, expected, atol=1e-5, rtol=0)


def by_formula(x, positions):
    """V(r, c) of C x H x W at positions 2 x h x w."""
    height, width = x.shape[1:]
    made = torch.zeros(x.shape[0], *positions.shape[1:])
    for row in range(positions.shape[1]):
        for column in range(positions.shape[2]):
            r, c = positions[:, row, column].tolist()
            for n in range(height):
                for m in range(width):
                    weight = max(0.0, 1 - abs(r - n)) * max(0.0, 1 - abs(c - m))
                    made[:, row, column] += weight * x[:, n, m]
    return made


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_sampling(size):
    x = randn(3, *size)
    positions = 4 * randn(2, 4, 5, seed=3)  # beyond the border, too
    close(sample(x[None], positions[None])[0], by_formula(x, positions))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_spatial_transformer(size):
    block, features = randomise(SpatialTransformer(8), 0.2), randn(1, 8, *size)
    theta = block.locate(features)[0]
    height, width = size
    positions = torch.zeros(2, height, width)
    for row in range(height):
        for column in range(width):
            place = torch.tensor([(2 * column + 1) / width - 1, (2 * row + 1) / height - 1, 1.0])
            moved = theta @ place
            positions[1, row, column] = ((moved[0] + 1) * width - 1) / 2
            positions[0, row, column] = ((moved[1] + 1) * height - 1) / 2
    close(block(features)[0], by_formula(features[0], positions))
    own = torch.stack(torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij"))
    close(block.look(features).offsets[0], positions - own)


def test_its_small_network():
    block, features = randomise(SpatialTransformer(8), 0.2), randn(2, 8, 16, 16)
    found = functional.conv2d(features, block.conv1.weight, block.conv1.bias, 2, 1).clamp_min(0)
    found = functional.conv2d(found, block.conv2.weight, block.conv2.bias, 2, 1).clamp_min(0)
    assert found.shape == (2, 2, 4, 4)
    hidden = (found.flatten(1) @ block.fc1.weight.t() + block.fc1.bias).clamp_min(0)
    close(block.locate(features), (hidden @ block.fc2.weight.t() + block.fc2.bias).view(2, 2, 3))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_appearance_flow(size):
    block, features = randomise(AppearanceFlow(3), 0.3), randn(1, 3, *size)
    flow = functional.conv2d(features, block.flow.weight, block.flow.bias, padding=1)[0]
    own = torch.stack(torch.meshgrid(torch.arange(size[0]), torch.arange(size[1]), indexing="ij"))
    close(block(features)[0], by_formula(features[0], own + flow))
    close(block.look(features).offsets[0], flow)


@pytest.mark.parametrize("kind", [SpatialTransformer, AppearanceFlow])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_they_start_as_the_identity(kind, size):
    features = randn(2, 6, *size)
    close(kind(6)(features), features)
    assert kind(6).look(features).offsets.abs().max() < 1e-5
