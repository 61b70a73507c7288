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
_REACH = 0.5  # share of a stroke's length by which the object may reach out of it, where it leaves the loop
_LEAST_REACH = 2.0  # the same in widths of the stroke
_CORNERS = 4  # of a box
SHIFT = 4  # bits behind the point of the coordinates that OpenCV draws with
_OPEN_SHARE = 0.25  # a stroke is a loop where its ends are nearer than this share of its box's diagonal


class Scribble(NamedTuple):
    """A brush stroke: its points and its width in px of the photo; where strokes cross, the later turn counts."""

    points: Points
    width: float
    turn: int = 0


@dataclass(frozen=True)
class Gesture:
    """The object lies inside `loop`, where there is one, or near strokes beyond it; on `inside`, not on `outside`."""

    loop: Points | None = None
    inside: tuple[Scribble, ...] = ()
    outside: tuple[Scribble, ...] = ()

    def with_inside(self, stroke: Scribble) -> Gesture:
        """Return the gesture with one more stroke on the object."""
        return replace(self, inside=(*self.inside, stroke._replace(turn=self._next_turn)))

    def with_outside(self, stroke: Scribble) -> Gesture:
        """Return the gesture with one more stroke on what is not the object."""
        return replace(self, outside=(*self.outside, stroke._replace(turn=self._next_turn)))

    @property
    def is_freehand(self) -> bool:
        """Whether there is a loop, and it is no box."""
        return self.loop is not None and len(self.loop) > _CORNERS

    @property
    def _next_turn(self) -> int:
        return 1 + max((stroke.turn for stroke in (*self.inside, *self.outside)), default=0)

    def frame(self, height: int, width: int) -> Box:
        """Return the part of a photo of that size that is looked at; empty where the gesture lies beside it."""
        parts = [] if self.loop is None else [_pad(self.loop, LOOP_MARGIN, _LEAST_MARGIN)]
        if self.loop is None and self.inside:
            places = np.concatenate([stroke.points for stroke in self.inside])
            parts = [_pad(places, SCRIBBLE_MARGIN, _LEAST_SCRIBBLE_MARGIN)]
        elif self.loop is not None:
            parts += [_pad(stroke.points, SCRIBBLE_MARGIN, _LEAST_SCRIBBLE_MARGIN) for stroke in self._beyond()]
        if not parts:
            return Box(0, 0, 0, 0)
        left, top = np.floor(np.min([low for low, _ in parts], axis=0)).astype(int)
        right, bottom = np.ceil(np.max([high for _, high in parts], axis=0)).astype(int)
        return Box(int(top), int(left), int(bottom), int(right)).clip(height, width)

    def draw_loop(self, box: Box, height: int, width: int) -> Plane:
        """Draw where the object may be, as seen in `box` scaled to `height` x `width`.

        That is the inside of the loop, and what lies near strokes on the object that leave it; all without a loop.
        """
        if self.loop is None:
            return np.ones((height, width), np.bool_)
        drawn = np.zeros((height, width), np.uint8)
        cv2.fillPoly(drawn, [place_in(self.loop, box, height, width)], 1, shift=SHIFT)
        for stroke in self._beyond():
            reach = max(_LEAST_REACH * stroke.width, _REACH * float(np.ptp(stroke.points, axis=0).max()))
            _draw_stroke(drawn, stroke._replace(width=2 * reach), box, 1)
        return drawn > 0

    def draw_strokes(self, box: Box, height: int, width: int) -> tuple[Plane, Plane]:
        """Draw what is surely the object, and what is surely not, as seen in `box` scaled to `height` x `width`."""
        drawn = np.zeros((height, width), np.uint8)
        strokes = [(stroke, 1) for stroke in self.inside] + [(stroke, 2) for stroke in self.outside]
        for stroke, value in sorted(strokes, key=lambda item: item[0].turn):
            _draw_stroke(drawn, stroke, box, value)
        return drawn == 1, drawn == 2

    def _beyond(self) -> list[Scribble]:
        """Return the strokes on the object that leave the loop."""
        assert self.loop is not None
        loop = self.loop.astype(np.float32)
        return [
            stroke
            for stroke in self.inside
            if any(cv2.pointPolygonTest(loop, (float(x), float(y)), False) < 0 for x, y in stroke.points)
        ]


def box_loop(left: float, top: float, right: float, bottom: float) -> Points:
    """Make the loop round a box."""
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)


def is_loop(points: Points) -> bool:
    """Return whether a stroke comes back to where it began, so that it goes round something."""
    if len(points) < 4:
        return False
    diagonal = math.hypot(*np.ptp(points, axis=0))
    return math.dist(points[0], points[-1]) < _OPEN_SHARE * diagonal


def _pad(points: Points, share: float, least: float) -> tuple[Points, Points]:
    """Return the lowest and the highest x and y of `points`, further apart by a share of the longer side."""
    low, high = points.min(axis=0), points.max(axis=0)
    margin = max(least, share * float((high - low).max()))
    return low - margin, high + margin


def _draw_stroke(drawn: Raster, stroke: Scribble, box: Box, value: int) -> None:
    """Draw a stroke into `drawn`, which shows `box`."""
    height, width = drawn.shape
    thick = max(1, round(stroke.width * width / box.width))
    cv2.polylines(drawn, [place_in(stroke.points, box, height, width)], False, value, thick, shift=SHIFT)


def place_in(points: Points, box: Box, height: int, width: int) -> NDArray[np.int32]:
    """Convert points of the photo to OpenCV's coordinates in `box` scaled to `height` x `width`.

    Pixel centres are whole numbers there and end in .5 in the photo.
    """
    scale = np.array([width / box.width, height / box.height])
    there = (points - [box.left, box.top]) * scale - 0.5
    return np.asarray(np.rint(there * (1 << SHIFT)), np.int32)
