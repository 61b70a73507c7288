"""Rectangles of pixels. Light: imports only numpy, so every layer of the program may import it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Box(NamedTuple):
    """A rectangle of pixels: rows ``top..bottom`` and columns ``left..right``, without the ends."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, plane: NDArray[Any]) -> Box | None:
        """Return the smallest box round all values of `plane` (H x W) that are not zero, or None if all are zero."""
        rows = np.flatnonzero(plane.any(axis=1))
        if not rows.size:
            return None
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        columns = np.flatnonzero(plane[top:bottom].any(axis=0))
        return cls(top, int(columns[0]), bottom, int(columns[-1]) + 1)

    @classmethod
    def whole(cls, height: int, width: int) -> Box:
        """Return the box of a whole image."""
        return cls(0, 0, height, width)

    @property
    def height(self) -> int:
        """Number of rows."""
        return max(0, self.bottom - self.top)

    @property
    def width(self) -> int:
        """Number of columns."""
        return max(0, self.right - self.left)

    @property
    def area(self) -> int:
        """Number of pixels."""
        return self.height * self.width

    @property
    def empty(self) -> bool:
        """Whether it has no pixels."""
        return self.bottom <= self.top or self.right <= self.left

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index for the first two axes of an array: ``image[box.slices]``."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def pad(self, n: int) -> Box:
        """Return a box larger by `n` px on every side (smaller if `n` is negative)."""
        return Box(self.top - n, self.left - n, self.bottom + n, self.right + n)

    def clip(self, height: int, width: int) -> Box:
        """Return the part inside an image of this size; empty if there is none."""
        return self.intersection(Box.whole(height, width))

    def intersection(self, other: Box) -> Box:
        """Return the pixels that both contain; empty if there are none."""
        top, left = max(self.top, other.top), max(self.left, other.left)
        return Box(top, left, max(top, min(self.bottom, other.bottom)), max(left, min(self.right, other.right)))

    def union(self, other: Box) -> Box:
        """Return the smallest box round both; an empty one is ignored."""
        if self.empty:
            return other
        if other.empty:
            return self
        return Box(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )

    def overlaps(self, other: Box) -> bool:
        """Return whether both contain a pixel."""
        return not self.intersection(other).empty

    def contains(self, row: int, col: int) -> bool:
        """Return whether this pixel is inside."""
        return self.top <= row < self.bottom and self.left <= col < self.right

    def shift(self, dy: int, dx: int) -> Box:
        """Return the box moved down by `dy` and right by `dx`."""
        return Box(self.top + dy, self.left + dx, self.bottom + dy, self.right + dx)
