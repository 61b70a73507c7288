"""Holes to train on: free-form strokes, rectangles, shapes of objects, and mixtures of them.

Every function takes a numpy Generator and gives an H x W bool array, True in the hole; the same generator state gives
the same hole.
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
class Brush:
    """The free-form strokes of DeepFill v2 (Yu et al. 2019, section 3.4, algorithm 1; numbers of its inpaint.yml, px at
    256 px)."""

    strokes: tuple[int, int] = (1, 3)
    vertices: tuple[int, int] = (4, 12)
    width: tuple[float, float] = (12.0, 40.0)
    mean_angle: float = 2 * np.pi / 5
    angle_range: float = 2 * np.pi / 15
    length: float = 1 / 8  # mean length of a segment, as a share of the picture's diagonal
    designed_for: int = 256  # px of the side for which `width` is meant


@dataclass(frozen=True)
class Mixture:
    """Which holes, how often (relative shares), and how much of the picture they may cover."""

    kinds: Mapping[str, float] = field(default_factory=lambda: {"brush": 0.5, "rectangle": 0.25, "object": 0.25})
    coverage: tuple[float, float] = (0.03, 0.5)
    tries: int = 24  # holes drawn until one covers what it should; then the nearest one is taken


def brush(random: Random, height: int, width: int, how: Brush | None = None) -> Hole:
    """Strokes as a hand makes them: thick polylines that swing to and fro, with round joints."""
    how = how or Brush()
    canvas = np.zeros((height, width), np.uint8)
    mean = how.length * float(np.hypot(height, width))
    scale = min(height, width) / how.designed_for
    for _ in range(random.integers(how.strokes[0], how.strokes[1] + 1)):
        count = int(random.integers(how.vertices[0], how.vertices[1] + 1))
        low = how.mean_angle - random.uniform(0, how.angle_range)
        high = how.mean_angle + random.uniform(0, how.angle_range)
        angles = random.uniform(low, high, count)
        angles[::2] = 2 * np.pi - angles[::2]
        lengths = np.clip(random.normal(mean, mean / 2, count), 0, 2 * mean)
        start = random.uniform((0, 0), (width, height))
        steps = lengths[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        points = np.concatenate([start[None], start + np.cumsum(steps, axis=0)])
        points = np.clip(points, 0, (width - 1, height - 1)).astype(np.int32)
        thick = max(1, round(float(random.uniform(*how.width)) * scale))
        cv2.polylines(canvas, [points], False, 1, thick)
        for x, y in points.tolist():
            cv2.circle(canvas, (x, y), thick // 2, 1, -1)
    if random.random() < 0.5:
        canvas = canvas[:, ::-1]
    if random.random() < 0.5:
        canvas = canvas[::-1]
    return canvas.astype(bool)


def rectangle(random: Random, height: int, width: int, sides: tuple[float, float] = (0.2, 0.5)) -> Hole:
    """One upright rectangle whose sides are these shares of the picture's."""
    hole = np.zeros((height, width), bool)
    tall, wide = (max(1, round(float(random.uniform(*sides)) * side)) for side in (height, width))
    top, left = random.integers(0, height - tall + 1), random.integers(0, width - wide + 1)
    hole[top : top + tall, left : left + wide] = True
    return hole


def half_rectangle(random: Random, height: int, width: int) -> Hole:
    """A rectangle of three eighths to half of the side, 96 to 128 of 256 px: GLCIC (README of
    satoshiiizuka/siggraph2017_inpainting) and DeepFill v1 (inpaint.yml of v1.0.0: 128 px, less up to 32)."""
    return rectangle(random, height, width, (0.375, 0.5))


def centre(_random: Random, height: int, width: int, share: float = 56 / 128) -> Hole:
    """The middle, this share of each side (what the Context Encoder does not see of its 128 px)."""
    hole = np.zeros((height, width), bool)
    tall, wide = round(height * share), round(width * share)
    top, left = (height - tall) // 2, (width - wide) // 2
    hole[top : top + tall, left : left + wide] = True
    return hole


def object_shape(random: Random, height: int, width: int, size: tuple[float, float] = (0.1, 0.3)) -> Hole:
    """One to three bodies with bays and limbs, as things have that people take out of photos.

    A body is a circle whose radius swings with a few random waves of falling strength; `size` is its mean radius as a
    share of the shorter side.
    """
    canvas = np.zeros((height, width), np.uint8)
    turns = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    waves = np.arange(1, 9)
    for _ in range(random.integers(1, 4)):
        radius = float(random.uniform(*size)) * min(height, width)
        strength = random.normal(0, 0.3, len(waves)) / waves**0.8
        phase = random.uniform(0, 2 * np.pi, len(waves))
        swing = 1 + (strength * np.cos(waves * turns[:, None] + phase)).sum(axis=1)
        reach = radius * np.clip(swing, 0.15, 2.5)
        stretch = np.exp(random.normal(0, 0.25))
        turn = random.uniform(0, np.pi)
        x, y = reach * np.cos(turns) * stretch, reach * np.sin(turns) / stretch
        middle = random.uniform((0, 0), (width, height))
        outline = np.stack([x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)], axis=1) + middle
        cv2.fillPoly(canvas, [np.rint(outline).astype(np.int32)], 1)
    return canvas.astype(bool)


def brush_and_rectangle(random: Random, height: int, width: int) -> Hole:
    """A rectangle of half the side with strokes over it, as DeepFill v2's code trains."""
    return half_rectangle(random, height, width) | brush(random, height, width)


def wide_strokes(random: Random, height: int, width: int) -> Hole:
    """One to five polylines of one to five segments, wider than a hand's (LaMa, section 2.4; advimman/lama: at 256 px
    segments of 10 to 210 px and strokes of 5 to 105 px). Directions are whole numbers of radians up to 3, as there."""
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


def boxes(random: Random, height: int, width: int) -> Hole:
    """One to four upright rectangles off the border (LaMa, section 2.4; advimman/lama: at 256 px sides of 30 to 150 px,
    10 px from the border)."""
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
    "brush": brush,
    "rectangle": rectangle,
    "object": object_shape,
    "half rectangle": half_rectangle,
    "centre": centre,
    "brush and rectangle": brush_and_rectangle,
    "wide strokes": wide_strokes,
    "boxes": boxes,
}


def hole(random: Random, height: int, width: int, mixture: Mixture | None = None) -> Hole:
    """One hole of the mixture. Never empty and never everything; its coverage lies in the mixture's range where one of
    its tries does, else it is the nearest of them. Raises KeyError for a kind that is none of `KINDS`."""
    mixture = mixture or Mixture()
    names = sorted(mixture.kinds)
    shares = np.array([mixture.kinds[name] for name in names], float)
    low, high = mixture.coverage
    kind = KINDS[names[int(random.choice(len(names), p=shares / shares.sum()))]]
    best, gap = None, np.inf
    for _ in range(mixture.tries):
        drawn = kind(random, height, width)
        covered = drawn.mean()
        if not 0 < covered < 1:
            continue
        missed = max(low - covered, covered - high, 0.0)
        if missed < gap:
            best, gap = drawn, missed
        if gap == 0:
            break
    return best if best is not None else centre(random, height, width)
