"""Divide a drawing into its ground, which has one colour, and the ink on it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.packed import most_frequent
from inpaint_studio.opencv import cv2

GROUND = 0.6  # of the pixels looked at, at least so many have the ground's colour
# Levels of 255 by which noise and JPEG compression change a ground of one colour; beside strokes JPEGs ring, by up to
# `RINGING` of the strongest stroke. Measured on lines saved with qualities from 60 on.
DAMAGE = 12
RINGING = 0.15
PALE = 48.0  # levels of 255: in a damaged drawing, paler strokes are no strokes
BLOCK = 8  # px: JPEGs ring as far from a stroke as its block reaches
# Of the pixels farther from any stroke, at most so many may differ by more than damage does: a surface in a photo, such
# as dark fur or sand, varies everywhere (there 15 to 20 % do), a ground does not (below 1 % in drawings with noise).
UNEVEN = 0.03
SAMPLE = 16_384  # of the pixels looked at, from which the ground is found
SMALL = 24  # px: height and width of the largest letters that a hole may cut
Plane = NDArray[np.bool_]


class Sketch(NamedTuple):
    """What a drawing consists of."""

    ground: NDArray[np.uint8]  # 3
    exact: bool  # whether what has another colour is ink; else the drawing was compressed
    ink: NDArray[np.float32]  # H x W x 3: colours above the ground's, 0 where there is none
    inked: Plane  # H x W, True where there is ink


def divide(image: NDArray[np.uint8], known: Plane) -> list[Sketch]:
    """Divide `image` (H x W x 3) where it is `known` (H x W): as an exact drawing, and as one that was compressed.

    Returns those that it may be, the exact one first, or [] where most of it has no one colour.
    """
    places = np.flatnonzero(known)
    pixels = image.reshape(-1, 3)[places[:: max(1, places.size // SAMPLE)]]
    channels = np.ascontiguousarray(pixels.T.astype(np.int16))
    usual = np.median(channels, axis=1).astype(np.uint8)
    if (np.abs(channels - usual[:, None]) <= DAMAGE).all(axis=0).mean() < GROUND:
        return []  # then no colour is so frequent either: it would be the median
    ground, share = most_frequent(pixels)
    found = []
    if share >= GROUND:
        ink, strength = _above(image, ground, known)
        found.append(Sketch(ground, True, ink, strength > 0))
    ink, strength = _above(image, usual, known)
    strongest = float(strength.max(initial=0))
    if strongest >= PALE:
        inked = strength > max(2 * DAMAGE, RINGING * strongest)
        away = cv2.distanceTransform((~inked).view(np.uint8), cv2.DIST_L2, 3)
        ground_alone = strength[known & (away > BLOCK)]
        if ground_alone.size and (ground_alone > DAMAGE).mean() > UNEVEN:
            return found
        found.append(Sketch(usual, False, np.where(inked[..., None], ink, np.float32(0)), inked))
    return found


def _above(
    image: NDArray[np.uint8], ground: NDArray[np.uint8], known: Plane
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return by how much known pixels differ from the ground, H x W x 3, and the largest channel of that, H x W."""
    ink = image.astype(np.float32) - ground.astype(np.float32)
    ink[~known] = 0
    return ink, np.asarray(np.abs(ink).max(axis=2), np.float32)


def find_letters(inked: Plane, hole: Plane) -> Plane:
    """Mark the ink of small things such as letters, up to `SMALL` px high and wide; they end where a hole cuts them."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((inked & ~hole).view(np.uint8), connectivity=8)
    small = np.zeros(count, np.bool_)
    small[1:] = (stats[1:, cv2.CC_STAT_WIDTH] <= SMALL) & (stats[1:, cv2.CC_STAT_HEIGHT] <= SMALL)
    return np.asarray(small[labels])
