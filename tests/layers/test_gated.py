"""Plain and gated convolutions: TensorFlow's padding, and the form for inference equal to the one that is trained."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from inpaint_studio.layers import padded_conv
from inpaint_studio.layers.gated import GatedConvolution
from inpaint_studio.layers.padded_conv import Convolution, pads
from tests.layers import randn


def filled(layer: Convolution) -> Convolution:
    with torch.no_grad():
        layer.weight.copy_(randn(*layer.weight.shape, seed=1) / layer.weight[0].numel() ** 0.5)
        layer.bias.copy_(randn(*layer.bias.shape, seed=2))
    return layer.eval()


@pytest.mark.parametrize(
    ("side", "kernel", "stride", "dilation", "expected"),
    [
        (8, 3, 1, 1, (1, 1)),
        (8, 5, 1, 1, (2, 2)),
        (8, 3, 1, 16, (16, 16)),
        (8, 3, 2, 1, (0, 1)),
        (7, 3, 2, 1, (1, 1)),
    ],
)
def test_the_zeros_of_tensorflow(side, kernel, stride, dilation, expected):
    assert pads(torch.Size((side, side)), kernel, stride, dilation, "same") == expected * 2


def test_zeros_on_every_side():
    assert pads(torch.Size((8, 6)), 3, 2, 1, "symmetric") == (1, 1, 1, 1)


def test_features_times_gate():
    layer = filled(GatedConvolution(3, 2))
    x = randn(1, 3, 6, 6)
    features, gate = functional.conv2d(x, layer.weight, layer.bias, padding=1).split(2, 1)
    torch.testing.assert_close(layer(x), functional.elu(features) * torch.sigmoid(gate))


@pytest.mark.parametrize("layout", [torch.channels_last, torch.contiguous_format])
def test_gradients_of_the_gate(layout):
    layer = filled(GatedConvolution(3, 8))
    x = (5 * randn(2, 3, 6, 7)).to(memory_format=layout).requires_grad_()
    features, gate = functional.conv2d(x, layer.weight, layer.bias, padding=1).chunk(2, 1)
    found, expected = layer(x), functional.elu(features) * torch.sigmoid(gate)
    torch.testing.assert_close(found, expected)
    inputs, gradient = (x, layer.weight, layer.bias), randn(*expected.shape, seed=4).to(memory_format=layout)
    for one, other in zip(
        torch.autograd.grad(found, inputs, gradient), torch.autograd.grad(expected, inputs, gradient), strict=True
    ):
        torch.testing.assert_close(one, other, atol=2e-5, rtol=1e-5)


def test_the_gate_in_sixteen_bits_is_that_of_the_library():
    layer, x = filled(GatedConvolution(3, 8)), randn(2, 3, 6, 7)
    expected = layer(x)
    with torch.autocast("cpu", torch.bfloat16):
        found = layer(x)
    assert found.dtype == torch.bfloat16
    torch.testing.assert_close(found.float(), expected, atol=0.03, rtol=0.02)


@pytest.mark.parametrize("make", [{"kernel": 5}, {"stride": 2}, {"dilation": 3}, {"up": True}], ids=str)
def test_mirrored_borders_are_those_of_the_library(make):
    layer = filled(Convolution(7, 8, padding="reflect", activation="none", **make))
    x = randn(2, 7, 12, 10)
    kernel, stride, dilation = make.get("kernel", 3), make.get("stride", 1), make.get("dilation", 1)
    before = functional.interpolate(x, scale_factor=2) if "up" in make else x
    bordered = functional.pad(before, (kernel // 2 * dilation,) * 4, mode="reflect")
    expected = functional.conv2d(bordered, layer.weight, layer.bias, stride, 0, dilation)
    torch.testing.assert_close(layer(x), expected, atol=2e-6, rtol=0)


@pytest.mark.parametrize("kind", [Convolution, GatedConvolution])
@pytest.mark.parametrize("padding", ["same", "symmetric", "reflect"])
@pytest.mark.parametrize("outputs", [5, 8, 24])
@pytest.mark.parametrize(
    "make",
    [
        {"kernel": 5},
        {"stride": 2},
        {"dilation": 4},
        {"up": True},
        {"activation": "relu"},
        {"activation": "none"},
    ],
    ids=str,
)
def test_for_inference_it_is_the_same(kind, padding, outputs, make):
    layer = filled(kind(7, outputs, padding=padding, **make))
    x = randn(2, 7, 12, 10).to(memory_format=torch.channels_last)
    before = x.clone()
    with torch.inference_mode():
        torch.testing.assert_close(layer.for_inference()(x), layer(x), atol=2e-6, rtol=0)
    assert torch.equal(x, before)


def test_many_values_are_activated_in_parts(monkeypatch):
    monkeypatch.setattr(padded_conv, "_CHUNK", 100)
    layer = filled(GatedConvolution(4, 8))
    x = randn(1, 4, 9, 11)
    with torch.inference_mode():
        torch.testing.assert_close(layer.for_inference()(x), layer(x), atol=2e-6, rtol=0)


def test_large_values_keep_their_sides():
    x = torch.tensor([-1e30, -200.0, -1e-9, 0.0, 1e-9, 200.0, 1e30])
    found = padded_conv.activate(x.clone(), "elu", in_place=True)
    torch.testing.assert_close(found, functional.elu(x), atol=1e-7, rtol=0)


@pytest.mark.parametrize("kind", [Convolution, GatedConvolution])
def test_doubling_is_the_convolution_of_the_doubled_picture(kind):
    layer, x = filled(kind(6, 4, up=True, activation="none")), randn(2, 6, 5, 7).requires_grad_()
    expected = functional.conv2d(functional.interpolate(x, scale_factor=2), layer.weight, layer.bias, padding=1)
    found = layer.linear(x)
    torch.testing.assert_close(found, expected)
    inputs, gradient = (x, layer.weight, layer.bias), randn(*expected.shape, seed=4)
    for one, other in zip(
        torch.autograd.grad(found, inputs, gradient), torch.autograd.grad(expected, inputs, gradient), strict=True
    ):
        torch.testing.assert_close(one, other, atol=2e-5, rtol=1e-5)


def test_a_wide_gated_layer_goes_by_tiles(monkeypatch):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    layer = filled(GatedConvolution(64, 64, dilation=2))
    fast, x = layer.for_inference(), randn(1, 64, 24, 32)
    with torch.inference_mode():
        assert fast._uses_winograd(x)
        assert not fast._uses_winograd(randn(1, 64, 3, 3))  # mostly rim
        features, gate = functional.conv2d(x, layer.weight, layer.bias, padding=2, dilation=2).chunk(2, 1)
        expected = functional.elu(features) * gate.sigmoid()
        for found in (fast(x), layer(x)):
            torch.testing.assert_close(found, expected, atol=3e-5, rtol=0)
        assert not fast.to(torch.bfloat16)._uses_winograd(x.bfloat16())
