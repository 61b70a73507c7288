"""The kinds of suggestions, and the one function that looks for any of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.masks.suggest import dust, shadow, text, wires
from inpaint_studio.engine.masks.suggest.suggestion import Plane, Suggestion
from inpaint_studio.engine.masks.suggest.working_image import WorkingImage
from inpaint_studio.errors import InputError
from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from inpaint_studio.models.base.interface import TicketLike

_LEAST_SIDE = 32  # px: below this there is nothing to compare with


@dataclass(frozen=True)
class Kind:
    """A kind of part to look for."""

    name: str
    title: str  # what is found, as it stands in a sentence
    needs_hole: bool = False


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(shadow.KIND, "the shadow beside the hole", needs_hole=True),
        Kind(wires.KIND, "wires"),
        Kind(dust.KIND, "dust and spots"),
        Kind(text.KIND, "small text and date stamps"),
    )
}


def find(kind: str, photo: NDArray[np.uint8], hole: Plane | None, ticket: TicketLike) -> list[Suggestion]:
    """Look for parts of that kind in `photo`, H x W x 3 or 4; the clearest first.

    `hole`, H x W, is what is marked already: no suggestion lies in it, and a shadow is looked for beside it. Raises
    InputError where the kind is unknown or lacks its hole, and Cancelled.
    """
    if kind not in KINDS:
        raise InputError(f"There is no kind '{kind}'; there are {', '.join(KINDS)}.")
    marked = hole is not None and bool(hole.any())
    if KINDS[kind].needs_hole and not marked:
        raise InputError("Mark the thing first; then its shadow can be found.")
    if min(photo.shape[:2]) < _LEAST_SIDE:
        return []
    image = WorkingImage.of(photo)
    ticket.report(0.05)
    if KINDS[kind].needs_hole:
        assert hole is not None
        height, width = image.shape
        small = cv2.resize(hole.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA) > 0.25
        found = shadow.find_shadow(image, small, ticket)
    elif kind == wires.KIND:
        found = wires.find_wires(image, ticket)
    elif kind == dust.KIND:
        found = dust.find_dust(image, ticket)
    else:
        found = text.find_text(image, ticket)
    ticket.report(1.0)
    return [part for each in found if (part := _without(each, hole)) is not None]


def _without(part: Suggestion, hole: Plane | None) -> Suggestion | None:
    """Return a part without what is marked already; None where nothing, or only its rim, is left."""
    if hole is None:
        return part
    left = part.inside & ~hole[part.box.slices]
    if np.count_nonzero(left) < 0.3 * part.area:
        return None
    return Suggestion.of(part.kind, left, (part.box.top, part.box.left), part.score)
