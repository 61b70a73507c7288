"""Blocks that scale channels or places, against their formulas in loops."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional

from inpaint_studio.layers.attention.cbam import ConvolutionalBlockAttention
from inpaint_studio.layers.attention.efficient import EfficientChannelAttention, kernel_for
from inpaint_studio.layers.attention.residual_attention import ResidualAttention
from inpaint_studio.layers.attention.selective import SelectiveKernels
from inpaint_studio.layers.attention.squeeze import SqueezeExcitation
from tests.layers import randn
from tests.layers.attention import randomise

SIZES = [(5, 4), (1, 7)]


def close(made, expected):
    torch.testing.assert_close(made, expected, atol=1e-5, rtol=0)


def sigmoid(x):
    return 1 / (1 + torch.exp(-x))


def convolve(x, weight, bias, dilation=1, groups=1):
    """A convolution of C x H x W in loops, with zeros beyond the border; odd kernels."""
    outputs, each, kernel, _ = weight.shape
    height, width = x.shape[1:]
    made = torch.zeros(outputs, height, width)
    for o in range(outputs):
        first = o // (outputs // groups) * each
        for row in range(height):
            for column in range(width):
                total = 0.0 if bias is None else bias[o]
                for i in range(kernel):
                    for j in range(kernel):
                        y = row + (i - kernel // 2) * dilation
                        z = column + (j - kernel // 2) * dilation
                        if 0 <= y < height and 0 <= z < width:
                            total = total + weight[o, :, i, j] @ x[first : first + each, y, z]
                made[o, row, column] = total
    return made


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_squeeze_and_excitation(size):
    block, features = randomise(SqueezeExcitation(32)), randn(1, 32, *size)
    z = torch.stack([plane.sum() / plane.numel() for plane in features[0]])
    squeezed = (block.squeeze.weight @ z + block.squeeze.bias).clamp_min(0)
    assert len(squeezed) == 2
    s = sigmoid(block.excite.weight @ squeezed + block.excite.bias)
    close(block(features)[0], torch.stack([weight * plane for weight, plane in zip(s, features[0], strict=True)]))
    close(block.look(features).units[0], s)


@pytest.mark.parametrize(("channels", "kernel"), [(1, 1), (8, 3), (64, 3), (128, 5), (256, 5), (512, 5)])
def test_number_of_neighbours(channels, kernel):
    assert kernel_for(channels) == kernel
    assert EfficientChannelAttention(channels).conv.weight.shape == (1, 1, kernel)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_efficient_channel_attention(size):
    block, features = randomise(EfficientChannelAttention(12)), randn(1, 12, *size)
    z = [plane.sum() / plane.numel() for plane in features[0]]
    w = block.conv.weight[0, 0]
    assert len(w) == 3
    s = [
        sigmoid(sum(w[j + 1] * z[c + j] for j in (-1, 0, 1) if 0 <= c + j < 12))  # beyond the ends: 0
        for c in range(12)
    ]
    close(block(features)[0], torch.stack([weight * plane for weight, plane in zip(s, features[0], strict=True)]))
    close(block.look(features).units[0], torch.stack(s))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_selective_kernels(size):
    block, x = randomise(SelectiveKernels(12), 0.3), randn(12, *size)
    groups = math.gcd(12, 32)
    narrow = convolve(x, block.narrow.weight, block.narrow.bias, 1, groups).clamp_min(0)
    wide = convolve(x, block.wide.weight, block.wide.bias, 2, groups).clamp_min(0)
    s = torch.stack([plane.sum() / plane.numel() for plane in narrow + wide])
    z = (block.fuse.weight @ s + block.fuse.bias).clamp_min(0)
    assert len(z) == 32
    scores = block.select.weight @ z
    made, weights = [], []
    for c in range(12):
        first, second = torch.exp(scores[c]), torch.exp(scores[12 + c])
        weights.append(second / (first + second))
        made.append((1 - weights[-1]) * narrow[c] + weights[-1] * wide[c])
    close(block(x[None])[0], torch.stack(made))
    close(block.look(x[None]).units[0], torch.stack(weights))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_cbam(size):
    block, x = randomise(ConvolutionalBlockAttention(32), 0.3), randn(32, *size)
    first, _, second = block.mlp

    def mlp(v):
        return second.weight @ (first.weight @ v + first.bias).clamp_min(0) + second.bias

    means = torch.stack([plane.sum() / plane.numel() for plane in x])
    greatest = torch.stack([plane.flatten().sort().values[-1] for plane in x])
    channels = sigmoid(mlp(means) + mlp(greatest))
    scaled = torch.stack([weight * plane for weight, plane in zip(channels, x, strict=True)])
    planes = torch.stack([scaled.sort(0).values[-1], scaled.sum(0) / 32])
    places = sigmoid(convolve(planes, block.spatial.weight, block.spatial.bias))[0]
    close(block(x[None])[0], scaled * places)
    close(block.look(x[None]).units[0], channels)
    close(block.look(x[None]).weight[0], places)


def unit(module, x):
    """unit(x) of the formula."""
    inner = convolve(x.clamp_min(0), module.reduce.weight, module.reduce.bias).clamp_min(0)
    inner = convolve(inner, module.conv.weight, module.conv.bias).clamp_min(0)
    return x + convolve(inner, module.expand.weight, module.expand.bias)


def pool(x):
    height, width = x.shape[1:]
    rows = [
        [x[:, max(0, r - 1) : r + 2, max(0, c - 1) : c + 2].amax((1, 2)) for c in range(0, width, 2)]
        for r in range(0, height, 2)
    ]
    return torch.stack([torch.stack(row, 1) for row in rows], 1)


def resize(x, like):
    return functional.interpolate(x[None], like.shape[1:], mode="bilinear", align_corners=True)[0]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_residual_attention(size):
    block, x = randomise(ResidualAttention(8), 0.2), randn(8, *size)
    assert block.up.conv.weight.shape[0] == 2
    trunk = unit(block.trunk[1], unit(block.trunk[0], x))
    down = unit(block.down, pool(x))
    middle = unit(block.middle[1], unit(block.middle[0], pool(down)))
    low = resize(middle, down) + unit(block.skip, down)
    high = resize(unit(block.up, low), x).clamp_min(0)
    mixed = convolve(high, block.mix.weight, block.mix.bias).clamp_min(0)
    mask = sigmoid(convolve(mixed, block.output.weight, block.output.bias))
    close(block(x[None])[0], (1 + mask) * trunk)
    close(block.look(x[None]).weight[0], mask.mean(0))
    close(block.look(x[None]).units[0], mask.mean((1, 2)))
