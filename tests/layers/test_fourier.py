"""Fast Fourier convolutions."""

from __future__ import annotations

import math

import pytest
import torch

from inpaint_studio.layers.fourier import FourierConvolution, FourierUnit
from tests.layers import randn
from tests.reference import lama as plain


def settled(module: torch.nn.Module) -> torch.nn.Module:
    """Random weights and statistics, as after training."""
    for number, tensor in enumerate(module.state_dict().values()):
        if tensor.is_floating_point():
            tensor.copy_(randn(*tensor.shape, seed=number).abs() * 0.5 + 0.5 if tensor.ndim == 1 else tensor)
    return module.eval().requires_grad_(False)


@pytest.mark.parametrize("size", [(2, 2), (8, 12), (5, 7)], ids=str)
@pytest.mark.parametrize("folded", [False, True])
def test_unit_is_the_plain_formulation(size, folded):
    torch.manual_seed(1)
    unit = settled(FourierUnit(6))
    state = {f"unit.{key}": value.clone() for key, value in unit.state_dict().items()}
    x = randn(2, 6, *size).to(memory_format=torch.channels_last)
    expected = plain.fourier_unit(state, "unit", x)
    if folded:
        unit.fold()
        assert isinstance(unit.norm, torch.nn.Identity)
    torch.testing.assert_close(unit(x), expected, atol=1e-5, rtol=0)


def test_unit_takes_real_and_imaginary_parts_in_turn():
    """A convolution that swaps channels 0 and 1 turns a cosine of amplitude 1 into half a sine, as the rectifier lets
    only one sign pass; one that swaps 0 and 2 would leave another channel."""
    unit = FourierUnit(2).eval().requires_grad_(False)
    unit.conv.weight.zero_()
    unit.conv.weight[1, 0] = 1  # the imaginary part of channel 0 becomes its real part
    at = 2 * math.pi * 3 * torch.arange(16) / 16
    x = torch.stack([torch.cos(at), torch.zeros(16)]).view(1, 2, 1, 16).expand(1, 2, 4, 16)
    y = unit(x.contiguous())
    torch.testing.assert_close(y[0, 0, 0], -torch.sin(at), atol=1e-4, rtol=0)
    assert y[0, 1].abs().max() == 0


def test_a_value_sees_the_whole_picture():
    torch.manual_seed(2)
    layer = settled(FourierConvolution((2, 4), (2, 4)))
    local, wide = randn(1, 2, 16, 16), randn(1, 4, 16, 16)
    other = wide.clone()
    other[..., 0, 0] += 5
    near, far = ((a - b).abs().amax(1)[0] > 1e-6 for a, b in zip(layer(local, wide), layer(local, other), strict=True))
    assert near.sum() <= 4  # the corner, which its mirror image does not leave
    assert far.float().mean() > 0.3


@pytest.mark.parametrize("stride", [1, 2])
def test_layer_is_the_plain_formulation(stride):
    torch.manual_seed(3)
    channels = (4, 6) if stride == 1 else (10, 0)
    layer = settled(FourierConvolution(channels, (4, 6), stride))
    state = {f"layer.{key}": value.clone() for key, value in layer.state_dict().items()}
    branches = (randn(1, channels[0], 8, 12), randn(1, 6, 8, 12, seed=7) if stride == 1 else None)
    expected = plain._layer(state, "layer", *branches)
    for fold in (False, True):
        if fold:
            layer.fold()
        for found, each in zip(layer(*branches), expected, strict=True):
            torch.testing.assert_close(found, each, atol=1e-5, rtol=0)


def test_sixteen_bits():
    torch.manual_seed(4)
    unit = settled(FourierUnit(6))
    x = randn(1, 6, 16, 16)
    expected = unit(x)
    found = unit.to(torch.bfloat16)(x.bfloat16())
    assert found.dtype == torch.bfloat16
    assert (found.float() - expected).abs().mean() < 0.02 * expected.std()
