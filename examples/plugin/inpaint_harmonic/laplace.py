"""The discrete Laplace equation: every pixel of the hole becomes the mean of its four neighbours.

Solved by conjugate gradients. The same image at half the size is solved first, and is where the next size starts, so
that the number of steps does not grow with the hole.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Plane = NDArray[np.bool_]
Report = Callable[[float], None]

SMALLEST = 8  # px of the shorter side, at which no smaller image is solved first
MOST_STEPS = 400  # per size
EXACT = 0.02  # largest error of a pixel against the mean of its neighbours, of 255, at which to stop
EVERY = 20  # steps between reports


def interpolate(image: Floats, hole: Plane, report: Report) -> Floats:
    """`image` (H x W x C) with the pixels of `hole` (H x W, not all of it) replaced by the solution.

    Calls `report` with rising fractions in [0, 1] and passes on what it raises.
    """
    images, holes = [image], [hole]
    while min(holes[-1].shape) >= 2 * SMALLEST and holes[-1].any():
        smaller = _halve(images[-1], holes[-1])
        images.append(smaller[0])
        holes.append(smaller[1])
    solution = images[-1]
    solution = np.where(holes[-1][..., None], solution[~holes[-1]].mean(axis=0), solution)
    for level in range(len(images) - 1, -1, -1):
        known, inside = images[level], holes[level]
        if level < len(images) - 1:
            enlarged = solution.repeat(2, axis=0).repeat(2, axis=1)[: known.shape[0], : known.shape[1]]
            solution = np.where(inside[..., None], enlarged, known)
        start = 1 - 0.75 ** (len(images) - 1 - level)  # large images take longer
        end = 1 - 0.75 ** (len(images) - level)
        solution = _solve(solution, inside, lambda share, a=start, b=end: report(a + (b - a) * share))
    return solution


def _solve(solution: Floats, hole: Plane, report: Report) -> Floats:
    """Conjugate gradients on the pixels of the hole, from `solution`, which holds the known pixels around it."""
    inside = hole[..., None].astype(np.float64)
    neighbours = _sum_neighbours(np.ones((*hole.shape, 1)))
    filled = solution.copy()
    residual = inside * (_sum_neighbours(filled) - neighbours * filled)
    direction, power = residual, _dot(residual, residual)
    for step in range(MOST_STEPS):
        if step % EVERY == 0:
            report(step / MOST_STEPS)
        if np.abs(residual).max() <= EXACT:
            break
        moved = inside * (neighbours * direction - _sum_neighbours(direction))
        length = power / np.maximum(_dot(direction, moved), 1e-30)
        filled += length * direction
        residual = residual - length * moved
        power, before = _dot(residual, residual), power
        direction = residual + power / np.maximum(before, 1e-30) * direction
    return filled


def _dot(one: Floats, other: Floats) -> Floats:
    """One product per channel, so that equal channels stay equal."""
    return np.asarray((one * other).sum(axis=(0, 1)))


def _sum_neighbours(image: Floats) -> Floats:
    """The sum of the up to four neighbours of every pixel; there are none beyond the border."""
    total = np.zeros_like(image)
    total[1:] += image[:-1]
    total[:-1] += image[1:]
    total[:, 1:] += image[:, :-1]
    total[:, :-1] += image[:, 1:]
    return total


def _halve(image: Floats, hole: Plane) -> tuple[Floats, Plane]:
    """Both at half the size: the mean of the known pixels, a hole where all four are unknown."""
    height, width = ((side + 1) // 2 * 2 for side in hole.shape)
    known = np.zeros((height, width, 1))
    known[: hole.shape[0], : hole.shape[1], 0] = ~hole
    values = np.zeros((height, width, image.shape[2]))
    values[: hole.shape[0], : hole.shape[1]] = image
    count = _sum_blocks(known)
    return _sum_blocks(values * known) / np.maximum(count, 1), count[..., 0] == 0


def _sum_blocks(image: Floats) -> Floats:
    """The sums of blocks of 2 x 2 pixels."""
    return image[::2, ::2] + image[1::2, ::2] + image[::2, 1::2] + image[1::2, 1::2]
