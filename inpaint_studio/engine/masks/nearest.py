"""How far a pixel's colour and place are from those of the nearest samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Field = NDArray[np.float32]


def mean_distance(features: Field, samples: Field, count: int) -> Field:
    """Return the root of the mean square distance to the `count` nearest samples, for every row of `features`.

    `features`: N x F, `samples`: M x F with M > 0; where there are fewer samples than `count`, all of them count.
    """
    distances = np.empty(len(features), np.float32)
    nearest = np.empty(min(count, len(samples)), np.float32)
    _fill_distances(np.ascontiguousarray(features), np.ascontiguousarray(samples), nearest, distances)
    return distances


@kernel
def _fill_distances(features: Field, samples: Field, nearest: Field, distances: Field) -> None:
    """Fill `distances`; `nearest` is room for the least squares of one row, in rising order."""
    last = nearest.size - 1
    for row in range(features.shape[0]):
        nearest[:] = np.inf
        for sample in range(samples.shape[0]):
            square = np.float32(0)
            for part in range(features.shape[1]):
                gap = features[row, part] - samples[sample, part]
                square += gap * gap
            if square < nearest[last]:
                place = last
                while place > 0 and nearest[place - 1] > square:
                    nearest[place] = nearest[place - 1]
                    place -= 1
                nearest[place] = square
        total = np.float32(0)
        for place in range(nearest.size):
            total += nearest[place]
        distances[row] = np.sqrt(total / np.float32(nearest.size))
