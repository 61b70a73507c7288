"""Pieces of a fill: pixels that were taken from one place together, and what of the fill lies round them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.flow.flow import COPIED, Flow, Plane
from inpaint_studio.engine.geometry import Box

SIMILAR = 8  # px: offsets of one piece differ by no more, along each axis
GAP = 5  # px: specks and cracks in a piece up to this width belong to it
LEAST = 12  # px round the pixel that belong to its piece in any case, at least
LEAST_SHARE = 0.08  # the same as a share of the shorter side of the fill
ROUND = 0.5  # of the radius of a part: how far the fill round it follows ...
NEAREST, FARTHEST = 6, 48  # ... at least and at most, px
SAMPLED = 4000  # pixels of a part whose sources are compared, about
MANY = 0.2  # share of them from which a source is that of the part; those of the band at its rim differ


class FlowPiece(NamedTuple):
    """A part of a fill, with the surroundings that may follow when it is filled again."""

    box: Box  # of everything below
    inside: Plane  # h x w, True in the part
    around: Plane  # h x w, True in the part and in the pixels of the fill that follow it
    place: tuple[int, int]  # row and column of a pixel of the part
    offset: tuple[int, int]  # rows and columns from that pixel to its source
    outlines: list[NDArray[np.int32]]  # n x 2 each, (x, y) in px of the image, of the part


def piece_at(flows: Sequence[Flow], row: int, col: int) -> FlowPiece | None:
    """Find the connected pixels round a pixel whose sources lie about as far away; None where it was not filled.

    `flows` are those of all fills of an image, oldest first; the newest over the pixel counts.
    """
    from inpaint_studio.opencv import cv2

    newest = next((at for at in reversed(range(len(flows))) if flows[at].source_of(row, col) is not None), None)
    if newest is None:
        return None
    flow, filled = flows[newest], _uncovered(flows, newest)
    y, x = row - flow.box.top, col - flow.box.left
    away = np.abs(flow.offsets.astype(np.int32) - flow.offsets[:, y, x].astype(np.int32)[:, None, None]).max(axis=0)
    alike = (filled & (away <= SIMILAR)).astype(np.uint8)
    framed = cv2.copyMakeBorder(alike, GAP, GAP, GAP, GAP, cv2.BORDER_CONSTANT)
    closed = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, _disc(GAP // 2))[GAP:-GAP, GAP:-GAP]
    _, labels = cv2.connectedComponents(np.ascontiguousarray(closed), connectivity=8)
    piece = (labels == labels[y, x]).astype(np.uint8)
    least = max(LEAST, round(LEAST_SHARE * min(filled.shape)))
    cv2.circle(piece, (x, y), least, 1, cv2.FILLED)
    return _make(flow, filled, (piece != 0) & filled, (row, col))


def piece_inside(flows: Sequence[Flow], box: Box, inside: Plane, row: int, col: int) -> FlowPiece | None:
    """Make a piece of the filled pixels in `inside` (h x w, of `box`); None where there are none.

    All are of the newest fill over the pixel (row, col), where that was filled and some lie inside; else of the newest
    fill with any. The source is that of the pixel that lies deepest inside: at the rim it is seldom that of the rest.
    """
    newest = [at for at in reversed(range(len(flows))) if flows[at].source_of(row, col) is not None]
    for at in dict.fromkeys([*newest[:1], *reversed(range(len(flows)))]):
        flow, filled = flows[at], _uncovered(flows, at)
        chosen = np.zeros_like(filled)
        shared = box.intersection(flow.box)
        chosen[shared.shift(-flow.box.top, -flow.box.left).slices] = inside[shared.shift(-box.top, -box.left).slices]
        chosen &= filled
        if chosen.any():
            y, x = np.unravel_index(int(_depth(chosen).argmax()), chosen.shape)
            return _make(flow, filled, chosen, (int(y) + flow.box.top, int(x) + flow.box.left))
    return None


def offset_of(flows: Sequence[Flow], piece: FlowPiece, current: tuple[int, int]) -> tuple[int, int] | None:
    """Find how far the source of `piece` is now; None where a part of it is not filled any more.

    That is `current` as long as many of its pixels are that far from theirs; else how far most of them are; else how
    far the pixel `piece.place` is.
    """
    height, width = piece.box.height, piece.box.width
    rows, columns = np.nonzero(piece.inside)
    some = slice(None, None, max(1, rows.size // SAMPLED))
    rows, columns = rows[some], columns[some]
    offsets = np.zeros((rows.size, 2), np.int64)
    left = piece.around.copy()
    for flow in flows:
        shared = flow.box.intersection(piece.box)
        if shared.empty:
            continue
        here, there = shared.shift(-piece.box.top, -piece.box.left), shared.shift(-flow.box.top, -flow.box.left)
        left[here.slices] &= ~flow.hole[there.slices]
        known = np.zeros((height, width), np.bool_)
        known[here.slices] = flow.hole[there.slices]
        taken = known[rows, columns]
        y, x = rows[taken] + piece.box.top - flow.box.top, columns[taken] + piece.box.left - flow.box.left
        offsets[taken] = flow.offsets[:, y, x].T
    if left.any():
        return None
    if (offsets == current).all(axis=1).mean() >= MANY:
        return current
    kinds, counts = np.unique(offsets, axis=0, return_counts=True)
    if counts.max() >= MANY * rows.size:
        down, across = kinds[counts.argmax()].tolist()
        return down, across
    sources = (flow.source_of(*piece.place) for flow in reversed(flows))
    row, col, _ = next(source for source in sources if source is not None)
    return row - piece.place[0], col - piece.place[1]


def _uncovered(flows: Sequence[Flow], at: int) -> Plane:
    """Return the pixels of a flow that no newer one covers."""
    flow = flows[at]
    filled = flow.hole.copy()
    for other in flows[at + 1 :]:
        shared = flow.box.intersection(other.box)
        if not shared.empty:
            covered = other.hole[shared.shift(-other.box.top, -other.box.left).slices]
            filled[shared.shift(-flow.box.top, -flow.box.left).slices] &= ~covered
    return filled


def _make(flow: Flow, filled: Plane, part: Plane, place: tuple[int, int]) -> FlowPiece:
    """Add the surroundings: those of a copied fill follow; any other fill is its model's own image, and stays."""
    from inpaint_studio.opencv import cv2

    plane = part.astype(np.uint8)
    around = part
    if flow.label == COPIED:
        radius = float(_depth(part).max())
        reach = round(min(max(ROUND * radius, NEAREST), FARTHEST))
        around = (cv2.dilate(plane, _disc(reach)) != 0) & filled
    box = Box.of(around)
    assert box is not None
    outer = box.shift(flow.box.top, flow.box.left)
    y, x = place[0] - flow.box.top, place[1] - flow.box.left
    offset = int(flow.offsets[0, y, x]), int(flow.offsets[1, y, x])
    contours, _ = cv2.findContours(plane, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    corner = np.array([flow.box.left, flow.box.top])
    outlines = [(contour[:, 0] + corner).astype(np.int32) for contour in contours]
    return FlowPiece(outer, part[box.slices].copy(), around[box.slices].copy(), place, offset, outlines)


def _depth(plane: Plane) -> NDArray[np.float32]:
    """Return how deep the pixels of a plane lie inside of it, px; its border is an outline too."""
    from inpaint_studio.opencv import cv2

    framed = cv2.copyMakeBorder(plane.view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    return np.asarray(cv2.distanceTransform(framed, cv2.DIST_L2, 3), np.float32)[1:-1, 1:-1]


def _disc(radius: int) -> NDArray[np.uint8]:
    from inpaint_studio.opencv import cv2

    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2), np.uint8)
