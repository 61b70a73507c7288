"""From the paths of the magnetic lasso to a mask: put them on the edge at full size, and fill what they enclose."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.gesture import SHIFT, place_in
from inpaint_studio.engine.masks.shape import fill_inside, grow
from inpaint_studio.exemplar.lines.cheapest_way import cheapest_way
from inpaint_studio.exemplar.lines.path import LISTED, normals, sample, smooth, straighten
from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Points = NDArray[np.float64]  # N x 2 (x, y) in px of the photo
    Raster = NDArray[np.uint8]
    Floats = NDArray[np.float32]
    Found = tuple[Box, Raster]

_REACH = 2.0  # px, as a path was searched, by which the edge may lie beside it
_FURTHEST = 40  # px of the photo, the most that it is looked for
_BLUR = 2.0  # px along and across the path, of the photo before its gradient is measured
_TURN = 0.25  # cost of moving by a px aside from one px to the next; the strongest edge is worth 1
_ASIDE = 0.1  # cost of lying as far aside as allowed
_BEYOND = 4.0  # cost of each px further than that


def mask_of(photo: Raster, paths: Sequence[Points], scales: Sequence[float], growth: float) -> Found | None:
    """Return the mask (0 or 255), with its box, of what a closed outline encloses; None where it encloses nothing.

    The outline is made of `paths`, each of which begins where the one before ends. A path that was searched at a scale
    (px for one of the photo) below 1 is first put onto the edge of the photo (H x W x 3 or 4) near by. The mask grows
    by `growth` px.
    """
    outline = _refine(photo, paths, scales) if min(scales) < 1 else np.concatenate(paths)
    low, high = outline.min(axis=0), outline.max(axis=0)
    (left, top), (right, bottom) = np.floor(low).astype(int), np.ceil(high).astype(int)
    box = Box(int(top), int(left), int(bottom), int(right)).pad(math.ceil(growth) + 1).clip(*photo.shape[:2])
    if box.empty:
        return None
    mask = np.zeros((box.height, box.width), np.uint8)
    corners = place_in(outline, box, box.height, box.width)
    cv2.polylines(mask, [corners], True, 255, 1, shift=SHIFT)
    line = int(np.count_nonzero(mask))
    cv2.fillPoly(mask, [corners], 255, shift=SHIFT)
    mask = fill_inside(mask)  # what the outline goes round twice
    if np.count_nonzero(mask) <= line:
        return None
    return box, grow(mask, growth)


def _refine(photo: Raster, paths: Sequence[Points], scales: Sequence[float]) -> Points:
    """Move a closed outline onto the edge beside it, at the size of the photo."""
    reaches = [min(_FURTHEST, _REACH / scale) if scale < 1 else 0.0 for scale in scales]
    line, reach = _resample(paths, reaches)
    furthest = math.ceil(max(reaches))
    around = 4 * furthest  # px of the outline that are gone along twice, so that its ends meet
    laps = math.ceil(around / len(line))
    line = np.concatenate([np.tile(line, (laps, 1))[-around:], line, np.tile(line, (laps, 1))[:around]])
    reach = np.concatenate([np.tile(reach, laps)[-around:], reach, np.tile(reach, laps)[:around]])
    length = 2 * furthest | 1
    line = np.where(reach[:, None] > 0, smooth(line, length), line)
    low, high = line.min(axis=0) - furthest - 8, line.max(axis=0) + furthest + 8
    (top, left), (bottom, right) = np.floor(low).astype(int), np.ceil(high).astype(int)
    box = Box(int(top), int(left), int(bottom), int(right)).clip(*photo.shape[:2])
    strength = _strength(photo, box, line - np.array([box.top, box.left], np.float32), furthest)
    aside = np.abs(np.arange(-furthest, furthest + 1, dtype=np.float32))
    share = aside / np.maximum(reach[:, None], 1)
    cost = _ASIDE * np.minimum(share, 1) ** 2 + _BEYOND * np.maximum(aside - reach[:, None], 0) - strength
    moved = smooth((cheapest_way(cost.astype(np.float32), _TURN) - furthest).astype(np.float32)[:, None], 5)
    placed = (line + normals(line) * moved)[around : len(line) - around]
    return np.asarray(placed[:, ::-1], np.float64)


def _resample(paths: Sequence[Points], reaches: Sequence[float]) -> tuple[Floats, Floats]:
    """Return points (row, col) 1 px apart along the paths, as places between pixels' middles, and the reach of each."""
    points = np.concatenate(paths)[:, ::-1]
    reach = np.repeat(reaches, [len(path) for path in paths])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    places = np.arange(0.0, max(along[-1], 1.0), 1.0)
    line = np.stack([np.interp(places, along, points[:, axis]) for axis in (0, 1)], axis=1)
    at = np.clip(np.searchsorted(along, places), 0, len(reach) - 1)
    return line.astype(np.float32), reach[at].astype(np.float32)


def _strength(photo: Raster, box: Box, line: Floats, furthest: int) -> Floats:
    """Return how strong the edge is at each place across the line, T x (2 furthest + 1), 1 for the strongest near by.

    `line`: T x 2 (row, col) in `box` of the photo.
    """
    pixels = np.ascontiguousarray(photo[box.slices][..., :3])
    rows, columns = straighten(line - 0.5, furthest + 1)
    pieces = [slice(at, at + LISTED) for at in range(0, len(line), LISTED)]
    values = np.concatenate([sample(pixels, rows[piece], columns[piece], cv2.INTER_LINEAR) for piece in pieces])
    seen = cv2.GaussianBlur(values.astype(np.float32), (0, 0), _BLUR)
    steps = np.abs(seen[:, 2:] - seen[:, :-2]).max(axis=2)
    top = cv2.blur(steps.max(axis=1)[:, None], (1, 2 * (4 * furthest) + 1))
    return np.asarray(np.minimum(steps / np.maximum(top, 1.0), 1.0), np.float32)
