"""External spatial attention: the authors' computation at 64 x 64, resized matrices elsewhere."""

from __future__ import annotations

import math

import pytest
import torch

from inpaint_studio.layers.attention.espa import FACTOR, GRID, ExternalSpatialAttention
from tests.layers import randn
from tests.layers.attention import randomise


def gelu(x):
    return x * (1 + torch.erf(x / math.sqrt(2))) / 2


def normalise(block, x):
    """LayerNorm over the channels of C x H x W."""
    mean = x.mean(0)
    spread = ((x - mean) ** 2).mean(0)
    scaled = (x - mean) / torch.sqrt(spread + 1e-5)
    return scaled * block.norm.weight[:, None, None] + block.norm.bias[:, None, None]


def mix(first, second, tokens):
    """K2 gelu(K1 x) of one row or column of one channel."""
    return second @ gelu(first @ tokens)


def by_formula(block, x, keys, values):
    x = normalise(block, x)
    made = torch.empty_like(x)
    for c in range(x.shape[0]):
        for column in range(x.shape[2]):
            made[c, :, column] = mix(*keys, x[c, :, column])
        for row in range(x.shape[1]):
            made[c, row] = mix(*values, made[c, row].clone())
    return made


def matrices(mixing):
    return mixing.net[0].weight[..., 0], mixing.net[2].weight[..., 0]


def test_formula():
    block, x = randomise(ExternalSpatialAttention(3), 0.1), randn(3, GRID, GRID)
    expected = by_formula(block, x, matrices(block.ex_k), matrices(block.ex_v))
    torch.testing.assert_close(block(x[None])[0], expected, atol=1e-5, rtol=0)


def test_the_authors_parameters():
    shapes = {name: tuple(value.shape) for name, value in ExternalSpatialAttention(128).state_dict().items()}
    mixing = {"net.0.weight": (FACTOR * GRID, GRID, 1), "net.2.weight": (GRID, FACTOR * GRID, 1)}
    assert shapes == {
        "norm.weight": (128,),
        "norm.bias": (128,),
        **{f"{part}.{name}": shape for part in ("ex_k", "ex_v") for name, shape in mixing.items()},
    }


def test_cost_of_the_authors_block():
    """2 f N (H + W) C multiply-adds with f = 2."""
    assert ExternalSpatialAttention.cost(128, 64, 64).macs == 2 * 2 * 64 * 64 * 128 * 128


def hat_weights(old, new):
    """The matrix new x old of linear resizing; a hat is as wide as the larger of both steps."""
    made = torch.zeros(new, old)
    wide = max(1.0, old / new)
    for n in range(new):
        centre = (n + 0.5) * old / new
        for k in range(old):
            made[n, k] = max(0.0, 1 - abs((k + 0.5 - centre) / wide))
    return made / made.sum(1, keepdim=True)


@pytest.mark.parametrize("size", [(7, 5), (1, 9), (70, 3), (64, 11)], ids=str)
def test_other_sizes(size):
    block, x = randomise(ExternalSpatialAttention(2), 0.1), randn(2, *size)
    parts = []
    for mixing, side in zip((block.ex_k, block.ex_v), size, strict=True):
        first, second = matrices(mixing)
        hats = hat_weights(GRID, side)
        parts.append((first @ hats.t() * GRID / side, hats @ second))
    torch.testing.assert_close(block(x[None])[0], by_formula(block, x, *parts), atol=1e-5, rtol=1e-5)


def test_smooth_planes_and_matrices_give_the_same_at_every_size():
    """With matrices that sample smooth functions, a plane at twice the size gives nearly the same values."""
    block = ExternalSpatialAttention(2)
    with torch.no_grad():
        for mixing in (block.ex_k, block.ex_v):
            hidden, tokens = torch.linspace(0, 1, FACTOR * GRID), (torch.arange(GRID) + 0.5) / GRID
            wave = torch.cos(3 * (hidden[:, None] - tokens))
            mixing.net[0].weight.copy_(wave[..., None] / GRID)
            mixing.net[2].weight.copy_(wave.t()[..., None] / GRID)

    def plane(side):
        place = (torch.arange(side) + 0.5) / side
        return torch.stack([torch.sin(2 * place[:, None] + place), torch.cos(place[:, None] * place)])[None]

    exact, double = block(plane(GRID)), block(plane(2 * GRID))
    means = torch.nn.functional.avg_pool2d(double, 2)
    assert (means - exact).abs().max() < 0.01 * exact.abs().max()


def test_what_is_shown():
    block, size = randomise(ExternalSpatialAttention(2)), (64, 64)
    seen = block.look(randn(2, 2, *size))
    shares = []
    for mixing in (block.ex_k, block.ex_v):
        first, second = matrices(mixing)
        product = (second @ first).abs()
        shares.append(product / product.sum(1, keepdim=True))
    for y, x in ((0, 0), (5, 60), (63, 17)):
        offset = [int(shares[0][y].argmax()) - y, int(shares[1][x].argmax()) - x]
        assert seen.offsets[1, :, y, x].tolist() == offset
        torch.testing.assert_close(seen.weight[1, y, x], shares[0][y].max() * shares[1][x].max())
