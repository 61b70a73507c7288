"""Means, spreads, and what counts as more than luck."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from training.ablation import sentences, tables
from training.ablation.cost import VariantCost
from training.ablation.ledger import Ledger, TrainedVariant
from training.ablation.runner import SPREAD, UNTRAINED
from training.ablation.summary import find_band, find_deviation, summarise

IDENTITY = {
    "model": "deepfill-v1", "steps": 9, "minutes": None, "size": 64, "config": [], "settings": [], "without_losses": [],
}  # fmt: skip
REFERENCE = {"psnr": 18.0, "sharpness": 0.4}


def make_ledger(values: dict[str, list[float]]) -> Ledger:
    """A ledger with the PSNR of each variant by seed."""
    seeds = tuple(range(max(map(len, values.values()))))
    trainings = tuple(
        TrainedVariant(name, seed, 9, 60.0, {"psnr": value, "sharpness": 0.3}, {"slot.gamma": 0.02 * seed})
        for name, own in values.items()
        for seed, value in enumerate(own)
    )
    facts = {"photos": "8", "held_out": 1, "crops": 4, "batch": 2, "machine": "1 core of a test"}
    references = {SPREAD: REFERENCE, UNTRAINED: REFERENCE}
    return Ledger(
        IDENTITY, tuple(values), seeds, facts, trainings, references, {"none": VariantCost(5, 10, milliseconds=1.0)}
    )


def test_what_a_seed_does_to_all_variants_alike_is_no_luck() -> None:
    assert find_deviation([[1.0, 2.0, 3.0], [2.0, 3.0, 4.0]]) == pytest.approx(0)


def test_the_deviation_is_that_of_random_numbers() -> None:
    random = np.random.default_rng(3)
    table = random.normal(0, 0.5, (200, 5)) + random.normal(0, 3, (200, 1)) + random.normal(0, 3, (1, 5))
    assert find_deviation(table.tolist()) == pytest.approx(0.5, rel=0.05)


def test_the_band_of_two_variants_is_that_of_the_paired_t_test() -> None:
    one, other = [1.0, 2.0, 4.0, 4.5], [1.5, 2.6, 4.1, 5.5]
    deviation = find_deviation([one, other])
    assert deviation is not None
    interval = stats.ttest_rel(one, other).confidence_interval(0.95)
    assert find_band(deviation, 2, 4) == pytest.approx((interval.high - interval.low) / 2)


def test_more_variants_need_larger_differences() -> None:
    assert find_band(1.0, 10, 2) > stats.t.ppf(0.975, 9)


def test_one_seed_has_no_luck_to_measure() -> None:
    own = summarise(make_ledger({"none": [18.0], "self": [19.0]}))["psnr"]
    assert own.deviation is own.band is None
    assert own.beyond_luck() == {}
    assert own.differences == {"self": 1.0}


def test_differences_beyond_luck_are_found() -> None:
    own = summarise(make_ledger({"none": [18.0, 18.2], "self": [19.0, 19.21], "se": [18.01, 18.2]}))["psnr"]
    assert own.means["self"] == (pytest.approx(19.105), 19.0, 19.21)
    assert list(own.beyond_luck()) == ["self"]


def test_a_difference_that_no_table_shows_is_none() -> None:
    own = summarise(make_ledger({"none": [18.0, 18.0], "self": [18.0001, 18.0001]}))["psnr"]
    assert own.band is not None
    assert own.beyond_luck() == {}


def test_the_text_names_which_are_better_and_which_are_not() -> None:
    ledger = make_ledger({"none": [18.0, 18.2], "self": [19.0, 19.21], "se": [18.01, 18.2], "ca": [17.0, 17.2]})
    text = " ".join(sentences.describe_findings(ledger, summarise(ledger)))
    assert "3 of 4 variants are above that" in text
    assert "'self' is the best with 19.11; 'none', the first, has 18.10" in text
    assert "'self' is better and 'ca' is worse" in text
    assert "all fills are soft" in text
    assert "at the end of a training: 0.020 for 'none'" in text


def test_spread_colours_that_miss_nothing_are_not_compared_with() -> None:
    """Photos of one colour: the figure is not finite, and left out."""
    ledger = replace(make_ledger({"none": [18.0], "self": [19.0]}), references={SPREAD: {}, UNTRAINED: REFERENCE})
    text = " ".join(sentences.describe_findings(ledger, summarise(ledger)))
    assert "'self' is the best" in text
    assert "spread" not in text


def test_the_text_does_not_claim_what_is_luck() -> None:
    ledger = make_ledger({"none": [18.0, 18.6], "self": [18.4, 18.3]})
    text = " ".join(sentences.describe_findings(ledger, summarise(ledger)))
    assert "does not show that any variant is better or worse" in text


def test_one_seed_is_named_as_a_limit() -> None:
    ledger = make_ledger({"none": [18.0], "self": [18.4]})
    assert "nothing is known about luck" in sentences.describe_limits(ledger)[0]
    assert "cannot be said" in " ".join(sentences.describe_findings(ledger, summarise(ledger)))


def test_a_training_without_figures_is_reported_and_left_out() -> None:
    ledger = make_ledger({"none": [18.0, 18.2], "self": [19.0, 19.2]})
    ledger = ledger.add(TrainedVariant("self", 1, failed="The losses were not finite."))
    found = summarise(ledger)["psnr"]
    assert found.means["self"].mean == 19.0
    assert found.band is None  # one seed is left that all variants have
    assert "'self' with seed 1 has no figures: The losses" in " ".join(sentences.describe_findings(ledger, {}))


def test_the_table_has_a_line_for_each_training() -> None:
    lines = list(
        csv.DictReader(io.StringIO(tables.make_csv(make_ledger({"none": [18.0, 18.25], "self": [19.0, 19.5]}))))
    )
    assert [(line["variant"], line["seed"], line["psnr"]) for line in lines] == [
        ("none", "0", "18"), ("none", "1", "18.25"), ("self", "0", "19"), ("self", "1", "19.5"),
        (SPREAD, "", "18"), (UNTRAINED, "", "18"),
    ]  # fmt: skip
    assert lines[1]["factors"] == "slot.gamma=0.02"
    assert lines[0]["parameters"] == "5"
    assert not any(math.isnan(float(line["psnr"])) for line in lines)
