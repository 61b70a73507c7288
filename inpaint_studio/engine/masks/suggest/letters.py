"""Parts of a photo that may be letters: thin strokes of one width and one colour that stand out.

The stroke width (Epshtein, Ofek and Wexler 2010, "Detecting text in natural scenes with stroke width transform") is
taken from the distance to the border of the part, at the ridges of that distance, which is the same for one stroke.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.suggest.suggestion import Plane, widen
from inpaint_studio.engine.masks.suggest.working_image import WorkingImage
from inpaint_studio.opencv import cv2

Floats = NDArray[np.float32]

LEAST_CONTRAST = 38.0  # levels of one channel: stamps and captions are made to be read
LOWEST, HIGHEST = 7, 60  # px of the height of a letter: "small text"
_WIDEST_STROKE = 9  # px
_MOST = 6000  # parts; more is a texture
_FILL = 0.12, 0.80  # of the box of a letter that its strokes cover
_EVEN = 0.42  # the largest standard deviation of the stroke width, against the mean
_ONE_COLOUR = 0.30  # the largest standard deviation of the colour along the strokes, against the contrast


@dataclass(frozen=True)
class Letter:
    """A part that may be a letter."""

    box: Box
    inside: Plane  # box.height x box.width
    stroke: float  # px of the width of its strokes
    colour: NDArray[np.float32]  # RGB, the mean along its strokes
    contrast: float  # levels of the channel that differs most from the ring round the part


def find_parts(image: WorkingImage, sign: int) -> list[tuple[Box, Plane]]:
    """Find parts of the size of a letter that are darker (`sign` 1) or brighter (-1) than what is round them."""
    return [(box, labels[box.slices] == label) for label, box, labels in _components(_stand_out(image, sign))]


def find_letters(image: WorkingImage, parts: Sequence[tuple[Box, Plane]]) -> list[Letter]:
    """Return those of `parts` that are made of strokes of one width and one colour."""
    return [letter for box, inside in parts if (letter := _letter(image, box, inside)) is not None]


def _stand_out(image: WorkingImage, sign: int) -> Plane:
    """Return where a channel is much darker or brighter than a closing or opening wider than a stroke makes it.

    Half of the local contrast is the border of a stroke, whatever the contrast is.
    """
    side = 2 * _WIDEST_STROKE + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    dark = cv2.morphologyEx(image.colours, cv2.MORPH_BLACKHAT, kernel).max(axis=2)
    bright = cv2.morphologyEx(image.colours, cv2.MORPH_TOPHAT, kernel).max(axis=2)
    # An orange stroke on blue is brighter in red and darker in blue: the channel with most contrast decides.
    height = np.where(dark > bright, dark, 0) if sign > 0 else np.where(bright >= dark, bright, 0)
    near = cv2.dilate(height, cv2.getStructuringElement(cv2.MORPH_RECT, (7, 7)))
    out: Plane = (height > 0.5 * near) & (height > 0.5 * LEAST_CONTRAST) & (near > LEAST_CONTRAST)
    return out


def _components(plane: Plane) -> list[tuple[int, Box, NDArray[np.int32]]]:
    """Return the connected parts of the size of a letter."""
    count, found, stats, _ = cv2.connectedComponentsWithStats(plane.view(np.uint8), connectivity=8, ltype=cv2.CV_32S)
    labels = np.asarray(found, np.int32)
    left, top, width, height, area = stats.T
    tall = np.maximum(width, height)
    kept = (tall >= LOWEST) & (tall <= HIGHEST) & (area >= 8) & (area <= _FILL[1] * 1.25 * width * height)
    kept |= (tall >= LOWEST) & (tall <= HIGHEST) & (np.minimum(width, height) * 3 <= tall)  # "1", "l", "-"
    kept &= area >= _FILL[0] * width * height
    kept[0] = False
    chosen = np.flatnonzero(kept)
    if count > 12 * _MOST or len(chosen) > _MOST:
        return []
    return [
        (int(n), Box(int(top[n]), int(left[n]), int(top[n] + height[n]), int(left[n] + width[n])), labels)
        for n in chosen
    ]


def _letter(image: WorkingImage, box: Box, inside: Plane) -> Letter | None:
    if box.pad(3).clip(*image.shape) != box.pad(3):  # a part at the border may go on outside
        return None
    framed = np.pad(inside, 1).view(np.uint8)
    away = cv2.distanceTransform(framed, cv2.DIST_L2, 3)
    ridge = (away >= cv2.dilate(away, np.ones((3, 3), np.uint8)) - 1e-3) & (away > 0)
    widths = 2 * away[ridge] - 0.5
    stroke = float(widths.mean())
    if stroke > _WIDEST_STROKE or float(widths.std()) > max(0.5, _EVEN * stroke):
        return None
    if max(box.height, box.width) < 2.2 * stroke:
        return None
    around = box.pad(3)
    wide = np.pad(inside, 3)
    ring = widen(wide, 3) & ~widen(wide)
    colours = image.colours[around.slices]
    core = colours[np.pad(ridge[1:-1, 1:-1], 3)]
    colour, outside = core.mean(0), np.median(colours[ring], axis=0)
    contrast = float(np.abs(colour - outside).max())
    if contrast < LEAST_CONTRAST or float(core.std(0).max()) > max(14.0, _ONE_COLOUR * contrast):
        return None
    return Letter(box, inside, stroke, colour, contrast)
