"""Fill a part of a hole from the place that the user chose, and let what lies round the part follow.

The part becomes a copy of that place, pixel by pixel, in the tone of its surroundings. Between the copy and what stays
lies a band; it is searched and voted as any hole is, with the copy as a part of its known surroundings. So the band
goes on from the copy on one side and from the photo on the other, and its patches take their sources from both.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.errors import NoSource
from inpaint_studio.exemplar.fill import EFFORTS, Effort, Filled, Offsets, fill
from inpaint_studio.exemplar.heal import tone_change
from inpaint_studio.exemplar.progress import Report
from inpaint_studio.exemplar.pyramid import Image
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import mark

MARGIN = 8.0  # px of the hole inside its outline that are searched, not copied, at least ...
MARGIN_SHARE, MOST_MARGIN = 1 / 12, 24.0  # ... that share of the radius of the largest circle inside it, px at most
SHARE = 1 / 3  # of that radius: in small holes the band is not wider
MOST_STEPS = 16  # times that the offset is repeated where it leads from the part into the hole again
MOST_NEAR_STEPS = 4  # of a short offset: more give stripes, and the place was hardly meant
LEAST = 0.5  # share of the part that has to have a source; the rest is searched

NOWHERE = mark(
    "Nothing can be copied from there: choose a place inside the photo, away from the hole and from excluded parts."
)
TOO_NEAR = mark("That place is too near to the part itself; choose one farther away.")

Plane = NDArray[np.bool_]


class Copied(NamedTuple):
    """Pixels with a source: flat positions, those of their sources, and how many offsets lie between both."""

    at: NDArray[np.intp]
    source: NDArray[np.intp]
    steps: NDArray[np.intp]


def steer(
    image: Image,
    hole: Plane,
    part: Plane,
    offset: tuple[int, int],
    *,
    donors: Plane | None = None,
    adaptation: float = 1.0,
    effort: Effort = EFFORTS["best"],
    seed: int = 0,
    threads: int | None = None,
    report: Report = lambda _fraction, _note: None,
    fine: NDArray[np.float32] | None = None,
) -> Filled:
    """Fill `hole` of `image` (H x W x 3 uint8): the pixels of `part` from those `offset` (rows, columns) away.

    `hole` and `part` are H x W, True inside; what of `part` lies outside the hole does not count. Pixels of the part
    that lead into the hole take the offset twice, three times and so on, which repeats the place. A band at the outline
    of the hole, pixels without a source and pixels of the hole beside the part are filled from anywhere outside the
    hole but `donors`. `adaptation` in [0, 1] is how far the copy takes the tone of its surroundings; with 0 it is
    unchanged. The same arguments give the same pixels whatever `threads` is. Raises NoSource where too little
    of the part has a source, and whatever `report` raises. `fine` are the levels that `image` shows, see `fill`.
    """
    report(0.0, "")
    found = trace(part & hole, offset, hole, donors)
    report(0.0, "")
    copied = np.zeros(hole.shape, np.bool_)
    copied.ravel()[found.at] = True
    copied &= _deep_inside(hole)
    kept = copied.ravel()[found.at]
    found = Copied(*(each[kept] for each in found))
    start = image.copy()
    report(0.0, "")
    change = tone_change(image, hole, offset, donors) if adaptation > 0 else None
    report(0.0, "")
    start.reshape(-1, 3)[found.at] = _copy(image, found, change, adaptation)
    levels = None if fine is None else np.ascontiguousarray(fine[..., :3]).copy()
    if levels is not None:
        levels.reshape(-1, 3)[found.at] = _copy(levels, found, change, adaptation)
    report(0.0, "")
    # The copy itself may be copied on: it shows the chosen place where the band needs it.
    choices: dict[str, Any] = {"effort": effort, "seed": seed, "threads": threads, "report": report}
    filled = fill(start, hole & ~copied, donors=donors, fine=levels, **choices)
    sources = _through_copy(filled.sources, hole & ~copied, found)
    weight = filled.weight.copy()
    weight.ravel()[found.at] = 1
    return Filled(filled.image, sources, weight, filled.notes, filled.fine)


def trace(part: Plane, offset: tuple[int, int], hole: Plane, donors: Plane | None = None) -> Copied:
    """Find the source of each pixel of `part` (H x W): `offset` away, or as often that far as leads out of `hole`.

    Pixels whose source would lie in `donors` or outside the image have none. Raises NoSource where fewer than `LEAST`
    of the pixels have one, or a short offset is repeated so often that it would give stripes.
    """
    height, width = part.shape
    rows, columns = np.nonzero(part)
    source, steps = np.full(rows.size, -1, np.intp), np.zeros(rows.size, np.intp)
    on_the_way = np.arange(rows.size)
    for step in range(1, MOST_STEPS + 1) if any(offset) else ():
        y, x = rows[on_the_way] + step * offset[0], columns[on_the_way] + step * offset[1]
        inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
        on_the_way, y, x = on_the_way[inside], y[inside], x[inside]
        again = hole[y, x]
        found = ~again if donors is None else ~(again | donors[y, x])
        source[on_the_way[found]] = y[found] * width + x[found]
        steps[on_the_way[found]] = step
        on_the_way = on_the_way[again]
    known = source >= 0
    near = max(map(abs, offset)) < MARGIN
    if np.count_nonzero(known) < LEAST * max(1, rows.size):
        raise NoSource(TOO_NEAR if near else NOWHERE)
    if near and np.median(steps[known]) > MOST_NEAR_STEPS:
        raise NoSource(TOO_NEAR)
    return Copied((rows * width + columns)[known], source[known], steps[known])


def _copy(image: NDArray[Any], found: Copied, change: NDArray[np.float32] | None, share: float) -> NDArray[Any]:
    """Return the colours of the copied pixels, n x 3, with that share of the change of tone for each offset."""
    colours = image.reshape(-1, 3)[found.source]
    if change is None:
        return colours
    lit = colours + change.reshape(-1, 3)[found.at] * (np.float32(share) * found.steps[:, None].astype(np.float32))
    return np.asarray(np.clip(np.rint(lit), 0, 255), np.uint8) if image.dtype == np.uint8 else lit


def _deep_inside(hole: Plane) -> Plane:
    """Return the pixels of the hole that lie deeper than the band; the border of the image is no outline."""
    framed = cv2.copyMakeBorder(hole.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    if framed.all():
        return hole
    depth = np.asarray(cv2.distanceTransform(framed, cv2.DIST_L2, 5), np.float32)[1:-1, 1:-1]
    radius = float(depth.max())
    inside: Plane = depth > min(max(MARGIN, MARGIN_SHARE * radius), MOST_MARGIN, SHARE * radius)
    return inside


def _through_copy(sources: Offsets, band: Plane, copied: Copied) -> Offsets:
    """Return the sources of the whole hole: of the copy, and of the band, which may have copied from the copy."""
    height, width = band.shape
    origin = np.arange(height * width)
    origin[copied.at] = copied.source
    at = np.flatnonzero(band)
    from_there = at + sources[0].ravel()[at].astype(np.intp) * width + sources[1].ravel()[at]
    result = np.zeros_like(sources)
    for places, found in ((at, origin[from_there]), (copied.at, copied.source)):
        result[0].ravel()[places] = found // width - places // width
        result[1].ravel()[places] = found % width - places % width
    return result
