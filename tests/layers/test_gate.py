"""The gate in one pass: the values and gradients of PyTorch's own steps, in every layout and precision."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from inpaint_studio.layers.cpu import gate
from inpaint_studio.layers.cpu.gate import can_gate, elu_times_sigmoid
from tests.layers import randn

LAYOUTS = [torch.channels_last, torch.contiguous_format]


def plainly(both):
    features, gates = both.chunk(2, 1)
    return functional.elu(features) * torch.sigmoid(gates)


def with_gradient(compute, both, at_result):
    both = both.detach().clone().requires_grad_()
    result = compute(both)
    return result.detach(), *torch.autograd.grad(result, both, at_result)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "shape", [(2, 24, 9, 7), (1, 2, 1, 1), (3, 6, 1, 40), (1, 4, 33, 35), (1, 3000, 2, 2)], ids=str
)
def test_it_is_within_rounding_of_the_exact_gate(shape, layout):
    both = (4 * randn(*shape)).to(memory_format=layout)
    at_result = randn(shape[0], shape[1] // 2, *shape[2:], seed=1)
    exact = with_gradient(plainly, both.double(), at_result.double())
    for found, expected in zip(with_gradient(elu_times_sigmoid, both, at_result), exact, strict=True):
        torch.testing.assert_close(found.double(), expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_bfloat16_is_rounded_once(layout):
    both = (4 * randn(2, 24, 9, 7)).bfloat16().to(memory_format=layout)
    at_result = randn(2, 12, 9, 7, seed=1).bfloat16()
    exact = with_gradient(plainly, both.double(), at_result.double())
    for found, expected in zip(with_gradient(elu_times_sigmoid, both, at_result), exact, strict=True):
        assert found.dtype == torch.bfloat16
        torch.testing.assert_close(found.double(), expected, rtol=2**-8 * 1.001, atol=1e-9)


@pytest.mark.filterwarnings("ignore:Input #0 requires gradient")  # that it is not in double precision
def test_its_gradient_is_that_of_small_differences():
    both = randn(1, 4, 3, 3).requires_grad_()
    assert torch.autograd.gradcheck(elu_times_sigmoid, both, eps=1e-2, atol=2e-3, check_undefined_grad=False)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_extreme_values_and_values_that_are_no_numbers(dtype):
    inf, nan = float("inf"), float("nan")
    features = torch.tensor([1e30, -1e30, inf, -inf, nan, 1.0, 0.0, -1e-20, 1.0, 1.0, 1.0], dtype=dtype)
    gates = torch.tensor([5.0, 5.0, 5.0, 5.0, 5.0, nan, 0.0, 0.0, 1e30, -1e30, -inf], dtype=dtype)
    both = torch.stack([features, gates])[None, :, None]
    found, back = with_gradient(elu_times_sigmoid, both, torch.ones_like(both[:, :1]))
    expected, expected_back = with_gradient(plainly, both, torch.ones_like(both[:, :1]))
    torch.testing.assert_close(found, expected, equal_nan=True, atol=1e-7, rtol=2**-7 if dtype.itemsize == 2 else 1e-6)
    assert torch.equal(back.isfinite().all(1), expected_back.isfinite().all(1))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_result_lies_in_memory_as_the_input(layout):
    both = randn(2, 8, 5, 6).to(memory_format=layout).requires_grad_()
    result = elu_times_sigmoid(both)
    result.sum().backward()
    assert result.is_contiguous(memory_format=layout)
    assert both.grad.is_contiguous(memory_format=layout)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_several_threads_give_the_same(layout, monkeypatch):
    both, at_result = randn(3, 8, 11, 6).to(memory_format=layout), randn(3, 4, 11, 6, seed=1)
    alone = with_gradient(elu_times_sigmoid, both, at_result)
    monkeypatch.setattr(gate, "_PART", 40)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 3)
    for found, expected in zip(with_gradient(elu_times_sigmoid, both, at_result), alone, strict=True):
        assert torch.equal(found, expected)


def test_a_part_of_a_larger_tensor():
    both = randn(2, 12, 6, 7)[:, 2:10, 1:5]
    torch.testing.assert_close(elu_times_sigmoid(both), plainly(both))


def test_where_it_cannot_be_used():
    assert can_gate(randn(1, 2, 1, 1))
    assert not can_gate(randn(1, 2, 1, 1).double())
    assert not can_gate(randn(1, 2, 1, 1).half())
    assert not can_gate(torch.empty(1, 2, 1, 1, device="meta"))
