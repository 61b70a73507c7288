"""What a project holds, taken from the document at once, so that it can be written while one works on."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.history import ReplacePixels
from inpaint_studio.session.raster import DEEP, PHOTO

if TYPE_CHECKING:
    from inpaint_studio.engine.flow.flow import Flow
    from inpaint_studio.engine.photo.deep import Samples
    from inpaint_studio.engine.photo.photo import Photo
    from inpaint_studio.session.candidates import Candidate, HoleFill
    from inpaint_studio.session.document import Document
    from inpaint_studio.session.guide_lines import GuideLine
    from inpaint_studio.session.patch import Patch
    from inpaint_studio.session.raster import Raster


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A document at one moment. Nothing in it changes any more."""

    photo: Photo
    pixels: Raster  # H x W x 3|4, as they are now
    original: Raster  # as they were opened
    deep: Samples | None  # what `pixels` show, of a photo of more than 8 bits a channel
    drawn: dict[str, tuple[Box, Raster]]  # what is not 0 of the drawn rasters, and where; empty ones are left out
    lines: tuple[GuideLine, ...]
    flows: tuple[Flow, ...]  # oldest first, without that of `filled`
    filled: HoleFill | None = None  # the fill in effect that was made last, with its candidates
    before: dict[str, list[Patch]] | None = None  # for each raster the pixels under each tile of `filled`


def take_snapshot(document: Document, filled: HoleFill | None) -> Snapshot:
    """Copy what `document` shows now; `filled` is its newest fill. Call it in the main thread."""
    assert document.photo is not None
    original = document.original()
    assert original is not None
    flows, before = document.flows, None if filled is None else _before(filled)
    if before is None:
        filled = None
    if filled is not None:
        shown = filled.candidates[filled.index].flow
        flows = tuple(flow for flow in flows if flow is not shown)
        filled = replace(filled, candidates=[copy(each) for each in filled.candidates], strokes=[])
    boxes = {name: Box.of(raster) for name, raster in document.rasters.items() if name not in (PHOTO, DEEP)}
    drawn = {name: (box, document.raster(name)[box.slices].copy()) for name, box in boxes.items() if box is not None}
    deep = None if document.deep is None else document.deep.copy()
    return Snapshot(
        document.photo, document.raster(PHOTO).copy(), original, deep, drawn, document.lines, flows, filled, before
    )


def _before(filled: HoleFill) -> dict[str, list[Patch]] | None:
    """Return what was under the tiles of a fill; None where the history does not know it any more."""
    command = filled.command
    if command is None:
        return None
    found: dict[str, list[Patch]] = {}
    for name in layers_of_candidate(filled.candidates[filled.index]):
        under = {
            part.box: part.before
            for part in command.commands
            if isinstance(part, ReplacePixels) and part.raster == name
        }
        if any(tile not in under for tile in filled.tiles):
            return None
        found[name] = [under[tile] for tile in filled.tiles]
    return found


def layers_of_candidate(candidate: Candidate) -> tuple[str, ...]:
    """Return the names of the rasters that a candidate changes."""
    return tuple(candidate.layers())
