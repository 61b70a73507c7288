from __future__ import annotations

from itertools import product
from statistics import NormalDist

import numpy as np
import pytest

from inpaint_studio.engine.evaluation.significance import ALPHA, correct, swap_test


def test_all_swaps_of_few_photos_are_counted():
    differences = np.array([2.0, 1, -0.5, 4])
    signs = np.array(list(product([1, -1], repeat=4)))
    expected = (np.abs((signs * differences).sum(axis=1)) >= abs(differences.sum()) - 1e-12).mean()
    assert swap_test(differences[:, None]) == pytest.approx([expected])
    assert swap_test(np.full((5, 1), 0.1)) == pytest.approx([2 / 32])


def test_many_photos_are_swapped_at_random():
    random = np.random.default_rng(0)
    better, equal = swap_test(random.normal([1, 0], 0.5, (60, 2)))
    assert better == pytest.approx(1 / 10_000)
    assert equal > 0.05
    one_sided = random.normal(0.2, 1, 80)
    expected = 2 * (1 - NormalDist().cdf(one_sided.sum() / np.sqrt((one_sided**2).sum())))
    assert swap_test(one_sided[:, None])[0] == pytest.approx(expected, abs=0.02)


def test_differences_that_are_not_known_are_left_out():
    differences = np.random.default_rng(1).normal(0.5, 1, (8, 1))
    holed = np.concatenate([differences, [[np.nan], [np.inf]]])
    assert swap_test(holed) == pytest.approx(swap_test(differences))
    assert swap_test(np.full((3, 1), np.nan)) == [1]
    assert swap_test(np.zeros((0, 2))).tolist() == [1, 1]


def test_holms_correction():
    # Worked by hand: 4 x 0.01, 3 x 0.02, then 2 x 0.03, which is not less, and 0.5.
    assert correct([0.02, 0.5, 0.01, 0.03]) == pytest.approx([0.06, 0.5, 0.04, 0.06])
    assert correct([]) == []
    assert correct([0.9, 0.8]) == [1, 1]


@pytest.mark.parametrize("photos", [6, 12, 30])
def test_equal_models_are_not_marked_more_often_than_the_level(photos):
    """Ten figures of two models that differ by chance alone: any mark in at most one table of twenty."""
    random = np.random.default_rng(photos)
    tables, marked = 200, 0
    for _ in range(tables):
        hardness = random.normal(20, 5, (photos, 1))
        # Skewed noise, which a t-test would not stand, and figures that go together.
        one, other = (hardness + random.exponential(2, (photos, 1)) + random.exponential(1, (photos, 10)) for _ in "ab")
        marked += min(correct(swap_test(one - other).tolist())) <= ALPHA
    assert marked / tables <= ALPHA + 2 * (ALPHA * (1 - ALPHA) / tables) ** 0.5


def test_a_difference_is_found_where_there_is_one():
    random = np.random.default_rng(1)
    found = 0
    for _ in range(20):
        hardness = random.normal(20, 5, (20, 1))
        one, other = hardness + random.normal(1.5, 1, (20, 5)), hardness + random.normal(0, 1, (20, 5))
        found += max(correct(swap_test(one - other).tolist())) <= ALPHA
    assert found >= 10
