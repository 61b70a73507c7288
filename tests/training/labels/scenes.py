"""Photos of two materials, smooth blue above and rough green below, with the label map that this makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Bytes = NDArray[np.uint8]


def scene(height: int, width: int, seed: int = 0, detail: int = 1) -> tuple[Bytes, Bytes]:
    """H x W x 3 and H x W, 1 above a slanted border and 2 below it; grains of `detail` px."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[:height, :width]
    below = rows > height * (0.2 + 0.15 * random.random()) + 0.1 * columns
    sky = np.array([110, 150, 220]) - 30 * (rows / height)[..., None]
    grains = random.normal(0, 30, (height // detail + 1, width // detail + 1, 1)).repeat(detail, 0).repeat(detail, 1)
    grass = np.array([70, 110, 40]) + grains[:height, :width]
    pixels = np.where(below[..., None], grass, sky) + random.normal(0, 2, (height, width, 3))
    return np.clip(pixels, 0, 255).astype(np.uint8), np.where(below, 2, 1).astype(np.uint8)


def write_scenes(folder: Path, count: int) -> list[Path]:
    """Write `count` photos of 96 x 120 px as PNG, and return their paths."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        Image.fromarray(scene(96, 120, number)[0]).save(folder / f"{number}.png")
    return sorted(folder.iterdir())
