"""The photo as it was opened, kept as the parts that were changed since: a second copy of a large photo takes much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inpaint_studio.session.patch import Patch
from inpaint_studio.session.raster import Raster, tiles

if TYPE_CHECKING:
    from inpaint_studio.engine.geometry import Box


class Original:
    """What stood in the tiles of a raster before they were changed for the first time."""

    def __init__(self, raster: Raster) -> None:
        """`raster`: H x W x 3|4, as it was opened; its owner calls `keep` before every change of it."""
        self._raster = raster
        self._kept: dict[Box, Patch] = {}

    def keep(self, box: Box, before: Patch | None = None) -> None:
        """Keep what stands in `box`, which is going to be changed for the first time or again.

        `before`: the pixels of `box`, where they are kept already; they are shared then, not copied.
        """
        size = self._raster.shape[:2]
        for tile in tiles(box):
            cut = tile.clip(*size)
            if cut not in self._kept:
                shared = before if cut == box else None
                self._kept[cut] = shared or Patch(self._raster[cut.slices].copy())

    def pixels(self) -> Raster:
        """Return the photo as it was opened; a new array."""
        pixels = self._raster.copy()
        for tile, patch in self._kept.items():
            pixels[tile.slices] = patch.pixels()
        return pixels

    @property
    def nbytes(self) -> int:
        """The memory of what is kept, in bytes, with what is shared."""
        return sum(patch.nbytes for patch in self._kept.values())
