"""Keep the grain of a photo in thin holes, such as scratches on film, where a fill alone would be too smooth.

What a diffusion fill loses is measured beside the hole: pieces of the hole are moved onto known pixels and filled there
too, so that the truth minus that fill is grain of the same kind and the same shape. For a field of Gaussian noise and
a linear fill this is conditional simulation (Journel 1974, section 3): the sum has the variance of its surroundings.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import Bytes, Plane, TicketLike
from inpaint_studio.models.base.windowed_inpaint import march
from inpaint_studio.opencv import cv2

THIN = 8.0  # px: largest radius of a hole in which grain is added: lines up to 15 px wide
_RING = 12  # px around the hole in which the grain is measured
_SLOW = 4.0  # px: sigma of the blur that divides grain from picture
_CELL = 32  # px: side of the pieces that are moved alone
_LOCAL = 9  # px: side of the window in which the strength of the grain is measured
_WEAKEST = 1.5  # levels of 255: weaker grain is not seen
_EVEN = 0.65  # grain: the weakest tenth of the ring is at least so strong, relative to its median
_ENOUGH = 0.95  # a fill with this share of the grain is left alone
# Where a piece may go: down and right, px. Far enough for the grain not to repeat side by side, near enough to be like.
_MOVES = tuple(
    (round(reach * down), round(reach * across))
    for reach in (13, 21, 31)
    for down, across in ((0, 1), (0, -1), (1, 0), (-1, 0), (0.7, 0.7), (-0.7, -0.7), (0.7, -0.7), (-0.7, 0.7))
)

_REACH = max(max(map(abs, move)) for move in _MOVES)
_BLOCK = 64  # px: side of the parts of a hole that are looked at alone, each with its own surroundings

Floats = NDArray[np.float32]


def keep_grain(filled: Bytes, region: Bytes, hole: Plane, known: Plane, ticket: TicketLike) -> Bytes:
    """Return `filled` with the grain of the surroundings where its `hole` is too smooth; else `filled` itself.

    `filled` and `region` are H x W x 3 uint8, `hole` and `known` H x W; `known` is False where no pixel may be copied.
    Raises what `ticket.report` raises.
    """
    out = filled
    for block in _blocks(hole):
        ticket.report(1.0)
        grainy = _add_grain(filled, region, hole, known, block, ticket)
        if grainy is not None:
            out = filled.copy() if out is filled else out
            np.copyto(out[block.slices], grainy, where=hole[block.slices][..., None])
    return out


def _blocks(hole: Plane) -> list[Box]:
    """Return the boxes of the hole's pixels in the blocks of a grid: a scratch crosses places of all kinds."""
    height, width = hole.shape
    found = []
    for top in range(0, height, _BLOCK):
        for left in range(0, width, _BLOCK):
            block = Box(top, left, top + _BLOCK, left + _BLOCK).clip(height, width)
            inside = Box.of(hole[block.slices])
            if inside is not None:
                found.append(inside.shift(top, left))
    return found


def _add_grain(filled: Bytes, region: Bytes, hole: Plane, known: Plane, block: Box, ticket: TicketLike) -> Bytes | None:
    """Return the pixels of `block` with grain in the hole; None where there is none round it, or enough in it."""
    seen = block.pad(_REACH + _RING).clip(*hole.shape)
    window, here = seen.slices, block.shift(-seen.top, -seen.left).slices
    free, inside = known[window] & ~hole[window], np.zeros_like(hole[window])
    inside[here] = hole[block.slices]
    shown = np.where(hole[window][..., None], filled[window], region[window])
    detail = _detail(shown, hole[window] | free)
    strength = _strength(detail, free)
    side = 2 * _RING + 1
    near = cv2.dilate(inside.view(np.uint8), np.ones((side, side), np.uint8)) > 0
    ring = free & near & (strength > 0)
    if np.count_nonzero(ring) < _LOCAL**2:
        return None
    weak, usual = np.quantile(strength[ring], (0.1, 0.5))
    own = float(np.sqrt((detail[inside] ** 2).mean()))
    if usual < _WEAKEST or weak < _EVEN * usual or own >= _ENOUGH * usual:
        return None
    lost = _lost_detail(shown, inside, free, ~free & ~hole[window], strength, ticket)
    added = _detail(lost, inside | free)[inside]
    strong = float((added**2).mean())
    if strong == 0:
        return None
    # What is added and what is there are not independent: the strength of their sum is a quadratic in the share.
    half = float((added * detail[inside]).mean()) / strong
    share = np.float32(np.sqrt(half**2 + (usual**2 - own**2) / strong) - half)
    grainy: Bytes = np.clip(np.rint(shown + share * lost)[here], 0, 255).astype(np.uint8)
    return grainy


def _detail(pixels: Bytes | Floats, usable: Plane) -> Floats:
    """Return `pixels` (H x W x 3) minus their blur, which takes usable pixels alone."""
    weight = usable.astype(np.float32)
    values = pixels.astype(np.float32) * weight[..., None]
    share = np.maximum(cv2.GaussianBlur(weight, (0, 0), _SLOW), np.float32(1e-3))[..., None]
    smooth = cv2.GaussianBlur(values, (0, 0), _SLOW) / share
    return np.asarray((pixels - smooth) * weight[..., None], np.float32)


def _strength(detail: Floats, free: Plane) -> Floats:
    """Return the root mean square of the detail of free pixels round each pixel (H x W); 0 where few are free."""
    size = (_LOCAL, _LOCAL)
    weight = cv2.boxFilter(free.astype(np.float32), -1, size)
    square = cv2.boxFilter((detail**2).mean(axis=2) * free, -1, size)
    return np.asarray(np.sqrt(np.where(weight > 0.3, square / np.maximum(weight, 0.3), 0)), np.float32)


def _lost_detail(
    shown: Bytes, hole: Plane, free: Plane, excluded: Plane, strength: Floats, ticket: TicketLike
) -> Floats:
    """Return, for every pixel of the hole, what a diffusion fill of the same piece loses nearby; H x W x 3.

    `shown` is H x W x 3, filled. Only the piece and what is `excluded` is filled again: filling the rest of the hole,
    too, would take most of the time.
    """
    moves = _choose_moves(hole, free, strength)
    rows, columns = np.nonzero(hole)
    down, across = moves[rows // _CELL, columns // _CELL].T
    there = rows + down, columns + across
    unknown = excluded.copy()
    unknown[there] = True
    smooth, _ = march(shown, unknown, cv2.INPAINT_TELEA, lambda _share: ticket.report(1.0))
    lost = np.zeros((*hole.shape, 3), np.float32)
    lost[rows, columns] = shown[there].astype(np.float32) - smooth[there]
    lost[rows, columns] *= free[there][:, None]
    return lost


def _choose_moves(hole: Plane, free: Plane, strength: Floats) -> NDArray[Any]:
    """Choose for every cell the move that brings its piece of the hole to free pixels with the plainest grain.

    Returns rows x columns x 2 (down, right).
    """
    height, width = (-(-side // _CELL) for side in hole.shape)
    moves = np.zeros((height, width, 2), np.intp)
    usual = max(float(np.median(strength[free])), 1e-6)
    for row in range(height):
        for column in range(width):
            y, x = np.nonzero(hole[row * _CELL : (row + 1) * _CELL, column * _CELL : (column + 1) * _CELL])
            if y.size:
                costs = _costs(y + row * _CELL, x + column * _CELL, free, strength, usual)
                best = int(costs.argmin())
                moves[row, column] = _MOVES[best] if np.isfinite(costs[best]) else 0
    return moves


def _costs(
    rows: NDArray[np.intp], columns: NDArray[np.intp], free: Plane, strength: Floats, usual: float
) -> NDArray[np.float64]:
    """Return for each of `_MOVES` how unlike grain the moved places are; infinite where too few are free."""
    down, across = np.array(_MOVES).T[..., None]
    y, x = rows + down, columns + across
    within = (
        (y.min(axis=1) >= 0) & (x.min(axis=1) >= 0) & (y.max(axis=1) < free.shape[0]) & (x.max(axis=1) < free.shape[1])
    )
    y, x = y.clip(0, free.shape[0] - 1), x.clip(0, free.shape[1] - 1)
    taken = 1 - free[y, x].mean(axis=1)
    costs = np.abs(strength[y, x] / usual - 1).mean(axis=1) + 5 * taken
    return np.asarray(np.where(within & (taken <= 0.2), costs, np.inf), np.float64)
