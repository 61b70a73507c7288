"""A photo of grass with a loud disc in its middle, which a test finds on the screen, and how it marks the disc."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.e2e.screen import Screen, wait_until
from tests.exemplar.images import disc, texture

LOUD = (255, 0, 255)
CANVAS = np.s_[:, :960]  # left of the panels, whose colour wheel has every colour


def write_photo(path: Path, height: int = 480, width: int = 640, radius: int = 30) -> None:
    """Write the photo; sizes in px."""
    pixels = texture(height, width)
    pixels[disc(height, width, radius)] = LOUD
    Image.fromarray(pixels).save(path)


def is_loud(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The pixels in the loud colour, or with the hole's overlay half over it."""
    near: NDArray[np.bool_] = (np.abs(pixels.astype(int) - LOUD) < 24).all(axis=-1)
    return near


def is_grass(pixel: NDArray[np.uint8]) -> bool:
    """Like the photo's texture: green above red above blue, none of them loud."""
    red, green, blue = (int(value) for value in pixel)
    return green > red > blue and green < 225


def find_disc(screen: Screen) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Wait until the photo is on the screen; return the rows and columns of its disc there."""
    wait_until(lambda: is_loud(screen.screenshot()[CANVAS]).sum() > 500, "the photo on the screen")
    rows, columns = np.nonzero(is_loud(screen.screenshot()[CANVAS]))
    return rows, columns


def mark_disc(screen: Screen) -> tuple[int, int]:
    """Brush over the disc in zigzag, and wait for the hole; return the middle of the disc on the screen (y, x)."""
    rows, columns = find_disc(screen)
    top, bottom, left, right = int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())
    points = []
    for turn, y in enumerate(range(top, bottom + 8, 8)):
        ends = [(left, y), (right, y)]
        points += ends if turn % 2 == 0 else ends[::-1]
    screen.drag(points)
    wait_until(lambda: not is_loud(screen.screenshot()[CANVAS]).any(), "the hole over the disc")
    return int(rows.mean()), int(columns.mean())
