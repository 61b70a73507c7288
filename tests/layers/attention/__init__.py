"""What the tests of attention blocks share."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tests.layers import randn


def randomise(block: nn.Module, size: float = 0.5) -> nn.Module:
    """Give every parameter random numbers, those that start at 0 too."""
    with torch.no_grad():
        for seed, parameter in enumerate(block.parameters()):
            parameter.copy_(size * randn(*parameter.shape, seed=seed + 1))
    return block


def make_hole(height: int, width: int) -> Tensor:
    """The middle third, at least one cell: 1 x 1 x H x W."""
    hole = torch.zeros(1, 1, height, width)
    hole[..., height // 3 : height // 3 + max(1, height // 3), width // 3 : width // 3 + max(1, width // 3)] = 1
    return hole


def cells(tensor: Tensor) -> list[Tensor]:
    """The channels of every cell of C x H x W, row by row."""
    return [tensor[:, row, column] for row in range(tensor.shape[1]) for column in range(tensor.shape[2])]


def linear(conv: nn.Module, x: Tensor) -> Tensor:
    """A 1 x 1 convolution of one cell, as a product with its matrix."""
    made = conv.weight.flatten(1) @ x
    return made if conv.bias is None else made + conv.bias
