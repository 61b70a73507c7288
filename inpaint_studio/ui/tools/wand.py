"""The wand, which marks the connected area with nearly the colour of the pixel that was clicked."""

from __future__ import annotations

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import HOLE, PHOTO, Raster
from inpaint_studio.ui.tools.base import Tool
from inpaint_studio.ui.tools.pointer import Pointer


def flood(photo: Raster, row: int, col: int, tolerance: int) -> tuple[Box, Raster]:
    """Find the area connected with a pixel that differs from it by at most `tolerance` in every channel.

    Returns the box of the area and a raster of that box, 255 inside the area. Slow on a large photo, and imports
    OpenCV: do not call it in the main thread.
    """
    from inpaint_studio.opencv import cv2

    pixels = np.ascontiguousarray(photo[..., :3])
    height, width = pixels.shape[:2]
    found = np.zeros((height + 2, width + 2), np.uint8)
    flags = 4 | (255 << 8) | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE
    span = (tolerance,) * 3
    _, _, _, (left, top, wide, high) = cv2.floodFill(pixels, found, (col, row), (0, 0, 0), span, span, flags)
    box = Box(top, left, top + high, left + wide)
    return box, found[1:-1, 1:-1][box.slices].copy()


class WandTool(Tool):
    """Click to mark an area of one colour."""

    name = "wand"
    title = "Wand"
    key = "W"
    icon = "wand"
    tip = "Mark what has the colour you click on; the right button or Alt unmarks"
    options = ("wand_tolerance", "fill_on_release")

    _newest = 0  # number of the newest search

    def press(self, pointer: Pointer) -> None:
        height, width = self.document.size
        row, col = int(np.floor(pointer.y)), int(np.floor(pointer.x))
        if not (0 <= row < height and 0 <= col < width):
            return
        self._newest += 1
        number, erase = self._newest, pointer.erase or pointer.alt
        photo, tolerance = self.document.raster(PHOTO), int(self.context.setting("wand_tolerance"))

        def mark(found: tuple[Box, Raster]) -> None:
            if number == self._newest and self.document.raster(PHOTO) is photo:
                self._mark(*found, erase)

        self.context.run_in_background(lambda: flood(photo, row, col, tolerance), mark)

    def cancel(self) -> bool:
        self._newest += 1  # the result of a search under way is ignored
        return False

    def _mark(self, box: Box, found: Raster, erase: bool) -> None:
        edit = self.document.live_edit(HOLE)
        raster = edit.touch(box)
        raster[...] = np.minimum(raster, 255 - found) if erase else np.maximum(raster, found)
        edit.changed(box)
        self.commit(edit, erase)
