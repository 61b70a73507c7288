"""Rectangles of pixels. Light: numpy only, so every floor may import it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Box(NamedTuple):
    """A half-open rectangle of pixels: rows ``top..bottom``, columns ``left..right``, the ends not included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, plane: NDArray[Any]) -> Box | None:
        """Return the smallest box round everything that is not zero in `plane` (H x W), or None where all is zero."""
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
        """Rows inside; 0 where the box is empty."""
        return max(0, self.bottom - self.top)

    @property
    def width(self) -> int:
        """Columns inside; 0 where the box is empty."""
        return max(0, self.right - self.left)

    @property
    def area(self) -> int:
        """Pixels inside."""
        return self.height * self.width

    @property
    def empty(self) -> bool:
        """Whether no pixel is inside."""
        return self.bottom <= self.top or self.right <= self.left

    @property
    def slices(self) -> tuple[slice, slice]:
        """Indexes an array's first two axes: ``image[box.slices]``."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def pad(self, n: int) -> Box:
        """Larger by `n` px on every side (smaller where `n` is negative)."""
        return Box(self.top - n, self.left - n, self.bottom + n, self.right + n)

    def clip(self, height: int, width: int) -> Box:
        """Return the part of it inside an image of this size; empty where they do not meet."""
        return self.intersection(Box.whole(height, width))

    def intersection(self, other: Box) -> Box:
        """Return what both have in common; empty where they do not meet."""
        top, left = max(self.top, other.top), max(self.left, other.left)
        return Box(top, left, max(top, min(self.bottom, other.bottom)), max(left, min(self.right, other.right)))

    def union(self, other: Box) -> Box:
        """Return the smallest box round both; an empty one adds nothing."""
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
        """Return whether they share a pixel."""
        return not self.intersection(other).empty

    def contains(self, row: int, col: int) -> bool:
        """Return whether this pixel lies inside."""
        return self.top <= row < self.bottom and self.left <= col < self.right

    def shift(self, dy: int, dx: int) -> Box:
        """Moved down by `dy` and right by `dx`."""
        return Box(self.top + dy, self.left + dx, self.bottom + dy, self.right + dx)
