"""The edges of the hole: predicted or drawn, they lie inside the hole, are given to the fill, and go with the hole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.history import ReplacePixels
from inpaint_studio.session.raster import EDGES, HOLE, Plane, Raster, is_hole, tiles_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inpaint_studio.engine.fill.request import Piece
    from inpaint_studio.session.document import Document


def outside(edges: Raster, hole: Raster, boxes: Iterable[Box]) -> list[ReplacePixels]:
    """What takes away the edges that lie outside the hole in `boxes` of the two rasters."""
    steps = []
    for box in boxes:
        there = edges[box.slices]
        strays = (there != 0) & ~is_hole(hole[box.slices]) if there.any() else np.zeros(there.shape, np.bool_)
        for tile in tiles_of(strays):
            before = there[tile.slices].copy()
            after = np.where(strays[tile.slices], 0, before).astype(np.uint8)
            steps.append(ReplacePixels(EDGES, tile.shift(box.top, box.left), before, after))
    return steps


def given(edges: Raster, box: Box) -> NDArray[np.float32] | None:
    """The edge map for a fill, as large as `edges`, in [0, 1]; None where there are none in `box`, which holds all."""
    drawn = edges[box.slices]
    if not drawn.any():
        return None
    plane = np.zeros(edges.shape, np.float32)
    plane[box.slices] = drawn / np.float32(255)
    return plane


def as_raster(piece: Piece) -> Piece:
    """An edge map in [0, 1] with its values as 0..255 uint8."""
    return piece._replace(pixels=np.rint(255 * np.clip(piece.pixels, 0, 1)).astype(np.uint8))


def land(document: Document, pieces: Iterable[Piece], box: Box, asked_for: Plane, before: Raster) -> bool:
    """Put predicted edges into the document as one step; False where nothing has changed by it.

    `asked_for` is the hole they were predicted for, all of it inside `box`, and `before` the edges there at that time.
    What was drawn or erased since stays, and nothing lands where there is no hole any more.
    """
    predicted = np.zeros_like(before)
    for piece in pieces:
        shared = piece.box.intersection(box)
        if not shared.empty:
            place = shared.shift(-box.top, -box.left).slices
            inner = as_raster(piece).pixels[shared.shift(-piece.box.top, -piece.box.left).slices]
            np.copyto(predicted[place], inner, where=asked_for[shared.slices])
    now = document.raster(EDGES)[box.slices]
    hole = asked_for[box.slices] & is_hole(document.raster(HOLE)[box.slices])
    after = np.where(hole & (now == before), predicted, now)
    changed = tiles_of(after != now)
    with document.group("Predict edges"):
        for tile in changed:
            document.apply("Predict edges", EDGES, tile.shift(box.top, box.left), after[tile.slices].copy())
    return bool(changed)
