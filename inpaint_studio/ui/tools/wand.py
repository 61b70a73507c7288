"""The wand, which marks the pixels that have nearly the colour of the place that was clicked."""

from __future__ import annotations

from functools import partial

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import PHOTO, Raster
from inpaint_studio.session.reporting import STOPPED
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.tools.base import Tool
from inpaint_studio.ui.tools.pointer import Pointer


def _select(
    photo: Raster, row: int, col: int, tolerance: int, sample: int, connected: bool, margin: int
) -> tuple[Box, Raster]:
    """Find the pixels. Slow on a large photo, and imports OpenCV: do not call it in the main thread."""
    from inpaint_studio.engine.masks.colours import select_colour

    return select_colour(photo, row, col, tolerance, sample=sample, contiguous=connected, margin=margin)


class WandTool(Tool):
    """Click to mark what has one colour, connected or everywhere."""

    name = "wand"
    title = mark("Wand")
    key = "W"
    icon = "wand"
    tip = mark("Mark what has the colour you click on; the right button or Alt unmarks")
    options = ("wand_tolerance", "found_margin", "wand_connected", "wand_sample", "fill_on_release")

    _newest = 0  # number of the newest search
    _searching = False

    def press(self, pointer: Pointer) -> None:
        height, width = self.document.size
        row, col = int(np.floor(pointer.y)), int(np.floor(pointer.x))
        if not (0 <= row < height and 0 <= col < width):
            return
        self._newest += 1
        self._searching = True
        number, erase = self._newest, pointer.erase or pointer.alt
        photo = self.document.raster(PHOTO)
        setting = self.context.setting
        work = partial(
            _select,
            photo,
            row,
            col,
            int(setting("wand_tolerance")),
            int(setting("wand_sample")),
            bool(setting("wand_connected")),
            self.found_margin,
        )

        def done(found: tuple[Box, Raster]) -> None:
            if number == self._newest and self.document.raster(PHOTO) is photo:
                self._searching = False
                self._mark(*found, erase)

        self.context.run_in_background(work, done)

    def cancel(self) -> bool:
        self._newest += 1  # the result of a search under way is ignored
        searched, self._searching = self._searching, False
        if searched:
            self.context.show_hint(tr(STOPPED))
        return searched

    def photo_changed(self) -> None:
        self._newest += 1
        self._searching = False

    def _mark(self, box: Box, found: Raster, erase: bool) -> None:
        if box.empty:
            self.context.show_hint(tr("Nothing has that colour; raise the tolerance."))
            return
        self.mark_area(box, found, erase)
