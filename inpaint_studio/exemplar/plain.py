"""Fill holes whose rim has exactly one colour with that colour: screenshots, drawings and blank paper stay flat."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.planes import box_round, find_nearest
from inpaint_studio.exemplar.pyramid import Image, Plane
from inpaint_studio.lazy_zeros import lazy_zeros
from inpaint_studio.opencv import cv2

RIM = 3  # px around a hole that must have one colour: as far as a patch over the hole's edge reaches
Bools = NDArray[np.bool_]


def find_plain(image: NDArray[Any], hole: Plane, blocked: Plane, lines: NDArray[np.uint8] | None = None) -> Bools:
    """Return H x W, True in the holes that lie on a ground of exactly one colour.

    `image` is H x W x 3, uint8 or levels with fractions. `hole` and `blocked` (the hole and what may not be copied) are
    H x W, 1 inside. Holes that lie
    within twice `RIM` of each other count as one. A hole whose rim is partly excluded, or through which a guide line
    (`lines`, H x W, not 0) goes, is not plain: there the user wants something else.
    """
    box = box_round(hole, RIM)
    inside, near = hole[box] != 0, cv2.dilate(hole[box], np.ones((2 * RIM + 1, 2 * RIM + 1), np.uint8))
    count, numbers = cv2.connectedComponents(near, connectivity=8)
    plain = np.ones(count, np.bool_)
    rim = (near != 0) & ~inside
    wrong = rim & (blocked[box] != 0)
    if lines is not None:
        wrong |= (near != 0) & (lines[box] != 0)
    plain[numbers[wrong]] = False
    of_rim, colours = numbers[rim], image[box][rim]
    first = np.zeros((count, 3), image.dtype)
    first[of_rim] = colours  # any one of each hole
    plain[of_rim[(colours != first[of_rim]).any(axis=1)]] = False
    plain[np.bincount(of_rim, minlength=count) == 0] = False
    plain[0] = False
    found = lazy_zeros(hole.shape, np.bool_)
    found[box] = inside & plain[numbers]
    return found


def fill_plain(image: Image, hole: Plane, plain: Bools) -> NDArray[np.int32]:
    """Give the pixels in `plain` (H x W, part of the hole) the colour of the nearest pixel outside `hole`, in place.

    Returns 2 x N, the offsets (row, col) to those pixels, in the order of `np.nonzero(plain)`.
    """
    rows, columns = np.nonzero(plain)
    box = box_round(hole, RIM)
    top, left = box[0].start, box[1].start
    from_rows, from_columns = find_nearest(hole[box], rows - top, columns - left)
    from_rows, from_columns = from_rows + top, from_columns + left
    image[rows, columns] = image[from_rows, from_columns]
    return np.stack([from_rows - rows, from_columns - columns]).astype(np.int32)
