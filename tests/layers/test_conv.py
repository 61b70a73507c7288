"""Convolutions computed another way are the same convolutions."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from inpaint_studio.layers.cpu.conv import convolve1x1, convolve3x3, convolve_stride2, convolve_to_few
from tests.layers import randn


@pytest.fixture(autouse=True)
def on_any_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")


@pytest.mark.parametrize("dilation", [1, 2, 3])
@pytest.mark.parametrize("size", [(8, 12), (13, 23)], ids=str)
def test_three_by_three(size, dilation):
    height, width = size
    weight, bias = randn(192, 176, 3, 3, seed=1), randn(192, seed=2)
    for layout in (torch.channels_last, torch.contiguous_format):
        x = randn(2, 176, height + 2 * dilation, width + 2 * dilation).to(memory_format=layout)
        before = x.clone()
        expected = functional.conv2d(x.double(), weight.double(), bias.double(), dilation=dilation)
        found = convolve3x3(x, weight, bias, dilation)
        assert (found - expected).abs().max() <= 1e-5 * expected.abs().max()
        assert torch.equal(x, before)


def test_three_by_three_is_not_conv2d_here():
    """The sums differ in their last bits, so that the test above compares two ways."""
    x, weight = randn(1, 192, 12, 12), randn(192, 192, 3, 3, seed=1)
    assert not torch.equal(convolve3x3(x, weight), functional.conv2d(x, weight))


@pytest.mark.parametrize("out", [1, 3, 5])
def test_few_channels_out(out):
    for layout in (torch.channels_last, torch.contiguous_format):
        x = randn(2, 6, 15, 19).to(memory_format=layout)
        weight, bias = randn(out, 6, 7, 5, seed=1), randn(out, seed=2)
        torch.testing.assert_close(convolve_to_few(x, weight, bias), functional.conv2d(x, weight, bias))
        torch.testing.assert_close(convolve_to_few(x, weight), functional.conv2d(x, weight))


@pytest.mark.parametrize("threads", [1, 2])
def test_one_by_one(threads, monkeypatch):
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    for layout in (torch.channels_last, torch.contiguous_format):
        x, weight, bias = randn(2, 6, 5, 7).to(memory_format=layout), randn(4, 6, 1, 1, seed=1), randn(4, seed=2)
        torch.testing.assert_close(convolve1x1(x, weight, bias), functional.conv2d(x, weight, bias))


@pytest.mark.parametrize(
    ("size", "side", "border"), [((96, 64), 5, 2), ((96, 63), 5, 2), ((8, 6), 5, 2), ((96, 64), 4, 1), ((96, 64), 5, 0)]
)
def test_by_twos(size, side, border):
    weight, bias = randn(64, 32, side, side, seed=1), randn(64, seed=2)
    for layout in (torch.channels_last, torch.contiguous_format):
        x = randn(2, 32, *size).to(memory_format=layout)
        expected = functional.conv2d(x.double(), weight.double(), bias.double(), 2, border)
        found = convolve_stride2(x, weight, bias, border)
        assert found.shape == expected.shape
        assert (found - expected).abs().max() <= 1e-5 * expected.abs().max()


def test_by_twos_is_not_conv2d_here():
    x, weight = randn(2, 32, 96, 64), randn(64, 32, 5, 5, seed=1)
    assert not torch.equal(convolve_stride2(x, weight, None, 2), functional.conv2d(x, weight, None, 2, 2))


@pytest.mark.parametrize("way", [convolve1x1, convolve3x3, convolve_to_few])
def test_sixteen_bits_stay_sixteen_bits(way):
    size = {convolve1x1: 1, convolve3x3: 3, convolve_to_few: 7}[way]
    x, weight = randn(1, 192, 9, 9).bfloat16(), randn(3, 192, size, size).bfloat16()
    assert way(x, weight).dtype == torch.bfloat16
