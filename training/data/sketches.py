"""Sketches to train on: lines like a hand's, made from the edges of a photo.

A network that only ever saw exact edges does not understand drawn ones. So the edges are thresholded, thinned out,
broken, shifted and thickened at random, as people leave lines out, miss them and press harder.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.opencv import cv2
from training.data.masks import Random

_FAINTEST = 4.0  # of Sobel's gradient of 8-bit greys, below which there is nothing to draw


@dataclass(frozen=True)
class Hand:
    """How far a drawn line strays from the edge it means; px at 256 px of the shorter side."""

    blur: tuple[float, float] = (1.0, 3.0)  # before edges are looked for: a hand draws outlines, not texture
    threshold: tuple[float, float] = (0.80, 0.95)  # quantile of the gradient from which on an edge counts
    shortest: tuple[float, float] = (6.0, 24.0)  # px; shorter lines are left out
    left_out: tuple[float, float] = (0.0, 0.5)  # share of the lines that are not drawn
    jitter: float = 2.0  # px a line strays
    wavelength: float = 24.0  # px over which it strays the other way
    thick: tuple[int, int] = (1, 3)  # px


def sketch(random: Random, image: NDArray[np.uint8], hand: Hand | None = None) -> NDArray[np.float32]:
    """Lines 0 or 1, H x W, drawn after `image` (H x W x 3 uint8)."""
    hand = hand or Hand()
    height, width = image.shape[:2]
    scale = min(height, width) / 256
    lines = _edges(random, image, hand, scale)
    lines = _some(random, lines, hand, scale)
    lines = _shaken(random, lines, hand, scale)
    thick = int(random.integers(hand.thick[0], hand.thick[1] + 1))
    if thick > 1:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (thick, thick))
        lines = np.asarray(cv2.dilate(lines, kernel), np.uint8)
    return (lines > 0).astype(np.float32)


def _edges(random: Random, image: NDArray[np.uint8], hand: Hand, scale: float) -> NDArray[np.uint8]:
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    grey = cv2.GaussianBlur(grey, (0, 0), max(0.5, scale * float(random.uniform(*hand.blur))))
    down, across = (cv2.Sobel(grey, cv2.CV_32F, *axis) for axis in ((0, 1), (1, 0)))
    strength = np.abs(down) + np.abs(across)
    # In a picture of large plain parts the quantile may be nothing at all.
    high = max(float(np.quantile(strength, random.uniform(*hand.threshold))), 0.1 * float(strength.max()))
    if high < _FAINTEST:
        return np.zeros(grey.shape, np.uint8)
    return np.asarray(cv2.Canny(grey, 0.4 * high, high), np.uint8)


def _some(random: Random, lines: NDArray[np.uint8], hand: Hand, scale: float) -> NDArray[np.uint8]:
    """Without the short lines, and without some of the others."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= scale * random.uniform(*hand.shortest)
    keep &= random.random(count) >= random.uniform(*hand.left_out)
    keep[0] = False
    return np.asarray(keep[labels].astype(np.uint8) * 255)


def _shaken(random: Random, lines: NDArray[np.uint8], hand: Hand, scale: float) -> NDArray[np.uint8]:
    """Moved by a smooth random field, each line's points together."""
    height, width = lines.shape
    coarse = max(2, round(height / (hand.wavelength * scale))), max(2, round(width / (hand.wavelength * scale)))
    stray = random.normal(0, hand.jitter * scale / 2, (*coarse, 2)).astype(np.float32)
    field = cv2.resize(stray, (width, height), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    moved = cv2.remap(lines, x + field[..., 0], y + field[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray((moved > 96).astype(np.uint8) * 255)
