"""What the figures of an ablation say: means and spreads, and which differences are more than luck of the seed.

Every variant is trained with the same seeds, so what a seed does to all variants alike is taken out first: what is left
is x[variant, seed] - mean of the variant - mean of the seed + mean of all, a two-way analysis of variance without
repetition. Its deviation s says how much luck one training has. Of the difference to the first variant over S seeds,
s * sqrt(2 / S) is the standard error; the largest one that luck may well explain is that times Student's t at 95 %,
divided among the comparisons (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from inpaint_studio.engine.evaluation.columns import Column
from training.ablation.ledger import Ledger
from training.ablation.measure import FIGURES

_SURE = 0.95


class SeedMean(NamedTuple):
    """One figure of one variant over its seeds."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class FigureSummary:
    """One figure of all variants."""

    means: dict[str, SeedMean]  # by variant
    deviation: float | None = None  # of one training, by luck of the seed; None: one seed, or not all are there
    band: float | None = None  # the largest difference to the first variant that luck may well explain
    differences: dict[str, float] = field(default_factory=dict)  # to the first variant, of the others

    def beyond_luck(self) -> dict[str, float]:
        """Return the differences to the first variant that are larger than luck may well explain."""
        return {name: value for name, value in self.differences.items() if self.band and abs(value) > self.band}


def summarise(ledger: Ledger) -> dict[str, FigureSummary]:
    """Return the summary of each figure that was measured, by its name; others differ from the first variant."""
    found = {}
    for column in FIGURES:
        values = {
            name: [each.figures[column.figure] for each in ledger.measured(name) if column.figure in each.figures]
            for name in ledger.variants
        }
        values = {name: own for name, own in values.items() if own}
        if values:
            found[column.figure] = _summarise(ledger, column, values)
    return found


def _summarise(ledger: Ledger, column: Column, values: dict[str, list[float]]) -> FigureSummary:
    means = {name: SeedMean(float(np.mean(own)), min(own), max(own)) for name, own in values.items()}
    first = ledger.variants[0]
    differences = {
        name: own.mean - means[first].mean for name, own in means.items() if first in means and name != first
    }
    table = _paired(ledger, column.figure, list(means))
    deviation = find_deviation(table)
    band = None if deviation is None else find_band(deviation, len(table), len(table[0]))
    if band is not None:  # what cannot be seen in the table is no difference either
        band = max(band, 0.5 * 10**-column.digits)
    return FigureSummary(means, deviation, band, differences)


def _paired(ledger: Ledger, figure: str, names: Sequence[str]) -> list[list[float]]:
    """Return a row for each variant with its values by seed, of the seeds that all variants have."""
    by_seed = {name: {each.seed: each.figures[figure] for each in ledger.measured(name)} for name in names}
    common = [seed for seed in ledger.seeds if all(seed in own for own in by_seed.values())]
    return [[own[seed] for seed in common] for own in by_seed.values()]


def find_deviation(table: Sequence[Sequence[float]]) -> float | None:
    """Return how much one training differs by luck of the seed, from variants x seeds; None where that is not known.

    Two variants and two seeds are needed at least.
    """
    values = np.array(table, np.float64)
    if values.ndim != 2 or min(values.shape) < 2:
        return None
    rest = values - values.mean(1, keepdims=True) - values.mean(0, keepdims=True) + values.mean()
    freedom = (values.shape[0] - 1) * (values.shape[1] - 1)
    return math.sqrt(float((rest**2).sum()) / freedom)


def find_band(deviation: float, variants: int, seeds: int) -> float:
    """Return the largest difference of two means that luck may well explain, in variants - 1 comparisons."""
    from scipy.stats import t

    comparisons, freedom = variants - 1, (variants - 1) * (seeds - 1)
    quantile = float(t.ppf(1 - (1 - _SURE) / 2 / comparisons, freedom))
    return quantile * deviation * math.sqrt(2 / seeds)
