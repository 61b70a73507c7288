"""A flow as an image file: its colours over the dimmed photo, and a legend in a corner."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inpaint_studio.engine.flow.colours import Style, colour, draw_legend
from inpaint_studio.engine.flow.flow import Flow
from inpaint_studio.engine.flow.kinds import Kind, count_kinds
from inpaint_studio.engine.flow.shown import ShownFlow, longest_offset
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.encoding import save
from inpaint_studio.engine.photo.meta import Meta
from inpaint_studio.errors import PhotoError
from inpaint_studio.texts import tr

Bytes = NDArray[np.uint8]

_GAP = 0.02  # of the width, between two flows side by side
_BACKGROUND = 40  # grey value where there is no photo
_SMALLEST = 160  # px: an image whose shorter side is smaller gets no legend
_PLATE = (24, 24, 24, 224)  # RGBA
_INK = (236, 236, 236, 255)  # RGBA


def write_png(flow: Flow, path: str | Path, photo: Bytes | None = None, style: Style = "papers") -> None:
    """Save the colours of `flow` over the dimmed photo (H x W x 3|4 uint8; plain grey if None), with a legend.

    Raises PhotoError where the file cannot be written or has another suffix than .png.
    """
    path = Path(path)
    if path.suffix.lower() != ".png":
        raise PhotoError(
            tr("{name} is no name for a flow; use .png for its picture or .flo for its numbers.", name=path.name)
        )
    save(draw_flow(flow, photo, style), False, Meta(), path)


def write_pngs(shown: Sequence[ShownFlow], path: Path, style: Style = "papers") -> None:
    """Save several flows of one photo as `write_png` does, side by side; equal colours mean equal offsets.

    Raises PhotoError.
    """
    longest = longest_offset(shown)
    drawn = [draw_flow(each.flow, each.pixels, style, longest) for each in shown]
    gap = np.full((drawn[0].shape[0], max(2, round(_GAP * drawn[0].shape[1])), 3), _BACKGROUND, np.uint8)
    parts = [part for each in drawn for part in (gap, each)][1:]
    save(np.ascontiguousarray(np.hstack(parts)), False, Meta(), path)


def draw_flow(flow: Flow, photo: Bytes | None, style: Style = "papers", longest: float | None = None) -> Bytes:
    """Draw `flow` over `photo` (H x W x 3|4) as H x W x 3 uint8, the legend in the corner where it hides least.

    `longest` is the length in px that has the strongest colour (None: the longest offset).
    """
    longest = flow.longest_offset() if longest is None else longest
    height, width = flow.shape
    canvas = np.full((height, width, 3), _BACKGROUND, np.uint8) if photo is None else _dim(photo)
    part = canvas[flow.box.slices]
    np.copyto(part, colour(flow, longest, style)[..., :3], where=flow.hole[..., None])
    if min(height, width) >= _SMALLEST:
        drawn = Kind.DRAWN in count_kinds(flow)
        plate = draw_plate(int(np.clip(min(height, width) // 5, 72, 480)), longest, style, drawn)
        _blend(canvas, plate, _choose_corner(flow, plate.shape[0], plate.shape[1]))
    return canvas


def draw_plate(size: int, longest: float, style: Style = "papers", drawn: bool = False) -> Bytes:
    """Draw the legend on a dark plate with the length in px of its rim below it; `drawn`: explain what is grey, too.

    Returns h x w x 4 uint8 RGBA, about `size` px wide.
    """
    margin = max(6, size // 12)
    letters = max(10, size // 9)
    wheel = size - 2 * margin
    texts = [tr("{longest:.0f} px", longest=longest), *(["grey: drawn"] if drawn else [])]
    plate = Image.new("RGBA", (size, size + len(texts) * letters + margin // 2), (0, 0, 0, 0))
    draw = ImageDraw.Draw(plate)
    draw.rounded_rectangle((0, 0, plate.width - 1, plate.height - 1), margin, fill=_PLATE)
    disc = Image.fromarray(draw_legend(wheel, style))
    plate.alpha_composite(disc, (margin, margin))
    for number, text in enumerate(reversed(texts)):
        place = (size / 2, plate.height - margin / 2 - (number + 0.5) * letters - 1)
        draw.text(place, text, fill=_INK, font=ImageFont.load_default(letters), anchor="mm")
    return np.asarray(plate)


def _dim(photo: Bytes) -> Bytes:
    """Return the photo in dark greys, so that only the flow has colours."""
    canvas = np.empty((*photo.shape[:2], 3), np.uint8)
    for top in range(0, photo.shape[0], 256):
        rows = photo[top : top + 256].astype(np.uint16)
        light = (77 * rows[..., 0] + 150 * rows[..., 1] + 29 * rows[..., 2]) >> 8
        canvas[top : top + 256] = (14 + light * 115 // 255)[..., None]
    return canvas


def _choose_corner(flow: Flow, height: int, width: int) -> Box:
    """Return where a plate of this size hides the fewest filled pixels; the lower right corner if all are equal."""
    gap = max(4, height // 16)
    low, right = flow.shape[0] - height - gap, flow.shape[1] - width - gap
    places = [Box(y, x, y + height, x + width) for y, x in ((low, right), (low, gap), (gap, right), (gap, gap))]
    return min(places, key=lambda place: _count_hidden(flow, place))


def _count_hidden(flow: Flow, place: Box) -> int:
    shared = place.intersection(flow.box)
    return int(np.count_nonzero(flow.hole[shared.shift(-flow.box.top, -flow.box.left).slices]))


def _blend(canvas: Bytes, plate: Bytes, place: Box) -> None:
    """Blend `plate` (RGBA) onto `canvas` at `place`."""
    below = canvas[place.slices]
    share = plate[..., 3:].astype(np.uint16)
    below[:] = (plate[..., :3] * share + below * (255 - share) + 127) // 255
