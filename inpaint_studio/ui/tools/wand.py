"""The wand marks what has nearly the colour of the pixel it is pointed at, as far as that hangs together."""

from __future__ import annotations

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import HOLE, PHOTO, Raster
from inpaint_studio.ui.tools.base import Pointer, Tool


def flood(photo: Raster, row: int, col: int, tolerance: int) -> tuple[Box, Raster]:
    """What hangs together with a pixel and differs from it by at most `tolerance` in every channel: its box, and 255
    where it is. Takes long on a large photo, and imports OpenCV: not for the main thread.
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
    """Click a colour."""

    name = "wand"
    title = "Wand"
    key = "W"
    icon = "wand"
    tip = "Mark what has the colour you click on; the right button or Alt unmarks"
    options = ("wand_tolerance", "fill_on_release")

    _asked = 0

    def press(self, pointer: Pointer) -> None:
        height, width = self.document.size
        row, col = int(np.floor(pointer.y)), int(np.floor(pointer.x))
        if not (0 <= row < height and 0 <= col < width):
            return
        self._asked += 1
        number, erase = self._asked, pointer.erase or pointer.alt
        photo, tolerance = self.document.raster(PHOTO), int(self.canvas.session.settings.get("wand_tolerance"))

        def mark(found: tuple[Box, Raster]) -> None:
            if number == self._asked and self.document.raster(PHOTO) is photo:
                self._mark(*found, erase)

        self.canvas.background.run(lambda: flood(photo, row, col, tolerance), mark, self.canvas.hint.emit)

    def cancel(self) -> bool:
        self._asked += 1  # what is still being looked for is not wanted any more
        return False

    def _mark(self, box: Box, found: Raster, erase: bool) -> None:
        edit = self.document.live_edit(HOLE)
        there = edit.touch(box)
        there[...] = np.minimum(there, 255 - found) if erase else np.maximum(there, found)
        edit.changed(box)
        self.commit(edit, erase)
