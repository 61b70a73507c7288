"""What the user drew, as the points and the box that Segment Anything is asked with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from inpaint_studio.engine.geometry import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inpaint_studio.engine.masks.gesture import Gesture, Points, Scribble

    Floats = NDArray[np.float32]

# The labels of Segment Anything (Kirillov and others 2023; `prompt_encoder.py` of its authors).
OUTSIDE, INSIDE, UPPER_LEFT, LOWER_RIGHT = 0, 1, 2, 3
_SURROUNDINGS = 1.0  # share of the gesture's longer side that is shown round it: the network was taught on whole scenes
_LEAST_SIDE = 256  # px that are shown at least, where the photo has them
_POINTS = 6  # of each stroke


class Prompt(NamedTuple):
    """N points (x, y) in px of what is shown, whose pixel centres are whole numbers, with their labels."""

    points: Floats
    labels: Floats


def choose_view(gesture: Gesture, height: int, width: int) -> Box:
    """Return the part of a photo of that size that the network is shown; empty where the gesture lies beside it."""
    frame = gesture.frame(height, width)
    if frame.empty:
        return frame
    longer = max(frame.height, frame.width)
    margin = max(round(_SURROUNDINGS * longer), (_LEAST_SIDE - longer) // 2)
    return frame.pad(margin).clip(height, width)


def make_prompt(gesture: Gesture, view: Box) -> Prompt:
    """Return the points of the strokes, in the order in which they were drawn, then the corners of the loop's box."""
    strokes = [(stroke, INSIDE) for stroke in gesture.inside] + [(stroke, OUTSIDE) for stroke in gesture.outside]
    strokes.sort(key=lambda item: item[0].turn)
    places = [_along(stroke) for stroke, _ in strokes]
    labels = [np.full(len(points), label) for points, (_, label) in zip(places, strokes, strict=True)]
    if gesture.loop is not None:
        around = np.concatenate([gesture.loop, *(stroke.points for stroke in gesture.inside)])
        places.append(np.stack([around.min(axis=0), around.max(axis=0)]))
        labels.append(np.array([UPPER_LEFT, LOWER_RIGHT]))
    low, high = (view.left, view.top), (view.right, view.bottom)
    points = np.clip(np.concatenate(places), low, high) - low - 0.5
    return Prompt(points.astype(np.float32), np.concatenate(labels).astype(np.float32))


def _along(stroke: Scribble) -> Points:
    """Return points at equal distances along a stroke, its ends among them."""
    steps = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(stroke.points, axis=0).T))])
    if steps[-1] == 0:
        return stroke.points[:1]
    at = np.linspace(0, steps[-1], _POINTS)
    return np.stack([np.interp(at, steps, stroke.points[:, axis]) for axis in (0, 1)], axis=1)
