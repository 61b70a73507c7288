"""How each two models differ, photo by photo, and which of them is surely the better one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.evaluation.bootstrap import Interval, mean_intervals, paired_interval
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
    kid_values: Mapping[str, NDArray[np.float64]],
    with_intervals: bool = False,
) -> list[Difference]:
    """Compare each two models by each figure that can be better or worse.

    `tables` has a row for each photo and a column for each of `OF_PHOTOS`; `kid_parts` what each photo adds to the
    difference of two models' KID when their fills are swapped, and `kid_values` what it adds to the KID of a model.
    Where the best value is not the largest or the least, the distances from it are compared photo by photo, and a
    difference counts only where the means agree with them.
    """
    pairs = list(combinations(tables, 2))
    ranked = {model: table[:, _RANKED] for model, table in tables.items()}
    far = {model: _distances(table) for model, table in ranked.items()}
    # The columns of all pairs side by side, so that swaps and draws of photos are made once.
    apart = [ranked[one] - ranked[other] for one, other in pairs]
    nearer = [far[other] - far[one] for one, other in pairs]
    p = np.split(swap_test(np.hstack(nearer)), len(pairs)) if pairs else []
    columns = mean_intervals(np.hstack(apart)) if pairs and with_intervals else [None] * (len(pairs) * len(_RANKED))
    found = []
    for number, (one, other) in enumerate(pairs):
        own = columns[number * len(_RANKED) :]
        for place, column in enumerate(_RANKED):
            known = np.isfinite(apart[number][:, place])
            if not known.any():
                continue
            distance = OF_PHOTOS[column].distance
            means = [float(ranked[model][known, place].mean()) for model in (one, other)]
            ahead = float(nearer[number][known, place].mean())
            agree = ahead * (distance(means[1]) - distance(means[0])) > 0
            p_value, figure = float(p[number][place]), OF_PHOTOS[column].figure
            found.append(Difference(one, other, figure, p_value, ahead if agree else 0.0, own[place]))
        if (one, other) in kid_parts:
            parts = kid_parts[one, other]
            interval = paired_interval(kid_values[one], kid_values[other]) if with_intervals else None
            p_value = float(swap_test(parts[:, None])[0])
            found.append(Difference(one, other, "kid", p_value, -float(parts.mean()), interval))
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
