from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inpaint_studio.engine.evaluation import results
from inpaint_studio.engine.evaluation.bootstrap import mean_interval
from inpaint_studio.engine.evaluation.columns import FIGURES, OF_PHOTOS
from inpaint_studio.engine.evaluation.dataset import Case
from inpaint_studio.engine.evaluation.results import Comparison, size_label
from inpaint_studio.engine.evaluation.tables import beaten_letters, letters


@pytest.mark.parametrize(
    ("share", "label"),
    [
        (0.005, "1 % or less"), (0.01, "1 % or less"), (0.0101, "1-10 %"), (0.1, "1-10 %"), (0.1001, "10-20 %"),
        (0.2, "10-20 %"), (0.3, "20-30 %"), (0.45, "40-50 %"), (0.6, "50-60 %"), (0.61, "over 60 %"),
        (1.0, "over 60 %"),
    ],
)  # fmt: skip
def test_papers_sizes(share, label):
    assert size_label(share) == label
    assert label in results.SIZES


def make(columns: dict[str, list[float]], figure: str = "psnr", **shares: float) -> Comparison:
    """A comparison with one figure of each model, photo by photo; the others are 1."""
    count = len(next(iter(columns.values())))
    found = Comparison(list(columns), [Case(Path(f"{number}.png"), Path("m.png")) for number in range(count)])
    for model, values in columns.items():
        found.measured[model] = {
            number: dict.fromkeys(FIGURES, 1.0) | {figure: value} for number, value in enumerate(values)
        }
    found.shares = dict.fromkeys(range(count), shares.get("share", 0.15))
    return found


def test_a_row_has_the_bootstrap_interval_of_its_mean():
    values = np.random.default_rng(0).normal(25, 3, 20).tolist()
    row = make({"one": values}).rows()[0]
    assert row.intervals["psnr"] == pytest.approx(mean_interval(values))
    assert row.figures["psnr"] == pytest.approx(np.mean(values))
    assert set(row.intervals) == {column.figure for column in OF_PHOTOS}


@pytest.mark.parametrize(
    ("figure", "better", "worse"),
    [("psnr", 1.0, 0.0), ("l1", 0.0, 1.0), ("lpips", 0.2, 0.3), ("sharpness", 1.1, 0.7), ("seam", 0.9, 2.0)],
)
def test_better_models_are_marked_in_every_kind_of_figure(figure, better, worse):
    random = np.random.default_rng(1)
    noise = random.normal(0, 0.02, (2, 16))
    found = make({"good": (better + noise[0]).tolist(), "bad": (worse + noise[1]).tolist()}, figure)
    good, bad = found.rows()[:2]
    assert good.better_than == {figure: ["bad"]}
    assert bad.better_than == {}
    (difference,) = [each for each in found.differences() if each.figure == figure]
    assert (difference.one, difference.other, difference.better) == ("good", "bad", "good")
    assert difference.interval.low < better - worse < difference.interval.high


def test_a_figure_without_a_best_value_is_not_compared():
    found = make({"one": [1.0] * 16, "other": [2.0] * 16}, "tv")
    assert all(not row.better_than for row in found.rows())
    assert "tv" not in {each.figure for each in found.differences()}


def test_few_photos_mark_nothing():
    found = make({"good": [30.0] * 4, "bad": [20.0] * 4})
    assert all(not row.better_than for row in found.rows())


def test_means_that_contradict_the_photos_mark_nothing():
    """Nearer to 1 in most photos, but farther by the mean: neither is surely better."""
    random = np.random.default_rng(2)
    steady = (0.9 + random.normal(0, 0.001, 20)).tolist()
    swinging = [0.5, 1.5] * 10
    found = make({"steady": steady, "swinging": swinging}, "sharpness")
    assert all(not row.better_than for row in found.rows())


def test_equal_models_are_seldom_marked_anywhere():
    """The whole way from figures to marks: of 100 comparisons of three equal models at most a few have any mark."""
    random = np.random.default_rng(3)
    marked = 0
    for _ in range(100):
        hardness = random.normal(25, 4, 9)
        found = Comparison(["a", "b", "c"], [Case(Path(f"{number}.png"), Path("m.png")) for number in range(9)])
        for model in found.models:
            found.measured[model] = {
                number: {name: float(hardness[number] + random.normal(0, 1)) for name in FIGURES} for number in range(9)
            }
        found.shares = dict.fromkeys(range(9), 0.15)
        marked += any(each.better for each in found.differences())
    assert marked <= 11  # 5 expected at most; 12 or more would happen once in 250 times


def test_letters_name_the_models():
    signs = letters([f"m{number}" for number in range(28)])
    assert (signs["m0"], signs["m25"], signs["m26"], signs["m27"]) == ("a", "z", "a1", "b1")
    random = np.random.default_rng(1)
    noise = random.normal(0, 0.02, (3, 16))
    found = make({"bad": (0 + noise[0]).tolist(), "good": (1 + noise[1]).tolist(), "poor": (0 + noise[2]).tolist()})
    signs = letters(found.models)
    assert [beaten_letters(row, "psnr", signs) for row in found.rows()[:3]] == ["", "ac", ""]
