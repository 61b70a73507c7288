"""Sketches to train on: lines as if drawn by hand, made from the edges of a photo.

A network that is trained with exact edges alone fills badly along drawn lines. So edges are thresholded, left out,
shifted and thickened at random, to look like lines that a user draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.opencv import cv2
from training.data.masks import Random

_WEAKEST = 4.0  # Sobel gradient of 8-bit greys below which there is nothing to draw


@dataclass(frozen=True)
class SketchStyle:
    """How far drawn lines differ from the edges; px are meant for a shorter side of 256 px."""

    blur: tuple[float, float] = (1.0, 3.0)  # px, before edges are found: users draw outlines, not texture
    threshold: tuple[float, float] = (0.80, 0.95)  # quantile of the gradient above which there is an edge
    shortest: tuple[float, float] = (6.0, 24.0)  # px, length below which a line is left out
    left_out: tuple[float, float] = (0.0, 0.5)  # share of the lines that are not drawn
    jitter: float = 2.0  # px, distance of a line from its edge
    wavelength: float = 24.0  # px, distance along a line over which its shift changes direction
    thick: tuple[int, int] = (1, 3)  # px


def draw_sketch(random: Random, image: NDArray[np.uint8], style: SketchStyle | None = None) -> NDArray[np.float32]:
    """Draw lines along the edges of `image` (H x W x 3 uint8); returns H x W float32, 0 or 1."""
    style = style or SketchStyle()
    height, width = image.shape[:2]
    scale = min(height, width) / 256
    lines = _find_edges(random, image, style, scale)
    lines = _leave_out(random, lines, style, scale)
    lines = _shift(random, lines, style, scale)
    thick = int(random.integers(style.thick[0], style.thick[1] + 1))
    if thick > 1:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (thick, thick))
        lines = np.asarray(cv2.dilate(lines, kernel), np.uint8)
    return (lines > 0).astype(np.float32)


def _find_edges(random: Random, image: NDArray[np.uint8], style: SketchStyle, scale: float) -> NDArray[np.uint8]:
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    grey = cv2.GaussianBlur(grey, (0, 0), max(0.5, scale * float(random.uniform(*style.blur))))
    down, across = (cv2.Sobel(grey, cv2.CV_32F, *axis) for axis in ((0, 1), (1, 0)))
    strength = np.abs(down) + np.abs(across)
    # Where most of the image is plain the quantile may be 0.
    high = max(float(np.quantile(strength, random.uniform(*style.threshold))), 0.1 * float(strength.max()))
    if high < _WEAKEST:
        return np.zeros(grey.shape, np.uint8)
    return np.asarray(cv2.Canny(grey, 0.4 * high, high), np.uint8)


def _leave_out(random: Random, lines: NDArray[np.uint8], style: SketchStyle, scale: float) -> NDArray[np.uint8]:
    """Remove the short lines and some of the others."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= scale * random.uniform(*style.shortest)
    keep &= random.random(count) >= random.uniform(*style.left_out)
    keep[0] = False
    return np.asarray(keep[labels].astype(np.uint8) * 255)


def _shift(random: Random, lines: NDArray[np.uint8], style: SketchStyle, scale: float) -> NDArray[np.uint8]:
    """Move the lines by a smooth random field, so that neighbouring points stay together."""
    height, width = lines.shape
    coarse = max(2, round(height / (style.wavelength * scale))), max(2, round(width / (style.wavelength * scale)))
    offset = random.normal(0, style.jitter * scale / 2, (*coarse, 2)).astype(np.float32)
    field = cv2.resize(offset, (width, height), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    moved = cv2.remap(lines, x + field[..., 0], y + field[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray((moved > 96).astype(np.uint8) * 255)
