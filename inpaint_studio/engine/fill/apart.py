"""Tell holes apart that lie beside each other although their boxes overlap, such as strokes that run side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import Plane
from inpaint_studio.opencv import cv2

CELL = 8  # px: holes are told apart on a grid of cells of this side; less than a cell or two apart they are one
_MOST = 40  # holes that are told apart; more are specks, which are filled together

Floats = NDArray[np.float32]


class OneHole(NamedTuple):
    """A hole that lies apart from others, or some that are near each other."""

    box: Box
    plane: Plane  # of `box`
    radius: float  # px, of the largest circle inside


def cells_of(hole: Plane) -> NDArray[np.bool_]:
    """Return which cells of `hole` (H x W) have a pixel of it."""
    for axis in (0, 1):
        hole = np.logical_or.reduceat(hole, np.arange(0, hole.shape[axis], CELL), axis=axis)
    return hole


def divide_hole(hole: Plane, get_depth: Callable[[], Floats], find_reach: Callable[[float], int]) -> list[OneHole]:
    """Divide `hole` (H x W) into holes that are near each other; [] where all of it is one.

    `get_depth` returns the distance in px of each pixel (H x W) to the outside of the hole, and `find_reach` how far in
    px the surroundings of a hole of this inscribed radius reach; two whose surroundings touch stay together.
    """
    cells = cells_of(hole)
    count, labels = cv2.connectedComponents(cv2.dilate(cells.view(np.uint8), np.ones((3, 3), np.uint8)))
    if not 2 < count <= _MOST + 1:
        return []
    labels = np.where(cells, labels, 0)
    depth = get_depth()
    for axis in (0, 1):
        depth = np.maximum.reduceat(depth, np.arange(0, depth.shape[axis], CELL), axis=axis)
    radii = np.zeros(count)
    np.maximum.at(radii, labels[cells].astype(np.intp), depth[cells])
    reach = [find_reach(float(radius)) for radius in radii]
    group = np.arange(count)
    for number in range(1, count):
        away = cv2.distanceTransform((labels != number).view(np.uint8), cv2.DIST_L2, 5)
        for other in range(1, number):
            nearest = (float(away[labels == other].min()) - 1) * CELL
            if nearest <= reach[number] + reach[other]:
                group[group == group[other]] = group[number]
    united = [np.flatnonzero(group == number) for number in np.unique(group[1:])]
    if len(united) == 1:
        return []
    return [_cut_out(hole, np.isin(labels, numbers), float(radii[numbers].max())) for numbers in united]


def _cut_out(hole: Plane, cells: Plane, radius: float) -> OneHole:
    """Return what lies in `cells` of the hole."""
    box = Box.of(cells)
    assert box is not None
    around = Box(*(edge * CELL for edge in box)).clip(*hole.shape)
    enlarged = cells[box.slices].repeat(CELL, axis=0)[: around.height].repeat(CELL, axis=1)[:, : around.width]
    plane: Plane = hole[around.slices] & enlarged
    tight = Box.of(plane)
    assert tight is not None
    return OneHole(tight.shift(around.top, around.left), plane[tight.slices], radius)
