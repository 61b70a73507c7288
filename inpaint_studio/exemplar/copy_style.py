"""Fill a hole with the user's choices of where pieces come from and how they may be changed: light and mirror image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar import adaptation, mirroring, pyramid
from inpaint_studio.exemplar.cutout import fill_cutout
from inpaint_studio.exemplar.fill import Draw, Filled, fill
from inpaint_studio.exemplar.planes import as_bytes
from inpaint_studio.exemplar.pyramid import Image


@dataclass(frozen=True)
class CopyStyle:
    """What may be done to copied pieces: `adaptation` in [0, 1] is how much of the light is evened out."""

    adaptation: float = 0.0
    mirror: bool = False


PLAIN = CopyStyle()


def fill_in_style(
    image: Image,
    hole: NDArray[np.bool_],
    style: CopyStyle,
    *,
    lines: NDArray[np.uint8] | None = None,
    donors: NDArray[np.bool_] | None = None,
    draw: Draw | None = None,
    fine: NDArray[np.float32] | None = None,
    **choices: Any,
) -> Filled:
    """Fill `hole` as `exemplar.fill.fill` does, whose arguments these are, in the way of `style`.

    With `PLAIN` it is that fill, bit for bit. Of an image with opacity (H x W x 4, see `cutout`) the light is not
    evened out: its invisible parts have none. `fine` are the levels of an image without opacity, see `fill`.
    """
    if style == PLAIN or not hole.any():
        return _fill(image, hole, lines=lines, donors=donors, draw=draw, fine=fine, **choices)
    plane = as_bytes(hole)
    light = None
    if style.adaptation > 0 and image.shape[2] == 3:
        blocked = plane if donors is None else as_bytes(hole | donors)
        light = adaptation.find_light(image, plane, blocked, style.adaptation)
    even = image if light is None else light.even_out(image)
    even_levels = fine if light is None or fine is None else light.even_out(fine)
    if style.mirror:
        filled = _fill_mirrored(even, hole, lines, donors, draw, even_levels, choices)
    else:
        filled = _fill(even, hole, lines=lines, donors=donors, draw=draw, fine=even_levels, **choices)
    if light is None:
        return filled
    levels = None if fine is None or filled.fine is None else light.put_back(filled.fine, fine, plane)
    return filled._replace(image=light.put_back(filled.image, image, plane), fine=levels)


def _fill(image: Image, hole: NDArray[np.bool_], fine: NDArray[np.float32] | None, **arguments: Any) -> Filled:
    if image.shape[2] == 3:
        return fill(image, hole, fine=fine, **arguments)
    return fill_cutout(image, hole, **arguments)


def _fill_mirrored(
    image: Image,
    hole: NDArray[np.bool_],
    lines: NDArray[np.uint8] | None,
    donors: NDArray[np.bool_] | None,
    draw: Draw | None,
    fine: NDArray[np.float32] | None,
    choices: dict[str, Any],
) -> Filled:
    """Fill the photo beside which its mirror image lies, and return the photo."""
    width = hole.shape[1]
    steps = pyramid.steps_for(as_bytes(hole))
    unfolded = mirroring.unfold(image, hole, donors, lines, steps)
    both = None if fine is None else mirroring.unfold(fine, hole, donors, lines, steps).image

    def draw_unfolded() -> NDArray[np.float32] | None:
        drawn = None if draw is None else draw()
        return None if drawn is None else mirroring.widen_picture(drawn, unfolded)

    arguments: dict[str, Any] = {
        "lines": unfolded.lines,
        "donors": unfolded.donors,
        "draw": draw_unfolded,
        "fine": both,
    }
    filled = _fill(unfolded.image, unfolded.hole, **arguments, **choices)
    return filled._replace(
        image=np.ascontiguousarray(filled.image[:, :width]),
        sources=mirroring.fold_sources(filled.sources, hole, unfolded),
        weight=np.ascontiguousarray(filled.weight[:, :width]),
        fine=None if filled.fine is None else np.ascontiguousarray(filled.fine[:, :width]),
    )
