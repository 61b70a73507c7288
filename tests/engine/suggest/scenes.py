"""Photos made for suggestions: a plain background with noise, and wires, spots, stamps and shadows at known places."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inpaint_studio.engine.masks.suggest.suggestion import Suggestion, join
from inpaint_studio.opencv import cv2

Floats = NDArray[np.float64]
Plane = NDArray[np.bool_]
SIZES = (240, 360), (400, 600), (440, 2300)  # the last one is scaled down for the search


def sky(size: tuple[int, int], seed: int) -> Floats:
    """A sky that gets brighter downwards, with soft clouds."""
    height, width = size
    y = np.mgrid[:height, :width][0] / height
    clouds = cv2.resize(
        np.random.default_rng(seed).normal(0, 5, (5, 7)), (width, height), interpolation=cv2.INTER_CUBIC
    )
    return np.array([120.0, 150, 200]) + y[..., None] * [60, 50, 20] + clouds[..., None]


def ground(size: tuple[int, int], seed: int) -> Floats:
    """Grass or gravel: texture of three sizes."""
    random = np.random.default_rng(seed)
    layers = [cv2.GaussianBlur(random.normal(0, 1, size), (0, 0), sigma) for sigma in (1, 2, 8)]
    texture = sum(layer / layer.std() for layer in layers)
    return np.array([120.0, 140, 80]) * (1 + 0.06 * texture)[..., None]


def finish(colours: Floats, seed: int, noise: float = 2.0) -> NDArray[np.uint8]:
    """What a lens and a sensor make of it: blurred a little, with noise."""
    soft = cv2.GaussianBlur(colours, (0, 0), 0.6)
    noisy = soft + np.random.default_rng(seed + 1000).normal(0, noise, soft.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def wire(size: tuple[int, int], seed: int, thickness: int) -> Floats:
    """The coverage of a sagging wire from the left border to the right one."""
    height, width = size
    random = np.random.default_rng(seed)
    x = np.linspace(-5, width + 5, 200)
    part = x / width
    y = height * (0.3 + part * random.uniform(-0.2, 0.4)) + 0.04 * width * 4 * part * (1 - part)
    plane = np.zeros(size, np.uint8)
    cv2.polylines(plane, [np.round(np.stack([x, y], 1) * 16).astype(np.int32)], False, 255, thickness, cv2.LINE_AA, 4)
    return plane / 255.0


def spots(size: tuple[int, int], seed: int, count: int = 6) -> tuple[Floats, list[Plane]]:
    """The coverage of discs apart from each other, and each of them by itself."""
    height, width = size
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    places = [(row, column) for row in (0.25, 0.5, 0.75) for column in (0.2, 0.4, 0.6, 0.8)]
    coverage, each = np.zeros(size), []
    for index in random.permutation(len(places))[:count]:
        away = np.hypot(y - places[index][0] * height, x - places[index][1] * width)
        radius = random.uniform(2.5, max(3.5, 0.008 * width))
        coverage = np.maximum(coverage, np.clip(radius + 0.5 - away, 0, 1))
        each.append(away <= radius)
    return coverage, each


def stamp(size: tuple[int, int], text: str, height: int) -> Floats:
    """The coverage of a line of text at the lower right; `height` is the size of the font."""
    image = Image.new("L", (size[1], size[0]))
    font = ImageFont.load_default(height)
    ImageDraw.Draw(image).text((size[1] * 0.4, size[0] * 0.8), text, 255, font=font)
    return np.asarray(image) / 255.0


def over(colours: Floats, coverage: Floats, colour: tuple[float, float, float]) -> Floats:
    """Paint `colour` where `coverage` is."""
    return colours * (1 - coverage[..., None]) + coverage[..., None] * np.array(colour)


def recall(found: list[Suggestion], there: Plane) -> float:
    """The share of the pixels that are there which the suggestions mark."""
    return float(join(found, there.shape)[there].mean())


def overlap(found: list[Suggestion], there: Plane) -> float:
    """Intersection over union of all suggestions and what is there."""
    marked = join(found, there.shape)
    return float((marked & there).sum() / (marked | there).sum())
