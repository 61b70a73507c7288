"""The convolution by tiles is the convolution, and so are its slopes."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from inpaint_studio.layers.cpu import winograd


def given(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def case(height: int, width: int, seed: int = 0) -> list[torch.Tensor]:
    made = [given(2, 16, height, width, seed=seed), given(24, 16, 3, 3, seed=seed + 1), given(24, seed=seed + 2)]
    return [tensor.requires_grad_() for tensor in made]


def exact(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None, dilation: int, border: int) -> torch.Tensor:
    doubled = None if bias is None else bias.double()
    return functional.conv2d(x.double(), weight.double(), doubled, padding=border, dilation=dilation)


def assert_near(found, wanted):
    assert found.shape == wanted.shape
    assert (found - wanted).abs().max() <= 1e-5 * wanted.abs().max()


@pytest.mark.parametrize("tiles", [1, 40, 512])
@pytest.mark.parametrize(("dilation", "border"), [(1, 1), (1, 0), (2, 2), (2, 0), (3, 1), (8, 8)])
@pytest.mark.parametrize("size", [(17, 19), (24, 32), (40, 21)], ids=str)
def test_it_is_the_convolution_and_so_are_its_slopes(size, dilation, border, tiles, monkeypatch):
    if min(size) + 2 * border <= 2 * dilation:
        pytest.skip("smaller than the kernel")
    monkeypatch.setattr(winograd, "_TILES", tiles)
    inputs = case(*size)
    wanted, found = exact(*inputs, dilation, border), winograd.learning(*inputs, dilation, border)
    assert_near(found, wanted)
    slope = given(*wanted.shape, seed=5)
    for one, other in zip(
        torch.autograd.grad(found, inputs, slope), torch.autograd.grad(wanted, inputs, slope.double()), strict=True
    ):
        assert_near(one, other)


@pytest.mark.parametrize("wanted", [(0,), (1,), (2,), (0, 2)])
def test_only_the_slopes_that_are_wanted(wanted):
    inputs = case(12, 12)
    chosen = [inputs[number] for number in wanted]
    for number, tensor in enumerate(inputs):
        tensor.requires_grad_(number in wanted)
    found = torch.autograd.grad(winograd.learning(*inputs, 1, 1).square().sum(), chosen)
    for one, other in zip(found, torch.autograd.grad(exact(*inputs, 1, 1).square().sum(), chosen), strict=True):
        assert_near(one, other)


def test_slopes_of_slopes():
    """What a penalty on a critic's slope asks for."""
    inputs = case(12, 20)

    def penalties(made: torch.Tensor) -> tuple[torch.Tensor, ...]:
        (slope,) = torch.autograd.grad(made.square().sum(), inputs[0], create_graph=True)
        return torch.autograd.grad(slope.square().sum(), inputs)

    for one, other in zip(penalties(winograd.learning(*inputs, 2, 2)), penalties(exact(*inputs, 2, 2)), strict=True):
        assert_near(one, other)


def test_without_a_bias_and_in_any_memory_layout():
    x, weight, _ = case(16, 16)
    for layout in (torch.channels_last, torch.contiguous_format):
        found = winograd.learning(x.contiguous(memory_format=layout), weight, None, 1, 1)
        assert_near(found, exact(x, weight, None, 1, 1))
        assert found.is_contiguous(memory_format=torch.channels_last)


def test_the_same_bits_whatever_the_threads():
    inputs = [tensor.detach() for tensor in case(40, 40)]
    before = torch.get_num_threads()
    try:
        made = []
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            made.append(winograd.learning(*inputs, 2, 2))
    finally:
        torch.set_num_threads(before)
    assert torch.equal(made[0], made[1])
    assert torch.equal(made[0], made[2])


def test_several_kernels_at_once():
    x, weight, bias = (tensor.detach() for tensor in case(20, 12))
    transformed = [winograd.transformed(part) for part in (weight[:8], weight[8:16], weight[16:])]
    parts = winograd.convolve_all(x, transformed, list(bias.split(8)), 1, 1)
    assert_near(torch.cat(parts, 1), exact(x, weight, bias, 1, 1))


@pytest.mark.parametrize("size", [(36, 44), (18, 8), (2, 62)], ids=str)
@pytest.mark.parametrize("side", [3, 5])
def test_by_twos_it_is_the_convolution_and_so_are_its_slopes(size, side):
    inputs = [given(2, 16, *size), given(24, 16, side, side, seed=1), given(24, seed=2)]
    inputs = [tensor.requires_grad_() for tensor in inputs]
    doubles = [tensor.double() for tensor in inputs]
    wanted = functional.conv2d(*doubles, stride=2, padding=side // 2)
    found = winograd.learning(*inputs, 1, side // 2, 2)
    assert_near(found, wanted)
    slope = given(*wanted.shape, seed=5)
    for one, other in zip(
        torch.autograd.grad(found, inputs, slope), torch.autograd.grad(wanted, inputs, slope.double()), strict=True
    ):
        assert_near(one, other)


def test_slopes_of_slopes_by_twos():
    inputs = [tensor.requires_grad_() for tensor in (given(2, 16, 12, 20), given(24, 16, 5, 5, seed=1), given(24))]

    def penalties(made: torch.Tensor) -> tuple[torch.Tensor, ...]:
        (slope,) = torch.autograd.grad(made.square().sum(), inputs[0], create_graph=True)
        return torch.autograd.grad(slope.square().sum(), inputs)

    exactly = functional.conv2d(*(tensor.double() for tensor in inputs), stride=2, padding=2)
    for one, other in zip(penalties(winograd.learning(*inputs, 1, 2, 2)), penalties(exactly), strict=True):
        assert_near(one, other)


def test_by_twos_it_pays_for_large_pictures_alone(monkeypatch):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    size, wide = (2, 64, 128, 128), given(128, 64, 5, 5)
    assert winograd.pays_by_twos(size, wide)
    assert not winograd.pays_by_twos(size, given(128, 64, 4, 4))  # too many zeros
    assert not winograd.pays_by_twos((2, 64, 127, 128), wide)  # an odd side does not fall into pairs
    assert not winograd.pays_by_twos((2, 64, 32, 32), wide)  # too few values
    assert not winograd.pays_by_twos(size, given(8, 64, 5, 5))  # few products
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX512")
    assert not winograd.pays_by_twos(size, wide)


def test_it_pays_for_wide_layers_alone(monkeypatch):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    size, wide = torch.Size((1, 96, 64, 64)), given(96, 96, 3, 3)
    assert winograd.pays(size, wide, 1, 1)
    assert not winograd.pays(size, given(8, 96, 3, 3), 1, 1)  # few products
    assert not winograd.pays(size, given(97, 96, 3, 3), 1, 1)  # no whole vectors
    assert not winograd.pays(size, wide.bfloat16(), 1, 1)
    assert not winograd.pays(torch.Size((1, 96, 5, 5)), wide, 1, 1)  # most of the tiles would lie beyond the rim
    assert not winograd.pays(torch.Size((1, 96, 1, 1)), wide, 1, 0)  # nothing to compute
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX512")
    assert not winograd.pays(size, wide, 1, 1)
