"""Where something is in a plane: the box round its pixels, and which free pixel is nearest to others."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.opencv import cv2

Places = NDArray[np.integer[Any]]


def as_bytes(plane: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return a plane as 0 and 1; where it is contiguous, that is its own memory, not to be written to."""
    return np.ascontiguousarray(plane).view(np.uint8)


def box_round(plane: NDArray[Any], margin: int) -> tuple[slice, slice]:
    """Return the slices of the smallest box round what is not 0 in `plane` (H x W), with `margin` px around it.

    The box ends at the borders of the plane, of which something must not be 0.
    """
    height, width = plane.shape
    rows, columns = np.flatnonzero(plane.any(axis=1)), np.flatnonzero(plane.any(axis=0))
    return (
        slice(max(0, int(rows[0]) - margin), min(height, int(rows[-1]) + margin + 1)),
        slice(max(0, int(columns[0]) - margin), min(width, int(columns[-1]) + margin + 1)),
    )


def find_nearest(
    blocked: NDArray[np.bool_ | np.uint8], rows: Places, columns: Places
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows and the columns of the free pixels nearest to the n pixels at `rows` and `columns` (n each).

    Free are those where `blocked` (H x W) is 0; there must be one. Distances are those of OpenCV's mask of 5 x 5 px
    (Borgefors 1986, "Distance transformations in digital images"), which are not exact: in 400 random planes up to 120
    px wide and high, the pixel found was at most 3.6 % farther away than the nearest.
    """
    plane = blocked.view(np.uint8)
    _, labels = cv2.distanceTransformWithLabels(plane, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    free = np.flatnonzero(plane == 0)
    place_of_label = np.zeros(free.size + 1, np.intp)
    place_of_label[labels.reshape(-1)[free]] = free
    nearest_rows, nearest_columns = divmod(place_of_label[labels[rows, columns]], plane.shape[1])
    return nearest_rows, nearest_columns
