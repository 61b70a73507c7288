"""Partial convolution with one mask a source, against the definition with a mask of as many channels as features."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from inpaint_studio.layers.partial import PartialConv2d


def make_features(*channels):
    generator = torch.Generator().manual_seed(3)
    masks = [(torch.rand(2, 1, 14, 18, generator=generator) > 0.8).float() for _ in channels]
    for mask in masks:
        mask[..., 8:] = 0
    features = [torch.randn(2, c, 14, 18, generator=generator) * m for c, m in zip(channels, masks, strict=True)]
    return features, masks


def by_definition(layer, features, masks):
    x = torch.cat(features, 1)
    mask = torch.cat([m.expand_as(f) for f, m in zip(features, masks, strict=True)], 1)
    kernel = layer.weight.shape[-1]
    how = {"stride": layer.stride, "padding": kernel // 2}
    count = functional.conv2d(mask, torch.ones_like(layer.weight[:1]), **how)
    drawn = functional.conv2d(x * mask, layer.weight, **how)
    scale = layer.weight[0].numel() if layer.window else 1
    drawn = drawn * scale / count.clamp_min(1e-8)
    if layer.bias is not None:
        drawn = drawn + layer.bias.view(1, -1, 1, 1)
    return torch.where(count > 0, drawn, torch.zeros(())), (count > 0).float()


@pytest.mark.parametrize("window", [True, False], ids=["window", "no-window"])
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no-bias"])
@pytest.mark.parametrize(("channels", "kernel", "stride"), [((3,), 7, 2), ((5, 2), 3, 1)], ids=["down", "two sources"])
def test_equals_the_definition_with_and_without_gradients(channels, kernel, stride, bias, window):
    torch.manual_seed(1)
    layer = PartialConv2d(channels, 4, kernel, stride, bias=bias, window=window)
    features, masks = make_features(*channels)
    expected, expected_mask = by_definition(layer, features, masks)
    x = torch.cat(features, 1)
    found, seen = layer(x, masks)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)
    assert torch.equal(seen, expected_mask)
    with torch.no_grad():
        in_place, _seen = layer(x, masks)
    torch.testing.assert_close(in_place, found, atol=1e-6, rtol=1e-6)
    assert seen.mean() < 1  # somewhere nothing is seen


def test_everything_known_is_a_plain_convolution_but_for_the_border():
    torch.manual_seed(1)
    layer = PartialConv2d([3], 4, 3, bias=True)
    x = torch.randn(1, 3, 9, 9)
    found, _seen = layer(x, [torch.ones(1, 1, 9, 9)])
    expected = functional.conv2d(x, layer.weight, layer.bias, padding=1)
    torch.testing.assert_close(found[..., 1:-1, 1:-1], expected[..., 1:-1, 1:-1], atol=1e-5, rtol=1e-5)
    assert not torch.allclose(found[..., 0, :], expected[..., 0, :], atol=1e-3)
