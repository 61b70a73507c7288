"""How each two models differ, photo by photo, and which of them is surely the better one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.evaluation.bootstrap import Interval, mean_intervals
from inpaint_studio.engine.evaluation.columns import OF_PHOTOS
from inpaint_studio.engine.evaluation.significance import ALPHA, correct, swap_test

_RANKED = tuple(place for place, column in enumerate(OF_PHOTOS) if column.is_ranked)


@dataclass
class Difference:
    """One model's figure minus another's, over the same photos.

    `p` is the chance of at least such a difference between equal models; `correct_together` makes it that among several
    comparisons. `ahead` is above 0 where the first model is the better one, below where it is the other.
    """

    one: str
    other: str
    figure: str
    p: float
    ahead: float
    interval: Interval | None = None  # of the mean difference, by the bootstrap over photos

    @property
    def better(self) -> str:
        """The model that is surely better; empty where it may be luck."""
        if self.p > ALPHA or self.ahead == 0:
            return ""
        return self.one if self.ahead > 0 else self.other


def compare_models(
    tables: Mapping[str, NDArray[np.float64]],
    kid_parts: Mapping[tuple[str, str], NDArray[np.float64]],
    with_intervals: bool = False,
) -> list[Difference]:
    """Compare each two models by each figure that can be better or worse.

    `tables` has a row for each photo and a column for each of `OF_PHOTOS`; `kid_parts` what each photo adds to the
    difference of two models' KID. Where the best value is not the largest or the least, the distances from it are
    compared photo by photo, and a difference counts only where the means agree with them.
    """
    found = []
    for one, other in combinations(tables, 2):
        mine, others = tables[one][:, _RANKED], tables[other][:, _RANKED]
        apart = mine - others
        distances = _distances(others) - _distances(mine)
        p = swap_test(distances)
        intervals = mean_intervals(apart) if with_intervals else [None] * len(_RANKED)
        for place, column in enumerate(_RANKED):
            known = np.isfinite(apart[:, place])
            if not known.any():
                continue
            distance = OF_PHOTOS[column].distance
            by_means = distance(float(others[known, place].mean())) - distance(float(mine[known, place].mean()))
            ahead = float(distances[known, place].mean())
            found.append(
                Difference(
                    one,
                    other,
                    OF_PHOTOS[column].figure,
                    float(p[place]),
                    ahead if ahead * by_means > 0 else 0.0,
                    intervals[place],
                )
            )
        if (one, other) in kid_parts:
            parts = kid_parts[one, other]
            found.append(Difference(one, other, "kid", float(swap_test(parts[:, None])[0]), -float(parts.mean())))
    return found


def correct_together(parts: Sequence[Sequence[Difference]]) -> None:
    """Correct p of all differences that one table shows, by Holm's method."""
    every = [each for part in parts for each in part]
    for each, p in zip(every, correct([each.p for each in every]), strict=True):
        each.p = p


def beaten(model: str, figure: str, found: Sequence[Difference]) -> list[str]:
    """Return the models that this one is surely better than by that figure."""
    return [
        each.other if each.one == model else each.one
        for each in found
        if each.figure == figure and each.better == model
    ]


def _distances(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each value is from the best one; NaN where it is not finite."""
    columns = []
    for place, column in enumerate(_RANKED):
        distance = OF_PHOTOS[column].distance
        columns.append([distance(value) if np.isfinite(value) else np.nan for value in values[:, place].tolist()])
    return np.array(columns, np.float64).reshape(len(_RANKED), len(values)).T
