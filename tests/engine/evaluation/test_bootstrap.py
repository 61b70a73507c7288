import math

import numpy as np
import pytest

from inpaint_studio.engine.evaluation.bootstrap import mean_interval, mean_intervals, paired_interval


def test_interval_of_many_values_is_that_of_the_normal_distribution() -> None:
    values = np.random.default_rng(3).normal(5, 2, 400)
    found = mean_interval(values)
    half = 1.96 * values.std(ddof=1) / 20
    assert found.mean == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.02)


@pytest.mark.parametrize("size", [8, 16, 40])
def test_interval_holds_the_true_mean_as_often_as_it_promises(size: int) -> None:
    random = np.random.default_rng(size)
    table = random.normal(1, 3, (size, 2000))  # 2000 columns: 2000 experiments, all from the same draws
    found = mean_intervals(table, resamples=1000)
    held = np.mean([interval is not None and interval.low <= 1 <= interval.high for interval in found])
    assert 0.92 <= held <= 0.98


def test_interval_agrees_with_a_plain_loop() -> None:
    values = np.random.default_rng(1).gamma(2, 1, 30)
    random = np.random.default_rng(9)
    means = [random.choice(values, 30).mean() for _ in range(20_000)]
    # 30 values: Student's t with 29 degrees is -2.0452, times the root of 30/29 is -2.0802, of the normal 1.876 %.
    low, high = np.quantile(means, [0.01876, 1 - 0.01876])
    found = mean_interval(values, resamples=20_000)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.02)


def test_pairs_take_out_that_some_photos_are_harder() -> None:
    random = np.random.default_rng(2)
    hardness = random.normal(0, 10, 20)
    better = hardness + 1 + random.normal(0, 0.5, 20)
    assert paired_interval(better, hardness).excludes_zero
    assert not mean_interval(better).excludes_zero
    assert paired_interval(hardness, better).high < 0


def test_same_seed_gives_the_same_interval_and_another_a_near_one() -> None:
    values = np.random.default_rng(2).normal(0, 1, 50)
    assert mean_interval(values, seed=4) == mean_interval(values, seed=4)
    other = mean_interval(values, seed=5)
    assert other != mean_interval(values, seed=4)
    assert other.low == pytest.approx(mean_interval(values, seed=4).low, abs=0.06)


def test_values_that_are_not_finite_are_left_out() -> None:
    values = np.random.default_rng(2).normal(0, 1, 40)
    holed = np.concatenate([values, [np.nan, np.inf]])
    found = mean_interval(holed)
    assert found.mean == pytest.approx(values.mean())
    assert found.low == pytest.approx(mean_interval(values).low, abs=0.1)
    assert mean_intervals(np.full((4, 1), np.nan)) == [None]
    assert mean_intervals(np.zeros((0, 2))) == [None, None]


@pytest.mark.parametrize("size", [1, 2, 4])
def test_few_values_exclude_nothing(size: int) -> None:
    found = mean_interval([3.0] * size)
    assert (found.mean, found.low, found.high) == (3.0, -math.inf, math.inf)
    assert not found.excludes_zero
    assert mean_interval([3.0] * 5).excludes_zero


def test_equal_values_have_an_interval_of_no_width() -> None:
    assert mean_interval([0.0] * 8)[:3] == (0, 0, 0)
    assert not mean_interval([0.0] * 8).excludes_zero


@pytest.mark.parametrize(("one", "other"), [([1.0, 2.0], [1.0]), ([], []), ([np.nan], [1.0])])
def test_what_cannot_be_compared_is_refused(one: list[float], other: list[float]) -> None:
    with pytest.raises(ValueError, match=r"same length|finite"):
        paired_interval(one, other)
