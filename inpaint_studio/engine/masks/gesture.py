"""What the user drew round or on an object: a loop, a box or a scribble, with strokes that correct it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]  # N x 2 (x, y) in px of the photo
    Plane = NDArray[np.bool_]
    Raster = NDArray[np.uint8]

LOOP_MARGIN = 0.15  # share of the longer side that is looked at round a loop: its colours are the background's
SCRIBBLE_MARGIN = 0.6  # the same round a scribble, which is smaller than its object
_LEAST_MARGIN = 6  # px
_LEAST_SCRIBBLE_MARGIN = 40  # px
_SHIFT = 4  # bits behind the point of the coordinates that OpenCV draws with
_OPEN_SHARE = 0.25  # a stroke is a loop where its ends are nearer than this share of its box's diagonal


class Scribble(NamedTuple):
    """A brush stroke: its points and its width in px of the photo."""

    points: Points
    width: float


@dataclass(frozen=True)
class Gesture:
    """The object lies inside `loop`, where there is one, on `inside` and not on `outside`."""

    loop: Points | None = None
    inside: tuple[Scribble, ...] = ()
    outside: tuple[Scribble, ...] = ()

    def with_outside(self, stroke: Scribble) -> Gesture:
        """Return the gesture with one more stroke on what is not the object."""
        return replace(self, outside=(*self.outside, stroke))

    def frame(self, height: int, width: int) -> Box:
        """Return the part of a photo of that size that is looked at; empty where the gesture lies beside it."""
        points = [self.loop] if self.loop is not None else [stroke.points for stroke in self.inside]
        if not points:
            return Box(0, 0, 0, 0)
        places = np.concatenate(points)
        low, high = places.min(axis=0), places.max(axis=0)
        share, least = (
            (LOOP_MARGIN, _LEAST_MARGIN) if self.loop is not None else (SCRIBBLE_MARGIN, _LEAST_SCRIBBLE_MARGIN)
        )
        margin = max(least, share * float((high - low).max()))
        left, top = np.floor(low - margin).astype(int)
        right, bottom = np.ceil(high + margin).astype(int)
        return Box(int(top), int(left), int(bottom), int(right)).clip(height, width)

    def draw_loop(self, box: Box, height: int, width: int) -> Plane:
        """Draw the inside of the loop, as seen in `box` scaled to `height` x `width`; all of it without a loop."""
        if self.loop is None:
            return np.ones((height, width), np.bool_)
        drawn = np.zeros((height, width), np.uint8)
        cv2.fillPoly(drawn, [_place(self.loop, box, height, width)], 1, shift=_SHIFT)
        return drawn > 0

    def draw_strokes(self, strokes: tuple[Scribble, ...], box: Box, height: int, width: int) -> Plane:
        """Draw `strokes` as seen in `box` scaled to `height` x `width`."""
        drawn = np.zeros((height, width), np.uint8)
        for stroke in strokes:
            thick = max(1, round(stroke.width * width / box.width))
            cv2.polylines(drawn, [_place(stroke.points, box, height, width)], False, 1, thick, shift=_SHIFT)
        return drawn > 0


def box_loop(left: float, top: float, right: float, bottom: float) -> Points:
    """Make the loop round a box."""
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)


def is_loop(points: Points) -> bool:
    """Return whether a stroke comes back to where it began, so that it goes round something."""
    if len(points) < 4:
        return False
    diagonal = math.hypot(*np.ptp(points, axis=0))
    return math.dist(points[0], points[-1]) < _OPEN_SHARE * diagonal


def _place(points: Points, box: Box, height: int, width: int) -> NDArray[np.int32]:
    """Convert points of the photo to OpenCV's coordinates in `box` scaled to `height` x `width`.

    Pixel centres are whole numbers there and end in .5 in the photo.
    """
    scale = np.array([width / box.width, height / box.height])
    there = (points - [box.left, box.top]) * scale - 0.5
    return np.asarray(np.rint(there * (1 << _SHIFT)), np.int32)
