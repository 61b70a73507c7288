"""Where every filled pixel came from: offsets from the pixels of a hole to their sources."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.flow.ranked import RankedPart
from inpaint_studio.engine.flow.weighed import WeighedPart
from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import RankedSources

Plane = NDArray[np.bool_]
Offsets = NDArray[np.signedinteger[Any]]
Weight = NDArray[np.floating[Any]]

# How sources were found.
COPIED, ATTENTION, NEAREST, MATCHED = "copied", "attention", "nearest known", "matched afterwards"

_STRIP = 1 << 20  # pixels to process at a time, so that no float arrays of the whole image are made


@dataclass(frozen=True, eq=False)
class Flow:
    """Offsets from filled pixels to their sources, over `box` of an image of `shape`.

    An offset is source minus target, in px of the image.
    """

    box: Box
    offsets: Offsets  # 2 x h x w: rows, columns; 0 outside `hole`
    weight: Weight  # h x w confidence in [0, 1]
    hole: Plane  # h x w, True where there is an offset
    shape: tuple[int, int]  # height and width of the image
    label: str = COPIED  # how the sources were found
    ranked: tuple[RankedPart, ...] = ()  # several sources of each pixel, where its model listed them
    weighed: tuple[WeighedPart, ...] = ()  # other weights, where its model gave some; the later part counts
    kinds: NDArray[np.uint8] | None = None  # h x w, how each pixel was made (`kinds.Kind`), 0 outside `hole`

    def source_of(self, row: int, col: int) -> tuple[int, int, float] | None:
        """Return row, column and confidence of the source of a pixel of the image; None where it was not filled."""
        if not self.box.contains(row, col):
            return None
        y, x = row - self.box.top, col - self.box.left
        if not self.hole[y, x]:
            return None
        return row + int(self.offsets[0, y, x]), col + int(self.offsets[1, y, x]), float(self.weight[y, x])

    def sources_of(self, row: int, col: int) -> list[tuple[int, int, float]]:
        """List row, column and confidence of the sources of a pixel of the image, the strongest first.

        The first is that of `source_of`. There are several only where the model listed them; none where the pixel was
        not filled.
        """
        first = self.source_of(row, col)
        if first is None:
            return []
        part = next((part for part in reversed(self.ranked) if part.covers(row, col)), None)
        if part is None:
            return [first]
        height, width = self.shape
        others = [
            (min(max(row + down, 0), height - 1), min(max(col + across, 0), width - 1), weight)
            for down, across, weight in part.at(row, col)[1:]
        ]
        return [first, *(other for other in others if other[:2] != first[:2])]

    def merge(self, other: Flow) -> Flow:
        """Return one flow for two fills of one image; where they overlap, `other` counts."""
        box = self.box.union(other.box)
        kind = np.promote_types(self.offsets.dtype, other.offsets.dtype)
        flow = empty_flow(box, self.shape, kind).with_labels({self.label, other.label})
        for part in (self, other):
            flow.put(part.box, part.offsets, part.weight, part.hole, 0 if part.kinds is None else part.kinds)
        kept = tuple(part.without(other.box, other.hole) for part in self.ranked)
        return replace(flow, ranked=kept + other.ranked, weighed=self.weighed + other.weighed)

    def put(
        self, box: Box, offsets: Offsets, weight: Weight | None, where: Plane, kinds: NDArray[np.uint8] | int = 0
    ) -> None:
        """Write the sources of a part, where `where` is True.

        All arrays cover `box` of the image, which lies inside this flow's box. A `weight` of None is 1 everywhere.
        `kinds` is how each pixel was made, or one kind for all; 0 is unknown.
        """
        rows, columns = box.shift(-self.box.top, -self.box.left).slices
        np.copyto(self.offsets[:, rows, columns], offsets, where=where, casting="same_kind")
        np.copyto(self.weight[rows, columns], 1 if weight is None else weight, where=where, casting="same_kind")
        self.hole[rows, columns] |= where
        if self.kinds is not None:
            np.copyto(self.kinds[rows, columns], np.asarray(kinds, np.uint8), where=where)

    def with_labels(self, labels: set[str]) -> Flow:
        """Return the same flow with another label, which names all of `labels`; the arrays are shared."""
        return replace(self, label=" and ".join(sorted(labels)))

    def with_ranked(self, ranked: RankedSources | None, corner: tuple[int, int], box: Box, where: Plane) -> Flow:
        """Return the same flow with several sources for the pixels of `box` where `where` (of it) is True.

        The cells of `ranked` begin at `corner` (row and column); None adds nothing. The arrays are shared.
        """
        if ranked is None:
            return self
        return replace(self, ranked=(*self.ranked, RankedPart.cut(ranked, corner, box, where)))

    def with_weighed(self, part: WeighedPart | None) -> Flow:
        """Return the same flow with the weights of one more part; None adds nothing. The arrays are shared."""
        return self if part is None else replace(self, weighed=(*self.weighed, part))

    def kind_at(self, row: int, col: int) -> int:
        """Return how a filled pixel of the image was made, a number of `kinds.Kind`; 0 where that is not known."""
        if self.kinds is None or not self.box.contains(row, col):
            return 0
        return int(self.kinds[row - self.box.top, col - self.box.left])

    def weighed_at(self, row: int, col: int) -> WeighedPart | None:
        """Return the weights with which a pixel of the image was filled; None where there are none."""
        if self.source_of(row, col) is None:
            return None
        return next((part for part in reversed(self.weighed) if part.box.contains(row, col)), None)

    def longest_offset(self) -> float:
        """Return the length of the longest offset in px; 0 where there is none."""
        longest = 0
        for rows in strips(self.hole.shape):
            down, across = (self.offsets[axis, rows].astype(np.int64) for axis in (0, 1))
            longest = max(longest, int(np.max((down * down + across * across) * self.hole[rows], initial=0)))
        return float(np.sqrt(longest))


def empty_flow(box: Box, shape: tuple[int, int], kind: Any = None, label: str = COPIED) -> Flow:
    """Make a flow over `box` without any source. `kind` is the offsets' type; None chooses 16 bits if they suffice."""
    kind = kind or (np.int16 if max(shape) < 1 << 15 else np.int32)
    size = (box.height, box.width)
    offsets, weight, hole = np.zeros((2, *size), kind), np.zeros(size, np.float16), np.zeros(size, bool)
    return Flow(box, offsets, weight, hole, shape, label, kinds=np.zeros(size, np.uint8))


def strips(shape: tuple[int, ...], pixels: int = _STRIP) -> list[slice]:
    """Divide the rows of an array of `shape` into slices of about so many pixels, by default a megapixel."""
    step = max(1, pixels // max(1, shape[1]))
    return [slice(top, top + step) for top in range(0, shape[0], step)]


def redirect_blocked(sources: Offsets, blocked: Plane, hole: Plane) -> NDArray[np.int32]:
    """Replace the sources (2 x h x w offsets) of `hole` that lead to a `blocked` pixel or out of the region.

    The new source is the pixel nearest to the old one that is not blocked; at least one pixel must not be. Offsets
    outside `hole` become 0.
    """
    from inpaint_studio.exemplar.planes import find_nearest  # OpenCV is slow to import; the window needs flows before

    height, width = blocked.shape
    rows, columns = np.nonzero(hole)
    to_rows = np.clip(rows + sources[0][hole], 0, height - 1)
    to_columns = np.clip(columns + sources[1][hole], 0, width - 1)
    wrong = blocked[to_rows, to_columns]
    if wrong.any():
        to_rows[wrong], to_columns[wrong] = find_nearest(blocked, to_rows[wrong], to_columns[wrong])
    redirected = np.zeros((2, height, width), np.int32)
    redirected[:, rows, columns] = to_rows - rows, to_columns - columns
    return redirected
