"""Small images of which it is known how the hole should be filled."""

from __future__ import annotations

import numpy as np


def disc(height: int, width: int, radius: int) -> np.ndarray:
    """Return H x W bool, True in a disc in the middle."""
    rows, columns = np.ogrid[:height, :width]
    return (rows - height // 2) ** 2 + (columns - width // 2) ** 2 <= radius**2


def texture(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Return H x W x 3 uint8 of soft random blobs, greenish."""
    random = np.random.default_rng(seed)
    field = random.standard_normal((height, width))
    for axis in (0, 1):
        field = sum(np.roll(field, shift, axis) for shift in (-2, -1, 0, 1, 2)) / 5
    field = (field - field.min()) / np.ptp(field)
    return (field[..., None] * (90, 160, 60) + (30, 60, 20)).astype(np.uint8)


def stripes(height: int, width: int) -> np.ndarray:
    """Return H x W x 3 uint8 of diagonal stripes, 12 px apart."""
    rows, columns = np.mgrid[:height, :width]
    wave = np.sin((rows + 2 * columns) * (2 * np.pi / 24))
    return (128 + 90 * wave[..., None] * (1.0, 0.7, -0.5)).astype(np.uint8)


def edge(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a bright area over a dark one, divided by a wave, with grain; and the wave's row at every column."""
    wave = height / 2 + height / 8 * np.sin(np.arange(width) / 45)
    below = np.arange(height)[:, None] > wave
    clean = np.where(below[..., None], np.array([40, 90, 60]), np.array([200, 180, 90]))
    grain = np.random.default_rng(0).normal(0, 6, clean.shape)
    return np.clip(clean + grain, 0, 255).astype(np.uint8), wave


def dusk(height: int, width: int) -> np.ndarray:
    """Return H x W x 3 uint8: a sky that changes its colour slowly in both directions, with a little grain."""
    rows, columns = np.mgrid[:height, :width]
    down, across = rows / height, columns / width
    clean = np.stack([60 + 120 * across, 50 + 140 * down, 200 - 100 * across], -1)
    return np.clip(clean + np.random.default_rng(0).normal(0, 3, clean.shape), 0, 255).astype(np.uint8)


def rings(height: int, width: int) -> np.ndarray:
    """Return H x W x 3 uint8: rings around a place beside the middle, about 16 px wide, with grain."""
    rows, columns = np.mgrid[:height, :width].astype(float)
    wave = np.sign(np.sin(np.hypot(rows - height / 2 - 10, columns - width / 2 + 5) / 5))
    clean = 128 + 90 * wave[..., None] * np.array([1, 0.7, 0.4])
    return np.clip(clean + np.random.default_rng(1).normal(0, 6, clean.shape), 0, 255).astype(np.uint8)


def lit(height: int, width: int) -> np.ndarray:
    """Return H x W x 3 uint8: the blobs of `texture`, half as bright at the left, brighter at the right."""
    light = 0.5 + np.arange(width) / width
    return np.clip(texture(height, width, 3) * light[None, :, None], 0, 255).astype(np.uint8)


def halves(height: int, width: int) -> np.ndarray:
    """Return H x W x 3 uint8: green blobs at the left and brighter blue ones at the right of a slanting line."""
    rows, columns = np.mgrid[:height, :width]
    left, right = texture(height, width, 1).astype(int), texture(height, width, 2)[..., ::-1].astype(int) + 60
    return np.where((columns + 0.4 * rows < width / 2 + height / 5)[..., None], left, right).astype(np.uint8)
