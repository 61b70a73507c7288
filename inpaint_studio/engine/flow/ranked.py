"""Several sources for each filled pixel, with their weights, as attention gives them: by cells, not by pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import RankedSources

Plane = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class RankedPart:
    """The strongest sources of the filled pixels in `box` of an image, in falling order of weight.

    The grid of h x w cells begins at `corner`, which need not be a whole pixel of the image.
    """

    box: Box
    inside: Plane  # of the box, True where these sources are those of the pixel
    corner: tuple[float, float]  # row and column of the upper left corner of the first cell, px of the image
    cell: tuple[float, float]  # height and width of a cell, px
    offsets: NDArray[np.signedinteger[Any]]  # k x 2 x h x w: rows, columns, px of the image
    weights: NDArray[np.floating[Any]]  # k x h x w in [0, 1]; 0 where there are fewer sources

    @classmethod
    def cut(cls, ranked: RankedSources, corner: tuple[int, int], box: Box, inside: Plane) -> RankedPart:
        """Keep the cells of `ranked`, whose grid begins at `corner` of the image, that lie over `box`."""
        starts, parts = [], []
        sides = ((box.top, box.bottom), (box.left, box.right))
        counts = ranked.weights.shape[1:]
        for (low, high), first, size, count in zip(sides, corner, ranked.cell, counts, strict=True):
            begin = min(max(int((low - first) // size), 0), count - 1)
            end = min(max(-int((first - high) // size), begin + 1), count)
            starts.append(first + begin * size)
            parts.append(slice(begin, end))
        offsets = ranked.offsets[:, :, parts[0], parts[1]].copy()
        weights = ranked.weights[:, parts[0], parts[1]].astype(np.float32)
        return cls(box, inside.copy(), (starts[0], starts[1]), ranked.cell, offsets, weights)

    def covers(self, row: int, col: int) -> bool:
        """Whether the sources of that pixel of the image are listed here."""
        return self.box.contains(row, col) and bool(self.inside[row - self.box.top, col - self.box.left])

    def at(self, row: int, col: int) -> list[tuple[int, int, float]]:
        """List rows and columns of the offsets, and weights, of a pixel of the image that is covered."""
        y, x = (int(place[0]) for place in self.cells(np.array([row]), np.array([col])))
        return [
            (int(down), int(across), float(weight))
            for (down, across), weight in zip(self.offsets[:, :, y, x], self.weights[:, y, x], strict=True)
            if weight > 0
        ]

    def cells(self, rows: NDArray[Any], columns: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the row and the column of the cells over these pixels of the image."""
        found = []
        for places, first, size, count in zip(
            (rows, columns), self.corner, self.cell, self.weights.shape[1:], strict=True
        ):
            found.append(np.clip(((places + 0.5 - first) // size).astype(np.intp), 0, count - 1))
        return found[0], found[1]

    def without(self, box: Box, filled: Plane) -> RankedPart:
        """Return the part without the pixels that are `filled` (of `box`) again."""
        shared = self.box.intersection(box)
        if shared.empty:
            return self
        inside = self.inside.copy()
        rows, columns = shared.shift(-self.box.top, -self.box.left).slices
        inside[rows, columns] &= ~filled[shared.shift(-box.top, -box.left).slices]
        return replace(self, inside=inside)

    @property
    def nbytes(self) -> int:
        """The memory of the arrays, in bytes."""
        return int(self.inside.nbytes + self.offsets.nbytes + self.weights.nbytes)
