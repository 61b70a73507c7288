"""Images made for tests: small, textured, the same every time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Plane = NDArray[np.bool_]


def photo(height: int, width: int, channels: int = 3, seed: int = 0) -> Bytes:
    """Make a shaded, noisy H x W x `channels` image. An alpha channel is opaque."""
    noise = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    shade = np.stack([60 + 40 * np.sin(y / 7), 80 + 40 * np.cos(x / 9), 90 + 30 * np.sin((x + y) / 11)], axis=2)
    pixels = np.clip(shade + noise.normal(0, 12, shade.shape), 0, 255).astype(np.uint8)
    if channels == 4:
        return np.dstack([pixels, np.full((height, width), 255, np.uint8)])
    return pixels


def grey_photo(height: int, width: int, seed: int = 0) -> Bytes:
    """Make a noisy H x W x 3 image with equal channels."""
    return np.repeat(photo(height, width, seed=seed)[..., :1], 3, axis=2)


def disc(height: int, width: int, radius: float | None = None) -> Plane:
    """Make a round hole in the middle, neither empty nor the whole image (unless that has one pixel)."""
    y, x = np.mgrid[:height, :width]
    if radius is None:
        radius = max(0.5, min(height, width) / 4)
    return np.asarray((y - height // 2) ** 2 + (x - width // 2) ** 2 < radius**2)


def frame(height: int, width: int, thickness: int = 3) -> Plane:
    """Make a hole along all four borders."""
    hole = np.ones((height, width), bool)
    hole[thickness:-thickness, thickness:-thickness] = False
    return hole
