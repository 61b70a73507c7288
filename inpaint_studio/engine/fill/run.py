"""Fill a hole: one region after the other, and everything that is collected from them."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from inpaint_studio.engine.fill import cutout, drawing, model_io, regions, sampling, steered
from inpaint_studio.engine.fill.blend import blend
from inpaint_studio.engine.fill.checks import check_request
from inpaint_studio.engine.fill.choices import check_model, name_choices, note_unused
from inpaint_studio.engine.fill.chooser import HoledPhoto, model_chooser
from inpaint_studio.engine.fill.deep import DeepFill
from inpaint_studio.engine.fill.grain import THIN, keep_grain
from inpaint_studio.engine.fill.learned_start import Starts
from inpaint_studio.engine.fill.memory_fallback import Attempt, FallbackChain
from inpaint_studio.engine.fill.part_views import crop, crop_guide, leave_out, share_progress
from inpaint_studio.engine.fill.pixel_grid import snap
from inpaint_studio.engine.fill.request import FILLER, Detail, Region, Request, Result, Steering
from inpaint_studio.engine.fill.rim import find_tight_rim
from inpaint_studio.engine.fill.sources import TracedFill, trace_sources
from inpaint_studio.engine.fill.stages import Stages
from inpaint_studio.engine.flow import flow as flows
from inpaint_studio.engine.flow.kinds import Kind, first_kind, settle
from inpaint_studio.engine.flow.weighed import WeighedPart
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.machine import allocator
from inpaint_studio.engine.machine.devices import resolve
from inpaint_studio.engine.model_library import model_library
from inpaint_studio.engine.photo.colours import find_space
from inpaint_studio.engine.ticket import PartialTicket
from inpaint_studio.errors import NoSource
from inpaint_studio.models.base.interface import Bytes, Choice, Fill, Guide, Model, Options, Plane, TicketLike
from inpaint_studio.models.base.network_model import computes_in_torch
from inpaint_studio.texts import name_all, tr

_DRAWN = 0.8  # share of a region's progress for a network's fill; the rest is for finding the sources


class Planned(NamedTuple):
    """A part of the hole with the model that fills it."""

    part: regions.HolePart
    model: Model
    reason: str = ""  # why ``auto`` chose it


def fill(request: Request, ticket: TicketLike) -> Result:
    """Fill the hole.

    Raises InputError for a wrong request, NoHole, NoSource, UnknownModel, NoWeights, WeightsError, StudioError where
    there is not enough memory for any attempt, and Cancelled.
    """
    started, cpu_started = time.perf_counter(), time.process_time()
    check_request(request)
    ticket.report(0.0, tr("Looking at the hole"))
    job = _FillJob(request)
    planned = plan_models(request)
    with sampling.explain(request):
        if request.steering is not None:
            job.fill_steered(request.steering, ticket)
        elif request.plain:
            job.fill_whole(planned[0].model, ticket)
        else:
            shares = share_progress([each.part for each in planned], request.hole)
            for each, share in zip(planned, shares, strict=True):
                job.fill_part(each, PartialTicket(ticket, *share))
    mixed = request.coverage is not None and request.options.only is None
    if mixed and request.coverage is not None:
        blend(job.pixels, request.pixels, request.coverage, request.hole)
    samples = None if job.deep is None else job.deep.finish(request, job.pixels, mixed)
    settle(job.flow, job.pixels, request.pixels)
    allocator.release_excess()
    ticket.report(1.0)
    return Result(
        pixels=job.pixels,
        flow=job.flow if job.flow.hole.any() else None,
        model=request.model,
        device=name_all(list(job.devices)),
        seed=request.options.seed,
        seconds=time.perf_counter() - started,
        cpu_seconds=time.process_time() - cpu_started,
        regions=job.regions,
        notes=list(dict.fromkeys(job.notes + job.list_notes())),
        coarse=job.stages.coarse,
        edges=job.stages.edges,
        labels=job.stages.labels,
        choices=name_choices(request.options, job.heeded, request.steering is not None) + job.starts.name(),
        raw=job.raw,
        deep=samples,
    )


def plan_models(request: Request) -> list[Planned]:
    """List the parts of the hole with their models. A plain fill has one part, the whole image; a steered one none."""
    if request.steering is not None:
        return []
    scene = HoledPhoto(request.pixels, request.hole, cutout.is_cutout(request.pixels, request.hole))
    choose = model_chooser(model_library(), request.model, scene)
    if request.plain:
        parts = [regions.plan_whole(request.hole, choose)]
    else:
        parts = regions.plan(request.hole, request.guide.lines, choose, request.only)
    planned = [Planned(part, choose(part), choose.reason_for(part)) for part in parts]
    for _, model, _ in planned:
        check_model(model.traits, request)
    return planned


class _FillJob:
    """A fill in progress. Each region is filled from the request's pixels, never from other fills."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.whole = Box.whole(request.hole.shape[0], request.hole.shape[1])
        self.is_drawing = False  # whether the last region was pixel art or a drawn pattern
        self.is_cutout = cutout.is_cutout(request.pixels, request.hole)
        self.starts = Starts(request, model_library(), self.is_cutout)
        self.excluded = sampling.find_excluded(request)
        self.guide = request.guide._replace(donors=sampling.add_invisible(self.excluded, request))
        self.regions: list[Region] = []
        self.stages = Stages(request)
        self.raw: Fill | None = None
        self.notes: list[str] = []
        self.devices: list[str] = []
        self.used_guides: set[str] = set()
        self.heeded: set[Choice] = set()  # options that its models heed
        self.deep = DeepFill.of(request)
        self._labels: set[str] = set()
        self._chains: dict[str, FallbackChain] = {}

    @cached_property
    def pixels(self) -> Bytes:
        """The photo with what is filled so far; copied when the first part is filled, which takes the most memory."""
        return self.request.pixels.copy()

    @cached_property
    def flow(self) -> flows.Flow:
        """The sources of what is filled so far, over the box of the hole."""
        hole = self.request.hole
        return flows.empty_flow(Box.of(hole) or Box(0, 0, 0, 0), (hole.shape[0], hole.shape[1]))

    def list_notes(self) -> list[str]:
        """List what is to be reported about the whole fill, beside `notes`."""
        return self.starts.notes + self.starts.note_unused() + note_unused(self.request, self.used_guides)

    def fill_part(self, planned: Planned, ticket: TicketLike) -> None:
        """Fill one part from its surroundings; where nothing in them can be used, from the whole photo."""
        part, model, reason = planned
        box = part.box
        drawn = self._look_at(box)
        if model.traits.values == "bytes":
            box, drawn = drawn.widen(box, part.core, self.request.hole.shape)
        box, filled, traced = self._fill_from_anywhere(model, box, part, drawn, ticket)
        self.stages.add(filled, box, part.core)
        if traced is not None:
            if part.radius <= THIN and not self.is_drawing:
                grainy = self._keep_grain(traced.pixels, box, part, ticket)
                traced = traced.repainted(grainy)
            inner = part.core.shift(-box.top, -box.left).slices
            where = self.request.hole[part.core.slices] if part.own is None else part.own
            model_io.paste(self.pixels, part.core, np.ascontiguousarray(traced.pixels[inner]), where)
            if self.deep is not None:
                levels = self.deep.levels_of(traced, self.request.pixels, box)
                self.deep.paste(part.core, levels[inner], where)
            if traced.sources is not None:
                weight = None if traced.weight is None else traced.weight[inner]
                kind = first_kind(traced.label, model.traits.values == "unit")
                self._add_sources(traced.label, kind, part.core, traced.sources[(slice(None), *inner)], weight, where)
                self.flow = self.flow.with_ranked(traced.ranked, (box.top, box.left), part.core, where)
                self.flow = self.flow.with_weighed(WeighedPart.of(part.core, filled.units, filled.places))
        detail: Detail = "copied" if traced and traced.detailed else "full" if filled.scale >= 1 else "scaled"
        self.regions.append(Region(box, filled.scale, model.traits.name, detail, reason))
        self.notes += filled.notes + (traced.notes if traced else ())
        self.used_guides |= model.traits.accepts
        self.heeded |= model.traits.heeds

    def fill_whole(self, model: Model, ticket: TicketLike) -> None:
        """Fill the whole image in one pass, as the model's authors did."""
        request, hole = self.request, self.request.hole
        options = self._resolve_device(model, request.options)
        precision = "float32" if options.precision == "auto" else options.precision
        options = replace(options, whole=True, precision=precision)
        photo = np.ascontiguousarray(request.pixels[..., :3])
        if self.is_cutout:
            photo = cutout.spread_colours(request.pixels, hole)

        def compute(attempt: Attempt) -> Fill:
            return model_io.fill_whole(model, photo, hole, self.guide, attempt.options, ticket, request.icc)

        raw, attempt = FallbackChain(model, options, exact=True).run(compute, ticket)
        self._note_attempt(attempt)
        self.raw = raw
        space = None if model.traits.values == "bytes" else find_space(request.icc)
        coarse = None if raw.coarse is None else model_io.to_bytes(raw.coarse, space)
        self.stages.add(raw._replace(coarse=coarse), self.whole, self.whole)
        if options.only is None:
            if model.traits.origin == flows.ATTENTION:
                sampling.check_attended(self.excluded, raw.weight, hole)
            filled = model_io.to_bytes(raw.image, space)
            if self.is_cutout:
                filled = cutout.fill_opacity(request.pixels, hole, filled, self.excluded, options, ticket)
            model_io.paste(self.pixels, self.whole, filled, hole)
            if self.deep is not None:
                copied = self.is_cutout or model.traits.values == "bytes"
                exact = None if copied else model_io.to_own_255(raw.image, space)
                sources = None if raw.sources is None else np.asarray(raw.sources, np.int32)
                whole = TracedFill(filled, sources, None, "", fine=exact)
                self.deep.paste(self.whole, self.deep.levels_of(whole, request.pixels, self.whole), hole)
            blocked = hole if self.guide.donors is None else hole | self.guide.donors
            if raw.sources is not None and not blocked.all():
                sources = flows.redirect_blocked(raw.sources, blocked, hole)
                kind = first_kind(model.traits.origin, model.traits.values == "unit")
                self._add_sources(model.traits.origin, kind, self.whole, sources, raw.weight, hole)
                self.flow = self.flow.with_ranked(raw.ranked, (0, 0), self.whole, hole)
                self.flow = self.flow.with_weighed(WeighedPart.of(self.whole, raw.units, raw.places))
        self.regions.append(Region(self.whole, 1.0, model.traits.name))
        self.notes += raw.notes
        self.used_guides |= model.traits.accepts
        self.heeded |= model.traits.heeds

    def fill_steered(self, steering: Steering, ticket: TicketLike) -> None:
        """Fill the hole from the place that was chosen for a part of it."""
        fine = self.deep is not None and not self.is_cutout
        filled = steered.fill_steered(self.request, steering, self.guide.donors, ticket, fine)
        where = np.ascontiguousarray(self.request.hole[filled.box.slices])
        pixels = filled.pixels
        if self.is_cutout:
            pixels = cutout.copy_opacity(self.request.pixels, pixels, filled.sources, filled.box)
        model_io.paste(self.pixels, filled.box, pixels, where)
        if self.deep is not None:
            copied = TracedFill(pixels, filled.sources, None, "", fine=filled.fine)
            self.deep.paste(filled.box, self.deep.levels_of(copied, self.request.pixels, filled.box), where)
        self._add_sources(flows.COPIED, Kind.COPIED, filled.box, filled.sources, filled.weight, where)
        self.regions.append(Region(filled.box, 1.0, FILLER))
        self.notes += filled.notes
        self.devices.append("cpu")
        self.used_guides.add("donors")
        self.heeded.add("adaptation")

    def _fill_from_anywhere(
        self, model: Model, box: Box, part: regions.HolePart, drawn: drawing.Drawing, ticket: TicketLike
    ) -> tuple[Box, model_io.RegionFill, TracedFill | None]:
        """Fill a part from `box`; from the whole photo if need be, and even with all its holes at once.

        Returns what was seen, too.
        """
        tries = [(box, True)]
        if model.traits.centred is None:
            tries += [(self.whole, True)] if box != self.whole else []
            tries += [(self.whole, False)] if self.excluded is None else []
        for seen, alone in tries[:-1]:
            with suppress(NoSource):
                return seen, *self._fill_box(model, seen, part, drawn, ticket, alone)
            drawn = self._look_at(self.whole)
        seen, alone = tries[-1]
        return seen, *self._fill_box(model, seen, part, drawn, ticket, alone)

    def _fill_box(
        self,
        model: Model,
        box: Box,
        part: regions.HolePart,
        drawn: drawing.Drawing,
        ticket: TicketLike,
        alone: bool,
    ) -> tuple[model_io.RegionFill, TracedFill | None]:
        """Fill the holes of `part` from what `box` shows, and find the sources (None for `Options.only`).

        Other holes in `box` are left out if `alone` is True and the model can, see `regions.fills_alone`; else they are
        filled as well.
        """
        traits, options = model.traits, self._resolve_device(model, self.request.options)
        pixels = np.ascontiguousarray(self.request.pixels[box.slices])
        hole = np.ascontiguousarray(self.request.hole[box.slices])
        clear = self.is_cutout and bool((pixels[..., 3][~hole] < 255).any())
        guide = crop_guide(self.guide, box)
        if alone and regions.fills_alone(traits):
            hole, guide = leave_out(hole, guide, part.core.shift(-box.top, -box.left), part.own)
        region = cutout.spread_colours(pixels, hole) if clear else np.ascontiguousarray(pixels[..., :3])
        self.is_drawing = drawn != drawing.Drawing()
        if traits.centred is None and not self.is_drawing:
            hole = self._mistrust_rim(region, hole, guide.donors)
        if guide.edges is not None and not guide.edges[hole].any():
            guide = guide._replace(edges=None)  # drawn for other holes; the model predicts its own for this one
        knows_alpha = clear and "alpha" in traits.provides
        seen, advice = (pixels, guide._replace(donors=self._excluded_in(box, hole))) if knows_alpha else (region, guide)
        filler = drawn.wrap(model)
        draw_ticket = PartialTicket(ticket, 0.0, _DRAWN if traits.values == "unit" or clear else 1.0)
        others = self.request.hole[box.slices] & ~hole
        unknown = hole | others if others.any() else hole
        del others
        fine = None if clear or self.deep is None else self.deep.levels(box)[..., :3]
        start = None if self.is_drawing else self.starts.prepare(traits, part, region, unknown, guide, draw_ticket)

        def compute(attempt: Attempt) -> model_io.RegionFill:
            how = replace(attempt.options, draw_start=None if start is None else start.draw, fine=fine)
            return model_io.fill_region(filler, seen, hole, advice, how, draw_ticket, attempt.shrink, self.request.icc)

        chain = self._chains.setdefault(traits.name, FallbackChain(model, options))
        filled, attempt = chain.run(compute, draw_ticket)
        self._note_attempt(attempt)
        self.starts.collect(start)
        if options.only is not None:
            return filled, None
        if traits.origin == flows.ATTENTION:
            sampling.check_attended(crop(self.excluded, box), filled.weight, hole)
        rest = PartialTicket(ticket, _DRAWN, 1.0)
        colours = filled._replace(pixels=np.ascontiguousarray(filled.pixels[..., :3]))
        traced = trace_sources(colours, region, hole, advice.donors, traits, replace(options, fine=fine), rest)
        if drawn.grid is not None and filler is model:
            traced = traced._replace(pixels=snap(drawn.grid, traced.pixels, region, hole), fine=None)
        if knows_alpha:
            traced = traced._replace(pixels=filled.pixels)
        elif clear:
            excluded = self._excluded_in(box, hole)
            copier = drawn.wrap_blocks(cutout.EXEMPLAR)
            whole = cutout.fill_opacity(pixels, hole, traced.pixels, excluded, options, rest, copier)
            traced = traced._replace(pixels=whole)
        return filled, traced

    def _look_at(self, box: Box) -> drawing.Drawing:
        pixels, hole = self.request.pixels, self.request.hole
        found = drawing.look_at(pixels, hole, box, self.is_cutout)
        shaded = found != drawing.Drawing() and self.deep is not None and not self.deep.is_exact(box, pixels, hole)
        return drawing.Drawing() if shaded else found

    def _excluded_in(self, box: Box, hole: Plane) -> Plane | None:
        """Mark what must not be copied in `box`, where invisible pixels may be: the excluded parts and other holes."""
        others = self.request.hole[box.slices] & ~hole
        excluded: Plane | None = crop(self.excluded, box)
        if not others.any():
            return excluded
        return others if excluded is None else others | excluded

    def _mistrust_rim(self, region: Bytes, hole: Plane, donors: Plane | None) -> Plane:
        """Return the hole with the pixels beside it that still show what should go; they are filled, but not pasted."""
        tight = find_tight_rim(region, hole, np.ones_like(hole) if donors is None else ~donors)
        if tight is None:
            return hole
        self.notes += [tight.note] if tight.note else []
        return hole | tight.plane

    def _keep_grain(self, filled: Bytes, box: Box, part: regions.HolePart, ticket: TicketLike) -> Bytes:
        whole = np.ascontiguousarray(self.request.hole[box.slices])
        hole, _ = leave_out(whole, Guide(), part.core.shift(-box.top, -box.left), part.own)
        known = ~whole if self.guide.donors is None else ~(whole | self.guide.donors[box.slices])
        if filled.shape[2] == 4:
            hole = hole & (filled[..., 3] > 0)
        colours = np.ascontiguousarray(filled[..., :3])
        grainy = keep_grain(colours, self.request.pixels[box.slices][..., :3], hole, known, ticket)
        return filled if grainy is colours else np.dstack([grainy, filled[..., 3:]])

    def _resolve_device(self, model: Model, options: Options) -> Options:
        device = resolve(options.device, network=computes_in_torch(model))
        self.notes += device.notes
        return replace(options, device=device.name)

    def _note_attempt(self, attempt: Attempt) -> None:
        if attempt.options.device not in self.devices:
            self.devices.append(attempt.options.device)
        if attempt.note:
            self.notes.append(attempt.note)

    def _add_sources(
        self, label: str, kind: Kind, box: Box, sources: flows.Offsets, weight: flows.Weight | None, where: Plane
    ) -> None:
        """Write the sources of the pixels of `box`, all of one kind so far, into the flow of the whole fill."""
        shared = box.intersection(self.flow.box)
        inner = shared.shift(-box.top, -box.left).slices
        weights = None if weight is None else weight[inner]
        self.flow.put(shared, sources[(slice(None), *inner)], weights, where[inner], int(kind))
        self._labels.add(label)
        self.flow = self.flow.with_labels(self._labels)
