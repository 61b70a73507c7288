"""The few arrows that stand for a whole flow: parts of a fill whose sources lie about as far away, the largest ones."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.flow.flow import Flow, Plane
from inpaint_studio.engine.flow.kinds import Kind
from inpaint_studio.engine.flow.source_table import sample

MOST_ARROWS = 16
_PLACES = 25_600  # of the grid on which parts are looked for
_ALIKE = 0.05  # offsets of one part differ by no more than this share of the square root of the hole's area, at first
_LEAST = 0.01  # of the hole: smaller parts get no arrow
_ENOUGH = 0.6  # of the hole that arrows should stand for; else offsets may differ by twice as much
_TRIES = 4
_BINS = 9  # a part takes offsets from so many bins of offsets at most
_FINER = 4  # how much finer than the places the outlines are
_CORNERS = 0.6  # places by which a simplified outline may differ

Floats = NDArray[np.float64]


class Arrow(NamedTuple):
    """A connected part of a fill and where it came from; places are (x, y) in px of the image."""

    outlines: list[Floats]  # n x 2 each, of the part
    origins: list[Floats]  # n x 2 each, of all places that the part came from
    target: tuple[float, float]  # a place deep inside the part
    source: tuple[float, float]  # where that place came from
    share: float  # of all filled pixels, (0, 1]

    @property
    def offset(self) -> tuple[float, float]:
        """How far the source is to the right and below, px."""
        return self.source[0] - self.target[0], self.source[1] - self.target[1]


def find_arrows(flow: Flow, most: int = MOST_ARROWS) -> list[Arrow]:
    """Find the largest connected parts of a flow with similar offsets, at most `most`, the largest first.

    The same flow gives the same arrows. A flow without filled pixels has none, and nor has what a network drew without
    a source; that counts in the shares.
    """
    step, y, x, filled, drawn = _places(flow)
    hole = filled & ~drawn
    if not hole.any():
        return []
    offsets = np.where(hole, flow.offsets[:, y, x], 0)
    alike = max(1.0, _ALIKE * step * math.sqrt(np.count_nonzero(hole)))
    best: list[Plane] = []
    for _ in range(_TRIES):
        parts = _divide(offsets, hole, alike, most, max(1, round(_LEAST * np.count_nonzero(hole))))
        if _count(parts) > _count(best):
            best = parts
        if _count(best) >= _ENOUGH * np.count_nonzero(hole):
            break
        alike *= 2
    if not best:  # noise, or specks alone
        best = _divide(offsets, hole, 2.0 * np.abs(offsets).max() + 1, most, least=1)
    best.sort(key=lambda part: -np.count_nonzero(part))
    return [_arrow(part, offsets, flow, step, (y, x), int(filled.sum())) for part in best]


def find_drawn(flow: Flow) -> tuple[list[Floats], float]:
    """Outline what a network drew without a source, n x 2 each, (x, y) in px; also return its share of the fill."""
    step, _, _, filled, drawn = _places(flow)
    if not drawn.any():
        return [], 0.0
    return _outline(drawn, (float(flow.box.left), float(flow.box.top)), step), _count([drawn]) / _count([filled])


def _places(flow: Flow) -> tuple[int, NDArray[Any], NDArray[Any], Plane, Plane]:
    """Return the size of a place in px, the row and column of a pixel of each, which are filled, and which drawn."""
    step = max(1, math.ceil(math.sqrt(flow.box.area / _PLACES)))
    y, x, filled = sample(flow.hole, step)
    drawn = np.zeros_like(filled) if flow.kinds is None else filled & (flow.kinds[y, x] == Kind.DRAWN)
    return step, y, x, filled, drawn


def _count(parts: list[Plane]) -> int:
    return int(sum(np.count_nonzero(part) for part in parts))


def _divide(offsets: NDArray[Any], hole: Plane, alike: float, most: int, least: int) -> list[Plane]:
    """Take connected parts of the `hole` whose offsets (2 x h x w) differ by about `alike`, one after another.

    Parts of fewer than `least` places are left out.
    """
    from inpaint_studio.opencv import cv2

    parts: list[Plane] = []
    left = hole.copy()
    bins = np.floor(offsets / alike).astype(np.int64)
    lowest = bins.min(axis=(1, 2))
    columns = int(bins[1].max() - lowest[1]) + 1
    numbers = (bins[0] - lowest[0]) * columns + bins[1] - lowest[1]
    while len(parts) < most and left.any():
        kinds, counts = np.unique(numbers[left], return_counts=True)
        if counts.max() * _BINS < least:
            break
        most_frequent = int(kinds[counts.argmax()])
        middle = (lowest + divmod(most_frequent, columns) + 0.5) * alike
        near = left & (np.abs(offsets - middle[:, None, None]).max(axis=0) <= alike)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(near.view(np.uint8), connectivity=8)
        areas = stats[1:, cv2.CC_STAT_AREA]
        largest = int(areas.argmax()) + 1
        if areas[largest - 1] < least:
            left &= ~near  # only specks are as far away as this
            continue
        part = labels == largest
        parts.append(part)
        left &= ~part
    return parts


def _arrow(
    part: Plane, offsets: NDArray[Any], flow: Flow, step: int, places: tuple[NDArray[Any], NDArray[Any]], total: int
) -> Arrow:
    from inpaint_studio.opencv import cv2

    framed = cv2.copyMakeBorder(part.view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    depth = cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    x = flow.box.left + float(places[1][row, column]) + 0.5
    y = flow.box.top + float(places[0][row, column]) + 0.5
    down, across = offsets[:, row, column].tolist()
    origins = _origins(part, offsets, flow, step, places)
    corner = (float(flow.box.left), float(flow.box.top))
    return Arrow(_outline(part, corner, step), origins, (x, y), (x + across, y + down), int(part.sum()) / total)


def _origins(
    part: Plane, offsets: NDArray[Any], flow: Flow, step: int, places: tuple[NDArray[Any], NDArray[Any]]
) -> list[Floats]:
    """Outline all places that the part came from; gaps of one place are closed."""
    from inpaint_studio.opencv import cv2

    rows, columns = (
        ((start + place[part] + moved[part]) // step).clip(0, -(-size // step) - 1)
        for start, place, moved, size in zip((flow.box.top, flow.box.left), places, offsets, flow.shape, strict=True)
    )
    top, left = int(rows.min()), int(columns.min())
    taken = np.zeros((int(rows.max()) - top + 1, int(columns.max()) - left + 1), np.uint8)
    taken[rows - top, columns - left] = 1
    framed = cv2.copyMakeBorder(taken, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    closed = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))[1:-1, 1:-1]
    return _outline(closed != 0, (float(left * step), float(top * step)), step)


def _outline(plane: Plane, corner: tuple[float, float], step: int) -> list[Floats]:
    """Outline a plane of places whose upper left corner is `corner`, (x, y) in px of the image."""
    from inpaint_studio.opencv import cv2

    framed = cv2.copyMakeBorder(plane.view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    finer = cv2.resize(framed, None, fx=_FINER, fy=_FINER, interpolation=cv2.INTER_NEAREST)
    contours, _ = cv2.findContours(finer, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    found = [cv2.approxPolyDP(contour, _CORNERS * _FINER, True) for contour in contours]
    whole = [simple if len(simple) >= 3 else contour for simple, contour in zip(found, contours, strict=True)]
    return [np.array(corner) + step * ((outline[:, 0] + 0.5) / _FINER - 1) for outline in whole]
