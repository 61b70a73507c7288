"""Change a found object by a stroke: only what the stroke touches is added or taken away, the rest stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.engine.masks.gesture import Gesture, Scribble
from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inpaint_studio.engine.geometry import Box

    Raster = NDArray[np.uint8]


def change_object(
    last: tuple[Box, Raster], found: tuple[Box, Raster] | None, stroke: Scribble, adds: bool
) -> tuple[Box, Raster]:
    """Return the object `last` as `stroke` changes it: with more of `found`, or with less, where the stroke touches it.

    Masks are 0 or 255, in their own boxes. The whole gesture is searched again for `found`, so that its border may move
    anywhere; a part that is away from the stroke would surprise.
    """
    box = last[0] if found is None else last[0].union(found[0])
    old, new = np.zeros((2, box.height, box.width), np.uint8)
    for mask, part in ((old, last), (new, found)):
        if part is not None:
            mask[part[0].shift(-box.top, -box.left).slices] = part[1]
    changed = new > old if adds else new < old
    touched, _ = Gesture(inside=(stroke,)).draw_strokes(box, box.height, box.width)
    _, labels = cv2.connectedComponents((changed | touched).view(np.uint8), connectivity=8)
    reached = np.zeros(int(labels.max()) + 1, np.bool_)
    reached[labels[touched]] = True
    reached[0] = False
    where = reached[labels]
    return box, np.where(where, new, old).astype(np.uint8)
