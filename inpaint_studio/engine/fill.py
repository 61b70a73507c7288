"""A photo, a hole and a model's name in; the filled photo, and where every filled pixel came from, out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from inpaint_studio.engine import compose, regions
from inpaint_studio.engine import flow as flows
from inpaint_studio.engine.devices import resolve
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import InputError, NoHole, NoSource
from inpaint_studio.models.contract import Bytes, Guide, Model, Options, Plane
from inpaint_studio.models.contract import Ticket as AnyTicket
from inpaint_studio.models.registry import AUTO, registry


@dataclass(frozen=True, eq=False)
class Request:
    """What is to be filled. The arrays are not written to, and must not change while the fill runs."""

    pixels: Bytes  # H x W x 3|4
    hole: Plane  # H x W, True where the photo is to be filled
    model: str = AUTO  # the name of a model, or "auto"
    guide: Guide = field(default_factory=Guide)
    options: Options = field(default_factory=Options)


class Region(NamedTuple):
    """A part of the photo that was filled in one go."""

    box: Box  # what the model saw
    scale: float  # of the picture the model saw
    model: str


@dataclass(frozen=True, eq=False)
class Result:
    """A filled photo: `pixels` equals the request's outside the hole, bit for bit; filled pixels are opaque."""

    pixels: Bytes
    flow: flows.Flow | None
    model: str  # as requested
    device: str
    seed: int
    seconds: float
    cpu_seconds: float  # of the whole process while it filled
    regions: list[Region]
    notes: list[str]  # sentences for the painter, each once


def models_for(request: Request) -> list[Model]:
    """The models that will fill the request's parts, each once, so that they can be warmed up first.

    Raises InputError and its kind for what `fill` would refuse.
    """
    _check(request)
    choose = regions.chooser(registry(), request.model)
    parts = regions.plan(request.hole, request.guide.lines, choose)
    return list({m.traits.name: m for m in (choose(part.radius, part.guided) for part in parts)}.values())


def fill(request: Request, ticket: Ticket) -> Result:
    """Fills the hole. Raises InputError for a wrong request, NoHole, NoSource, UnknownModel and Cancelled."""
    started, cpu_started = time.perf_counter(), time.process_time()
    _check(request)
    choose = regions.chooser(registry(), request.model)
    ticket.report(0.0, "Looking at the hole")
    parts = regions.plan(request.hole, request.guide.lines, choose)
    job = _Job(request)
    for part, step in zip(parts, _steps(ticket, parts, request.hole), strict=True):
        job.run(part, choose(part.radius, part.guided), step)
    ticket.report(1.0)
    return Result(
        pixels=job.pixels,
        flow=job.flow if job.flow.hole.any() else None,
        model=request.model,
        device=" and ".join(job.devices),
        seed=request.options.seed,
        seconds=time.perf_counter() - started,
        cpu_seconds=time.process_time() - cpu_started,
        regions=job.regions,
        notes=list(dict.fromkeys(job.notes + _unheard(request.guide, job.listened))),
    )


class _Job:
    """A fill under way, region by region. Each region is filled from the request's pixels, never from other fills."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.pixels = request.pixels.copy()
        shape = request.hole.shape[0], request.hole.shape[1]
        self.whole = Box.whole(*shape)
        self.flow = flows.empty(Box.of(request.hole) or Box(0, 0, 0, 0), shape)
        self.guide = request.guide._replace(donors=_excluded(request))
        self.regions: list[Region] = []
        self.notes: list[str] = []
        self.devices: list[str] = []
        self.listened: set[str] = set()
        self.labels: set[str] = set()

    def run(self, part: regions.Part, model: Model, ticket: AnyTicket) -> None:
        """Fills one part; where nothing near it can be used, from the whole photo."""
        device = resolve(self.request.options.device, network=model.traits.needs_weights)
        if device.name not in self.devices:
            self.devices.append(device.name)
        self.notes += device.notes
        box = part.box
        try:
            answer = self._ask(model, box, ticket)
        except NoSource:
            if box == self.whole:
                raise
            box = self.whole
            answer = self._ask(model, box, ticket)
        inner = part.box.shift(-box.top, -box.left).slices
        where = self.request.hole[part.box.slices]
        compose.paste(self.pixels, part.box, answer.pixels[inner], where)
        if answer.sources is not None:
            sources = answer.sources[(slice(None), *inner)]
            self._keep(model, part.box, sources, None if answer.weight is None else answer.weight[inner], where)
        self.regions.append(Region(box, answer.scale, model.traits.name))
        self.notes += answer.notes
        self.listened |= model.traits.listens

    def _ask(self, model: Model, box: Box, ticket: AnyTicket) -> compose.Answer:
        region = np.ascontiguousarray(self.request.pixels[box.slices][..., :3])
        hole = np.ascontiguousarray(self.request.hole[box.slices])
        guide = Guide(**{name: _crop(plane, box) for name, plane in self.guide._asdict().items()})
        return compose.run(model, region, hole, guide, self.request.options, ticket)

    def _keep(self, model: Model, box: Box, sources: flows.Offsets, weight: flows.Weight | None, where: Plane) -> None:
        """Notes where a region's pixels came from, in the flow of the whole fill."""
        shared = box.intersection(self.flow.box)
        inner = shared.shift(-box.top, -box.left).slices
        self.flow.put(shared, sources[(slice(None), *inner)], None if weight is None else weight[inner], where[inner])
        self.labels.add(model.traits.origin)
        self.flow = self.flow.labelled(self.labels)


def _crop(plane: Any, box: Box) -> Any:
    return None if plane is None else np.ascontiguousarray(plane[box.slices])


def _check(request: Request) -> None:
    pixels, hole = request.pixels, request.hole
    if pixels.ndim != 3 or pixels.shape[2] not in (3, 4) or pixels.dtype != np.uint8 or hole.dtype != np.bool_:
        raise ValueError("a request holds H x W x 3|4 uint8 pixels and an H x W bool hole")
    names = ("The hole", "The guide lines", "The edges", "The labels", "The excluded parts")
    for name, plane in zip(names, (hole, *request.guide), strict=True):
        if plane is not None and plane.shape != pixels.shape[:2]:
            here, there = (f"{shape[1]} x {shape[0]}" for shape in (plane.shape, pixels.shape))
            raise InputError(f"{name} cover {here} pixels and the photo {there}; they must be of one size.")
    if not hole.any():
        raise NoHole("There is no hole to fill; paint over what should go.")


def _excluded(request: Request) -> Plane | None:
    """What must not be copied from: what the painter said, and pixels whose colour nobody can see."""
    donors = request.guide.donors
    if request.pixels.shape[2] == 4:
        unseen: Plane = (request.pixels[..., 3] == 0) & ~request.hole
        if unseen.any():
            return unseen if donors is None else np.logical_or(donors, unseen)
    return donors


def _steps(ticket: Ticket, parts: list[regions.Part], hole: Plane) -> Iterator[AnyTicket]:
    """A ticket for each part, as long as its hole is large."""
    areas = [int(np.count_nonzero(hole[part.box.slices])) + 1 for part in parts]
    done, total = 0, sum(areas)
    for area in areas:
        yield ticket.part(done / total, (done + area) / total)
        done += area


def _unheard(guide: Guide, listened: Iterable[str]) -> list[str]:
    """A word for each guide that none of the models listened to."""
    names = {"lines": "guide lines", "edges": "edges", "labels": "labels", "donors": "excluded parts"}
    given = [name for name, plane in guide._asdict().items() if plane is not None and name not in listened]
    return [f"This model does not listen to {names[name]}; they were left out." for name in given]
