"""The pixels of a photo that a training reads, with its label map, and the parts and squares that it learns from."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.opencv import cv2
from training.data.masks import Random

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


def cut_square(random: Random, photo: PhotoPixels, size: int) -> tuple[Bytes, Bytes | None]:
    """Return a square at a random place, scaled to `size`, with its label map.

    Its side is between `size` and the photo's shorter side.
    """
    height, width = photo.pixels.shape[:2]
    largest = min(height, width)
    least = min(size, largest)
    side = round(float(np.exp(random.uniform(np.log(least), np.log(largest + 1e-9)))))
    top, left = (int(random.integers(0, length - side + 1)) for length in (height, width))
    place = slice(top, top + side), slice(left, left + side)
    part, labels = photo.pixels[place], None if photo.labels is None else photo.labels[place]
    if side == size:
        return part.copy(), None if labels is None else labels.copy()
    method = cv2.INTER_AREA if side > size else cv2.INTER_CUBIC
    image = np.asarray(cv2.resize(part, (size, size), interpolation=method), np.uint8)
    if labels is None:
        return image, None
    # The middle pixel of each: a mean of numbers of classes would be another class.
    return image, np.asarray(cv2.resize(labels, (size, size), interpolation=cv2.INTER_NEAREST_EXACT), np.uint8)
