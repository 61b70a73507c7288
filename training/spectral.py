"""Spectral norm while a network trains, and the plain weights it is saved and fills with (Miyato et al. 2018).

A normalised layer keeps its weight W and divides it by its largest singular value, which one step of the power
iteration follows at each pass. Filling needs none of that: the quotient is a weight like any other. So the moving
average, which is measured and saved, has plain weights; and where such weights are trained further, they are the new W.
Its largest singular value is 1 then, so the network fills as before.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import spectral_norm

_Module = TypeVar("_Module", bound=nn.Module)


def normalise(layers: Iterable[nn.Module]) -> None:
    """Normalise the weight of each of the layers from now on, as PyTorch does for a convolution of its kind."""
    for layer in layers:
        spectral_norm(layer)


def plain_copy(network: _Module) -> _Module:
    """Return a copy whose layers hold the weights they compute with now, in evaluation mode and without gradients."""
    copied = copy.deepcopy(network).eval()
    for module in list(copied.modules()):
        if parametrize.is_parametrized(module):
            _make_plain(module)
    return copied.requires_grad_(False)


def _make_plain(module: nn.Module) -> None:
    # Not by `remove_parametrizations`: it would change the class, which the module shares with what it is a copy of.
    assert isinstance(module.parametrizations, nn.ModuleDict)
    weights = {name: _evaluate(chain).clone() for name, chain in module.parametrizations.items()}
    del module.parametrizations
    module.__class__ = type(module).__bases__[0]
    for name, weight in weights.items():
        module.register_parameter(name, nn.Parameter(weight))


@torch.no_grad()
def plain_tensors(network: nn.Module) -> dict[str, Tensor]:
    """Return parameters and buffers by the names that `plain_copy` has them under; nothing of the network changes."""
    found = dict(network.named_parameters()) | dict(network.named_buffers())
    made: dict[str, Tensor] = {key: value for key, value in found.items() if "parametrizations" not in key.split(".")}
    for path, module in network.named_modules():
        if parametrize.is_parametrized(module):
            assert isinstance(module.parametrizations, nn.ModuleDict)
            for name, chain in module.parametrizations.items():
                made[f"{path}.{name}" if path else name] = _evaluate(chain)
    return made


def _evaluate(chain: nn.Module) -> Tensor:
    assert isinstance(chain, parametrize.ParametrizationList)
    value = chain.original
    assert isinstance(value, Tensor)
    for step in chain:
        training = step.training
        step.training = False  # no step of the power iteration
        # Not by a call: its hooks may stop the training, which must not happen between two steps.
        value = step.forward(value)
        step.training = training
    return value.detach()
