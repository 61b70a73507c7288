"""Tell holes apart that lie beside each other although their boxes overlap, such as strokes that run side by side."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.models.base.interface import Plane
from inpaint_studio.opencv import cv2

CELL = 8  # px: holes are told apart on a grid of cells of this side; less than a cell or two apart they are one
_MOST = 40  # holes that are told apart; more are specks, which are filled together


def cells_of(hole: Plane) -> NDArray[np.bool_]:
    """Return which cells of `hole` (H x W) have a pixel of it."""
    for axis in (0, 1):
        hole = np.logical_or.reduceat(hole, np.arange(0, hole.shape[axis], CELL), axis=axis)
    return hole


def divide_hole(hole: Plane, find_reach: Callable[[Plane], float]) -> list[Plane]:
    """Divide `hole` (H x W) into planes (H x W) of holes that are near each other.

    `find_reach` says how far in px the surroundings of one hole (H x W) reach; two whose surroundings touch stay
    together.
    """
    cells = cells_of(hole)
    count, labels = cv2.connectedComponents(cv2.dilate(cells.view(np.uint8), np.ones((3, 3), np.uint8)))
    if not 2 < count <= _MOST + 1:
        return [hole]
    labels = np.where(cells, labels, 0)
    planes = [hole & _enlarge(labels == number, hole.shape) for number in range(1, count)]
    reach = [find_reach(plane) for plane in planes]
    group = np.arange(count)
    for number in range(1, count):
        away = cv2.distanceTransform((labels != number).view(np.uint8), cv2.DIST_L2, 5)
        for other in range(1, number):
            nearest = (float(away[labels == other].min()) - 1) * CELL
            if nearest <= reach[number - 1] + reach[other - 1]:
                group[group == group[other]] = group[number]
    united = [np.flatnonzero(group == number) for number in np.unique(group[1:])]
    return [np.logical_or.reduce([planes[number - 1] for number in numbers]) for numbers in united]


def _enlarge(cells: Plane, shape: tuple[int, ...]) -> Plane:
    return cells.repeat(CELL, axis=0)[: shape[0]].repeat(CELL, axis=1)[:, : shape[1]]
