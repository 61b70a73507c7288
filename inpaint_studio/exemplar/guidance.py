"""What the guide lines fix at each scale until the last round."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar import lines as guide_lines
from inpaint_studio.exemplar import pyramid
from inpaint_studio.exemplar.pyramid import Level, Plane
from inpaint_studio.exemplar.search import Field

FINE = 4.0  # px to either side of a line that are fixed at the finest level
COARSE = 1.5  # px of a coarse level that are fixed there: enough to lead, too little to drag neighbours along
WIDEST = 96  # px of the finest level


POOR = 4.0  # times the usual distance: what no patch of the photo shows stays as it was laid (a bend, mostly)


@dataclass
class Guidance:
    """`fixed[n]` are the pixels (H x W, 1 inside) that stand at level n, or None; `notes` are for the painter.

    `bands` is what was laid at the finest level, None where nothing was.
    """

    fixed: list[Plane | None]
    notes: list[str] = field(default_factory=list)
    bands: guide_lines.Bands | None = None

    def kept(self, found: Field) -> Plane | None:
        """The laid pixels of the finest level that the last round must not replace, for want of a patch like them."""
        fixed = self.fixed[0]
        if fixed is None:
            return None
        number = found.number_at.reshape(fixed.shape)
        distance = found.distance[number]
        poor = (fixed != 0) & ((number < 0) | (distance > POOR * np.median(found.distance)))
        return np.asarray(poor, np.uint8)


def guide(levels: list[Level], lines: NDArray[np.uint8] | None) -> Guidance:
    """Lay the drawn lines into the hole's pixels of every level; `lines` is H x W, line numbers."""
    free = Guidance([None] * len(levels))
    if lines is None or not lines.any():
        return free
    finest = levels[0]
    width = min(WIDEST, int(np.ceil(max(FINE, COARSE * 2 ** (len(levels) - 1)))))
    bands = guide_lines.lay(finest.pixels, finest.hole, finest.barred, lines, width)
    free.notes = bands.notes
    if not np.isfinite(bands.reach).any():
        return free
    empty = (~np.isfinite(bands.reach)).astype(np.uint8)
    laid = Level(pyramid.buffer(*finest.shape), empty, empty)
    laid.pixels[:] = bands.pixels
    fixed: list[Plane | None] = []
    for step, level in enumerate(levels):
        if step:
            laid = pyramid.coarser(laid)
        scale = 2**step
        near = bands.reach[::scale, ::scale] <= max(FINE, COARSE * scale)
        plane = level.hole & (1 - laid.hole) & near
        level.pixels[plane != 0] = laid.pixels[plane != 0]
        fixed.append(plane)
    return Guidance(fixed, free.notes, bands)
