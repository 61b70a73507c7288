"""The shift, cell by cell against its definition; its gradients; the published flip code."""

from __future__ import annotations

import pytest
import torch

from inpaint_studio.layers.attention.shift import shift

HEIGHT, WIDTH, CHANNELS = 6, 7, 5


def features(seed, count=1):
    return torch.randn(count, CHANNELS, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(seed))


def the_hole():
    hole = torch.zeros(1, HEIGHT, WIDTH, dtype=torch.bool)
    hole[:, 1:4, 0:3] = True
    hole[:, 0, 6] = True
    return hole


def cosine(a, b):
    return float(a @ b / a.norm() / b.norm())


def best(query, plane, closed):
    """The most similar open cell, the first of equals."""
    cells = [(y, x) for y in range(HEIGHT) for x in range(WIDTH) if not closed[y, x]]
    return max(cells, key=lambda cell: cosine(query, plane[:, cell[0], cell[1]]))


def test_every_cell_takes_its_most_similar_known_one():
    decoded, encoded, hole = features(1), features(2), the_hole()
    found = shift(decoded, encoded, hole)
    for y in range(HEIGHT):
        for x in range(WIDTH):
            index = int(found.source[0, y, x])
            if not hole[0, y, x]:
                assert not found.features[0, :, y, x].any()
                assert index == y * WIDTH + x
                assert found.cosine[0, y, x] == 0
                continue
            row, column = best(decoded[0, :, y, x], encoded[0], hole[0])
            assert index == row * WIDTH + column
            assert torch.equal(found.features[0, :, y, x], encoded[0, :, row, column])
            assert float(found.cosine[0, y, x]) == pytest.approx(
                cosine(decoded[0, :, y, x], encoded[0, :, row, column]), abs=1e-5
            )


def test_mirrored_features_are_a_second_place_to_copy_from():
    decoded, encoded, mirrored, hole = features(1), features(2), features(3), the_hole()
    found = shift(decoded, encoded, hole, mirrored=mirrored)
    sides = set()
    for y, x in hole[0].nonzero().tolist():
        query = decoded[0, :, y, x]
        here, there = best(query, encoded[0], hole[0]), best(query, mirrored[0], hole[0].flip(1))
        values = encoded[0, :, here[0], here[1]], mirrored[0, :, there[0], there[1]]
        plain = cosine(query, values[0]) >= cosine(query, values[1])
        sides.add(plain)
        row, column = here if plain else (there[0], WIDTH - 1 - there[1])
        assert int(found.source[0, y, x]) == row * WIDTH + column
        assert torch.equal(found.features[0, :, y, x], values[0] if plain else values[1])
        assert not hole[0, row, column]
    assert sides == {True, False}


def test_as_published_every_cell_gets_the_sum_of_all_choices_on_its_side():
    decoded, encoded, mirrored, hole = features(1), features(2), features(3), the_hole()
    hole[0, 0, 0] = True  # the first cell gets nothing
    flipped = hole[0].flip(1)
    found = shift(decoded, encoded, hole, mirrored=mirrored, published=True)
    cells, opposite = hole[0].nonzero().tolist(), flipped.nonzero().tolist()
    here = [best(decoded[0, :, y, x], encoded[0], hole[0]) for y, x in cells]
    there = [best(decoded[0, :, y, x], mirrored[0], flipped) for y, x in opposite]
    sums = [
        sum(plane[0, :, y, x] for y, x in dict.fromkeys(chosen))
        for plane, chosen in ((encoded, here), (mirrored, there))
    ]
    for n, (y, x) in enumerate(cells):
        plain = cosine(decoded[0, :, y, x], encoded[0, :, here[n][0], here[n][1]])
        other = cosine(decoded[0, :, opposite[n][0], opposite[n][1]], mirrored[0, :, there[n][0], there[n][1]])
        expected = torch.zeros(CHANNELS) if n == 0 else sums[0] if plain >= other else sums[1]
        torch.testing.assert_close(found.features[0, :, y, x], expected, atol=1e-5, rtol=1e-5)


def test_blocked_cells_are_no_source_and_searched_ones_get_nothing():
    decoded, encoded, hole = features(1), features(2), the_hole()
    blocked = torch.zeros_like(hole)
    blocked[:, :, 4:] = True
    also_search = torch.zeros_like(hole)
    also_search[:, 5, :2] = True
    found = shift(decoded, encoded, hole, blocked=blocked, also_search=also_search)
    searched = hole | also_search
    columns, rows = found.source % WIDTH, found.source // WIDTH
    assert (columns[searched] < 4).all()
    assert not hole[0, rows[searched], columns[searched]].any()
    assert not found.features[0, :, also_search[0]].any()
    assert (found.cosine[also_search] != 0).all()


@pytest.mark.parametrize("published", [False, True])
@pytest.mark.parametrize("flip", [False, True])
def test_nothing_known_copies_nothing(flip, published):
    everywhere = torch.ones(1, HEIGHT, WIDTH, dtype=torch.bool)
    found = shift(features(1), features(2), everywhere, mirrored=features(3) if flip else None, published=published)
    assert not found.features.any()
    assert not found.cosine.any()
    assert torch.equal(found.source[0].flatten(), torch.arange(HEIGHT * WIDTH))
    nowhere = shift(features(1), features(2), ~everywhere, mirrored=features(3) if flip else None, published=published)
    assert not nowhere.features.any()


def test_features_of_zeros_are_like_nothing_and_break_nothing():
    found = shift(torch.zeros(1, CHANNELS, HEIGHT, WIDTH), features(2), the_hole())
    assert torch.isfinite(found.features).all()
    assert not found.cosine.any()


def test_in_small_steps_and_in_batches_it_is_the_same():
    decoded, encoded = features(1, 2), features(2, 2)
    holes = torch.cat([the_hole(), the_hole().flip(2)])
    whole = shift(decoded, encoded, holes)
    steps = shift(decoded, encoded, holes, memory=1)
    assert torch.equal(whole.source, steps.source)
    second = shift(decoded[1:], encoded[1:], holes[1:])
    assert torch.equal(whole.source[1:], second.source)
    assert torch.equal(whole.features[1:], second.features)


def test_gradients_go_to_the_cells_that_were_copied():
    """The gradient of the third part reaches the encoder through the transposed matrix of choices, nothing else."""
    decoded, encoded, hole = features(1).requires_grad_(), features(2).requires_grad_(), the_hole()
    found = shift(decoded, encoded, hole)
    gradient = features(4)
    found.features.backward(gradient)
    choices = torch.zeros(HEIGHT * WIDTH, HEIGHT * WIDTH)
    cells = hole.flatten().nonzero()[:, 0]
    choices[cells, found.source.flatten()[cells]] = 1
    expected = (choices.t() @ gradient[0].flatten(1).t()).t().view_as(encoded)
    torch.testing.assert_close(encoded.grad, expected)
    assert decoded.grad is None or not decoded.grad.any()
