"""A photo, a hole and a model's name in; the filled photo, and where every filled pixel came from, out."""

from __future__ import annotations

import math
import time
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from inpaint_studio.engine.fill import regions
from inpaint_studio.engine.fill.job import Job, Piece, Region
from inpaint_studio.engine.flow import flow as flows
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.machine import allocator
from inpaint_studio.engine.model_library import shelf
from inpaint_studio.engine.ticket import PartialTicket
from inpaint_studio.errors import InputError, NoHole
from inpaint_studio.models.base.interface import Bytes, Fill, Guide, Model, Options, Plane, TicketLike, Traits
from inpaint_studio.models.base.registry import AUTO

__all__ = ["Piece", "Region", "Request", "Result", "fill", "models_for", "trial", "warm_up"]


@dataclass(frozen=True, eq=False)
class Request:
    """What is to be filled. The arrays are not written to, and must not change while the fill runs."""

    pixels: Bytes  # H x W x 3|4
    hole: Plane  # H x W, True where the photo is to be filled
    model: str = AUTO  # the name of a model, or "auto"
    guide: Guide = field(default_factory=Guide)
    options: Options = field(default_factory=Options)
    plain: bool = False  # the whole picture in one pass, as the model's authors did it; in float32 where not said


@dataclass(frozen=True, eq=False)
class Result:
    """A filled photo: `pixels` equals the request's outside the hole, bit for bit; filled pixels are opaque.

    Where only edges were asked for `pixels` is the request's inside too.
    """

    pixels: Bytes
    flow: flows.Flow | None
    model: str  # as requested
    device: str
    seed: int
    seconds: float
    cpu_seconds: float  # of the whole process while it filled
    regions: list[Region]
    notes: list[str]  # sentences for the painter, each once
    coarse: list[Piece] = field(default_factory=list)  # the first stage's pictures round the holes, the photo's outside
    edges: list[Piece] = field(default_factory=list)  # the edges that were predicted round the holes
    raw: Fill | None = None  # of a plain fill: the model's answer to the whole picture, all of it in float32


def models_for(request: Request) -> list[Model]:
    """The models that will fill the request's parts, each once, so that they can be warmed up first.

    Raises InputError and its kind for what `fill` would refuse.
    """
    _check(request)
    return list({model.traits.name: model for _, model in _planned(request)}.values())


def warm_up(request: Request, ticket: TicketLike, ready: Container[str] = ()) -> list[str]:
    """Makes the models that will fill the request ready, but for those that are, and gives their names.

    A network makes a small fill, on the device, in the precision and in the way that are asked for. Raises what `fill`
    would.
    """
    models = [model for model in models_for(request) if model.traits.name not in ready]
    for number, model in enumerate(models):
        step = PartialTicket(ticket, number / len(models), (number + 1) / len(models))
        if model.traits.needs_weights:
            fill(trial(model.traits, request.options, request.plain), step)
        else:
            model.warm_up(step)
    return [model.traits.name for model in models]


def trial(traits: Traits, options: Options, plain: bool = False) -> Request:
    """A small fill by the model with those traits."""
    side = traits.fixed_size or -(-max(128, traits.min_side) // traits.multiple_of) * traits.multiple_of
    hole = np.zeros((side, side), np.bool_)
    hole[side * 3 // 8 : side * 5 // 8, side * 3 // 8 : side * 5 // 8] = True
    grey = np.full((side, side, 3), 128, np.uint8)
    return Request(grey, hole, traits.name, options=replace(options, only_edges=False), plain=plain)


def fill(request: Request, ticket: TicketLike) -> Result:
    """Fills the hole.

    Raises InputError for a wrong request, NoHole, NoSource, UnknownModel, NoWeights, WeightsError, StudioError where
    there is not enough memory whatever is tried, and Cancelled.
    """
    started, cpu_started = time.perf_counter(), time.process_time()
    _check(request)
    ticket.report(0.0, "Looking at the hole")
    job = Job(request)
    if request.plain:
        job.run_plain(_planned(request)[0][1], ticket)
    else:
        planned = _planned(request)
        for (part, model), step in zip(
            planned, _steps(ticket, [part for part, _ in planned], request.hole), strict=True
        ):
            job.run(part, model, step)
    allocator.settle()
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
        coarse=job.coarse,
        edges=job.edges,
        raw=job.raw,
    )


def _planned(request: Request) -> list[tuple[regions.Part, Model]]:
    """The parts with their models; a plain fill has one part, which is everything."""
    choose = regions.chooser(shelf(), request.model)
    if request.plain:
        whole = Box.whole(*request.hole.shape[:2])
        parts = [regions.Part(whole, whole, math.inf, False)]
    else:
        parts = regions.plan(request.hole, request.guide.lines, choose)
    planned = [(part, choose(part.radius, part.guided)) for part in parts]
    if request.options.only_edges:
        for _, model in planned:
            if "edges" not in model.traits.provides:
                raise InputError(f"{model.traits.title} predicts no edges; choose a model that does.")
    return planned


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
    if request.plain and request.model == AUTO:
        raise InputError("A plain fill is one model's own; name the model.")


def _steps(ticket: TicketLike, parts: list[regions.Part], hole: Plane) -> Iterator[TicketLike]:
    """A ticket for each part, as long as its hole is large."""
    areas = [int(np.count_nonzero(hole[part.core.slices])) + 1 for part in parts]
    done, total = 0, sum(areas)
    for area in areas:
        yield PartialTicket(ticket, done / total, (done + area) / total)
        done += area


def _unheard(guide: Guide, listened: Iterable[str]) -> list[str]:
    """A word for each guide that none of the models listened to."""
    names = {"lines": "guide lines", "edges": "edges", "labels": "labels", "donors": "excluded parts"}
    given = [name for name, plane in guide._asdict().items() if plane is not None and name not in listened]
    return [f"This model does not listen to {names[name]}; they were left out." for name in given]
