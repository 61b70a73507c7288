"""What a network's attention weighs beside sources, or in their place: channels, the entries of a memory, places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import Bytes, Units

LONGEST = 128  # px, longer side of the picture of the weights of places


@dataclass(frozen=True, eq=False)
class WeighedPart:
    """The weights that a network gave when it filled the pixels in `box` of an image."""

    box: Box
    units: Units | None = None
    places: Bytes | None = None  # h x w, how much the places in what the model saw count: 0 the least, 255 the most

    @classmethod
    def of(cls, box: Box, units: Units | None, places: NDArray[np.float32] | None) -> WeighedPart | None:
        """Keep these weights; those of `places` (H x W in [0, 1]) as a small picture. None where there are none."""
        if units is None and places is None:
            return None
        return cls(box, units, None if places is None else _draw(places))

    @property
    def nbytes(self) -> int:
        """The memory of the arrays."""
        arrays = [self.places] if self.units is None else [self.places, self.units.weights]
        return sum(array.nbytes for array in arrays if array is not None)

    def rank_units(self, count: int) -> list[tuple[int, float]]:
        """List number (from 1 on) and weight of the units with the greatest weights, at most `count`."""
        if self.units is None:
            return []
        weights = self.units.weights
        order = np.argsort(-weights, kind="stable")[:count]
        return [(int(place) + 1, float(weights[place])) for place in order]


def _draw(places: NDArray[np.float32]) -> Bytes:
    """Return every n-th weight, stretched from 0 to 255; where all are equal they are 255."""
    step = -(-max(places.shape) // LONGEST)
    small = places[::step, ::step].astype(np.float32)
    least, most = float(small.min()), float(small.max())
    share = (small - least) / (most - least) if most > least else np.ones_like(small)
    return np.ascontiguousarray(np.rint(255 * share).astype(np.uint8))
