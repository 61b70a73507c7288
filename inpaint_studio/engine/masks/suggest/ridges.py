"""Thin lines as straight segments: ridges of the brightness, linked where their directions agree.

Ridges are found by the Hessian matrix at two scales (Steger 1998, "An unbiased detector of curvilinear structures",
section 2): its larger eigenvalue is the curvature across the line, and its eigenvector points across. The border of a
large area has a ridge beside it, too; it is told apart by its sides, which differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.masks.suggest.suggestion import Plane
from inpaint_studio.opencv import cv2

Floats = NDArray[np.float32]

SIGMAS = 1.0, 2.2  # px: for lines of 1 to 3 px and of 3 to 7 px
DIRECTIONS = 12  # bins of 15 degrees, each linked together with half of both neighbours
LEAST_LENGTH = 8.0  # px of a segment
PIECE = 40  # px: the longest segment, along the axis that it is closer to
_MOST_WIDTH = 1.1  # px: the standard deviation of a segment's pixels across it
_ALIKE_SIDES = 0.5  # the lower of the two contrasts, against the higher one


@dataclass(frozen=True)
class Segments:
    """Straight pieces of lines; arrays of the same length N. Places are (x, y) in px."""

    starts: NDArray[np.float64]  # N x 2
    ends: NDArray[np.float64]  # N x 2; to the right of the start, or below it where the piece is upright
    contrast: NDArray[np.float64]  # levels by which the piece differs from both of its sides

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, which: NDArray[Any]) -> Segments:
        return Segments(self.starts[which], self.ends[which], self.contrast[which])

    def flip(self) -> Segments:
        """Swap x and y, and let every piece start where its new x is smaller."""
        starts, ends = self.starts[:, ::-1], self.ends[:, ::-1]
        turned = (starts[:, 0] > ends[:, 0])[:, None]
        return Segments(np.where(turned, ends, starts), np.where(turned, starts, ends), self.contrast)

    @classmethod
    def join(cls, parts: Sequence[Segments]) -> Segments:
        """Return the segments of several lists as one list."""
        return cls(
            np.concatenate([each.starts for each in parts]),
            np.concatenate([each.ends for each in parts]),
            np.concatenate([each.contrast for each in parts]),
        )


@dataclass(frozen=True)
class Ridge:
    """Where the middle of a line is, h x w."""

    there: Plane
    angle: Floats  # of the line, in [0, pi)
    contrast: Floats  # levels against the more similar side


def find_ridges(light: Floats, sign: int, least: float) -> list[Ridge]:
    """Find dark (`sign` 1) or bright (-1) lines of at least `least` levels of contrast, once for each scale."""
    return [_ridge(light, sign, least, sigma) for sigma in SIGMAS]


def _ridge(light: Floats, sign: int, least: float, sigma: float) -> Ridge:
    smooth = np.asarray(cv2.GaussianBlur(light, (0, 0), sigma), np.float32) * np.float32(sign)
    kernel = np.array([1, -2, 1], np.float32)
    xx = cv2.sepFilter2D(smooth, cv2.CV_32F, kernel, np.ones(1, np.float32))
    yy = cv2.sepFilter2D(smooth, cv2.CV_32F, np.ones(1, np.float32), kernel)
    derivative = np.array([-0.5, 0, 0.5], np.float32)
    xy = cv2.sepFilter2D(smooth, cv2.CV_32F, derivative, derivative)
    half, spread = (xx + yy) / 2, np.sqrt(((xx - yy) / 2) ** 2 + xy**2)
    across = np.asarray(half + spread, np.float32)
    candidates = (across > 0.15 * least / sigma**2) & (half - spread < across * 0.4)
    rows, columns = np.nonzero(candidates)
    normal = 0.5 * np.arctan2(2 * xy[rows, columns], xx[rows, columns] - yy[rows, columns])
    dx, dy = np.cos(normal).astype(np.float32), np.sin(normal).astype(np.float32)
    here = across[rows, columns]
    peak = (here >= sample(across, columns + dx, rows + dy)) & (here > sample(across, columns - dx, rows - dy))
    reach = np.float32(2.2 * sigma + 0.8)
    middle = smooth[rows, columns]
    one = sample(smooth, columns + reach * dx, rows + reach * dy) - middle
    other = sample(smooth, columns - reach * dx, rows - reach * dy) - middle
    lower, higher = np.minimum(one, other), np.maximum(one, other)
    kept = peak & (lower >= least * 0.5) & (lower >= _ALIKE_SIDES * higher)
    rows, columns = rows[kept], columns[kept]
    there = np.zeros(light.shape, bool)
    angle, contrast = np.zeros(light.shape, np.float32), np.zeros(light.shape, np.float32)
    there[rows, columns] = True
    angle[rows, columns] = np.mod(normal[kept] + np.pi / 2, np.pi)
    contrast[rows, columns] = lower[kept]
    return Ridge(there, angle, contrast)


def sample(plane: Floats, x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.float32]:
    """Return `plane` at places between its pixels; a place outside has the value at the border."""
    height, width = plane.shape
    x, y = np.clip(x, 0, width - 1.001), np.clip(y, 0, height - 1.001)
    left, top = x.astype(np.intp), y.astype(np.intp)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    u, v = (x - left).astype(np.float32), (y - top).astype(np.float32)
    upper = plane[top, left] * (1 - u) + plane[top, right] * u
    lower = plane[bottom, left] * (1 - u) + plane[bottom, right] * u
    mixed: NDArray[np.float32] = upper * (1 - v) + lower * v
    return mixed


def link(ridge: Ridge) -> Segments:
    """Join neighbouring ridge pixels of about one direction to straight segments.

    Every bin of directions is linked with half a bin to both sides, so a piece between two bins is found twice.
    """
    rows, columns = np.nonzero(ridge.there)
    return Segments.join([_link_bin(ridge, rows, columns, number) for number in range(DIRECTIONS)])


def _link_bin(ridge: Ridge, rows: NDArray[np.intp], columns: NDArray[np.intp], number: int) -> Segments:
    """Join the ridge pixels at `rows` and `columns` whose direction is in a bin or half a bin beside it."""
    step = np.pi / DIRECTIONS
    member = np.abs(np.mod(ridge.angle[rows, columns] - number * step + np.pi / 2, np.pi) - np.pi / 2) <= step
    rows, columns = rows[member], columns[member]
    plane = np.zeros(ridge.there.shape, np.uint8)
    plane[rows, columns] = 1
    _, labels = cv2.connectedComponents(plane, connectivity=8, ltype=cv2.CV_32S)
    # A wire hangs in a curve: cut into pieces that are short enough to be straight.
    flat = number < DIRECTIONS / 4 or number > 3 * DIRECTIONS / 4
    block = (columns if flat else rows) // PIECE
    _, label = np.unique(labels[rows, columns].astype(np.int64) * 4096 + block, return_inverse=True)
    count = int(label.max()) + 1 if label.size else 1
    pixels = np.bincount(label, minlength=count).astype(np.float64)
    pixels[pixels == 0] = 1
    x, y = (np.bincount(label, each, count) / pixels for each in (columns, rows))
    dx, dy = columns - x[label], rows - y[label]
    xx, xy, yy = (np.bincount(label, each, count) / pixels for each in (dx * dx, dx * dy, dy * dy))
    turn = 0.5 * np.arctan2(2 * xy, xx - yy)
    turn = np.where(np.cos(turn) < 0, turn + np.pi, turn)
    half, spread = (xx + yy) / 2, np.sqrt(((xx - yy) / 2) ** 2 + xy**2)
    along = np.sqrt(3 * np.maximum(0, half + spread))  # half the length of a line with this variance
    width = np.sqrt(np.maximum(0, half - spread))
    contrast = np.bincount(label, ridge.contrast[rows, columns], count) / pixels
    kept = (2 * along >= LEAST_LENGTH) & (width <= _MOST_WIDTH) & (pixels > 1)
    kept &= pixels >= 0.6 * 2 * along * np.maximum(np.abs(np.cos(turn)), np.abs(np.sin(turn)))
    reach = np.stack([np.cos(turn), np.sin(turn)], 1) * along[:, None]
    middle = np.stack([x, y], 1)
    return Segments((middle - reach)[kept], (middle + reach)[kept], contrast[kept])
