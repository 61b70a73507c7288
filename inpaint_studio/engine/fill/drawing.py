"""Whether a part of the photo is a drawing that must be filled to the bit: pixel art, or a pattern that repeats."""

from __future__ import annotations

from typing import NamedTuple

from inpaint_studio.engine.fill.cutout import without_hidden
from inpaint_studio.engine.fill.pattern import PatternModel, Periods, changes_enough, find_periods
from inpaint_studio.engine.fill.pixel_grid import CONTEXT, GridModel, PixelGrid, find_grid
from inpaint_studio.engine.fill.worn_grid import find_worn_grid
from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import Bytes, Model, Plane

AROUND = 256  # px round a box that are looked at where it has no grid itself: four of the largest blocks


class Drawing(NamedTuple):
    """What is regular in a box of the photo; both None where nothing is. The grid begins at the box's corner."""

    grid: PixelGrid | None = None
    periods: Periods | None = None

    def widen(self, box: Box, core: Box, shape: tuple[int, ...]) -> tuple[Box, Drawing]:
        """Enlarge `box`, in which this was found: in pixel art a hole in `core` has some blocks round it.

        `shape` is the photo's. Returns the larger box, and this as it is there.
        """
        if self.grid is None:
            return box, self
        wide = box.union(core.pad(CONTEXT * max(self.grid.steps)).clip(*shape[:2]))
        return wide, self._replace(grid=self.grid.cropped(wide.top - box.top, wide.left - box.left))

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
    """Look for a grid or periods in `box` of H x W x 3|4 `pixels`, and where it has none also around it.

    `clear` says whether the photo is a cut-out: there hidden colours are left out, and periods are not looked for.
    """
    around = box.pad(AROUND).clip(*hole.shape)
    grid = periods = None
    for seen in (box, around) if around != box else (box,):
        part, known = pixels[seen.slices], ~hole[seen.slices]
        shown = without_hidden(part) if clear else part[..., :3]
        if grid is None:
            grid = find_grid(shown, known) or find_worn_grid(shown, known)
            grid = grid and grid.cropped(box.top - seen.top, box.left - seen.left)
        if periods is None and not clear:
            periods = find_periods(part, known)
            periods = periods if periods is not None and changes_enough(part, known) else None
    return Drawing(grid, periods)
