"""The convolution by tiles is the convolution, and so are its gradients."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from inpaint_studio.layers.cpu import winograd
from tests.layers import randn


def case(height: int, width: int, seed: int = 0) -> list[torch.Tensor]:
    made = [randn(2, 16, height, width, seed=seed), randn(24, 16, 3, 3, seed=seed + 1), randn(24, seed=seed + 2)]
    return [tensor.requires_grad_() for tensor in made]


def exact(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None, dilation: int, border: int) -> torch.Tensor:
    doubled = None if bias is None else bias.double()
    return functional.conv2d(x.double(), weight.double(), doubled, padding=border, dilation=dilation)


def assert_near(found, expected):
    assert found.shape == expected.shape
    assert (found - expected).abs().max() <= 1e-5 * expected.abs().max()


@pytest.mark.parametrize("tiles", [1, 40, 512])
@pytest.mark.parametrize(("dilation", "border"), [(1, 1), (1, 0), (2, 2), (2, 0), (3, 1), (8, 8)])
@pytest.mark.parametrize("size", [(17, 19), (24, 32), (40, 21)], ids=str)
def test_it_is_the_convolution_and_so_are_its_gradients(size, dilation, border, tiles, monkeypatch):
    if min(size) + 2 * border <= 2 * dilation:
        pytest.skip("smaller than the kernel")
    monkeypatch.setattr(winograd, "_TILES", tiles)
    inputs = case(*size)
    expected, found = exact(*inputs, dilation, border), winograd.convolve_with_gradients(*inputs, dilation, border)
    assert_near(found, expected)
    gradient = randn(*expected.shape, seed=5)
    for one, other in zip(
        torch.autograd.grad(found, inputs, gradient),
        torch.autograd.grad(expected, inputs, gradient.double()),
        strict=True,
    ):
        assert_near(one, other)


@pytest.mark.parametrize("expected", [(0,), (1,), (2,), (0, 2)])
def test_only_the_requested_gradients(expected):
    inputs = case(12, 12)
    chosen = [inputs[number] for number in expected]
    for number, tensor in enumerate(inputs):
        tensor.requires_grad_(number in expected)
    found = torch.autograd.grad(winograd.convolve_with_gradients(*inputs, 1, 1).square().sum(), chosen)
    for one, other in zip(found, torch.autograd.grad(exact(*inputs, 1, 1).square().sum(), chosen), strict=True):
        assert_near(one, other)


def test_second_gradients():
    """What a penalty on a discriminator's gradient asks for."""
    inputs = case(12, 20)

    def penalties(made: torch.Tensor) -> tuple[torch.Tensor, ...]:
        (gradient,) = torch.autograd.grad(made.square().sum(), inputs[0], create_graph=True)
        return torch.autograd.grad(gradient.square().sum(), inputs)

    for one, other in zip(
        penalties(winograd.convolve_with_gradients(*inputs, 2, 2)), penalties(exact(*inputs, 2, 2)), strict=True
    ):
        assert_near(one, other)


def test_without_a_bias_and_in_any_memory_layout():
    x, weight, _ = case(16, 16)
    for layout in (torch.channels_last, torch.contiguous_format):
        found = winograd.convolve_with_gradients(x.contiguous(memory_format=layout), weight, None, 1, 1)
        assert_near(found, exact(x, weight, None, 1, 1))
        assert found.is_contiguous(memory_format=torch.channels_last)


def test_the_same_bits_whatever_the_threads():
    inputs = [tensor.detach() for tensor in case(40, 40)]
    before = torch.get_num_threads()
    try:
        made = []
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            made.append(winograd.convolve_with_gradients(*inputs, 2, 2))
    finally:
        torch.set_num_threads(before)
    assert torch.equal(made[0], made[1])
    assert torch.equal(made[0], made[2])


def test_several_kernels_at_once():
    x, weight, bias = (tensor.detach() for tensor in case(20, 12))
    transformed = [winograd.transform_kernel(part) for part in (weight[:8], weight[8:16], weight[16:])]
    parts = winograd.convolve_all(x, transformed, list(bias.split(8)), 1, 1)
    assert_near(torch.cat(parts, 1), exact(x, weight, bias, 1, 1))


@pytest.mark.parametrize("size", [(36, 44), (18, 8), (2, 62)], ids=str)
@pytest.mark.parametrize("side", [3, 5])
def test_with_stride_2_it_is_the_convolution_and_so_are_its_gradients(size, side):
    inputs = [randn(2, 16, *size), randn(24, 16, side, side, seed=1), randn(24, seed=2)]
    inputs = [tensor.requires_grad_() for tensor in inputs]
    doubles = [tensor.double() for tensor in inputs]
    expected = functional.conv2d(*doubles, stride=2, padding=side // 2)
    found = winograd.convolve_with_gradients(*inputs, 1, side // 2, 2)
    assert_near(found, expected)
    gradient = randn(*expected.shape, seed=5)
    for one, other in zip(
        torch.autograd.grad(found, inputs, gradient),
        torch.autograd.grad(expected, inputs, gradient.double()),
        strict=True,
    ):
        assert_near(one, other)


def test_second_gradients_with_stride_2():
    inputs = [tensor.requires_grad_() for tensor in (randn(2, 16, 12, 20), randn(24, 16, 5, 5, seed=1), randn(24))]

    def penalties(made: torch.Tensor) -> tuple[torch.Tensor, ...]:
        (gradient,) = torch.autograd.grad(made.square().sum(), inputs[0], create_graph=True)
        return torch.autograd.grad(gradient.square().sum(), inputs)

    exactly = functional.conv2d(*(tensor.double() for tensor in inputs), stride=2, padding=2)
    for one, other in zip(
        penalties(winograd.convolve_with_gradients(*inputs, 1, 2, 2)), penalties(exactly), strict=True
    ):
        assert_near(one, other)


def test_with_stride_2_it_pays_for_large_pictures_alone(monkeypatch):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    size, wide = (2, 64, 128, 128), randn(128, 64, 5, 5)
    assert winograd.is_faster_stride2(size, wide)
    assert not winograd.is_faster_stride2(size, randn(128, 64, 4, 4))  # too many zeros
    assert not winograd.is_faster_stride2((2, 64, 127, 128), wide)  # an odd side does not fall into pairs
    assert not winograd.is_faster_stride2((2, 64, 32, 32), wide)  # too few values
    assert not winograd.is_faster_stride2(size, randn(8, 64, 5, 5))  # few products
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX512")
    assert not winograd.is_faster_stride2(size, wide)


def test_it_pays_for_wide_layers_alone(monkeypatch):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    size, wide = torch.Size((1, 96, 64, 64)), randn(96, 96, 3, 3)
    assert winograd.is_faster(size, wide, 1, 1)
    assert not winograd.is_faster(size, randn(8, 96, 3, 3), 1, 1)  # few products
    assert not winograd.is_faster(size, randn(97, 96, 3, 3), 1, 1)  # no whole vectors
    assert not winograd.is_faster(size, wide.bfloat16(), 1, 1)
    assert not winograd.is_faster(torch.Size((1, 96, 5, 5)), wide, 1, 1)  # most of the tiles would lie beyond the rim
    assert not winograd.is_faster(torch.Size((1, 96, 1, 1)), wide, 1, 0)  # nothing to compute
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX512")
    assert not winograd.is_faster(size, wide, 1, 1)
