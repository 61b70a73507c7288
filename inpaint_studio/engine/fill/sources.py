"""Where the pixels of a filled region came from, for every model; and detail where a network saw the region smaller."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.fill import detail, matching
from inpaint_studio.engine.fill.memory_fallback import out_of_memory
from inpaint_studio.engine.fill.model_io import Answer
from inpaint_studio.engine.flow.flow import COPIED, MATCHED
from inpaint_studio.models.base.interface import Bytes, Options, Plane, TicketLike, Traits
from inpaint_studio.opencv import cv2

Offsets = NDArray[np.int32]
Floats = NDArray[np.float32]

COARSE = 0.75  # scale of what a network saw below which its fill has too little detail for the photo


class Traced(NamedTuple):
    """A filled region and its sources, which are known pixels of the region."""

    pixels: Bytes  # h x w x 3
    sources: Offsets | None  # 2 x h x w offsets (row, col); None where the region has no known pixel
    weight: Floats | None  # h x w
    label: str  # how the sources are known
    detailed: bool = False  # whether the pixels are the photo's own, put where the network's picture wanted them
    notes: tuple[str, ...] = ()


def trace(
    answer: Answer,
    region: Bytes,
    hole: Plane,
    donors: Plane | None,
    traits: Traits,
    options: Options,
    ticket: TicketLike,
) -> Traced:
    """What `answer`, for `hole` (h x w) of `region` (h x w x 3), becomes in the photo.

    A picture drawn at less than the photo's size is put together anew from the region's own pixels. Sources that no
    model told are found by looking for what is most like the fill, and labelled so.
    """
    own = answer.sources
    if traits.values == "bytes" and own is not None:
        return Traced(answer.pixels, own, answer.weight, traits.origin)
    barred = hole if donors is None else hole | donors
    if barred.all():
        return Traced(answer.pixels, None, None, traits.origin)
    try:
        if answer.scale < COARSE:
            return _detailed(answer, region, hole, donors, options, ticket)
        if own is not None:
            return Traced(answer.pixels, allowed(own, barred, hole), answer.weight, traits.origin)
        return _matched(answer.pixels, region, hole, donors, options, ticket)
    except Exception as error:
        if not out_of_memory(error):
            raise
    note = "There was not enough memory to find out where the pixels came from, or to add detail."
    return Traced(answer.pixels, None, None, traits.origin, notes=(note,))


def allowed(sources: NDArray[np.signedinteger[Any]], barred: Plane, hole: Plane) -> Offsets:
    """`sources` (2 x h x w) with those of `hole` that lead out of the region or to what is `barred` led to the nearest
    pixel of the region that is neither; not all of it may be barred."""
    height, width = barred.shape
    rows, columns = np.nonzero(hole)
    to_rows = np.clip(rows + sources[0][hole], 0, height - 1)
    to_columns = np.clip(columns + sources[1][hole], 0, width - 1)
    wrong = barred[to_rows, to_columns]
    if wrong.any():
        _, labels = cv2.distanceTransformWithLabels(
            barred.view(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
        )
        free = np.flatnonzero(~barred)
        place_of = np.zeros(free.size + 1, np.int64)
        place_of[labels.ravel()[free]] = free
        to_rows[wrong], to_columns[wrong] = divmod(place_of[labels[to_rows[wrong], to_columns[wrong]]], width)
    led = np.zeros((2, height, width), np.int32)
    led[:, rows, columns] = to_rows - rows, to_columns - columns
    return led


def _detailed(
    answer: Answer, region: Bytes, hole: Plane, donors: Plane | None, options: Options, ticket: TicketLike
) -> Traced:
    """The network's picture decides what, the photo's own pixels decide how sharp."""
    ticket.report(0.0, "Adding detail")
    drawn = f"The fill was drawn at {max(1, round(100 * answer.scale))} % of the photo's size"
    found = detail.synthesise(region, hole, answer.pixels, donors, answer.scale, options, ticket)
    if not found.weight.any():  # there was nothing to take detail from
        note = f"{drawn} and enlarged."
        return _matched(answer.pixels, region, hole, donors, options, ticket)._replace(notes=(note, *found.notes))
    sources = allowed(found.sources, hole if donors is None else hole | donors, hole)
    note = f"{drawn}; its detail was copied from elsewhere in the photo."
    return Traced(found.pixels, sources, found.weight, COPIED, True, (note, *found.notes))


def _matched(
    pixels: Bytes, region: Bytes, hole: Plane, donors: Plane | None, options: Options, ticket: TicketLike
) -> Traced:
    ticket.report(0.0, "Looking where it may have come from")
    filled = region.copy()
    np.copyto(filled, pixels, where=hole[..., None])
    sources, weight = matching.matched(filled, hole, donors, options, ticket)
    return Traced(pixels, sources, weight, MATCHED)
