"""A flow as a picture to keep: its colours over the dimmed photo, and the wheel that explains them in a corner."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inpaint_studio.engine.flow import flow as flows
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.encoding import save
from inpaint_studio.engine.photo.photo import Meta
from inpaint_studio.errors import PhotoError

Bytes = NDArray[np.uint8]

_GROUND = 40  # grey where no photo is given
_SMALLEST = 160  # px of the shorter side from which a legend fits in
_PLATE = (24, 24, 24, 224)
_INK = (236, 236, 236, 255)


def picture(flow: flows.Flow, photo: Bytes | None, style: flows.Style = "ours") -> Bytes:
    """H x W x 3 uint8: `flow` over `photo` (H x W x 3|4), with the legend in the corner that hides least of it."""
    height, width = flow.shape
    canvas = np.full((height, width, 3), _GROUND, np.uint8) if photo is None else _dimmed(photo)
    part = canvas[flow.box.slices]
    np.copyto(part, flows.colour(flow, style=style)[..., :3], where=flow.hole[..., None])
    if min(height, width) >= _SMALLEST:
        plate = legend_plate(int(np.clip(min(height, width) // 5, 72, 480)), flow.largest(), style)
        _over(canvas, plate, _corner(flow, plate.shape[0], plate.shape[1]))
    return canvas


def write(rgb: Bytes, path: Path) -> None:
    """Saves such a picture as PNG. Raises PhotoError."""
    if path.suffix.lower() != ".png":
        raise PhotoError(f"{path.name} is no name for a flow; use .png for its picture or .flo for its numbers.")
    save(rgb, False, Meta(), path)


def legend_plate(size: int, longest: float, style: flows.Style = "ours") -> Bytes:
    """The wheel on a dark plate with the length of its rim below, h x w x 4 uint8 RGBA, about `size` px wide."""
    margin = max(6, size // 12)
    letters = max(10, size // 9)
    wheel = size - 2 * margin
    plate = Image.new("RGBA", (size, size + letters + margin // 2), (0, 0, 0, 0))
    draw = ImageDraw.Draw(plate)
    draw.rounded_rectangle((0, 0, plate.width - 1, plate.height - 1), margin, fill=_PLATE)
    disc = Image.fromarray(flows.legend(wheel, style))
    plate.alpha_composite(disc, (margin, margin))
    text = f"{longest:.0f} px"
    place = (size / 2, plate.height - margin / 2 - letters / 2 - 1)
    draw.text(place, text, fill=_INK, font=ImageFont.load_default(letters), anchor="mm")
    return np.asarray(plate)


def _dimmed(photo: Bytes) -> Bytes:
    """The photo as dark greys, so that the colours of the flow are the only ones."""
    canvas = np.empty((*photo.shape[:2], 3), np.uint8)
    for top in range(0, photo.shape[0], 256):
        rows = photo[top : top + 256].astype(np.uint16)
        light = (77 * rows[..., 0] + 150 * rows[..., 1] + 29 * rows[..., 2]) >> 8
        canvas[top : top + 256] = (14 + light * 115 // 255)[..., None]
    return canvas


def _corner(flow: flows.Flow, height: int, width: int) -> Box:
    """Where a plate of this size hides the fewest filled pixels; at the lower right if all are alike."""
    gap = max(4, height // 16)
    low, right = flow.shape[0] - height - gap, flow.shape[1] - width - gap
    places = [Box(y, x, y + height, x + width) for y, x in ((low, right), (low, gap), (gap, right), (gap, gap))]
    return min(places, key=lambda place: _hidden(flow, place))


def _hidden(flow: flows.Flow, place: Box) -> int:
    shared = place.intersection(flow.box)
    return int(np.count_nonzero(flow.hole[shared.shift(-flow.box.top, -flow.box.left).slices]))


def _over(canvas: Bytes, plate: Bytes, place: Box) -> None:
    """Blends `plate` (RGBA) onto `canvas` at `place`."""
    below = canvas[place.slices]
    share = plate[..., 3:].astype(np.uint16)
    below[:] = (plate[..., :3] * share + below * (255 - share) + 127) // 255
