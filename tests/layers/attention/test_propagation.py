"""Propagation in steps against the block's formula and a loop: classes first, known before filled, blocked never."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from inpaint_studio.layers.attention.propagation import propagate
from inpaint_studio.layers.attention.semantic import SemanticAttention
from tests.layers import randn
from tests.layers.attention import make_hole

HEIGHT, WIDTH = 6, 5
MISSING = make_hole(HEIGHT, WIDTH)[:, 0].bool()
ROWS = torch.arange(30).view(1, HEIGHT, WIDTH)
LABELS = {
    "one class": torch.ones(1, HEIGHT, WIDTH),
    "two halves": 1 + (ROWS >= 15).float(),
    "a class in the hole only": 1 + MISSING.float(),
}
every_map = pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)


def close(made, expected):
    torch.testing.assert_close(made, expected, atol=1e-5, rtol=0)


def candidates(p, missing, blocked, labels):
    """The places that p may draw from, in the order of the formula."""
    free = [q for q in range(len(labels)) if not blocked[q]]
    known = [q for q in free if not missing[q]]
    alike = [q for q in free if labels[q] == labels[p]]
    order = ([q for q in alike if q in known], [q for q in alike if q != p], known, free)
    return next((some for some in order if some), [])


def in_a_loop(features, matching, missing, labels, blocked):
    """Values, the strongest trusted place and its weight, place by place."""
    padded = functional.pad(matching, (1, 1, 1, 1))
    patches = [padded[:, r : r + 3, c : c + 3].flatten() for r in range(HEIGHT) for c in range(WIDTH)]
    places = list(features.flatten(1).t())
    flat = [plane.flatten().tolist() for plane in (missing, labels, blocked)]
    values, offsets, weight = torch.zeros(30, len(features)), torch.zeros(30, 2).long(), torch.zeros(30)
    for p in [p for p in range(30) if flat[0][p]]:
        scores = [float(patches[p] @ q / (patches[p].norm() * q.norm())) for q in patches]
        some = candidates(p, flat[0], flat[2], flat[1])
        powers = torch.exp(10 * torch.tensor([scores[q] for q in some]))
        for q, power in zip(some, powers / powers.sum(), strict=True):
            values[p] += power * places[q]
        known = [q for q in range(30) if not flat[0][q] and not flat[2][q]]
        trusted = [q for q in known if flat[1][q] == flat[1][p]] or known
        if trusted:
            best = max(trusted, key=lambda q: scores[q])
            offsets[p] = torch.tensor([best // WIDTH - p // WIDTH, best % WIDTH - p % WIDTH])
            weight[p] = float(powers[some.index(best)] / powers.sum()) if best in some else 0.0
    shape = (-1, HEIGHT, WIDTH)
    return values.t().reshape(shape), offsets.t().reshape(shape), weight.view(HEIGHT, WIDTH)


@every_map
@pytest.mark.parametrize("column", [None, 0, 4])
def test_against_a_loop(labels, column):
    features, matching = randn(1, 3, HEIGHT, WIDTH), randn(1, 4, HEIGHT, WIDTH, seed=2)
    blocked = torch.zeros_like(MISSING)
    if column is not None:
        blocked[..., column] = True
    made = propagate(features, matching, MISSING, labels, None if column is None else blocked)
    values, offsets, weight = in_a_loop(features[0], matching[0], MISSING[0], labels[0], blocked[0])
    close(made.values[0], values)
    assert torch.equal(made.offsets[0], offsets)
    close(made.weight[0], weight)


@every_map
def test_with_the_features_themselves_it_is_the_block(labels):
    """With a merge that returns what was drawn."""
    block, x = SemanticAttention(3), randn(2, 3, HEIGHT, WIDTH)
    torch.nn.init.zeros_(block.merge.bias)
    torch.nn.init.dirac_(block.merge.weight[:, 3:])
    with torch.no_grad():
        block.merge.weight[:, :3] = 0
    close(propagate(x, x, MISSING, labels).values, block(x, MISSING[:, None].float(), labels))


def test_images_of_a_batch_have_holes_and_classes_of_their_own():
    x = randn(2, 3, HEIGHT, WIDTH)
    missing = torch.cat([MISSING, MISSING.flip(1).roll(1, 2)])
    labels = torch.cat([LABELS["two halves"], LABELS["one class"]])
    made = propagate(x, x, missing, labels)
    for n in range(2):
        single = propagate(x[n : n + 1], x[n : n + 1], missing[n : n + 1], labels[n : n + 1])
        for whole, one in zip(made[:3], single[:3], strict=True):
            close(whole[n], one[0])


@pytest.mark.parametrize("hidden", ["nothing missing", "everything missing", "everything blocked"])
def test_without_anything_to_search_or_to_find(hidden):
    x, none = randn(1, 3, HEIGHT, WIDTH).requires_grad_(), torch.zeros_like(MISSING)
    missing = {"nothing missing": none, "everything missing": ~none}.get(hidden, MISSING)
    made = propagate(x, x, missing, LABELS["one class"], ~none if hidden == "everything blocked" else None)
    made.values.square().sum().backward()
    assert not made.offsets.any()
    assert not made.weight.any()
    assert made.values.any() == (hidden == "everything missing")  # then it draws from what is filled
    assert x.grad.isfinite().all()


def test_gradients():
    missing = MISSING[..., :3, :4]
    features, matching = (randn(1, 2, 3, 4, seed=seed).double().requires_grad_() for seed in (3, 4))
    assert missing.any()

    def run(*planes):
        return propagate(*planes, missing, LABELS["two halves"][..., :3, :4]).values

    assert torch.autograd.gradcheck(run, (features, matching), fast_mode=True)


class Largest(TorchDispatchMode):
    """Remembers the number of bytes of the largest tensor that an operation made."""

    def __init__(self):
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, torch.Tensor):
                self.bytes = max(self.bytes, tensor.untyped_storage().nbytes())
        return made


def test_a_step_takes_no_more_memory_than_allowed():
    x, missing = randn(1, 2, 24, 24), make_hole(24, 24)[:, 0].bool()
    labels = torch.ones_like(missing).float()
    expected = propagate(x, x, missing, labels)
    most = 100_000
    with Largest() as largest:
        found = propagate(x, x, missing, labels, memory=most)
    assert largest.bytes < most < 4 * int(missing.sum()) * 24 * 24
    close(found.values, expected.values)
    assert torch.equal(found.offsets, expected.offsets)
