"""Holes to train on: rectangles, shapes of objects, the authors' kinds (`published_masks`), and mixtures of them.

Every function takes a numpy Generator and returns an H x W bool array, True in the hole; the same state of the
generator gives the same hole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import numpy as np

from inpaint_studio.opencv import cv2
from training.data import published_masks
from training.data.published_masks import Hole as Hole
from training.data.published_masks import Random as Random


class HoleSource(Protocol):
    """Draws the holes of a training."""

    def draw(self, random: Random, height: int, width: int) -> Hole:
        """Draw a hole that covers at least one pixel and never all; the same state of `random` gives the same hole."""
        ...

    def describe(self) -> dict[str, Any]:
        """Return what is kept with trained weights, as plain JSON values."""
        ...


@dataclass(frozen=True)
class Mixture:
    """Kinds of holes with their relative frequency, and the share of the image they may cover."""

    kinds: Mapping[str, float] = field(default_factory=lambda: {"brush": 0.5, "rectangle": 0.25, "object": 0.25})
    coverage: tuple[float, float] = (0.03, 0.5)
    tries: int = 24  # holes drawn until one lies in `coverage`; then the nearest one is taken

    def draw(self, random: Random, height: int, width: int) -> Hole:
        """See `draw_hole`."""
        return draw_hole(random, height, width, self)

    def describe(self) -> dict[str, Any]:
        """See `HoleSource.describe`."""
        return asdict(self)


def draw_rectangle(random: Random, height: int, width: int, sides: tuple[float, float] = (0.2, 0.5)) -> Hole:
    """Draw one upright rectangle; its sides are between these shares of the image's sides."""
    hole = np.zeros((height, width), bool)
    rows, columns = (max(1, round(float(random.uniform(*sides)) * side)) for side in (height, width))
    top, left = random.integers(0, height - rows + 1), random.integers(0, width - columns + 1)
    hole[top : top + rows, left : left + columns] = True
    return hole


def draw_centre(_random: Random, height: int, width: int, share: float = 56 / 128) -> Hole:
    """Draw a rectangle in the centre with this share of each side: the part that the Context Encoder fills."""
    hole = np.zeros((height, width), bool)
    rows, columns = round(height * share), round(width * share)
    top, left = (height - rows) // 2, (width - columns) // 2
    hole[top : top + rows, left : left + columns] = True
    return hole


def draw_object(random: Random, height: int, width: int, size: tuple[float, float] = (0.1, 0.3)) -> Hole:
    """Draw one to three irregular shapes, like objects that users remove from photos.

    A shape is a circle whose radius varies by eight random waves of decreasing strength; `size` is its mean radius as
    a share of the shorter side.
    """
    canvas = np.zeros((height, width), np.uint8)
    angles = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    waves = np.arange(1, 9)
    for _ in range(random.integers(1, 4)):
        radius = float(random.uniform(*size)) * min(height, width)
        strength = random.normal(0, 0.3, len(waves)) / waves**0.8
        phase = random.uniform(0, 2 * np.pi, len(waves))
        factor = 1 + (strength * np.cos(waves * angles[:, None] + phase)).sum(axis=1)
        distance = radius * np.clip(factor, 0.15, 2.5)
        stretch = np.exp(random.normal(0, 0.25))
        rotation = random.uniform(0, np.pi)
        x, y = distance * np.cos(angles) * stretch, distance * np.sin(angles) / stretch
        centre = random.uniform((0, 0), (width, height))
        outline = (
            np.stack([x * np.cos(rotation) - y * np.sin(rotation), x * np.sin(rotation) + y * np.cos(rotation)], axis=1)
            + centre
        )
        cv2.fillPoly(canvas, [np.rint(outline).astype(np.int32)], 1)
    return canvas.astype(bool)


KINDS: Mapping[str, Callable[[Random, int, int], Hole]] = {
    "brush": published_masks.draw_strokes,
    "rectangle": draw_rectangle,
    "object": draw_object,
    "half rectangle": published_masks.draw_half_rectangle,
    "centre": draw_centre,
    "box": published_masks.draw_box,
    "brush and rectangle": published_masks.draw_box_and_strokes,
    "wide strokes": published_masks.draw_wide_strokes,
    "boxes": published_masks.draw_boxes,
    "mixed shapes": published_masks.draw_mixed_shapes,
}


def draw_hole(random: Random, height: int, width: int, mixture: Mixture | None = None) -> Hole:
    """Draw one hole of the mixture; it covers at least one pixel and never all.

    Holes are drawn until the coverage of one is in the mixture's range; after `tries` the nearest one is returned.
    Raises KeyError for a kind that is not in `KINDS`.
    """
    mixture = mixture or Mixture()
    names = sorted(mixture.kinds)
    shares = np.array([mixture.kinds[name] for name in names], float)
    low, high = mixture.coverage
    kind = KINDS[names[int(random.choice(len(names), p=shares / shares.sum()))]]
    best, smallest_gap = None, np.inf
    for _ in range(mixture.tries):
        hole = kind(random, height, width)
        coverage = hole.mean()
        if not 0 < coverage < 1:
            continue
        gap = max(low - coverage, coverage - high, 0.0)
        if gap < smallest_gap:
            best, smallest_gap = hole, gap
        if smallest_gap == 0:
            break
    return best if best is not None else draw_centre(random, height, width)
