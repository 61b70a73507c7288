"""Contextual attention: the authors' numbers, the same in rows as at once, and only known places are looked at."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from inpaint_studio.layers.attention import contextual
from inpaint_studio.layers.attention.contextual import Variant
from inpaint_studio.layers.cpu import contextual_attention
from tests.models import golden
from tests.reference.deepfill import attention

VARIANTS = {
    "authors": Variant(),
    "DAA233": Variant(nearest="floor", norm="sum"),
    "nipponjo, TensorFlow": Variant(mask_steps=1, fuse=False),
    "nipponjo": Variant(nearest="floor", mask_steps=1),
    "mmagic": Variant(nearest="floor", mask_steps=1, blocked="excluded", overlap="counted"),
}


def plane(height: int, width: int, channels: int = 6, seed: int = 0) -> Tensor:
    return torch.randn(1, channels, height, width, generator=torch.Generator().manual_seed(seed)).relu()


def hole(height: int, width: int) -> Tensor:
    """In px of the picture, four to one of the features."""
    inside = torch.zeros(1, 1, 4 * height, 4 * width)
    inside[..., height : 2 * height, 2 * width : 3 * width] = 1
    return inside


def test_the_authors_numbers():
    arrays = golden.vectors("deepfillv1_official_tf")
    features, needed = (torch.from_numpy(arrays[name]) for name in ("ca_in", "ca_out"))
    inside = torch.from_numpy((arrays["mask_u8"] > 127).astype("float32"))[None, None]
    for attend in (contextual.attend, contextual_attention.attend):
        torch.testing.assert_close(attend(features, inside, Variant()).values, needed, atol=5e-5, rtol=0)


@pytest.mark.parametrize("scores", ["", "_flat"], ids=["large scores", "small scores"])
def test_the_numbers_of_mmagic(scores):
    arrays = golden.vectors("mmagic_attention")
    features, needed = (torch.from_numpy(arrays[name + scores]) for name in ("features", "out"))
    inside = torch.from_numpy((arrays["mask_u8"] > 127).astype("float32"))[None, None]
    for attend in (contextual.attend, contextual_attention.attend):
        found = attend(features, inside, VARIANTS["mmagic"])
        torch.testing.assert_close(found.values, needed, atol=1e-6, rtol=0)
        assert torch.equal(found.offsets[0], torch.from_numpy(arrays[f"att_offset{scores}"]).long())
        torch.testing.assert_close(found.weight[0], torch.from_numpy(arrays[f"att_weight{scores}"]), atol=1e-4, rtol=0)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_it_is_the_straightforward_one(variant):
    features, inside = plane(16, 24), hole(16, 24)
    values, offsets, weight = attention(features, inside, vars(variant))
    for attend in (contextual.attend, contextual_attention.attend):
        found = attend(features, inside, variant)
        torch.testing.assert_close(found.values, values, atol=2e-5, rtol=0)
        torch.testing.assert_close(found.weight[0], weight, atol=2e-5, rtol=0)
        assert torch.equal(found.offsets[0], offsets)


@given(
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    variant=st.sampled_from(list(VARIANTS.values())),
    memory=st.sampled_from([1, 20_000, 1 << 28]),
    seed=st.integers(0, 99),
)
@settings(max_examples=40, deadline=None)
def test_in_rows_it_is_the_same_whatever_the_size_and_the_memory(height, width, variant, memory, seed):
    features = plane(2 * height, 2 * width, 4, seed).double()
    inside = hole(2 * height, 2 * width)
    once = contextual.attend(features, inside, variant)
    rows = contextual_attention.attend(features, inside, variant, memory=memory)
    torch.testing.assert_close(rows.values, once.values, atol=1e-9, rtol=0)
    torch.testing.assert_close(rows.weight, once.weight, atol=1e-9, rtol=0)


def test_the_needed_part_is_right_and_the_rest_is_left():
    features, inside = plane(24, 20), hole(24, 20)
    needed = torch.zeros(24, 20)
    needed[5:14, 8:17] = 1
    once = contextual.attend(features, inside, Variant())
    part = contextual_attention.attend(features, inside, Variant(), needed=needed)
    torch.testing.assert_close(part.values[..., 5:14, 8:17], once.values[..., 5:14, 8:17], atol=2e-5, rtol=0)


@pytest.mark.parametrize("attend", [contextual.attend, contextual_attention.attend], ids=["at once", "in rows"])
def test_neither_the_hole_nor_blocked_cells_are_attended_to(attend):
    features, inside = plane(20, 20), hole(20, 20)
    donors = torch.zeros(1, 1, 80, 80)
    donors[..., 60:, :] = 1
    known = contextual.find_known_keys(inside, features.shape, Variant(), donors)[0]
    found = attend(features, inside, Variant(), donors)
    rows, columns = torch.meshgrid(torch.arange(10), torch.arange(10), indexing="ij")
    to_rows, to_columns = rows + found.offsets[0, 0], columns + found.offsets[0, 1]
    assert known[to_rows, to_columns].all()
    assert not known[7:].any()
    assert not known[2:5, 5:7].any()


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
@pytest.mark.parametrize("attend", [contextual.attend, contextual_attention.attend], ids=["at once", "in rows"])
def test_where_nothing_is_known_there_is_nothing_and_no_fault(attend, variant):
    found = attend(plane(8, 8), torch.ones(1, 1, 32, 32), variant)
    assert not found.values.any()
    assert not found.weight.any()


def test_a_batch_is_its_pictures():
    features = torch.cat([plane(12, 12, seed=n) for n in range(3)])
    inside = torch.cat([hole(12, 12), hole(12, 12).flip(2), hole(12, 12).flip(3)])
    found = contextual.attend(features, inside, Variant())
    for n in range(3):
        alone = contextual.attend(features[n : n + 1], inside[n : n + 1], Variant())
        torch.testing.assert_close(found.values[n : n + 1], alone.values, atol=1e-5, rtol=0)


@pytest.mark.parametrize("variant", [Variant(), VARIANTS["mmagic"]], ids=["authors", "mmagic"])
def test_gradients_are_those_of_the_sum(variant):
    features = plane(8, 8, 3).double().requires_grad_()
    assert torch.autograd.gradcheck(lambda x: contextual.attend(x, hole(8, 8), variant).values, features, atol=1e-4)


def test_features_that_do_not_divide_into_cells_are_refused():
    with pytest.raises(ValueError, match="do not divide"):
        contextual.attend(plane(7, 8), hole(7, 8), Variant())


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
@pytest.mark.parametrize("memory", [1, 1 << 28], ids=["in rows", "at once"])
def test_several_keys_are_the_ones_with_the_greatest_weights(variant, memory):
    features, inside = plane(16, 24).double(), hole(16, 24)
    once = contextual.attend(features, inside, variant, ranked=5)
    rows = contextual_attention.attend(features, inside, variant, memory=memory, ranked=5)
    weights = all_weights(features, inside, variant)
    for found in (once, rows):
        assert found.ranked is not None
        assert torch.equal(found.ranked.offsets[:, 0], found.offsets)
        expected = weights.sort(-1, descending=True).values[..., :5].movedim(-1, 1)
        torch.testing.assert_close(found.ranked.weights, expected, atol=1e-9, rtol=0)
        placed = weights.gather(-1, numbers(found.ranked.offsets).movedim(1, -1)).movedim(-1, 1)
        torch.testing.assert_close(placed, found.ranked.weights, atol=1e-9, rtol=0)
        for other in range(1, 5):  # each key is listed once, unless it fills up a list that is too short
            again = (found.ranked.offsets[:, :other] == found.ranked.offsets[:, other : other + 1]).all(2).any(1)
            assert not (again & (found.ranked.weights[:, other] > 0)).any()


def test_fewer_keys_than_requested_repeat_the_first_without_weight():
    features, donors = plane(8, 8).double(), torch.ones(1, 1, 8, 8)
    donors[..., 2:8, 0:6] = 0  # two cells or less stay known after the border of one cell
    found = contextual_attention.attend(features, torch.zeros(1, 1, 32, 32), Variant(), donors, ranked=30)
    assert found.ranked is not None
    assert found.ranked.weights.shape == (1, 16, 4, 4)
    missing = found.ranked.weights == 0
    assert missing.any()
    same = (found.ranked.offsets == found.ranked.offsets[:, :1]).all(2)
    assert same[missing].all()


def test_nothing_is_listed_unless_requested():
    features, inside = plane(8, 8), hole(8, 8)
    for attend in (contextual.attend, contextual_attention.attend):
        assert attend(features, inside, Variant()).ranked is None


def all_weights(features: Tensor, inside: Tensor, variant: Variant) -> Tensor:
    """Return the weights of all keys, N x h x w x keys: computed step by step."""
    h, w = features.shape[-2] // 2, features.shape[-1] // 2
    scores = contextual.similarity(contextual.halve(features, variant), variant)
    if variant.fuse:
        scores = contextual._fuse(scores)
    known = contextual.find_known_keys(inside, features.shape, variant, None).flatten(1).double()[:, None]
    logits = contextual.SCALE * known * scores.flatten(3).flatten(1, 2)
    if variant.blocked == "excluded":
        logits = logits.masked_fill(known == 0, -1e30)
    return (torch.softmax(logits, -1) * known).view(-1, h, w, h * w)


def numbers(offsets: Tensor) -> Tensor:
    """Return the numbers of keys, N x k x h x w, from offsets N x k x 2 x h x w."""
    h, w = offsets.shape[-2:]
    rows, columns = torch.arange(h)[:, None] + offsets[:, :, 0], torch.arange(w) + offsets[:, :, 1]
    return rows * w + columns
