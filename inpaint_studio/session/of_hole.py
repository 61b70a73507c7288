"""Rasters that belong to the hole: they lie inside it, go with it, and are replaced by what a model predicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.history import ReplacePixels
from inpaint_studio.session.raster import HOLE, OF_HOLE, Plane, Raster, is_hole, tiles_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inpaint_studio.engine.fill.request import Piece


def trim_steps(rasters: Mapping[str, Raster], boxes: Iterable[Box]) -> list[ReplacePixels]:
    """Return the commands that remove edges and predicted labels outside the hole, in `boxes` of a document."""
    return [step for box in boxes for name in OF_HOLE for step in _trim(name, rasters[name], rasters[HOLE], box)]


def _trim(name: str, raster: Raster, hole: Raster, box: Box) -> list[ReplacePixels]:
    there = raster[box.slices]
    if not there.any():
        return []
    outside = (there != 0) & ~is_hole(hole[box.slices])
    steps = []
    for tile in tiles_of(outside):
        before = there[tile.slices].copy()
        after = np.where(outside[tile.slices], 0, before).astype(np.uint8)
        steps.append(ReplacePixels(name, tile.shift(box.top, box.left), before, after))
    return steps


def merge_prediction(pieces: Iterable[Piece], box: Box, hole: Plane, before: Raster, now: Raster) -> Raster:
    """Return a raster inside `box` with a prediction, `pieces` of uint8.

    All else is h x w, of the pixels in `box`: `hole` is the part of the hole for which was predicted and that is still
    hole, `before` the raster at the request, `now` that of the document. What the user has drawn or erased since the
    request stays.
    """
    predicted = np.zeros_like(before)
    for piece in pieces:
        shared = piece.box.intersection(box)
        if not shared.empty:
            inside = shared.shift(-box.top, -box.left).slices
            predicted[inside] = piece.pixels[shared.shift(-piece.box.top, -piece.box.left).slices]
    return np.where(hole & (now == before), predicted, now).astype(np.uint8)


def edge_map(drawn: Raster, box: Box, shape: tuple[int, int]) -> NDArray[np.float32] | None:
    """Return the edges drawn in `box` as float32 in [0, 1], of `shape` (H, W); None where there are none."""
    if not drawn.any():
        return None
    plane = np.zeros(shape, np.float32)
    plane[box.slices] = drawn / np.float32(255)
    return plane


def as_raster(piece: Piece) -> Piece:
    """Return an edge map in [0, 1] with its values as uint8, 0..255."""
    return piece._replace(pixels=np.rint(255 * np.clip(piece.pixels, 0, 1)).astype(np.uint8))
