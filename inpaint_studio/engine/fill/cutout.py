"""Photos with transparency: when it belongs to the picture, and how models fill it that know colours alone.

Where a photo is cut out, its opacity is filled like a colour. A model that does not know opacity gets the visible
colours, spread over the invisible parts, and the opacity of its fill is the exemplar filler's. Where all transparent
pixels lie in the hole, the transparency is what shall be filled, and the fill is opaque.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import NoSource
from inpaint_studio.exemplar.planes import find_nearest
from inpaint_studio.models.base.interface import Bytes, Guide, Model, Options, Plane, TicketLike
from inpaint_studio.models.exemplar import model

HALF = 128  # opacity below which a pixel counts as transparent, as in `photo.hole_from_alpha`
EXEMPLAR = model()
_FADED = 16  # opacity below which a colour is not trusted


def is_cutout(pixels: Bytes, hole: Plane) -> bool:
    """Return whether the transparency of H x W x 3|4 `pixels` belongs to the picture outside `hole` (H x W)."""
    if pixels.shape[2] == 3:
        return False
    opacity = pixels[..., 3]
    if not (opacity < 255).any():
        return False
    transparent = opacity < HALF
    if transparent.any() and not (transparent & ~hole).any():
        return False
    return bool(((opacity < 255) & ~hole).any())


def without_hidden(pixels: Bytes) -> Bytes:
    """Return H x W x 4 pixels in which invisible ones are black."""
    shown: Bytes = np.where(pixels[..., 3:] > 0, pixels, 0)
    return shown


def spread_colours(pixels: Bytes, hole: Plane) -> Bytes:
    """Return the colours (H x W x 3) of H x W x 4 pixels; invisible ones get those of the nearest visible pixel.

    Pixels of the hole count as visible, except where nothing else is.
    """
    colours = np.ascontiguousarray(pixels[..., :3])
    hidden = (pixels[..., 3] < _FADED) & ~hole
    if not hidden.any() or (hidden | hole).all():
        return colours
    colours[hidden] = colours[find_nearest(hidden | hole, *np.nonzero(hidden))]
    return colours


def fill_opacity(
    pixels: Bytes,
    hole: Plane,
    filled: Bytes,
    donors: Plane | None,
    options: Options,
    ticket: TicketLike,
    filler: Model = EXEMPLAR,
) -> Bytes:
    """Return `filled` (H x W x 3) with the opacity for `hole` (H x W) of H x W x 4 `pixels`.

    `filler` finds it; it must know opacity. Invisible pixels are black. Where nothing can be copied the fill is opaque.
    Raises what `ticket.report` raises.
    """
    try:
        opacity = filler.fill(pixels, hole, Guide(donors=donors), options, ticket).image[..., 3:]
    except NoSource:
        opacity = np.full((*hole.shape, 1), 255, np.uint8)
    return np.concatenate([np.where(opacity > 0, filled, 0), opacity], axis=2).astype(np.uint8)


def copy_opacity(pixels: Bytes, filled: Bytes, sources: NDArray[np.signedinteger[Any]], box: Box) -> Bytes:
    """Return `filled` (h x w x 3, of `box`) with the opacity of its sources (2 x h x w) in H x W x 4 `pixels`."""
    rows, columns = np.mgrid[box.slices]
    rows = np.clip(rows + sources[0], 0, pixels.shape[0] - 1)
    columns = np.clip(columns + sources[1], 0, pixels.shape[1] - 1)
    return np.dstack([filled, pixels[rows, columns, 3]])
