"""Fill a hole with the user's choices of where pieces come from and how they may be changed: light and mirror image."""

from __future__ import annotations

from collections.abc import Callable
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
    **choices: Any,
) -> Filled:
    """Fill `hole` as `exemplar.fill.fill` does, whose arguments these are, in the way of `style`.

    With `PLAIN` it is that fill, bit for bit. Of an image with opacity (H x W x 4, see `cutout`) the light is not
    evened out: its invisible parts have none.
    """
    if style == PLAIN or not hole.any():
        return _filler(image)(image, hole, lines=lines, donors=donors, draw=draw, **choices)
    plane = as_bytes(hole)
    light = None
    if style.adaptation > 0 and image.shape[2] == 3:
        blocked = plane if donors is None else as_bytes(hole | donors)
        light = adaptation.find_light(image, plane, blocked, style.adaptation)
    even = image if light is None else light.even_out(image)
    if style.mirror:
        filled = _fill_mirrored(even, hole, lines, donors, draw, choices)
    else:
        filled = _filler(image)(even, hole, lines=lines, donors=donors, draw=draw, **choices)
    return filled if light is None else filled._replace(image=light.put_back(filled.image, image, plane))


def _filler(image: Image) -> Callable[..., Filled]:
    return fill if image.shape[2] == 3 else fill_cutout


def _fill_mirrored(
    image: Image,
    hole: NDArray[np.bool_],
    lines: NDArray[np.uint8] | None,
    donors: NDArray[np.bool_] | None,
    draw: Draw | None,
    choices: dict[str, Any],
) -> Filled:
    """Fill the photo beside which its mirror image lies, and return the photo."""
    width = hole.shape[1]
    unfolded = mirroring.unfold(image, hole, donors, lines, pyramid.steps_for(as_bytes(hole)))

    def draw_unfolded() -> NDArray[np.float32] | None:
        drawn = None if draw is None else draw()
        return None if drawn is None else mirroring.widen_picture(drawn, unfolded)

    arguments = {"lines": unfolded.lines, "donors": unfolded.donors, "draw": draw_unfolded, **choices}
    filled = _filler(image)(unfolded.image, unfolded.hole, **arguments)
    return filled._replace(
        image=np.ascontiguousarray(filled.image[:, :width]),
        sources=mirroring.fold_sources(filled.sources, hole, unfolded),
        weight=np.ascontiguousarray(filled.weight[:, :width]),
    )
