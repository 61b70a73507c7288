"""Planes of the photo's size that are kept with a fill, in little memory: a fill stays in the history for long."""

from __future__ import annotations

from typing import Any

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.patch import Patch
from inpaint_studio.session.spill import SpillFile

Array = Any  # bool or uint8


class KeptPlane:
    """A plane (H x W, bool or uint8), kept as the box of what is not 0, and compressed by `pack`."""

    def __init__(self, plane: Array, box: Box | None = None) -> None:
        """Copy what is kept of `plane`: `box`, and nothing outside it; None looks for what is not 0."""
        self.shape: tuple[int, int] = plane.shape
        self.box = box or Box.of(plane) or Box(0, 0, 0, 0)
        self._dtype = plane.dtype
        self._inside = Patch(plane[self.box.slices].copy().view(np.uint8))

    def whole(self) -> Array:
        """Return the plane, H x W; a new array."""
        return self.part(Box(0, 0, *self.shape))

    def part(self, box: Box) -> Array:
        """Return the plane in `box`, h x w; a new array."""
        out = np.zeros((box.height, box.width), self._dtype)
        shared = box.intersection(self.box)
        if not shared.empty:
            inside = self._inside.pixels().view(self._dtype)
            out[shared.shift(-box.top, -box.left).slices] = inside[shared.shift(-self.box.top, -self.box.left).slices]
        return out

    @property
    def nbytes(self) -> int:
        """The memory of the plane as it is kept now, in bytes."""
        return self._inside.nbytes

    def pack(self) -> None:
        """Compress the plane where that saves memory; may be called from another thread."""
        self._inside.pack()

    def spill(self, file: SpillFile) -> bool:
        """Put the plane on the disk; whether it fits. In the thread of `pack`."""
        return self._inside.spill(file)
