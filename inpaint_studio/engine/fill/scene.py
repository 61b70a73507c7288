"""What of a photo is seen when a hole is filled from a chosen place: the hole's surroundings, and those of the place.

Where both lie near each other that is one box. Where they are far apart they are put side by side, so that a place at
the other end of a large photo costs no more time than a near one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import Plane

CONTEXT = 48  # px round the hole, and round the place, where the rest of the hole finds its sources
WIDER = 0.5  # the same as a share of the hole's longer side, where that is more
EMPTIER = 1.5  # one box round both may be that much larger than both together
GAP = 16  # px between the two; nothing is copied from there


@dataclass(frozen=True)
class Scene:
    """The box `near` of a photo and, at its right, the box `far`, where there is one."""

    near: Box  # round the hole
    far: Box | None  # round the place, where `near` does not hold it
    offset: tuple[int, int]  # rows and columns from a pixel of the hole to its source, in the scene

    @property
    def start(self) -> int:
        """The first column of `far` in the scene."""
        return self.near.width + GAP

    def show(self, image: NDArray[Any]) -> NDArray[Any]:
        """Return the scene of an image or a plane (H x W or H x W x n) of the photo; the gap is 0."""
        if self.far is None:
            return np.ascontiguousarray(image[self.near.slices])
        size = max(self.near.height, self.far.height), self.start + self.far.width
        shown = np.zeros((*size, *image.shape[2:]), image.dtype)
        shown[: self.near.height, : self.near.width] = image[self.near.slices]
        shown[: self.far.height, self.start :] = image[self.far.slices]
        return shown

    def blocked(self, donors: Plane | None) -> Plane | None:
        """Return where nothing may be copied from in the scene: in `donors` (H x W of the photo), and in the gap."""
        if self.far is None:
            return None if donors is None else self.show(donors)
        size = max(self.near.height, self.far.height), self.start + self.far.width
        plane = np.ones(size, np.bool_)
        plane[: self.near.height, : self.near.width] = False if donors is None else donors[self.near.slices]
        plane[: self.far.height, self.start :] = False if donors is None else donors[self.far.slices]
        return plane

    def sources_in_photo(self, sources: NDArray[np.signedinteger[Any]], box: Box) -> NDArray[np.int32]:
        """Return offsets (2 x h x w, of `box`, which lies in `near`) in the scene as those in the photo."""
        result = sources.astype(np.int32)
        if self.far is not None:
            columns = result[1] + np.arange(box.left, box.right, dtype=np.int32) - self.near.left
            there = columns >= self.start
            result[0][there] += self.far.top - self.near.top
            result[1][there] += self.far.left - self.near.left - self.start
        return result


def lay_out(shape: tuple[int, ...], hole: Box, offset: tuple[int, int]) -> Scene:
    """Choose what is seen of a photo of `shape` (H, W) for a hole in `hole` whose source is `offset` away."""
    height, width = shape[:2]
    reach = max(CONTEXT, round(WIDER * max(hole.height, hole.width)))
    near = hole.pad(reach).clip(height, width)
    far = hole.pad(reach).shift(*offset).clip(height, width)
    both = near.union(far)
    if far.empty or near.overlaps(far) or both.area <= EMPTIER * (near.area + far.area):
        return Scene(both, None, offset)
    down, across = near.top - far.top + offset[0], near.left - far.left + offset[1]
    return Scene(near, far, (down, across + near.width + GAP))
