"""Laplace's equation in a hole, solved exactly and slowly, one unknown a pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def solve(image: NDArray[np.float32], hole: NDArray[np.bool_]) -> NDArray[np.float64]:
    """`image` (C x H x W) with every pixel of `hole` the mean of its neighbours within the image.

    At least one pixel must be known.
    """
    height, width = hole.shape
    places = [(int(y), int(x)) for y, x in np.argwhere(hole)]
    numbers = {place: number for number, place in enumerate(places)}
    matrix = np.zeros((len(places), len(places)))
    right = np.zeros((len(places), len(image)))
    for (y, x), number in numbers.items():
        for place in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            if not (0 <= place[0] < height and 0 <= place[1] < width):
                continue
            matrix[number, number] += 1
            if place in numbers:
                matrix[number, numbers[place]] -= 1
            else:
                right[number] += image[(slice(None), *place)]
    solved = image.astype(np.float64)
    rows, columns = np.nonzero(hole)
    solved[:, rows, columns] = np.linalg.solve(matrix, right).T
    return solved
