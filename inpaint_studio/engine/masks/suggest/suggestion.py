"""One suggestion: a part of the photo that may be meant as a hole. The user accepts or refuses it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.opencv import cv2

Plane: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class Suggestion:
    """A part of a photo. `score` is about 1 where it just passes the rules of its kind, more where it is clearer."""

    kind: str  # a name of `kinds.KINDS`
    box: Box  # in px of the photo
    inside: Plane  # box.height x box.width, True on the part
    score: float

    @classmethod
    def of(cls, kind: str, plane: Plane, corner: tuple[int, int], score: float) -> Suggestion | None:
        """Return what is True in `plane`, whose first pixel is at `corner` (row, column) of the photo."""
        box = Box.of(plane)
        if box is None:
            return None
        return cls(kind, box.shift(*corner), np.ascontiguousarray(plane[box.slices]), float(score))

    @property
    def area(self) -> int:
        """Pixels inside."""
        return int(np.count_nonzero(self.inside))


def widen(plane: Plane, reach: int = 1) -> Plane:
    """Return `plane` with `reach` px more on each side and at the corners."""
    wider: Plane = cv2.dilate(plane.view(np.uint8), _square(reach)) > 0
    return wider


def narrow(plane: Plane) -> Plane:
    """Return `plane` with 1 px less on each side and at the corners; it is taken to go on beyond the array."""
    narrower: Plane = cv2.erode(plane.view(np.uint8), _square(1)) > 0
    return narrower


def _square(reach: int) -> NDArray[np.uint8]:
    return np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)


def join(suggestions: Iterable[Suggestion], size: tuple[int, int]) -> Plane:
    """Return one mask of a photo of `size` (height, width) with all the suggestions: H x W, True inside."""
    whole = np.zeros(size, bool)
    for each in suggestions:
        whole[each.box.slices] |= each.inside
    return whole


def find_outlines(part: Suggestion) -> tuple[NDArray[np.float64], ...]:
    """Return the borders of a part, also of what it encloses, as closed polygons: N x 2 (x, y) px of the photo."""
    inside = np.where(part.inside, np.uint8(1), np.uint8(0))
    found, _ = cv2.findContours(inside, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    corner = np.array([part.box.left + 0.5, part.box.top + 0.5])  # the middle of its first pixel
    return tuple(each.reshape(-1, 2) + corner for each in found)
