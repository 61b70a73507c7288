"""The holes of a document that are to be filled: what the user has drawn, and a part of a fill whose source moves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.candidates import HoleFill, tighten
from inpaint_studio.session.document import Document
from inpaint_studio.session.guide_lines import bands_of
from inpaint_studio.session.kept_plane import KeptPlane
from inpaint_studio.session.raster import (
    DONORS,
    EDGES,
    HOLE,
    LABELS,
    LINES,
    ONLY,
    Plane,
    Raster,
    is_hole,
    tiles_of,
)


def find_hole(document: Document, with_edges: bool = True, without: Sequence[HoleFill] = ()) -> HoleFill | None:
    """Return the document's hole as it is now; None without one, or without a photo.

    `with_edges`: its edges are part of the guide. What belongs to the holes `without`, as they were drawn, oldest
    first, is left out. The photo's pixels are not copied: a fill has to be dropped before they are changed.
    """
    if document.photo is None:
        return None
    drawn = _left_of(document.raster(HOLE), without)
    box = Box.of(drawn)
    if box is None:
        return None
    hole = is_hole(drawn)
    tiles = [tighten(hole, tile) for tile in tiles_of(hole, box)]
    if not tiles:
        return None
    lines, edges, donors, only, labels = (document.raster(name) for name in (LINES, EDGES, DONORS, ONLY, LABELS))
    used = np.unique(lines[box.slices][hole[box.slices]]) if document.line_count else np.zeros(0, np.uint8)
    return HoleFill(
        hole=KeptPlane(hole),
        lines=KeptPlane(lines) if document.line_count else None,
        donors=KeptPlane(donors != 0) if donors.any() else None,
        only=KeptPlane(only != 0) if only.any() else None,
        labels=KeptPlane(labels) if labels.any() else None,
        coverage=KeptPlane(drawn, box),
        edges=KeptPlane(edges, box),
        with_edges=with_edges,
        box=box,
        tiles=tiles,
        lines_used=[int(number) for number in used if number],
        line_bands=bands_of(document.lines),
        icc=document.colours,
        deep=document.deep,
        depth=document.photo.depth if document.photo is not None else None,
    )


def _left_of(drawn: Raster, without: Sequence[HoleFill]) -> Raster:
    left = drawn.copy() if without else drawn
    for hole in without:
        part = left[hole.box.slices]
        part[part == hole.coverage.part(hole.box)] = 0
    return left


def is_cleared(document: Document, hole: HoleFill) -> bool:
    """Return whether `hole` was drawn, is not filled, and nothing of it is drawn any more."""
    if not hole.is_drawn:
        return False
    drawn = document.raster(HOLE)[hole.box.slices]
    return not (hole.hole.part(hole.box) & is_hole(drawn)).any()


def steered_hole(document: Document, box: Box, part: Plane, around: Plane, offset: tuple[int, int]) -> HoleFill:
    """Make a hole of a part of a finished fill and of what may follow it (h x w each, of `box`), to be filled again.

    The part comes from `offset` (rows, columns) away. What is drawn as hole in the document stays.
    """
    hole, steered = (np.zeros(document.size, np.bool_) for _ in range(2))
    hole[box.slices], steered[box.slices] = around, part
    donors, only = document.raster(DONORS), document.raster(ONLY)
    blank = KeptPlane(np.zeros((0, 0), np.uint8))
    return HoleFill(
        hole=KeptPlane(hole),
        lines=None,
        donors=KeptPlane(donors != 0) if donors.any() else None,
        only=KeptPlane(only != 0) if only.any() else None,
        labels=None,
        coverage=blank,
        edges=blank,
        with_edges=False,
        box=box,
        tiles=[tighten(hole, tile) for tile in tiles_of(hole, box)],
        lines_used=[],
        icc=document.colours,
        deep=document.deep,
        depth=document.photo.depth if document.photo is not None else None,
        steered=KeptPlane(steered),
        offset=offset,
    )
