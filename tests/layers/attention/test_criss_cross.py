"""Criss-cross attention: the formula in loops, two passes, and memory that grows with H + W per place."""

from __future__ import annotations

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from inpaint_studio.layers.attention.criss_cross import CrissCrossAttention
from inpaint_studio.layers.attention.non_local import NonLocal
from tests.layers import randn
from tests.layers.attention import cells, linear, randomise

SIZES = [(3, 4), (1, 5), (5, 1), (1, 1)]


def close(made, expected):
    torch.testing.assert_close(made, expected, atol=1e-5, rtol=0)


def one_pass(block, x):
    """A(x) of C x H x W, and the weights as a matrix of places: 0 outside the cross."""
    height, width = x.shape[1:]
    places = [(row, column) for row in range(height) for column in range(width)]
    query, key, value = ([linear(conv, each) for each in cells(x)] for conv in (block.query, block.key, block.value))
    weights = torch.zeros(len(places), len(places))
    for u, (row, column) in enumerate(places):
        cross = [i for i, (y, z) in enumerate(places) if y == row or z == column]
        assert len(cross) == height + width - 1
        powers = [torch.exp(query[u] @ key[i]) for i in cross]
        for i, power in zip(cross, powers, strict=True):
            weights[u, i] = power / sum(powers)
    mixed = [sum(weight * each for weight, each in zip(line, value, strict=True)) for line in weights]
    return torch.stack(mixed, 1).view_as(x), weights


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_formula(size):
    block, x = randomise(CrissCrossAttention(8)), randn(8, *size)
    first, before = one_pass(block, x)
    second, after = one_pass(block, x + block.gamma * first)
    close(block(x[None])[0], first + second)
    seen = block.look(x[None])
    width = size[1]
    for u in range(len(before)):
        paths = after[u][:, None] * before
        best = int(paths.max(0).values.argmax())
        offset = [best // width - u // width, best % width - u % width]
        assert seen.offsets[0, :, u // width, u % width].tolist() == offset
        close(seen.weight[0, u // width, u % width], paths.max())


def test_with_its_factor_outside_it_is_the_two_passes_of_the_paper():
    block, x = randomise(CrissCrossAttention(8)), randn(1, 8, 4, 3)
    once = block.gamma * one_pass(block, x[0])[0] + x[0]
    twice = block.gamma * one_pass(block, once)[0] + once
    close((x + block.gamma * block(x))[0], twice)


def test_two_passes_see_every_place():
    block = randomise(CrissCrossAttention(8))
    x = randn(1, 8, 4, 5).requires_grad_()
    block(x)[0, :, 1, 1].sum().backward()
    assert (x.grad.abs().amax((0, 1)) > 0).all()


class Made(TorchDispatchMode):
    """The numbers of values of all tensors that operations make."""

    def __init__(self):
        super().__init__()
        self.values = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        self.values += [each.untyped_storage().nbytes() // each.element_size() for each in tree_leaves(made)]
        return made


def largest(block, height, width):
    with torch.no_grad(), Made() as made:
        block(torch.zeros(1, 4, height, width))
    return max(made.values)


@pytest.mark.parametrize(("height", "width"), [(16, 16), (32, 16), (32, 32), (24, 40)])
def test_memory_per_place_is_linear_in_height_and_width(height, width):
    assert largest(CrissCrossAttention(4), height, width) == height * width * (height + width)
    assert largest(NonLocal(4), height, width) == (height * width) ** 2
