"""The pixels of a photo that a training reads, with its label map, and the part of them that it learns from."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

# Of a photo that is alone: what is learned from, and what is kept back to measure with.
Part = Literal["whole", "learned", "kept back"]
_LEARNED = 2 / 3  # of the longer side


class PhotoPixels(NamedTuple):
    """The small copy of a photo, or the part of it that is used."""

    pixels: Bytes  # H x W x 3 RGB
    labels: Bytes | None = None  # H x W, its label map where a recipe needs one

    def take_part(self, part: Part) -> PhotoPixels:
        """Return the part of both, see `take_part`."""
        return PhotoPixels(take_part(self.pixels, part), None if self.labels is None else take_part(self.labels, part))


def take_part(pixels: Bytes, part: Part) -> Bytes:
    """Return the part of a photo, H x W or more: of its longer side the first two thirds are learned, the rest not."""
    if part == "whole":
        return pixels
    axis = int(pixels.shape[1] > pixels.shape[0])
    edge = round(_LEARNED * pixels.shape[axis])
    chosen = slice(0, edge) if part == "learned" else slice(edge, None)
    return np.ascontiguousarray(pixels[(slice(None),) * axis + (chosen,)])
