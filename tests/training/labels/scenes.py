"""Photos of two materials, smooth blue above and rough green below, with the label map that this makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inpaint_studio.engine.photo.label_map import write_label_map
from inpaint_studio.models.base.interface import LabelClass

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


def write_maps(folder: Path, count: int, names: tuple[str, ...] = (), numbers: tuple[int, int] = (1, 2)) -> list[Path]:
    """Write the label maps of `write_scenes`, the upper part and the lower one in these numbers; named if `names`."""
    folder.mkdir(exist_ok=True, parents=True)
    for number in range(count):
        labels = np.array([0, *numbers], np.uint8)[scene(96, 120, number)[1]]
        path = folder / f"{number}.png"
        if names:
            write_label_map(path, labels, [LabelClass(name, (40 * at, 90, 200)) for at, name in enumerate(names)])
        else:
            Image.fromarray(labels).save(path)
    return sorted(folder.iterdir())
