"""Where the pixels of a filled region came from, for every model; and detail for fills drawn at a smaller size."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.fill import detail
from inpaint_studio.engine.fill.memory_fallback import is_out_of_memory
from inpaint_studio.engine.fill.model_io import RegionFill
from inpaint_studio.engine.flow.flow import COPIED, MATCHED, redirect_blocked
from inpaint_studio.models.base.interface import Bytes, Options, Plane, RankedSources, TicketLike, Traits
from inpaint_studio.texts import tr

Offsets = NDArray[np.int32]
Floats = NDArray[np.float32]

COARSE = 0.75  # below this scale of the network's input its fill has too little detail for the photo


class TracedFill(NamedTuple):
    """A filled region with the sources of its pixels. A source is a known pixel of the region."""

    pixels: Bytes  # h x w x 3
    sources: Offsets | None  # 2 x h x w offsets (row, col); None where the region has no known pixel
    weight: Floats | None  # h x w confidence in [0, 1]
    label: str  # how the sources were found
    detailed: bool = False  # whether detail was copied from the photo
    notes: tuple[str, ...] = ()  # sentences for the user
    ranked: RankedSources | None = None  # several sources of each cell, where `sources` are the model's own
    fine: Floats | None = None  # `pixels` not rounded, where they were computed so

    def repainted(self, pixels: Bytes) -> TracedFill:
        """Return the fill with other pixels; what was not rounded changes by as much as they do."""
        if pixels is self.pixels or self.fine is None:
            return self._replace(pixels=pixels)
        change = pixels.astype(np.float32) - self.pixels
        return self._replace(pixels=pixels, fine=self.fine + change)


def trace_sources(
    filled: RegionFill,
    region: Bytes,
    hole: Plane,
    donors: Plane | None,
    traits: Traits,
    options: Options,
    ticket: TicketLike,
) -> TracedFill:
    """Find the source of every pixel of `hole` (h x w) of `region` (h x w x 3), which a model filled with `filled`.

    A fill that was drawn at less than `COARSE` of the photo's size gets detail from the region's own pixels. A model
    without sources gets those that `match_fill` finds. Running out of memory costs the sources, not the fill.
    """
    own = filled.sources
    if traits.values == "bytes" and own is not None:
        return TracedFill(filled.pixels, own, filled.weight, traits.origin, ranked=filled.ranked, fine=filled.fine)
    blocked = hole if donors is None else hole | donors
    if blocked.all():
        return TracedFill(filled.pixels, None, None, traits.origin, fine=filled.fine)
    try:
        if filled.scale < COARSE:
            return _add_detail(filled, region, hole, donors, options, ticket)
        if own is not None:
            sources = redirect_blocked(own, blocked, hole)
            return TracedFill(
                filled.pixels, sources, filled.weight, traits.origin, ranked=filled.ranked, fine=filled.fine
            )
        return _match_pixels(filled.pixels, region, hole, donors, options, ticket)._replace(fine=filled.fine)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
    note = tr("There was not enough memory to find out where the pixels came from, or to add detail.")
    return TracedFill(filled.pixels, None, None, traits.origin, notes=(note,), fine=filled.fine)


def match_fill(
    region: Bytes, hole: Plane, donors: Plane | None, options: Options, ticket: TicketLike
) -> tuple[Offsets, Floats]:
    """For each pixel of `hole` (H x W) find the most similar known place of `region` (H x W x 3 uint8, filled).

    Returns 2 x H x W offsets (row, col; source minus target, 0 outside the hole), which lead to pixels that are neither
    hole nor `donors`, and H x W weights in [0, 1], 1 where both look the same. Without any known pixel all is 0. Raises
    what `ticket.report` raises.
    """
    from inpaint_studio.exemplar.correspondence import match  # imports numba, which is slow

    found = match(region, hole, donors=donors, seed=options.seed, threads=options.threads, report=ticket.report)
    return found.sources, found.weight


def _add_detail(
    filled: RegionFill, region: Bytes, hole: Plane, donors: Plane | None, options: Options, ticket: TicketLike
) -> TracedFill:
    """Draw the network's fill again with the photo's own pixels; without detail to copy, keep it enlarged."""
    ticket.report(0.0, tr("Adding detail"))
    drawn_at = tr("The fill was drawn at {max} % of the photo's size", max=max(1, round(100 * filled.scale)))
    found = detail.synthesise(region, hole, filled.pixels, donors, filled.scale, options, ticket, filled.fine)
    if not found.weight.any():  # there was nothing to take detail from
        note = tr("{drawn_at} and enlarged.", drawn_at=drawn_at)
        matched = _match_pixels(filled.pixels, region, hole, donors, options, ticket)
        return matched._replace(notes=(note, *found.notes), fine=filled.fine)
    sources = redirect_blocked(found.sources, hole if donors is None else hole | donors, hole)
    note = tr("{drawn_at}; its detail was copied from elsewhere in the photo.", drawn_at=drawn_at)
    return TracedFill(found.pixels, sources, found.weight, COPIED, True, (note, *found.notes), fine=found.fine)


def _match_pixels(
    pixels: Bytes, region: Bytes, hole: Plane, donors: Plane | None, options: Options, ticket: TicketLike
) -> TracedFill:
    ticket.report(0.0, tr("Finding where it may have come from"))
    filled = region.copy()
    np.copyto(filled, pixels, where=hole[..., None])
    sources, weight = match_fill(filled, hole, donors, options, ticket)
    return TracedFill(pixels, sources, weight, MATCHED)
