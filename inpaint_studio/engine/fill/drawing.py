"""Whether a part of the photo is a drawing that must be filled to the bit: pixel art, or a pattern that repeats."""

from __future__ import annotations

from typing import NamedTuple

from inpaint_studio.engine.fill.cutout import without_hidden
from inpaint_studio.engine.fill.pattern import PatternModel, Periods, changes_enough, find_periods
from inpaint_studio.engine.fill.pixel_grid import CONTEXT, GridModel, PixelGrid, find_grid
from inpaint_studio.engine.fill.worn_grid import find_worn_grid
from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import Bytes, Model, Plane


class Drawing(NamedTuple):
    """What is regular in a box of the photo; both None where nothing is. The grid begins at the box's corner."""

    grid: PixelGrid | None = None
    periods: Periods | None = None

    def wrap(self, model: Model) -> Model:
        """Return the model that fills a drawing with `model`: one of ``bytes`` copies whole periods or blocks."""
        if model.traits.values != "bytes":
            return model
        if self.periods is not None:
            return PatternModel(model, self.periods)
        return self.wrap_blocks(model)

    def wrap_blocks(self, model: Model) -> Model:
        """Return the model that fills whole blocks with `model`; `model` itself where there is no grid."""
        return model if self.grid is None else GridModel(model, self.grid)


def look_at(pixels: Bytes, hole: Plane, box: Box, clear: bool) -> Drawing:
    """Look for a grid or periods in `box` of H x W x 3|4 `pixels`, and where it has none in all of the photo.

    `clear` says whether the photo is a cut-out: there hidden colours are left out, and periods are not looked for.
    """
    grid = _find_grid(pixels, hole, box, clear)
    return Drawing(grid, None if clear else _find_periods(pixels, hole, box))


def widen(pixels: Bytes, hole: Plane, box: Box, core: Box, clear: bool) -> Box:
    """Enlarge the box of the hole in `core`: in pixel art it holds some blocks round it, not only some pixels."""
    grid = _find_grid(pixels, hole, box, clear)
    if grid is None:
        return box
    return box.union(core.pad(CONTEXT * max(grid.steps)).clip(*hole.shape))


def _find_grid(pixels: Bytes, hole: Plane, box: Box, clear: bool) -> PixelGrid | None:
    for seen in (box, Box.whole(*hole.shape)):
        part = pixels[seen.slices]
        shown, known = without_hidden(part) if clear else part[..., :3], ~hole[seen.slices]
        grid = find_grid(shown, known) or find_worn_grid(shown, known)
        if grid is not None:
            return grid.cropped(box.top - seen.top, box.left - seen.left)
    return None


def _find_periods(pixels: Bytes, hole: Plane, box: Box) -> Periods | None:
    for seen in (box, Box.whole(*hole.shape)):
        part, known = pixels[seen.slices], ~hole[seen.slices]
        periods = find_periods(part, known)
        if periods is not None and changes_enough(part, known):
            return periods
    return None
