"""Holes to train on: free-form strokes, rectangles, shapes of objects, and mixtures of them.

Every function takes a numpy Generator and returns an H x W bool array, True in the hole; the same state of the
generator gives the same hole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.opencv import cv2

Hole: TypeAlias = NDArray[np.bool_]
Random: TypeAlias = np.random.Generator


@dataclass(frozen=True)
class StrokeStyle:
    """The free-form strokes of DeepFill v2 (Yu et al. 2019, section 3.4, algorithm 1; numbers of its inpaint.yml).

    Angles are in radians, lengths in px of an image whose sides are `designed_for` px.
    """

    strokes: tuple[int, int] = (1, 3)
    vertices: tuple[int, int] = (4, 12)
    width: tuple[float, float] = (12.0, 40.0)
    mean_angle: float = 2 * np.pi / 5
    angle_range: float = 2 * np.pi / 15
    length: float = 1 / 8  # mean length of a segment, as a share of the image's diagonal
    designed_for: int = 256  # px; side of the image for which `width` is meant


@dataclass(frozen=True)
class Mixture:
    """Kinds of holes with their relative frequency, and the share of the image they may cover."""

    kinds: Mapping[str, float] = field(default_factory=lambda: {"brush": 0.5, "rectangle": 0.25, "object": 0.25})
    coverage: tuple[float, float] = (0.03, 0.5)
    tries: int = 24  # holes drawn until one lies in `coverage`; then the nearest one is taken


def draw_strokes(random: Random, height: int, width: int, style: StrokeStyle | None = None) -> Hole:
    """Draw strokes as by hand: thick polylines that turn left and right, with round joints."""
    style = style or StrokeStyle()
    canvas = np.zeros((height, width), np.uint8)
    mean = style.length * float(np.hypot(height, width))
    scale = min(height, width) / style.designed_for
    for _ in range(random.integers(style.strokes[0], style.strokes[1] + 1)):
        count = int(random.integers(style.vertices[0], style.vertices[1] + 1))
        low = style.mean_angle - random.uniform(0, style.angle_range)
        high = style.mean_angle + random.uniform(0, style.angle_range)
        angles = random.uniform(low, high, count)
        angles[::2] = 2 * np.pi - angles[::2]
        lengths = np.clip(random.normal(mean, mean / 2, count), 0, 2 * mean)
        start = random.uniform((0, 0), (width, height))
        steps = lengths[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        points = np.concatenate([start[None], start + np.cumsum(steps, axis=0)])
        points = np.clip(points, 0, (width - 1, height - 1)).astype(np.int32)
        thick = max(1, round(float(random.uniform(*style.width)) * scale))
        cv2.polylines(canvas, [points], False, 1, thick)
        for x, y in points.tolist():
            cv2.circle(canvas, (x, y), thick // 2, 1, -1)
    if random.random() < 0.5:
        canvas = canvas[:, ::-1]
    if random.random() < 0.5:
        canvas = canvas[::-1]
    return canvas.astype(bool)


def draw_rectangle(random: Random, height: int, width: int, sides: tuple[float, float] = (0.2, 0.5)) -> Hole:
    """Draw one upright rectangle; its sides are between these shares of the image's sides."""
    hole = np.zeros((height, width), bool)
    rows, columns = (max(1, round(float(random.uniform(*sides)) * side)) for side in (height, width))
    top, left = random.integers(0, height - rows + 1), random.integers(0, width - columns + 1)
    hole[top : top + rows, left : left + columns] = True
    return hole


def draw_half_rectangle(random: Random, height: int, width: int) -> Hole:
    """Draw a rectangle with sides of three eighths to half of the image's side: 96 to 128 px of 256.

    Sizes of GLCIC (README of satoshiiizuka/siggraph2017_inpainting) and DeepFill v1 (inpaint.yml of v1.0.0: 128 px,
    less up to 32).
    """
    return draw_rectangle(random, height, width, (0.375, 0.5))


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


def draw_strokes_and_rectangle(random: Random, height: int, width: int) -> Hole:
    """Draw a rectangle of about half the side and strokes over it, as the code of DeepFill v2 does."""
    return draw_half_rectangle(random, height, width) | draw_strokes(random, height, width)


def draw_wide_strokes(random: Random, height: int, width: int) -> Hole:
    """Draw one to five wide polylines of one to five segments (LaMa, section 2.4).

    From advimman/lama: at 256 px segments of 10 to 210 px and strokes of 5 to 105 px. Directions are whole numbers of
    radians up to 3, as there.
    """
    canvas = np.zeros((height, width), np.uint8)
    px = min(height, width) / 256
    for number in range(random.integers(1, 6)):
        here = random.uniform((0, 0), (width, height))
        for _ in range(random.integers(1, 6)):
            angle = float(random.integers(4)) * (-1 if number % 2 == 0 else 1)
            step = random.uniform(10, 210) * px * np.array([np.sin(angle), np.cos(angle)])
            there = np.clip(here + step, 0, (width - 1, height - 1))
            ends = np.rint([here, there]).astype(np.int32)
            cv2.polylines(canvas, [ends], False, 1, max(1, round(float(random.uniform(5, 105)) * px)))
            here = there
    return canvas.astype(bool)


def draw_boxes(random: Random, height: int, width: int) -> Hole:
    """Draw one to four upright rectangles away from the border (LaMa, section 2.4).

    From advimman/lama: at 256 px sides of 30 to 150 px, 10 px from the border.
    """
    hole = np.zeros((height, width), bool)
    for _ in range(random.integers(1, 5)):
        starts, ends = [], []
        for side in (height, width):
            margin = round(10 * side / 256)
            length = min(max(1, round(float(random.uniform(30, 150)) * side / 256)), side - 2 * margin)
            starts.append(int(random.integers(margin, side - margin - length + 1)))
            ends.append(starts[-1] + length)
        hole[starts[0] : ends[0], starts[1] : ends[1]] = True
    return hole


KINDS: Mapping[str, Callable[[Random, int, int], Hole]] = {
    "brush": draw_strokes,
    "rectangle": draw_rectangle,
    "object": draw_object,
    "half rectangle": draw_half_rectangle,
    "centre": draw_centre,
    "brush and rectangle": draw_strokes_and_rectangle,
    "wide strokes": draw_wide_strokes,
    "boxes": draw_boxes,
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
