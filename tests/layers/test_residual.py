"""The residual block and its instance norm."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from inpaint_studio.layers.residual import ResidualBlock, instance_norm, reflect_pad
from tests.layers import randn


@pytest.mark.parametrize("shape", [(1, 5, 2, 2), (1, 3, 7, 30), (2, 4, 9, 5)], ids=str)
def test_instance_norm(shape):
    for layout in (torch.channels_last, torch.contiguous_format):
        x = (3 * randn(*shape) + 40).to(memory_format=layout)
        torch.testing.assert_close(instance_norm(x), functional.instance_norm(x.double()).float(), atol=1e-5, rtol=0)


def test_instance_norm_of_a_large_picture_adds_up_exactly():
    """Sums of a quarter of a million numbers in one row lose 1e-4."""
    x = (randn(1, 2, 512, 512) + 1).to(memory_format=torch.channels_last)
    torch.testing.assert_close(instance_norm(x), functional.instance_norm(x.double()).float(), atol=2e-6, rtol=0)


def test_instance_norm_keeps_channels_innermost():
    x = randn(1, 8, 6, 10).to(memory_format=torch.channels_last)
    assert instance_norm(x).is_contiguous(memory_format=torch.channels_last)


def test_instance_norm_of_flat_channels_is_zero():
    x = torch.full((1, 3, 6, 6), 7.0)
    assert instance_norm(x).abs().max() < 1e-2


def test_instance_norm_in_16_bits():
    x = 2 * randn(1, 4, 64, 64) + 1
    found = instance_norm(x.bfloat16())
    assert found.dtype == torch.bfloat16
    assert (found.float() - functional.instance_norm(x.bfloat16().float())).abs().max() < 0.02


def test_instance_norm_is_learned_through():
    x = randn(2, 3, 6, 8).double().requires_grad_()
    assert torch.autograd.gradcheck(instance_norm, (x,))


def test_reflected_border():
    assert reflect_pad(torch.arange(4.0).view(1, 1, 1, 4).expand(1, 1, 4, 4), 2)[0, 0, 0].tolist() == [
        2,
        1,
        0,
        1,
        2,
        3,
        2,
        1,
    ]


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("dilation", [1, 2])
def test_block(dilation, bias):
    torch.manual_seed(0)
    block = ResidualBlock(6, dilation, bias=bias)
    x = randn(1, 6, 9, 11)
    y = functional.pad(x, (dilation,) * 4, mode="reflect")
    y = functional.conv2d(y, block.conv1.weight, block.conv1.bias, dilation=dilation)
    y = functional.pad(functional.instance_norm(y).relu(), (1,) * 4, mode="reflect")
    expected = x + functional.instance_norm(functional.conv2d(y, block.conv2.weight, block.conv2.bias))
    kept = x.clone()
    with torch.no_grad():
        torch.testing.assert_close(block(x), expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(block(x), expected, atol=1e-5, rtol=0)
    assert torch.equal(x, kept)
    assert (block.conv1.bias is not None) == bias
