"""From the document to a request for a fill, and from its results to steps of the history: the candidates of a hole."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from weakref import ReferenceType, ref

import numpy as np

from inpaint_studio.engine.fill.request import FILLER, Piece, Request, Steering
from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import Accepts, Guide, Options
from inpaint_studio.session.document import Document
from inpaint_studio.session.history import Command, Compound, ReplacePixels, SetValue
from inpaint_studio.session.kept_flow import KeptFlow, flow_bytes
from inpaint_studio.session.kept_plane import KeptPlane
from inpaint_studio.session.of_hole import as_raster, edge_map
from inpaint_studio.session.patch import Patch
from inpaint_studio.session.raster import DEEP, HOLE, LABELS, PHOTO, Plane, Raster, is_hole, tiles_of
from inpaint_studio.session.spill import SpillFile
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Result
    from inpaint_studio.engine.flow.flow import Flow
    from inpaint_studio.engine.photo.deep import Depth, Samples

MAX_CANDIDATES = 12


@dataclass(eq=False)
class Candidate:
    """One fill of a hole."""

    patches: list[Patch]  # one for each tile of the hole
    kept_flow: KeptFlow | None
    seed: int
    model: str
    coarse: list[Piece]  # output of the first stage, h x w x 3 uint8 each; valid inside the hole
    edges: list[Piece]  # edges that the fill followed, h x w uint8 each; valid inside the hole
    labels: list[Piece]  # numbers of classes that the fill followed, h x w uint8 each; valid inside the hole
    hole: KeptPlane  # H x W
    filler: str = ""  # names of the models that filled the hole's parts, joined by "and"
    seconds: float = 0.0  # that it took
    choices: tuple[str, ...] = ()  # as in the result
    kept: bool = False  # never removed to make room for others
    donors: KeptPlane | None = None  # H x W, what it was not to copy from
    only: KeptPlane | None = None  # H x W, what alone it was to copy from
    deep: list[Patch] = field(default_factory=list)  # samples for each tile, of a photo with more than 8 bits a channel

    def layers(self) -> dict[str, list[Patch]]:
        """Return the patches by the names of the rasters that they are for."""
        return {PHOTO: self.patches, DEEP: self.deep} if self.deep else {PHOTO: self.patches}

    @property
    def flow(self) -> Flow | None:
        """Where its pixels came from; unpacked each time where the candidate is not in the photo."""
        return None if self.kept_flow is None else self.kept_flow.flow()

    @property
    def nbytes(self) -> int:
        """The memory of its pixels and its flow, in bytes."""
        pixels = sum(patch.nbytes for patch in (*self.patches, *self.deep))
        return pixels + (0 if self.kept_flow is None else self.kept_flow.nbytes)

    def pack(self) -> None:
        """Compress pixels and flow; may be called from another thread."""
        for patch in (*self.patches, *self.deep):
            patch.pack()
        if self.kept_flow is not None:
            self.kept_flow.pack()


@dataclass(eq=False)
class HoleFill:
    """A hole with what was drawn in and around it, and its candidates once it was filled."""

    hole: KeptPlane  # H x W
    lines: KeptPlane | None  # H x W, numbers of guide lines
    donors: KeptPlane | None  # H x W, what must not be copied from
    only: KeptPlane | None  # H x W, what alone may be copied from
    labels: KeptPlane | None  # H x W, numbers of painted classes
    coverage: KeptPlane  # H x W, of the hole
    edges: KeptPlane  # H x W, drawn in the hole
    with_edges: bool  # they are part of the guide
    box: Box  # of the hole
    tiles: list[Box]  # where pixels may change
    lines_used: list[int]  # numbers of the guide lines that cross the hole
    line_bands: dict[int, int] = field(default_factory=dict)  # as in `Options`
    icc: bytes = b""  # a profile of the photo's colours; "": sRGB
    deep: Samples | None = None  # H x W x 3|4, the document's own, where the photo has more than 8 bits a channel
    depth: Depth | None = None  # what its values mean
    strokes: list[Command] = field(default_factory=list)  # steps that become one with the fill
    candidates: list[Candidate] = field(default_factory=list)
    index: int = 0  # of the candidate in effect
    # What put that into the document. The history keeps it; as it refers to this, a cycle would keep both for long.
    put_by: ReferenceType[Compound] | None = None
    base: Compound | None = None  # an earlier fill, over which this one is put: it was filled as if that were undone
    steered: KeptPlane | None = None  # H x W, the part that is to be filled from a place that the user chose ...
    offset: tuple[int, int] = (0, 0)  # ... so many rows and columns away

    @property
    def is_drawn(self) -> bool:
        """Whether this is a hole that the user has drawn, not filled yet."""
        return self.put_by is None and self.base is None and self.steered is None

    @property
    def command(self) -> Compound | None:
        """What put the candidate in effect into the document; None where the history has dropped it, or before."""
        return None if self.put_by is None else self.put_by()

    @command.setter
    def command(self, command: Compound) -> None:
        self.put_by = ref(command)

    def request(
        self, photo: Raster, model: str, options: Options, others: Sequence[HoleFill] = ()
    ) -> Callable[[], Request]:
        """Return a function that makes the request for a fill; it is called in the fill thread.

        `photo` is not copied, unless this hole was filled: then the fill is undone in a copy, which takes a while.
        `others` are holes that are filled later: nothing is copied from them.
        """
        undone = [command for command in (self.command, self.base) if command is not None]

        def make() -> Request:
            pixels = _before(photo, undone, PHOTO) if undone else photo
            return Request(
                pixels,
                self.hole.whole(),
                model if self.steered is None else FILLER,
                self._guide(others),
                replace(options, line_bands=self.line_bands),
                only=_whole(self.only),
                coverage=self._soft_coverage(),
                steering=None if self.steered is None else Steering(self.steered.whole(), self.offset),
                icc=self.icc,
                deep=_before(self.deep, undone, DEEP) if self.deep is not None and undone else self.deep,
                depth=self.depth,
            )

        return make

    def _guide(self, others: Sequence[HoleFill]) -> Guide:
        edges = edge_map(self.edges.part(self.box), self.box, self.hole.shape) if self.with_edges else None
        donors = _whole(self.donors)
        if others and donors is None:
            donors = np.zeros(self.hole.shape, np.bool_)
        for other in others:
            donors[other.box.slices] |= other.hole.part(other.box)
        return Guide(_whole(self.lines), edges, _whole(self.labels), donors)

    def whole_coverage(self) -> Raster:
        """Return the coverage of the whole photo, H x W; a part whose source was moved is covered fully."""
        if self.steered is not None:
            return np.where(self.hole.whole(), np.uint8(255), np.uint8(0))
        return np.asarray(self.coverage.whole(), np.uint8)

    def _soft_coverage(self) -> Raster | None:
        """Return the coverage of the whole photo; None where every pixel of the hole is covered fully."""
        part = self.coverage.part(self.box)
        return None if ((part == 0) | (part == 255)).all() else self.whole_coverage()

    def widen(self, coverage: Raster) -> HoleFill | None:
        """Return a hole of `coverage` (H x W), which holds this one, to fill in place of this fill.

        What was filled from a place that the user chose is filled from there again.
        """
        box = Box.of(coverage)
        if box is None:
            return None
        hole = is_hole(coverage)
        return replace(
            self,
            hole=KeptPlane(hole),
            coverage=KeptPlane(coverage, box),
            box=box,
            tiles=[tighten(hole, tile) for tile in tiles_of(hole, box)],
            lines_used=[],
            strokes=[],
            candidates=[],
            index=0,
            put_by=None,
            base=self.command,
        )

    def make_candidate(self, result: Result, follows: Collection[Accepts]) -> Candidate:
        """Return the candidate that `result` gives; `follows`: the planes of the guide that its model used."""
        patches = [Patch(result.pixels[tile.slices].copy()) for tile in self.tiles]
        edges, labels = [as_raster(piece) for piece in result.edges], list(result.labels)
        drawn = self.edges.part(self.box) if "edges" in follows and self.with_edges and not edges else np.zeros(0)
        if drawn.any():
            edges = [Piece(self.box, drawn)]
        if "labels" in follows and self.labels is not None and not labels:
            labels = [Piece(self.box, self.labels.part(self.box))]
        filler = fillers_of(result)
        flow = None if result.flow is None else KeptFlow(result.flow)
        return Candidate(
            patches, flow, result.seed, result.model, list(result.coarse), edges, labels, self.hole, filler,
            result.seconds, result.choices, donors=self.donors, only=self.only,
            deep=[] if result.deep is None else [Patch(result.deep[tile.slices].copy()) for tile in self.tiles],
        )  # fmt: skip

    def add(self, candidate: Candidate) -> int:
        """Add a candidate; gives its index. Where there are too many, the oldest that is not kept goes."""
        if len(self.candidates) >= MAX_CANDIDATES:
            self.drop_oldest()
        self.candidates.append(candidate)
        return len(self.candidates) - 1

    def drop_oldest(self) -> bool:
        """Remove the oldest candidate that is not in effect and that the user has not kept; False without one."""
        spare = [n for n, each in enumerate(self.candidates) if not each.kept and n != self.index]
        if spare:
            self.remove(spare[0])
        return bool(spare)

    def remove(self, index: int) -> None:
        """Remove a candidate that is not in effect."""
        del self.candidates[index]
        self.index -= index < self.index

    @property
    def nbytes(self) -> int:
        """The memory of all that it holds beside the command in effect, in bytes."""
        return sum(plane.nbytes for plane in self._planes()) + sum(each.nbytes for each in self._others())

    def pack(self) -> None:
        """Compress the planes, and the candidates that are not in the photo; may be called from another thread."""
        for plane in self._planes():
            plane.pack()
        for candidate in self._others():
            candidate.pack()

    def spill(self, file: SpillFile) -> bool:
        """Put the planes and the pixels of the candidates on the disk; whether all fit."""
        patches = [patch for each in self.candidates for patch in (*each.patches, *each.deep)]
        return all([*(plane.spill(file) for plane in self._planes()), *(patch.spill(file) for patch in patches)])

    def _others(self) -> list[Candidate]:
        return [each for number, each in enumerate(self.candidates) if number != self.index]

    def _planes(self) -> list[KeptPlane]:
        drawn = (self.lines, self.donors, self.only, self.labels, self.edges)
        planes = (self.hole, self.coverage, *drawn, self.steered)
        return [each for each in planes if each is not None]

    def picture(self, photo: Raster, index: int, box: Box) -> Raster:
        """Return a copy of `box` of the photo as it is with a candidate in it."""
        part = photo[box.slices].copy()
        for tile, patch in zip(self.tiles, self.candidates[index].patches, strict=True):
            shared = tile.intersection(box)
            if not shared.empty:
                inside = shared.shift(-box.top, -box.left).slices
                part[inside] = patch.pixels()[shared.shift(-tile.top, -tile.left).slices]
        return part


class FillStep(Compound):
    """The step of the history that put `candidate` of `filled` into the photo."""

    def __init__(self, label: str, commands: Sequence[Command], filled: HoleFill, candidate: Candidate) -> None:
        super().__init__(label, commands)
        self.filled, self.candidate = filled, candidate

    @property
    def nbytes(self) -> int:
        """The memory of the step and of its hole with the other candidates, in bytes.

        The hole counts with the step that its fill has made, or in each step where that one is gone.
        """
        by = self.filled.command
        return super().nbytes + (self.filled.nbytes if by is self or by is None else 0)

    def pack(self) -> None:
        """Compress what the step and its hole hold."""
        super().pack()
        self.filled.pack()

    def spill(self, file: SpillFile) -> bool:
        """Put the pixels of the step and of its hole on the disk; whether all fit."""
        return super().spill(file) & self.filled.spill(file)


def fillers_of(result: Result) -> str:
    """Return the names of the models that filled the hole's parts, joined by "and"."""
    return " and ".join(dict.fromkeys(region.model for region in result.regions)) or result.model


def tighten(hole: Plane, tile: Box) -> Box:
    """Return the smallest box of the hole's pixels in `tile`."""
    inside = Box.of(hole[tile.slices])
    return inside.shift(tile.top, tile.left) if inside is not None else tile


def apply_fill(document: Document, filled: HoleFill, candidate: Candidate) -> None:
    """Put a fill into the document as one step: pixels and flow; its hole, edges, labels and lines are removed.

    What was drawn as hole after the request stays.
    """

    def make(label: str, commands: list[Command]) -> FillStep:
        filled.command = step = FillStep(label, commands, filled, candidate)
        return step

    filled.candidates, filled.index = [candidate], 0
    with document.group(tr("Move the source") if filled.steered is not None else tr("Fill"), make):
        _replace_photo(document, filled.tiles, candidate)
        now = document.raster(HOLE)[filled.box.slices]
        left = np.where(now == filled.coverage.part(filled.box), 0, now).astype(np.uint8)
        for tile in tiles_of(now != left):
            document.apply(tr("Fill"), HOLE, tile.shift(filled.box.top, filled.box.left), left[tile.slices])
        document.trim_to_hole([filled.box])
        _remove_labels(document, filled)
        document.remove_lines(filled.lines_used)
        if candidate.kept_flow is not None:
            document.set_flow(candidate.flow)


def exchange(document: Document, filled: HoleFill, index: int) -> bool:
    """Replace the candidate in effect by candidate `index`, in the same step; False where that step was undone.

    Where other steps came after the fill, the exchange is a step of its own.
    """
    old = filled.command
    if old is None or not document.history.holds(old):
        return False
    candidate = filled.candidates[index]
    parts = [_exchange_part(part, filled.tiles, candidate) for part in old.commands]
    new = FillStep(old.label, parts, filled, candidate)
    filled.command = new  # before the change is reported
    if not document.replace(old, new):
        filled.command = old
        with document.group(tr("Another candidate"), lambda label, done: FillStep(label, done, filled, candidate)):
            _replace_photo(document, filled.tiles, candidate)
            others = tuple(flow for flow in document.flows if flow is not filled.candidates[filled.index].flow)
            flows = others if candidate.flow is None else (*others, candidate.flow)
            document.do(SetValue("flows", document.flows, flows, flow_bytes(candidate.flow)))
    filled.index = index
    return True


def find_step(document: Document) -> FillStep | None:
    """Return the newest fill in effect, and note which candidate it shows.

    None where nothing was filled, or where the history has dropped that fill and knows only later candidates of it.
    """
    step = document.history.newest(FillStep)
    if step is None or step.filled.command is None or not document.history.holds(step.filled.command):
        return None
    filled = step.filled
    if step.candidate not in filled.candidates:  # deleted, and brought back by undo
        filled.candidates.append(step.candidate)
    filled.index = filled.candidates.index(step.candidate)
    return step


def _whole(plane: KeptPlane | None) -> Any:
    return None if plane is None else plane.whole()


def _before(photo: Any, undone: list[Compound], raster: str) -> Any:
    """Return a copy of `photo`, the raster of that name, with the fills of these commands undone, the newest first."""
    pixels = photo.copy()
    for command in undone:
        for part in command.commands:
            if isinstance(part, ReplacePixels) and part.raster == raster:
                pixels[part.box.slices] = part.before.pixels()
    return pixels


def _replace_photo(document: Document, tiles: list[Box], candidate: Candidate) -> None:
    for name, patches in candidate.layers().items():
        for tile, patch in zip(tiles, patches, strict=True):
            document.do(ReplacePixels(name, tile, document.raster(name)[tile.slices].copy(), patch))


def _remove_labels(document: Document, filled: HoleFill) -> None:
    """Remove the classes painted inside a hole that was filled, except those painted since the request."""
    if filled.labels is not None:
        used, now = filled.labels.part(filled.box), document.raster(LABELS)[filled.box.slices]
        left = np.where(filled.hole.part(filled.box) & (now == used), 0, now).astype(np.uint8)
        for tile in tiles_of(now != left):
            document.apply(tr("Fill"), LABELS, tile.shift(filled.box.top, filled.box.left), left[tile.slices].copy())


def _exchange_part(part: Command, tiles: list[Box], candidate: Candidate) -> Command:
    """Return a part of a fill's command as it would be with another candidate."""
    if isinstance(part, ReplacePixels) and (patches := candidate.layers().get(part.raster)):
        return ReplacePixels(part.raster, part.box, part.before, patches[tiles.index(part.box)], part.label)
    if isinstance(part, SetValue) and part.name == "flows":
        after = (*part.before, candidate.flow) if candidate.flow is not None else part.before
        return SetValue("flows", part.before, after, flow_bytes(candidate.flow), part.label)
    return part
