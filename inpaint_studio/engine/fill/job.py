"""A fill under way: the regions one after the other, and what is gathered from them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.fill import model_io, plain
from inpaint_studio.engine.fill import sources as tracing
from inpaint_studio.engine.fill.memory_fallback import Ladder, Rung
from inpaint_studio.engine.flow import flow as flows
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.machine.devices import resolve
from inpaint_studio.engine.ticket import PartialTicket
from inpaint_studio.errors import InputError, NoSource
from inpaint_studio.models.base.interface import Bytes, Fill, Guide, Model, Options, Plane, TicketLike

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.regions import Part
    from inpaint_studio.engine.fill.run import Request

_DRAWN = 0.8  # of a region's progress, the rest is tracing, where a network draws

Detail = Literal["full", "copied", "scaled"]


class Region(NamedTuple):
    """A part of the photo that was filled in one go."""

    box: Box  # what the model saw
    scale: float  # of the picture the model saw
    model: str
    detail: Detail = "full"  # the photo's own size; copied from the photo after a smaller picture; or that one enlarged


class Piece(NamedTuple):
    """Something that belongs to a box of the photo, at the photo's size."""

    box: Box
    pixels: Any  # h x w x 3 uint8, or h x w float32 in [0, 1]


class Job:
    """Each region is filled from the request's pixels, never from other fills."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.pixels = request.pixels.copy()
        shape = request.hole.shape[0], request.hole.shape[1]
        self.whole = Box.whole(*shape)
        self.flow = flows.empty(Box.of(request.hole) or Box(0, 0, 0, 0), shape)
        self.guide = request.guide._replace(donors=_excluded(request))
        self.regions: list[Region] = []
        self.coarse: list[Piece] = []
        self.edges: list[Piece] = []
        self.raw: Fill | None = None
        self.notes: list[str] = []
        self.devices: list[str] = []
        self.listened: set[str] = set()
        self._labels: set[str] = set()
        self._ladders: dict[str, Ladder] = {}

    def run(self, part: Part, model: Model, ticket: TicketLike) -> None:
        """Fills one part; where nothing near it can be used, from the whole photo."""
        box = part.box
        try:
            answer, traced = self._ask(model, box, ticket)
        except NoSource:
            if box == self.whole or model.traits.centred is not None:
                raise
            box = self.whole
            answer, traced = self._ask(model, box, ticket)
        self._keep_stages(answer.coarse, answer.edges, box, part.core)
        if traced is not None:
            inner = part.core.shift(-box.top, -box.left).slices
            where = self.request.hole[part.core.slices]
            model_io.paste(self.pixels, part.core, np.ascontiguousarray(traced.pixels[inner]), where)
            if traced.sources is not None:
                weight = None if traced.weight is None else traced.weight[inner]
                self._keep_sources(traced.label, part.core, traced.sources[(slice(None), *inner)], weight, where)
        detail: Detail = "copied" if traced and traced.detailed else "full" if answer.scale >= 1 else "scaled"
        self.regions.append(Region(box, answer.scale, model.traits.name, detail))
        self.notes += answer.notes + (traced.notes if traced else ())
        self.listened |= model.traits.accepts

    def run_plain(self, model: Model, ticket: TicketLike) -> None:
        """Has the model fill the whole picture as its authors did."""
        request, hole = self.request, self.request.hole
        options = self._settled(model, request.options)
        precision = "float32" if options.precision == "auto" else options.precision
        options = replace(options, whole=True, precision=precision)
        photo = np.ascontiguousarray(request.pixels[..., :3])

        def attempt(rung: Rung) -> Fill:
            return plain.run(model, photo, hole, self.guide, rung.options, ticket)

        raw, rung = Ladder(model, options, exact=True).climb(attempt, ticket)
        self._note_rung(rung)
        self.raw = raw
        coarse = None if raw.coarse is None else plain.to_bytes(raw.coarse)
        self._keep_stages(coarse, raw.edges, self.whole, self.whole)
        if not options.only_edges:
            model_io.paste(self.pixels, self.whole, plain.to_bytes(raw.image), hole)
            barred = hole if self.guide.donors is None else hole | self.guide.donors
            if raw.sources is not None and not barred.all():
                sources = tracing.allowed(raw.sources, barred, hole)
                self._keep_sources(model.traits.origin, self.whole, sources, raw.weight, hole)
        self.regions.append(Region(self.whole, 1.0, model.traits.name))
        self.notes += raw.notes
        self.listened |= model.traits.accepts

    def _ask(self, model: Model, box: Box, ticket: TicketLike) -> tuple[model_io.Answer, tracing.Traced | None]:
        """What the model draws in `box`, and what becomes of it in the photo: nothing where only edges are wanted."""
        traits, options = model.traits, self._settled(model, self.request.options)
        region = np.ascontiguousarray(self.request.pixels[box.slices][..., :3])
        hole = np.ascontiguousarray(self.request.hole[box.slices])
        guide = Guide(**{name: _crop(plane, box) for name, plane in self.guide._asdict().items()})
        if guide.edges is not None and not guide.edges[hole].any():
            guide = guide._replace(edges=None)  # meant for other holes; here the model predicts its own
        drawing = PartialTicket(ticket, 0.0, _DRAWN if traits.values == "unit" else 1.0)

        def attempt(rung: Rung) -> model_io.Answer:
            return model_io.run(model, region, hole, guide, rung.options, drawing, rung.shrink)

        ladder = self._ladders.setdefault(traits.name, Ladder(model, options))
        answer, rung = ladder.climb(attempt, drawing)
        self._note_rung(rung)
        if options.only_edges:
            return answer, None
        rest = PartialTicket(ticket, _DRAWN, 1.0)
        return answer, tracing.trace(answer, region, hole, guide.donors, traits, options, rest)

    def _settled(self, model: Model, options: Options) -> Options:
        device = resolve(options.device, network=model.traits.needs_weights)
        self.notes += device.notes
        return replace(options, device=device.name)

    def _note_rung(self, rung: Rung) -> None:
        if rung.options.device not in self.devices:
            self.devices.append(rung.options.device)
        if rung.note:
            self.notes.append(rung.note)

    def _keep_stages(self, coarse: Bytes | None, edges: NDArray[np.float32] | None, box: Box, core: Box) -> None:
        """Keeps what came before the fill of `core`; both cover `box`."""
        inner = core.shift(-box.top, -box.left).slices
        if coarse is not None:
            pixels = self.request.pixels[core.slices][..., :3].copy()
            np.copyto(pixels, coarse[inner], where=self.request.hole[core.slices][..., None])
            self.coarse.append(Piece(core, pixels))
        if edges is not None:
            self.edges.append(Piece(core, np.array(edges[inner], np.float32)))
        elif self.request.options.only_edges:
            raise InputError(f"{self.request.model} predicted no edges here; choose another model.")

    def _keep_sources(
        self, label: str, box: Box, sources: flows.Offsets, weight: flows.Weight | None, where: Plane
    ) -> None:
        """Notes where the pixels of `box` came from, in the flow of the whole fill."""
        shared = box.intersection(self.flow.box)
        inner = shared.shift(-box.top, -box.left).slices
        self.flow.put(shared, sources[(slice(None), *inner)], None if weight is None else weight[inner], where[inner])
        self._labels.add(label)
        self.flow = self.flow.labelled(self._labels)


def _crop(plane: Any, box: Box) -> Any:
    return None if plane is None else np.ascontiguousarray(plane[box.slices])


def _excluded(request: Request) -> Plane | None:
    """What must not be copied from: what the painter said, and pixels whose colour nobody can see."""
    donors = request.guide.donors
    if request.pixels.shape[2] == 4:
        unseen: Plane = (request.pixels[..., 3] == 0) & ~request.hole
        if unseen.any():
            return unseen if donors is None else np.logical_or(donors, unseen)
    return donors
