"""Small parts that differ from what is round them: where dust is looked for.

A median over a window that is wider than the parts is the photo without them (Russ, "The Image Processing Handbook",
rank-based background removal). What is left over a threshold, and connected, is a candidate. Large parts are found in
the photo scaled down by 4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.suggest.suggestion import Plane
from inpaint_studio.opencv import cv2

Floats = NDArray[np.float32]

WINDOW = 31  # px of the side of the median's window: parts up to about 20 px are gone
REDUCE = 4  # the scale of the second level
LONGEST_HAIR = 60  # px of the longer side of a part
_FEWEST = 4  # px of a part
_FROM = 0.5  # of the least contrast: where a part ends
_CROWDED = 0.12  # the most of the surroundings that may differ from their background


@dataclass(frozen=True)
class SpotLevel:
    """The brightness at one scale, and what is left of it without its background."""

    light: Floats  # h x w, 0..255
    rest: Floats  # h x w: `light` less the background
    scale: int  # px of the working image a px here


@dataclass(frozen=True)
class Spot:
    """A part that differs from its background."""

    box: Box  # in px of its level
    inside: Plane  # box.height x box.width
    sign: int  # 1: darker than the background


def levels_of(light: Floats) -> list[SpotLevel]:
    """Return the brightness at full size and, where that is large enough, scaled down."""
    height, width = light.shape
    out = [_level(light, 1)]
    if min(height, width) >= 2 * REDUCE * WINDOW:
        small = cv2.resize(light, (width // REDUCE, height // REDUCE), interpolation=cv2.INTER_AREA)
        out.append(_level(np.asarray(small, np.float32), REDUCE))
    return out


def _level(light: Floats, scale: int) -> SpotLevel:
    rounded = np.clip(light + 0.5, 0, 255).astype(np.uint8)
    background = cv2.medianBlur(rounded, WINDOW).astype(np.float32)
    return SpotLevel(light, light - background, scale)


def find_spots(level: SpotLevel, sign: int, least: float, reach: int, most: int) -> list[Spot]:
    """Find at most `most` parts of `least` levels of contrast that do not lie in a crowd, the strongest first.

    `reach`: px within which a crowd is looked for.
    """
    strength = -sign * level.rest
    plane = strength > _FROM * least
    count, found, stats, _ = cv2.connectedComponentsWithStats(plane.view(np.uint8), connectivity=8, ltype=cv2.CV_32S)
    labels = np.asarray(found, np.int32)
    if count < 2:
        return []
    rows, columns = np.nonzero(plane)
    peaks = np.zeros(count, np.float32)
    np.maximum.at(peaks, labels[rows, columns], strength[rows, columns])
    left, top, width, height, area = stats.T
    rest = (np.abs(level.rest) > least).astype(np.float32)
    crowd = cv2.blur(rest, (2 * reach + 1, 2 * reach + 1))
    middle = np.clip(top + height // 2, 0, plane.shape[0] - 1), np.clip(left + width // 2, 0, plane.shape[1] - 1)
    kept = (area >= _FEWEST) & (peaks >= least) & (np.maximum(width, height) <= LONGEST_HAIR)
    kept &= (left > 0) & (top > 0) & (left + width < plane.shape[1]) & (top + height < plane.shape[0])
    kept &= crowd[middle] - area / (2.0 * reach + 1) ** 2 <= _CROWDED
    kept[0] = False
    chosen = np.flatnonzero(kept)
    chosen = chosen[np.argsort(-peaks[chosen], kind="stable")][:most]
    spots = []
    for number in chosen.tolist():
        box = Box(*(int(each[number]) for each in (top, left, top + height, left + width)))
        spots.append(Spot(box, labels[box.slices] == number, sign))
    return spots
