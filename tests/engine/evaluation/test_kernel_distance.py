from __future__ import annotations

import numpy as np
import pytest
import torch

from inpaint_studio.engine.evaluation import kernel_distance as kid
from inpaint_studio.layers import torchvision_compat

torchvision_compat.ensure()
from torchmetrics.image.kid import poly_mmd  # noqa: E402 - only importable after the line above


def features(seed: int, count: int, move: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(move, 1, (count, 16))


def in_words(fills, truths) -> float:
    """The U-statistic as a double loop over pairs of different photos."""
    k = lambda x, y: (sum(a * b for a, b in zip(x, y, strict=True)) / len(x) + 1) ** 3  # noqa: E731
    count, total = len(fills), 0.0
    for i in range(count):
        for j in range(count):
            if i != j:
                total += k(fills[i], fills[j]) + k(truths[i], truths[j])
                total -= k(fills[i], truths[j]) + k(fills[j], truths[i])
    return total / count / (count - 1)


def test_the_formula_agrees_with_a_double_loop(monkeypatch):
    fills, truths = features(1, 9, 0.4), features(2, 9)
    found = kid.kernel_distance(fills, truths)
    assert found.mean == pytest.approx(in_words(fills, truths), rel=1e-10)
    monkeypatch.setattr(kid, "_IN_MEMORY", 4)
    assert kid.kernel_distance(fills, truths).parts == pytest.approx(found.parts)


def test_the_spread_is_that_of_random_halves(monkeypatch):
    fills, truths = features(1, 12, 0.4), features(2, 12)
    monkeypatch.setattr(kid, "SUBSETS", 3000)
    found = kid.kernel_distance(fills, truths)
    random = np.random.default_rng(9)
    halves = [random.permutation(12)[:6] for _ in range(3000)]
    values = [in_words_fast(fills[half], truths[half]) for half in halves]
    assert found.spread == pytest.approx(np.std(values), rel=0.06)
    assert found.mean == pytest.approx(np.mean(values), abs=4 * np.std(values) / 3000**0.5)


def test_the_error_of_its_parts_is_its_own():
    """The error that the jackknife expects is that of KID over many draws of photos."""
    found = [kid.kernel_distance(features(2 * n, 25, 0.3), features(2 * n + 1, 25)) for n in range(200)]
    actual = np.std([each.mean for each in found], ddof=1)
    expected = np.sqrt(np.mean([each.parts.var(ddof=1) / 25 for each in found]))
    assert expected == pytest.approx(actual, rel=0.2)


def test_it_agrees_with_torchmetrics_where_fills_and_photos_are_no_pairs():
    values, others = [], []
    for seed in range(300):
        fills, truths = features(2 * seed, 20, 0.3), features(2 * seed + 1, 20)
        values.append(in_words_fast(fills, truths))
        others.append(float(poly_mmd(torch.from_numpy(truths), torch.from_numpy(fills))))
    assert np.mean(values) == pytest.approx(np.mean(others), rel=0.05)
    assert np.corrcoef(values, others)[0, 1] > 0.95


def in_words_fast(fills, truths) -> float:
    whole = kid._pair_values(fills, truths)
    return float((whole.sum() - np.trace(whole)) / len(fills) / (len(fills) - 1))


def test_it_is_unbiased_for_pairs_and_zero_for_equal_ones():
    truths = features(3, 30)
    equal = kid.kernel_distance(truths, truths)
    assert (equal.mean, equal.spread) == (0, 0)
    # Fills as far apart as the photos, and alike in pairs: the distance is 0 on average, however few there are.
    values = []
    for seed in range(2000):
        common = features(2 * seed, 4)
        noise = np.random.default_rng(2 * seed + 1).normal(0, 0.5, (2, 4, 16))
        values.append(in_words_fast(common + noise[0], common + noise[1]))
    assert abs(np.mean(values)) < 4 * np.std(values) / len(values) ** 0.5


def test_worse_fills_are_farther_away_and_large_sets_need_no_whole_matrix(monkeypatch):
    truths = features(4, 60)
    near, far = (kid.kernel_distance(truths + move, truths) for move in (0.2, 0.6))
    assert 0 < near.mean < far.mean
    assert near.spread > 0
    monkeypatch.setattr(kid, "_IN_MEMORY", 10)
    again = kid.kernel_distance(truths + 0.2, truths)
    assert (again.mean, again.spread) == pytest.approx((near.mean, near.spread))


def test_the_parts_of_photos_add_up_and_change_sign_when_swapped(monkeypatch):
    one, other, truths = features(5, 12, 0.3), features(6, 12), features(7, 12)
    parts = kid.compare_photos(one, other, truths)
    assert parts.mean() == pytest.approx(in_words(one, truths) - in_words(other, truths))
    swapped = np.arange(12) % 3 == 0
    mixed, mixed_other = np.where(swapped[:, None], other, one), np.where(swapped[:, None], one, other)
    difference = in_words(mixed, truths) - in_words(mixed_other, truths)
    assert np.where(swapped, -parts, parts).mean() == pytest.approx(difference)
    monkeypatch.setattr(kid, "_IN_MEMORY", 5)
    assert kid.compare_photos(one, other, truths) == pytest.approx(parts)
