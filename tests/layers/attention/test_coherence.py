"""Blocks that copy from known places: coherent and semantic attention in loops, shift and contextual as blocks."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from inpaint_studio.layers.attention import contextual
from inpaint_studio.layers.attention.coherent import CoherentAttention
from inpaint_studio.layers.attention.contextual import ContextualAttention, Variant
from inpaint_studio.layers.attention.semantic import CLASSES, SemanticAttention
from inpaint_studio.layers.attention.shift import ShiftAttention, shift
from tests.layers import randn
from tests.layers.attention import cells, linear, make_hole, randomise

SIZES = [(6, 5), (1, 7), (7, 1)]


def close(made, expected):
    torch.testing.assert_close(made, expected, atol=1e-5, rtol=0)


def coherent(x, hole):
    """y of C x H x W and, for each place, its shares of all known places."""
    places, missing = cells(x), hole.flatten().bool().tolist()
    known = [q for q, inside in enumerate(missing) if not inside]
    made, shares = list(places), torch.eye(len(places))
    before = None
    for p in [p for p, inside in enumerate(missing) if inside]:
        scores = [places[p] @ places[q] / places[q].norm() for q in known]
        source = known[int(torch.stack(scores).argmax())]
        b = max(float(max(scores)), 0.0)
        a = 0.0 if before is None else max(float(made[before] @ places[p] / places[p].norm()), 0.0)
        share = 0.0 if a + b == 0 else a / (a + b)
        own = (1 - share) * torch.eye(len(places))[source]
        made[p] = (1 - share) * places[source]
        if before is not None:
            own, made[p] = own + share * shares[before], made[p] + share * made[before]
        shares[p] = own
        before = p
    return torch.stack(made, 1).view_as(x), shares


def large_hole(height, width):
    hole = torch.zeros(1, 1, height, width)
    hole[..., height // 3 :, width // 3 :] = 1
    return hole


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_coherent_attention(size):
    x, hole = randn(4, *size), large_hole(*size)
    made, shares = coherent(x, hole)
    block = CoherentAttention(4)
    close(block(x[None], hole)[0], made)
    seen, width = block.look(x[None], hole), size[1]
    for p, row in enumerate(shares):
        best = int(row.argmax())
        assert seen.offsets[0, :, p // width, p % width].tolist() == [
            best // width - p // width,
            best % width - p % width,
        ]
        close(seen.weight[0, p // width, p % width], row.max())


def test_coherent_attention_uses_all_places_before():
    """Otherwise the formula above would only be tested for copies, or for the first two places."""
    _, shares = coherent(randn(4, 6, 5), large_hole(6, 5))
    assert ((shares > 0).sum(1) > 2).any()


@pytest.mark.parametrize("hole", [None, torch.ones(1, 1, 6, 5), torch.zeros(1, 1, 6, 5)], ids=["none", "all", "empty"])
def test_coherent_attention_without_a_hole_or_without_anything_known(hole):
    x = randn(2, 4, 6, 5)
    assert torch.equal(CoherentAttention(4)(x, hole), x)


def patches(x):
    padded = functional.pad(x, (1, 1, 1, 1))
    height, width = x.shape[1:]
    return [padded[:, r : r + 3, c : c + 3].flatten() for r in range(height) for c in range(width)]


def semantic(block, x, hole, labels=None):
    """y of C x H x W and the weights."""
    rounds, places = patches(x), cells(x)
    missing = [False] * len(places) if hole is None else hole.flatten().bool().tolist()
    odds = [torch.softmax(linear(block.classify, each), 0) for each in places]
    weights = torch.zeros(len(places), len(places))
    everything = range(len(places))
    for p in everything:
        known = [q for q in everything if not missing[q]]
        if labels is None:
            order = [known, list(everything)]
        else:
            alike = [q for q in everything if labels.flatten()[q] == labels.flatten()[p]]
            order = [[q for q in alike if q in known], [q for q in alike if q != p], known, list(everything)]
        candidates = next(some for some in order if some)
        powers = []
        for q in candidates:
            cosine = rounds[p] @ rounds[q] / (rounds[p].norm() * rounds[q].norm())
            t = (odds[p] * odds[q]).sum() if labels is None else 1
            powers.append(t * torch.exp(10 * cosine))
        for q, power in zip(candidates, powers, strict=True):
            weights[p, q] = power / sum(powers)
    mixed = torch.stack([sum(w * f for w, f in zip(row, places, strict=True)) for row in weights], 1).view_as(x)
    made = functional.conv2d(torch.cat([x, mixed])[None], block.merge.weight, block.merge.bias, padding=1)[0]
    return made if hole is None else made * hole[0], weights


LABELS = {
    "guessed": None,
    "two halves": (torch.arange(30).view(1, 6, 5) >= 15).long(),
    "a class in the hole only": make_hole(6, 5)[0].long(),
    "one place alone": torch.arange(30).view(1, 6, 5) // 29 + 3 * (torch.arange(30).view(1, 6, 5) == 11),
}


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
@pytest.mark.parametrize("hole", [None, make_hole(6, 5), torch.ones(1, 1, 6, 5)], ids=["none", "middle", "all"])
def test_semantic_attention(labels, hole):
    block, x = randomise(SemanticAttention(3), 0.3), randn(3, 6, 5)
    expected, weights = semantic(block, x, hole, labels)
    close(block(x[None], hole, labels)[0], expected)
    seen = block.look(x[None], hole, labels)
    for p, row in enumerate(weights):
        best = int(row.argmax())
        assert seen.offsets[0, :, p // 5, p % 5].tolist() == [best // 5 - p // 5, best % 5 - p % 5]
        close(seen.weight[0, p // 5, p % 5], row.max())


def test_labels_of_a_batch_and_the_number_of_classes():
    block, x = randomise(SemanticAttention(3), 0.3), randn(2, 3, 6, 5)
    labels = torch.cat([LABELS["two halves"], LABELS["one place alone"]])
    made = block(x, make_hole(6, 5), labels)
    for n in range(2):
        close(made[n], block(x[n : n + 1], make_hole(6, 5), labels[n : n + 1])[0])
    assert block.classify.out_channels == CLASSES
    assert SemanticAttention(3, 5).classify.out_channels == 5


def test_the_classes_are_learned_by_filling():
    block, x = randomise(SemanticAttention(3), 0.3), randn(1, 3, 6, 5)
    block(x, make_hole(6, 5)).square().sum().backward()
    assert block.classify.weight.grad.abs().max() > 1e-4


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_shift_as_a_block(size):
    x, hole = randn(1, 4, *size), make_hole(*size)
    inside, width = hole[0, 0].bool(), size[1]
    found = shift(x, x, inside[None])
    block = ShiftAttention(4)
    assert torch.equal(block(x, hole), found.features)
    seen = block.look(x, hole)
    for y, z in inside.nonzero().tolist():
        row, column = y + int(seen.offsets[0, 0, y, z]), z + int(seen.offsets[0, 1, y, z])
        assert row * width + column == int(found.source[0, y, z])
        assert torch.equal(block(x, hole)[0, :, y, z], x[0, :, row, column])
    assert not seen.offsets[0, :, ~inside].any()
    assert not block(x, None).any()


@pytest.mark.parametrize("size", [(8, 6), (7, 6), (7, 9), (1, 6)], ids=str)
def test_contextual_attention_as_a_block(size):
    x, hole = randn(1, 4, *size), make_hole(*size)
    rows, columns = (torch.arange(side + side % 2).clamp_max(side - 1) for side in size)
    even = x[:, :, rows][..., columns]
    found = contextual.attend(even, hole[:, :, rows][..., columns], Variant())
    block = ContextualAttention(4)
    close(block(x, hole), found.values[..., : size[0], : size[1]])
    seen = block.look(x, hole)
    assert torch.equal(seen.offsets, 2 * found.offsets)
    assert torch.equal(seen.weight, found.weight)
