"""From the document to a request, and from a result back to one command; with the candidates of the last hole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import Guide, Options
from inpaint_studio.session.document import Document, flow_bytes
from inpaint_studio.session.edges import as_raster, given
from inpaint_studio.session.history import Command, Compound, Patch, ReplacePixels, SetValue
from inpaint_studio.session.raster import DONORS, EDGES, HOLE, LINES, PHOTO, Plane, Raster, is_hole, tiles_of

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Piece, Request, Result
    from inpaint_studio.engine.flow.flow import Flow

MOST_CANDIDATES = 12


class Wanted(NamedTuple):
    """What the engine's request will hold, without importing the engine."""

    pixels: Raster
    hole: Plane
    model: str
    guide: Guide
    options: Options
    instead: LastFill | None = None  # a fill that is to be taken back first, in a copy

    def request(self) -> Request:
        """The engine's request; for the fill thread, as the engine is slow to import the first time."""
        from inpaint_studio.engine.fill.request import Request

        pixels = self.pixels if self.instead is None else self.instead.before(self.pixels)
        return Request(pixels, self.hole, self.model, self.guide, self.options)


@dataclass
class Asked:
    """A fill under way: what was asked, and what the document was like then."""

    wanted: Wanted
    coverage: Raster  # of the hole's box, when it was asked
    edges: Raster  # there too
    box: Box  # of everything drawn as hole
    tiles: list[Box]  # where pixels may change
    lines_used: list[int]
    steps: list[Command] = field(default_factory=list)  # strokes that become one step with the fill
    again: bool = False  # another candidate for the hole filled last
    follows: bool = False  # whether the model follows edges that it is given

    @property
    def only_edges(self) -> bool:
        """Whether the edges are to be predicted, and nothing filled."""
        return self.wanted.options.only_edges


@dataclass
class Candidate:
    """One fill of the last hole."""

    patches: list[Patch]  # one for each of the hole's tiles
    flow: Flow | None
    seed: int
    model: str
    coarse: list[Piece]  # what the first stage drew, h x w x 3 uint8 each; mean something in the hole alone
    edges: list[Piece]  # what the fill went along, h x w uint8 each; likewise


@dataclass
class LastFill:
    """The newest fill, its command, and the other candidates for the same hole."""

    asked: Asked
    command: Compound
    candidates: list[Candidate]
    index: int = 0

    def before(self, photo: Raster) -> Raster:
        """A copy of `photo` as it was before this fill."""
        pixels = photo.copy()
        for part in self.command.commands:
            if isinstance(part, ReplacePixels) and part.raster == PHOTO:
                pixels[part.box.slices] = part.before.pixels()
        return pixels


def ask(document: Document, model: str, options: Options) -> Asked | None:
    """What to ask for to fill the document's hole, or to predict its edges; None where there is no hole.

    Edges that there are in the hole are given to a fill. The photo's pixels are not copied: whoever changes them while
    the fill runs must cancel it.
    """
    drawn = document.raster(HOLE)
    box = Box.of(drawn)
    if box is None:
        return None
    hole = is_hole(drawn)
    tiles = [_tight(hole, tile) for tile in tiles_of(hole, box)]
    if not tiles:
        return None
    lines, edges, donors = (document.raster(name) for name in (LINES, EDGES, DONORS))
    guide = Guide(
        lines=lines.copy() if document.line_count else None,
        edges=None if options.only_edges else given(edges, box),
        donors=donors != 0 if donors.any() else None,
    )
    used = np.unique(lines[box.slices][hole[box.slices]]) if document.line_count else np.zeros(0, np.uint8)
    return Asked(
        wanted=Wanted(pixels=document.raster(PHOTO), hole=hole, model=model, guide=guide, options=options),
        coverage=drawn[box.slices].copy(),
        edges=edges[box.slices].copy(),
        box=box,
        tiles=tiles,
        lines_used=[int(number) for number in used if number],
    )


def _tight(hole: Plane, tile: Box) -> Box:
    """The part of `tile` round its hole."""
    inside = Box.of(hole[tile.slices])
    return inside.shift(tile.top, tile.left) if inside is not None else tile


def candidate(asked: Asked, result: Result) -> Candidate:
    """What is kept of `result`."""
    patches = [Patch(result.pixels[tile.slices].copy()) for tile in asked.tiles]
    edges = [as_raster(piece) for piece in result.edges]
    if asked.follows and asked.wanted.guide.edges is not None and not edges:
        edges = [_piece(asked.box, asked.edges)]
    return Candidate(patches, result.flow, result.seed, result.model, list(result.coarse), edges)


def _piece(box: Box, pixels: Raster) -> Piece:
    from inpaint_studio.engine.fill.request import Piece  # the fill thread has imported it

    return Piece(box, pixels)


def apply_fill(document: Document, asked: Asked, chosen: Candidate) -> LastFill:
    """Put a fill into the document as one step: the pixels, its hole, edges and lines cleared, its flow added.

    What was drawn as hole since it was asked stays.
    """
    with document.group("Fill"):
        for tile, patch in zip(asked.tiles, chosen.patches, strict=True):
            document.do(ReplacePixels(PHOTO, tile, document.raster(PHOTO)[tile.slices].copy(), patch))
        now = document.raster(HOLE)[asked.box.slices]
        left = np.where(now == asked.coverage, 0, now).astype(np.uint8)
        for tile in tiles_of(now != left):
            document.apply("Fill", HOLE, tile.shift(asked.box.top, asked.box.left), left[tile.slices])
        document.trim_edges([asked.box])
        document.remove_lines(asked.lines_used)
        if chosen.flow is not None:
            document.set_flow(chosen.flow)
    command = document.history.top
    assert isinstance(command, Compound)
    return LastFill(asked, command, [chosen])


def exchange(document: Document, last: LastFill, index: int) -> bool:
    """Put candidate `index` in the place of the one in effect, in the same step; False where that step is gone.

    Where other steps came after the fill, the exchange is a step of its own.
    """
    if not document.history.holds(last.command):
        return False
    old, chosen = last.command, last.candidates[index]
    new = Compound(old.label, [_renewed(part, last.asked.tiles, chosen) for part in old.commands])
    if document.replace(old, new):
        last.command = new
    else:
        with document.group("Another candidate"):
            for tile, patch in zip(last.asked.tiles, chosen.patches, strict=True):
                document.do(ReplacePixels(PHOTO, tile, document.raster(PHOTO)[tile.slices].copy(), patch))
            others = tuple(flow for flow in document.flows if flow is not last.candidates[last.index].flow)
            flows = others if chosen.flow is None else (*others, chosen.flow)
            document.do(SetValue("flows", document.flows, flows, flow_bytes(chosen.flow)))
    last.index = index
    return True


def keep(last: LastFill, chosen: Candidate) -> int:
    """Add a candidate, forgetting the oldest where there are too many; gives its index."""
    if len(last.candidates) >= MOST_CANDIDATES:
        oldest = 0 if last.index else 1
        del last.candidates[oldest]
        last.index -= oldest < last.index
    last.candidates.append(chosen)
    return len(last.candidates) - 1


def _renewed(part: Command, tiles: list[Box], chosen: Candidate) -> Command:
    if isinstance(part, ReplacePixels) and part.raster == PHOTO:
        return ReplacePixels(PHOTO, part.box, part.before, chosen.patches[tiles.index(part.box)], part.label)
    if isinstance(part, SetValue) and part.name == "flows":
        after = (*part.before, chosen.flow) if chosen.flow is not None else part.before
        return SetValue("flows", part.before, after, flow_bytes(chosen.flow), part.label)
    return part
