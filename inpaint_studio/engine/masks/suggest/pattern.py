"""Tell spots that are a pattern (rivets, a row of lamps, printed dots) from spots that fell at random."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.masks.suggest.suggestion import Plane

Floats = NDArray[np.float64]

FEWEST = 4  # spots of a pattern
_SIZES = 1.35  # the largest ratio of the sizes of two spots that are alike
_EVEN = 0.15  # the largest difference of two neighbouring steps, against their length
_MOST_STEP = 12.0  # the longest step, against the size of the spots


def are_pattern(places: Floats, sizes: Floats) -> Plane:
    """Return for each spot whether it is one of at least `FEWEST` alike spots in evenly spaced rows.

    `places`: N x 2 (row, column) px; `sizes`: N, px. A spot lies in a row where two others of its size lie at opposite
    sides of it, equally far. Random places do so rarely, a pattern nearly always.
    """
    count = len(places)
    regular = np.zeros(count, bool)
    if count < FEWEST:
        return regular
    alike = np.maximum(sizes[:, None], sizes) <= _SIZES * np.minimum(sizes[:, None], sizes)
    for index in range(count):
        steps = places - places[index]
        length = np.linalg.norm(steps, axis=1)
        near = alike[index] & (length > 0) & (length <= _MOST_STEP * sizes[index])
        chosen = np.flatnonzero(near)
        if len(chosen) < 2:
            continue
        # Two steps that are opposite add up to nothing.
        sums = np.linalg.norm(steps[chosen][:, None] + steps[chosen], axis=2)
        opposite = sums <= _EVEN * length[chosen][:, None]
        if opposite.any():
            pair = np.argwhere(opposite)[0]
            regular[[index, *chosen[pair]]] = True
    return regular if np.count_nonzero(regular) >= FEWEST else np.zeros(count, bool)
