"""One part of a mask: what is connected with a pixel. Changes of a part leave the other parts as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.uint8]

Place = tuple[int, int]  # row and column


def part_at(mask: Mask, place: Place) -> Mask | None:
    """Return the part of `mask` that holds the pixel at `place`, as a mask of the same size; None where none does.

    Pixels that touch at a side or a corner are connected, whatever their coverage.
    """
    row, col = place
    if not (0 <= row < mask.shape[0] and 0 <= col < mask.shape[1]) or not mask[row, col]:
        return None
    around = Box.of(mask)
    assert around is not None
    there = mask[around.slices]
    _, labels = cv2.connectedComponents((there > 0).view(np.uint8), connectivity=8)
    part = np.zeros_like(mask)
    part[around.slices] = np.where(labels == labels[row - around.top, col - around.left], there, 0)
    return part


def change_part(mask: Mask, place: Place | None, change: Callable[[Mask], Mask]) -> Mask | None:
    """Return `mask` with `change` done to the part at `place`, or to all of it where `place` is None.

    Where the changed part overlaps others, the higher coverage counts. None where there is no part at `place`.
    """
    if place is None:
        return change(mask)
    part = part_at(mask, place)
    if part is None:
        return None
    rest = np.where(part > 0, 0, mask).astype(np.uint8)
    return np.maximum(rest, change(part))
