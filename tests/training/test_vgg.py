"""The features of VGG against its layers one by one, and the files they are read from."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from inpaint_studio.layers import torchvision_compat
from training.losses.vgg import VGG_FILES, VggFeatures

torchvision_compat.ensure()
from torchvision.models.vgg import cfgs, make_layers  # noqa: E402 - only importable after the line above

CONFIGURATIONS = {"vgg16": "D", "vgg19": "E"}
USED = [
    ("vgg16", ("pool1", "pool2", "pool3")),
    ("vgg19", ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")),
    ("vgg19", ("relu5_2", "relu2_2", "relu3_4")),
    ("vgg19", ("relu1_2", "relu2_2", "relu3_4", "relu4_4", "relu5_4")),
]


def make_features(name: str) -> VggFeatures:
    torch.manual_seed(0)
    return VggFeatures(name, make_layers(cfgs[CONFIGURATIONS[name]]))


def run_layers(name: str, layers: nn.Sequential, image: Tensor, names: tuple[str, ...]) -> list[Tensor]:
    """The features by a loop over the layers."""
    value, maps = image, {}
    block, number = 1, 0
    for layer in layers:
        value = layer(value)
        if isinstance(layer, nn.ReLU):
            number += 1
            maps[f"relu{block}_{number}"] = value
        elif isinstance(layer, nn.MaxPool2d):
            maps[f"pool{block}"] = value
            block, number = block + 1, 0
    assert block == len(VGG_FILES[name].convolutions) + 1
    return [maps[each] for each in names]


@pytest.mark.parametrize(("name", "names"), USED)
def test_features_are_the_outputs_of_the_layers(name, names):
    features = make_features(name)
    image = torch.rand(2, 3, 32, 32, requires_grad=True)
    found = features(image, names)
    expected = run_layers(name, features._layers, image, names)
    assert all(torch.equal(one, other) for one, other in zip(found, expected, strict=True))
    (gradient,) = torch.autograd.grad(sum(each.sum() for each in found), image, retain_graph=True)
    (expected_gradient,) = torch.autograd.grad(sum(each.sum() for each in expected), image)
    assert torch.equal(gradient, expected_gradient)


def test_features_are_frozen_and_move_as_one():
    features = make_features("vgg16")
    features(torch.rand(1, 3, 32, 32), ("pool1",))
    assert not any(parameter.requires_grad for parameter in features.parameters())
    assert not features.training
    features.double()
    assert features(torch.rand(1, 3, 32, 32).double(), ("pool1", "pool2"))[1].dtype == torch.float64


def test_every_layer_calls_its_hooks():
    """A training stops between the layers, also of these."""
    features, calls = make_features("vgg16"), []
    for layer in features._layers:
        layer.register_forward_pre_hook(lambda *_: calls.append(1))
    features(torch.rand(1, 3, 32, 32), ("relu2_2",))
    assert len(calls) == 9  # two blocks of two convolutions and activations, and the pool between them
