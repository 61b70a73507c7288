"""What is shown of a fill to others: its flow over the filled photo; and the parts that page and figure share."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inpaint_studio.engine.flow.flow import Flow, Plane
from inpaint_studio.engine.flow.kinds import describe_kinds

Bytes = NDArray[np.uint8]

_MATTE = 40  # grey value under transparent pixels
_QUALITY = 88  # of JPEG
_DONORS = (255, 176, 0)  # the colour of what must not be copied from, as in the window
_HATCH = 8  # px of the shown mask from one stroke of the hatching to the next
_MASK_SIDE = 800  # px, the longer side of the shown mask
# px of the longer side of an embedded picture, for one flow and for two beside each other
_SIDES = {1: 1600, 2: 1100}


@dataclass(frozen=True, eq=False)
class ShownFlow:
    """A flow as it is shown, alone or beside another one of the same photo."""

    flow: Flow
    pixels: Bytes  # H x W x 3|4, the photo with the fill
    title: str = ""  # in a few words, such as the model's name; from outside, so not trusted
    donors: Plane | None = None  # H x W, what must not be copied from; None: nothing was marked

    @property
    def kind(self) -> str:
        """How its pixels were made, as a sentence."""
        return describe_kinds(self.flow)


class Picture:
    """A photo scaled down for a page: its size in px, and its file as a data address."""

    def __init__(self, pixels: Bytes, side: int) -> None:
        """Scale `pixels` (H x W x 3|4) so that the longer side is at most `side` px, onto grey where transparent."""
        image = Image.fromarray(_opaque(pixels))
        image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
        self.width, self.height = image.size
        self.address = data_address(image, "JPEG", quality=_QUALITY)


def picture_side(count: int) -> int:
    """Return the longer side in px of each of `count` embedded pictures."""
    return _SIDES[min(count, max(_SIDES))]


def data_address(image: Image.Image, kind: str, **options: Any) -> str:
    """Return `image` as a "data:" address, which holds the whole file of `kind` ("PNG" or "JPEG")."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(stream.getvalue()).decode('ascii')}"


def hatch(donors: Plane) -> str:
    """Return the address of an image that hatches `donors` (H x W) and is transparent elsewhere."""
    step = max(1, -(-max(donors.shape) // _MASK_SIDE))
    small: NDArray[Any] = donors[::step, ::step]
    y, x = np.indices(small.shape)
    image = np.zeros((*small.shape, 4), np.uint8)
    image[small] = (*_DONORS, 40)
    image[small & ((y + x) % _HATCH < 2)] = (*_DONORS, 130)
    return data_address(Image.fromarray(image), "PNG", optimize=True)


def longest_offset(shown: Sequence[ShownFlow]) -> float:
    """Return the length in px of the longest offset of all, so that equal colours mean equal offsets."""
    return max(each.flow.longest_offset() for each in shown)


def _opaque(pixels: Bytes) -> Bytes:
    """Return H x W x 3, transparent pixels mixed with grey."""
    if pixels.shape[2] == 3:
        return pixels
    opaque = np.empty((*pixels.shape[:2], 3), np.uint8)
    for top in range(0, pixels.shape[0], 256):
        rows = pixels[top : top + 256].astype(np.uint16)
        share = rows[..., 3:]
        opaque[top : top + 256] = (rows[..., :3] * share + _MATTE * (255 - share) + 127) // 255
    return opaque
