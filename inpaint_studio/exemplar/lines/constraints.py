"""Pixels of the hole that the guide lines fix at each scale, until the last round of the search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar import pyramid
from inpaint_studio.exemplar.lines import propagate
from inpaint_studio.exemplar.patchmatch import Field
from inpaint_studio.exemplar.pyramid import Level, Plane
from inpaint_studio.exemplar.simd import CHANNELS, SIDE

FINE = propagate.USUAL / 2  # px on each side of a line that are fixed at the finest level, beside a wider band
COARSE = 1.5  # px of a coarse level that are fixed there: enough to guide, too little to affect neighbours
WIDEST = 96  # px of the finest level
POOR = 4.0  # times the median distance: a fixed pixel without a better patch keeps its colour (mostly in bends)
UNLIKE = SIDE * SIDE * CHANNELS * 10.0**2  # a patch whose bytes differ by less than 10 is never poor

Places = NDArray[np.intp]


@dataclass
class LineConstraints:
    """The pixels that are fixed by guide lines.

    `fixed[n]` (H x W, 1 inside) is for level n, None where nothing is fixed; `notes` are sentences for the user.
    `bands` is what was laid at the finest level, None where nothing was.
    """

    fixed: list[Plane | None]
    notes: list[str] = field(default_factory=list)
    bands: propagate.Bands | None = None

    def find_kept(self, found: Field) -> Plane | None:
        """Return the fixed pixels of the finest level that the last round must not replace: no patch is like them."""
        fixed = self.fixed[0]
        if fixed is None or self.bands is None:
            return None
        part = self.bands.box.slices
        number = found.count_at.reshape(fixed.shape)[part] - 1
        limit = max(UNLIKE, POOR * float(np.median(found.distance)))
        kept = np.zeros_like(fixed)
        kept[part] = (fixed[part] != 0) & ((number < 0) | (found.distance[number] > limit))
        return kept

    def write_sources(self, kept: Plane, sources: NDArray[np.int32]) -> None:
        """Write to `sources` (2 x H x W offsets) where the `kept` pixels (H x W, 1 inside) were taken from."""
        if self.bands is None:
            return
        top, left = self.bands.box[:2]
        at = np.nonzero(kept[self.bands.box.slices])
        for axis, edge in enumerate((top, left)):
            from_there = np.rint(self.bands.places[axis][at]).astype(np.int32)
            sources[axis, at[0] + top, at[1] + left] = from_there - at[axis].astype(np.int32) - edge


def constrain(
    levels: list[Level], lines: NDArray[np.uint8] | None, bands: Mapping[int, int] = propagate.NO_BANDS
) -> LineConstraints:
    """Continue the drawn lines through the hole at every level, whose pixels are written.

    `lines` is H x W, numbers; `bands` is the width in px that is wished for some of them.
    """
    free = LineConstraints([None] * len(levels))
    if lines is None or not lines.any():
        return free
    finest = levels[0]
    coarsest = 2 ** (len(levels) - 1)
    width = min(WIDEST, int(np.ceil(max(FINE, COARSE * coarsest))))
    continued = propagate.lay(finest.pixels, finest.hole, finest.blocked, lines, width, coarsest, bands)
    free.notes = continued.notes
    if not continued.reach.size:
        return free
    empty = (~np.isfinite(continued.reach)).astype(np.uint8)
    laid = Level(continued.pixels, empty, empty)
    fixed: list[Plane | None] = []
    for step, level in enumerate(levels):
        if step:
            laid = pyramid.coarser(laid)
        scale = 2**step
        part = continued.box.over(scale).slices
        plane = np.zeros_like(level.hole)
        near = continued.reach[::scale, ::scale] <= max(FINE, COARSE * scale)
        plane[part] = level.hole[part] & (1 - laid.hole) & near
        level.pixels[part][plane[part] != 0] = laid.pixels[plane[part] != 0]
        fixed.append(plane)
    return LineConstraints(fixed, free.notes, continued)
