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
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from inpaint_studio.models.base.interface import TicketLike

_LEAST_WORKING = 16  # px of the shorter side at the size at which is looked
_LEAST_SIDE = 32  # px: below this there is nothing to compare with


@dataclass(frozen=True)
class SearchKind:
    """A kind of part to look for."""

    name: str
    title: str  # what is found, as it stands in a sentence
    needs_hole: bool = False


KINDS: Mapping[str, SearchKind] = {
    kind.name: kind
    for kind in (
        SearchKind(shadow.KIND, mark("the shadow beside the hole"), needs_hole=True),
        SearchKind(wires.KIND, "wires"),
        SearchKind(dust.KIND, mark("dust and spots")),
        SearchKind(text.KIND, mark("small text and date stamps")),
    )
}


def find(kind: str, photo: NDArray[np.uint8], hole: Plane | None, ticket: TicketLike) -> list[Suggestion]:
    """Look for parts of that kind in `photo`, H x W x 3 or 4; the clearest first.

    `hole`, H x W, is what is marked already: no suggestion lies in it, and a shadow is looked for beside it. Nor does
    one lie where the photo is fully transparent, whatever colours are hidden there. Raises InputError where the kind is
    unknown or lacks its hole, and Cancelled.
    """
    if kind not in KINDS:
        raise InputError(tr("There is no kind '{kind}'; there are {names}.", kind=kind, names=", ".join(KINDS)))
    marked = hole is not None and bool(hole.any())
    if KINDS[kind].needs_hole and not marked:
        raise InputError(tr("Mark the thing first; then its shadow can be found."))
    if min(photo.shape[:2]) < _LEAST_SIDE:
        return []
    image = WorkingImage.of(photo)
    if min(image.shape) < _LEAST_WORKING:  # a long strip
        return []
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
    left_out = _left_out(photo, hole)
    return [part for each in found if (part := _without(each, left_out)) is not None]


def _left_out(photo: NDArray[np.uint8], hole: Plane | None) -> Plane | None:
    """Return what is marked already or invisible; None where all of the photo is open."""
    if photo.shape[2] == 3 or photo[..., 3].all():
        return hole
    invisible: Plane = photo[..., 3] == 0
    return invisible if hole is None else invisible | hole


def _without(part: Suggestion, left_out: Plane | None) -> Suggestion | None:
    """Return a part without what is left out; None where nothing, or only its rim, remains."""
    if left_out is None:
        return part
    left = part.inside & ~left_out[part.box.slices]
    if np.count_nonzero(left) < 0.3 * part.area:
        return None
    return Suggestion.of(part.kind, left, (part.box.top, part.box.left), part.score)
