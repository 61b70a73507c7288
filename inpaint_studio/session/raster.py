"""The rasters of a document: their names, the meaning of their values, and the tiles that the undo history stores.

Every raster but ``deep`` is a numpy uint8 array: ``photo`` H x W x 3 or 4; ``hole`` H x W coverage 0..255, a hole where
> 0, and below 255 the fill is blended with the photo; ``lines`` H x W with the number of the guide line 1..255, 0 where
none; ``edges`` H x W, how strong an edge is 0..255, 0 outside the hole; ``donors`` H x W, 255 where pixels must not be
copied from; ``only`` H x W, 255 where alone they may be copied from, all 0 for everywhere; ``labels`` H x W with the
number of the class that was painted 1..255, 0 where none; ``predicted`` H x W with that of the class that a model
predicted, 0 outside the hole. ``deep`` exists only for photos with more than 8 bits a channel: H x W x 3 or 4 samples,
uint16 or floats, which ``photo`` shows; both are changed in the same step.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.lazy_zeros import lazy_zeros

if TYPE_CHECKING:
    from numpy.typing import NDArray

PHOTO = "photo"
HOLE = "hole"
LINES = "lines"
EDGES = "edges"
DONORS = "donors"
ONLY = "only"
LABELS = "labels"
PREDICTED = "predicted"
DEEP = "deep"
PIXELS = (PHOTO, DEEP)  # the picture itself; all others are drawn over it
NAMES = (PHOTO, HOLE, LINES, EDGES, DONORS, ONLY, LABELS, PREDICTED)
OF_HOLE = (EDGES, PREDICTED)  # belong to the hole, are 0 outside it, and go with it

HOLE_FROM = 128  # coverage from which a pixel is more inside than outside: where outlines run
TILE = 256  # px of the side of a tile of the undo history

Raster: TypeAlias = "NDArray[np.uint8]"
Plane: TypeAlias = "NDArray[np.bool_]"


def blank(photo: Raster) -> dict[str, Raster]:
    """Return the rasters of a new document on `photo` (H x W x 3|4), which becomes the photo raster uncopied."""
    size = photo.shape[:2]
    return {PHOTO: photo, **{name: lazy_zeros(size, np.uint8) for name in NAMES if name != PHOTO}}


def is_hole(coverage: Raster) -> Plane:
    """Return where `coverage` (0..255) counts as hole: everywhere that a fill changes."""
    return coverage > 0


def mark(raster: Raster, area: Raster, erase: bool = False) -> None:
    """Add `area` (0..255, of the same size) to a coverage in place, or take it away (`erase`).

    Taking away what was just added leaves nothing, at soft rims too: coverages are subtracted.
    """
    if erase:
        np.subtract(raster, np.minimum(raster, area), out=raster)
    else:
        np.maximum(raster, area, out=raster)


def whole(raster: Raster) -> Box:
    """Return the box of all of `raster`."""
    return Box(0, 0, raster.shape[0], raster.shape[1])


def tiles(box: Box) -> Iterator[Box]:
    """Return the tiles of the fixed grid that `box` touches; not cut, so they may reach past the raster."""
    for top in range(box.top // TILE * TILE, box.bottom, TILE):
        for left in range(box.left // TILE * TILE, box.right, TILE):
            yield Box(top, left, top + TILE, left + TILE)


def tiles_of(plane: Plane, within: Box | None = None) -> list[Box]:
    """Return the tiles, cut to `plane`, that hold a True pixel of `plane` inside `within` (default: everywhere)."""
    height, width = plane.shape
    box = within if within is not None else Box(0, 0, height, width)
    cut = (tile.clip(height, width) for tile in tiles(box))
    return [tile for tile in cut if plane[tile.slices].any()]
