"""Plain and gated convolutions: TensorFlow's padding, and the form for inference equal to the one that is trained."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from inpaint_studio.layers import drawing, winograd
from inpaint_studio.layers.drawing import Convolution, pads
from inpaint_studio.layers.gated import GatedConvolution


def given(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def filled(layer: Convolution) -> Convolution:
    with torch.no_grad():
        layer.weight.copy_(given(*layer.weight.shape, seed=1) / layer.weight[0].numel() ** 0.5)
        layer.bias.copy_(given(*layer.bias.shape, seed=2))
    return layer.eval()


@pytest.mark.parametrize(
    ("side", "kernel", "stride", "dilation", "wanted"),
    [
        (8, 3, 1, 1, (1, 1)),
        (8, 5, 1, 1, (2, 2)),
        (8, 3, 1, 16, (16, 16)),
        (8, 3, 2, 1, (0, 1)),
        (7, 3, 2, 1, (1, 1)),
    ],
)
def test_the_zeros_of_tensorflow(side, kernel, stride, dilation, wanted):
    assert pads(torch.Size((side, side)), kernel, stride, dilation, "same") == wanted * 2


def test_zeros_on_every_side():
    assert pads(torch.Size((8, 6)), 3, 2, 1, "symmetric") == (1, 1, 1, 1)


def test_features_times_gate():
    layer = filled(GatedConvolution(3, 2))
    x = given(1, 3, 6, 6)
    features, gate = functional.conv2d(x, layer.weight, layer.bias, padding=1).split(2, 1)
    torch.testing.assert_close(layer(x), functional.elu(features) * torch.sigmoid(gate))


@pytest.mark.parametrize("kind", [Convolution, GatedConvolution])
@pytest.mark.parametrize("padding", ["same", "symmetric"])
@pytest.mark.parametrize("outputs", [5, 8, 24])
@pytest.mark.parametrize(
    "make",
    [
        {"kernel": 5},
        {"stride": 2},
        {"dilation": 4},
        {"up": True},
        {"activation": "relu"},
    ],
    ids=str,
)
def test_for_inference_it_is_the_same(kind, padding, outputs, make):
    layer = filled(kind(7, outputs, padding=padding, **make))
    x = given(2, 7, 12, 10).to(memory_format=torch.channels_last)
    before = x.clone()
    with torch.inference_mode():
        torch.testing.assert_close(layer.optimised()(x), layer(x), atol=2e-6, rtol=0)
    assert torch.equal(x, before)


def test_many_values_are_activated_in_parts(monkeypatch):
    monkeypatch.setattr(drawing, "_CHUNK", 100)
    layer = filled(GatedConvolution(4, 8))
    x = given(1, 4, 9, 11)
    with torch.inference_mode():
        torch.testing.assert_close(layer.optimised()(x), layer(x), atol=2e-6, rtol=0)


def test_large_values_keep_their_sides():
    x = torch.tensor([-1e30, -200.0, -1e-9, 0.0, 1e-9, 200.0, 1e30])
    found = drawing.activated(x.clone(), "elu", in_place=True)
    torch.testing.assert_close(found, functional.elu(x), atol=1e-7, rtol=0)


@pytest.mark.parametrize("tiles", [1, 512], ids=["row by row", "at once"])
@pytest.mark.parametrize("dilation", [1, 2, 4])
@pytest.mark.parametrize("size", [(1, 1), (5, 3), (16, 16), (13, 22)], ids=str)
def test_tiles_give_the_plain_sum(size, dilation, tiles, monkeypatch):
    monkeypatch.setattr(winograd, "_TILES", tiles)
    x, kernel, bias = given(2, 96, *size), given(64, 96, 3, 3, seed=1), given(64, seed=2)
    exact = functional.conv2d(x.double(), kernel.double(), bias.double(), padding=dilation, dilation=dilation)
    found = winograd.convolve(x, [winograd.transformed(kernel)], [bias], dilation, lambda parts: parts[0])
    assert (found - exact).abs().max() <= 5e-6 * exact.abs().max()


def test_a_wide_gated_layer_goes_by_tiles(monkeypatch):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    layer = filled(GatedConvolution(64, 64, dilation=2))
    fast, x = layer.optimised(), given(1, 64, 24, 32)
    with torch.inference_mode():
        assert fast._by_tiles(x)
        assert not fast._by_tiles(given(1, 64, 3, 3))  # mostly rim
        torch.testing.assert_close(fast(x), layer(x), atol=3e-5, rtol=0)
        assert not fast.to(torch.bfloat16)._by_tiles(x.bfloat16())
