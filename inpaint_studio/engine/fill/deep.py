"""Fill photos with more than 8 bits a channel: the samples inside the hole are computed, not enlarged from 8 bits.

Models see and compare 8-bit pixels. What they return is computed from the samples where they can (`Fill.fine`); else
each pixel gets the samples of its source, moved by as much as the 8-bit fill differs from the source.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.fill.blend import blend
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.sources import TracedFill
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.deep import Depth, Samples
from inpaint_studio.models.base.interface import Bytes, Plane

Floats = NDArray[np.float32]
Offsets = NDArray[np.signedinteger[Any]]
_LOOK = 128  # rows and columns that are looked at
_EXACT = 0.98  # share of the neighbours that are equal in a drawing; the 8-bit steps of a sky hold many shades


class DeepFill:
    """The samples of a photo with what is filled so far."""

    def __init__(self, samples: Samples, depth: Depth) -> None:
        self._known, self.depth = samples, depth
        self.samples = samples.copy()

    @classmethod
    def of(cls, request: Request) -> DeepFill | None:
        """Return the samples of a request; None for a photo with 8 bits."""
        return None if request.deep is None or request.depth is None else cls(request.deep, request.depth)

    def is_exact(self, box: Box, pixels: Bytes, hole: Plane) -> bool:
        """Return whether neighbours in `box` that look equal with 8 bits are equal, too: in a drawing, not in a sky.

        `pixels` (H x W x 3|4) and `hole` (H x W) are the photo's.
        """
        step = max(1, box.height // _LOOK)
        rows = slice(box.top, box.bottom, step), slice(box.left, box.right)
        columns = slice(box.top, box.bottom), slice(box.left, box.right, max(1, box.width // _LOOK))
        for axis, part in ((1, rows), (0, columns)):
            samples, shown, known = (np.moveaxis(each[part], axis, 0) for each in (self._known, pixels, ~hole))
            alike = (shown[1:] == shown[:-1]).all(axis=2) & known[1:] & known[:-1]
            count = np.count_nonzero(alike)
            equal = alike & (samples[1:] == samples[:-1]).all(axis=2)
            if count and np.count_nonzero(equal) < _EXACT * count:
                return False
        return True

    def levels(self, box: Box) -> Floats:
        """Return the levels of 255 in a box as the photo has them, h x w x 3|4; nothing of other fills is in them."""
        return self.depth.to_levels(self._known[box.slices])

    def paste(self, box: Box, levels: Floats, where: Plane) -> None:
        """Write levels (h x w x 3|4, of `box`) where `where` is True; without opacity the pixels become opaque."""
        part, filled = self.samples[box.slices], self.depth.to_samples(levels)
        count = filled.shape[2]
        np.copyto(part[..., :count], filled, where=where[..., None])
        if count < part.shape[2]:
            part[..., 3][where] = self.depth.opaque

    def levels_of(self, filled: TracedFill, pixels: Bytes, box: Box) -> Floats:
        """Return the levels of what was filled in `box`, h x w x 3|4: its own, or those of its sources.

        `pixels` (H x W x 3|4) are those of the whole photo.
        """
        if filled.fine is not None:
            return filled.fine
        return self.copy(filled.pixels, pixels, filled.sources, box)

    def copy(self, filled: Bytes, pixels: Bytes, sources: Offsets | None, box: Box) -> Floats:
        """Return the levels of `filled` (h x w x 3|4, of `box`): those of its sources, moved as far as it differs.

        `pixels` (H x W x 3|4) are those of the whole photo; `sources` are 2 x h x w offsets. A pixel that looks as its
        source does gets its levels; another one differs from its 8-bit value by half a level at most.
        """
        levels = filled.astype(np.float32)
        if sources is None:
            return levels
        count = min(filled.shape[2], pixels.shape[2])
        rows, columns = np.mgrid[box.slices]
        rows = np.clip(rows + sources[0], 0, pixels.shape[0] - 1)
        columns = np.clip(columns + sources[1], 0, pixels.shape[1] - 1)
        there = self.depth.to_levels(self._known[rows, columns])[..., :count]
        shown = pixels[rows, columns, :count]
        same = (filled[..., :count] == shown).all(axis=2, keepdims=True)
        moved = levels[..., :count] + np.clip(there - shown, -0.5, 0.5)
        levels[..., :count] = np.where(same, there, moved)
        return levels

    def finish(self, request: Request, pixels: Bytes, mixed: bool) -> Samples:
        """Blend the rim of a soft hole if `mixed`, and show the samples of the hole in `pixels`; return all samples."""
        if mixed and request.coverage is not None:
            blend(self.samples, self._known, request.coverage, request.hole)
        around = Box.of(request.hole)
        if around is not None:
            inside = request.hole[around.slices]
            np.copyto(pixels[around.slices], self.depth.view(self.samples[around.slices]), where=inside[..., None])
        return self.samples
