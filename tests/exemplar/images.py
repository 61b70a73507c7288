"""Small images of which it is known how the hole should be filled."""

from __future__ import annotations

from typing import Any

import numpy as np

from inpaint_studio.opencv import cv2


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


def bar(inside: tuple[int, int, int], outside: tuple[int, int, int], size: tuple[int, int]) -> tuple[Any, Any]:
    """Return 400 x 600 x 3 uint8 with a flat bar of 100 x 400 px, and a hole of `size` px in its middle."""
    image = np.full((400, 600, 3), outside, np.uint8)
    image[150:250, 100:500] = inside
    hole = np.zeros((400, 600), bool)
    top, left = 200 - size[0] // 2, 300 - size[1] // 2
    hole[top : top + size[0], left : left + size[1]] = True
    return image, hole


def shapes(seed: int) -> tuple[Any, Any]:
    """Return 300 x 400 x 3 uint8 of 4 to 8 smooth-edged flat shapes; and a hole with 12 px of one colour around it."""
    random = np.random.default_rng(seed)
    while True:
        image = np.empty((300, 400, 3), np.uint8)
        image[:] = random.integers(0, 256, 3)
        for _ in range(random.integers(4, 9)):
            colour = tuple(int(value) for value in random.integers(0, 256, 3))
            middle, half = random.integers((0, 0), (400, 300)), random.integers(20, 120, 2)
            if random.random() < 0.5:
                cv2.ellipse(image, middle.tolist(), half.tolist(), 0, 0, 360, colour, -1, cv2.LINE_AA)
            else:
                corners = (middle + random.integers(-150, 151, (3, 2))).astype(np.int32)
                cv2.fillPoly(image, [corners], colour, cv2.LINE_AA)
        for _ in range(50):
            height, width = random.integers(20, 121, 2)
            top, left = random.integers(12, 288 - height), random.integers(12, 388 - width)
            around = image[top - 12 : top + height + 12, left - 12 : left + width + 12].reshape(-1, 3)
            if (around == around[0]).all():
                hole = np.zeros((300, 400), bool)
                hole[top : top + height, left : left + width] = True
                return image, hole


def page(margin: int, seed: int) -> tuple[Any, Any]:
    """Return 260 x 400 x 3 uint8: lines of letters on light paper with noise 1.5, brightness 245.

    And a hole of 44 x 230 px in a blank gap, with `margin` px of paper above and below.
    """
    random = np.random.default_rng(seed)
    image = np.full((260, 400), 245, np.uint8)
    gap = 44 + 2 * margin
    baselines = [*range(130 - gap // 2 - 4, 0, -22), *range(130 + gap // 2 + 13, 260, 22)]
    for baseline in baselines:
        letters = "".join(chr(97 + each) if each < 26 else " " for each in random.integers(0, 31, 60))
        cv2.putText(image, letters, (10, baseline), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 40, 1, cv2.LINE_AA)
    noisy = image[..., None] + random.normal(0, 1.5, (260, 400, 3))
    hole = np.zeros((260, 400), bool)
    hole[108:152, 85:315] = True
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8), hole
