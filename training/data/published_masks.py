"""The holes that the authors of the networks train with, by their own generators.

Each function draws from the same distribution as the authors' code, at any size: lengths in px are scaled from the
size they are meant for. They take a numpy Generator and return an H x W bool array, True in the hole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.opencv import cv2

Hole: TypeAlias = NDArray[np.bool_]
Random: TypeAlias = np.random.Generator


@dataclass(frozen=True)
class StrokeStyle:
    """The free-form strokes of DeepFill v2 (Yu et al. 2019, section 3.4, algorithm 1).

    The numbers are those of `brush_stroke_mask` in JiahuiYu/generative_inpainting v2.0.0, inpaint_ops.py. Angles are in
    radians, widths in px of an image whose sides are `designed_for` px.
    """

    strokes: tuple[int, int] = (1, 3)  # fewest and most
    vertices: tuple[int, int] = (4, 11)  # fewest and most: the authors' upper bound of 12 is never drawn
    width: tuple[float, float] = (12.0, 40.0)
    mean_angle: float = 2 * np.pi / 5
    angle_range: float = 2 * np.pi / 15
    length: float = 1 / 8  # mean length of a segment, as a share of the image's diagonal
    designed_for: int = 256  # px; side of the image for which `width` is meant


# MI-GAN's: Picsart-AI-Research/MI-GAN, lib/data_factory/ds_ffhq.py, RandomBrush (from CoModGAN).
LONG_STROKES = StrokeStyle(strokes=(0, 19), vertices=(4, 17), width=(12.0, 48.0))


def draw_strokes(random: Random, height: int, width: int, style: StrokeStyle | None = None) -> Hole:
    """Draw strokes as by hand: thick polylines that turn left and right, with round joints.

    The image is mirrored at random. The authors' code means to, but drops the result; the coverage is the same.
    """
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
        lengths = np.clip(random.normal(mean, mean // 2, count), 0, 2 * mean)
        points = np.empty((count + 1, 2), np.int32)
        points[0] = random.integers((0, 0), (width, height))
        # Each point is cut off at the border before the next one starts from it, as in the authors' code.
        for number, (angle, length) in enumerate(zip(angles, lengths, strict=True)):
            step = length * np.array([np.cos(angle), np.sin(angle)])
            points[number + 1] = np.clip(points[number] + step, 0, (width, height))
        thick = max(1, int(random.uniform(*style.width) * scale))
        cv2.polylines(canvas, [points], False, 1, thick)
        for x, y in points.tolist():
            cv2.circle(canvas, (x, y), thick // 2, 1, -1)
    if random.random() < 0.5:
        canvas = canvas[:, ::-1]
    if random.random() < 0.5:
        canvas = canvas[::-1]
    return canvas.astype(bool)


def draw_box(random: Random, height: int, width: int) -> Hole:
    """Draw DeepFill's rectangle: a box of half the image's sides, less up to an eighth of them, round the same centre.

    At 256 px: a box of 128 px at a random place, from each of whose sides up to 16 px are taken away, as many above as
    below (`random_bbox` and `bbox2mask` of JiahuiYu/generative_inpainting; inpaint.yml: 128 px, max_delta 32). So the
    square of half the side round its centre is the authors' box.
    """
    hole = np.zeros((height, width), bool)
    spans = []
    for side in (height, width):
        box = max(1, side // 2)
        start = int(random.integers(max(1, side - box)))
        less = int(random.integers(side // 16 + 1))
        spans.append(slice(start + less, start + max(box - less, less + 1)))
    hole[spans[0], spans[1]] = True
    return hole


def draw_box_and_strokes(random: Random, height: int, width: int) -> Hole:
    """Draw a box with strokes over it, the holes of DeepFill v2 (`build_graph_with_losses` of v2.0.0)."""
    return draw_box(random, height, width) | draw_strokes(random, height, width)


def draw_half_rectangle(random: Random, height: int, width: int) -> Hole:
    """Draw GLCIC's rectangle: sides of three eighths to half of the image's side, 96 to 128 px of 256.

    From Iizuka et al. 2017, section 4, and the README of satoshiiizuka/siggraph2017_inpainting.
    """
    hole = np.zeros((height, width), bool)
    rows, columns = (int(random.integers(round(0.375 * side), round(0.5 * side) + 1)) for side in (height, width))
    top, left = random.integers(0, height - rows + 1), random.integers(0, width - columns + 1)
    hole[top : top + rows, left : left + columns] = True
    return hole


def draw_wide_strokes(random: Random, height: int, width: int) -> Hole:
    """Draw one to six wide polylines of one to five segments (LaMa, section 2.4).

    From `RandomIrregularMaskGenerator` of advimman/lama, saicinpainting/training/data/masks.py, which adds one to the
    most, with the numbers of its training configuration (max_len 200, max_width 100, 1 to 5 times): at 256 px segments
    of 10 to 209 px and strokes of 5 to 104 px. Directions are whole numbers of radians up to 3, plus 0.01.
    """
    canvas = np.zeros((height, width), np.uint8)
    px = min(height, width) / 256
    for number in range(random.integers(1, 7)):
        here = random.integers((0, 0), (width, height))
        for _ in range(random.integers(1, 6)):
            angle = (0.01 + float(random.integers(4))) * (-1 if number % 2 == 0 else 1)
            step = int(random.integers(10, 210)) * px * np.array([np.sin(angle), np.cos(angle)])
            there = np.clip((here + step).astype(np.int64), 0, (width, height))
            thick = max(1, round(int(random.integers(5, 105)) * px))
            cv2.line(canvas, here.tolist(), there.tolist(), 1, thick)
            here = there
    return canvas.astype(bool)


def draw_boxes(random: Random, height: int, width: int) -> Hole:
    """Draw one to four upright rectangles away from the border (LaMa, section 2.4).

    From `RandomRectangleMaskGenerator` of advimman/lama: at 256 px sides of 30 to 150 px, 10 px from the border.
    """
    hole = np.zeros((height, width), bool)
    for _ in range(random.integers(1, 5)):
        starts, ends = [], []
        for side in (height, width):
            margin = round(10 * side / 256)
            length = min(max(1, round(int(random.integers(30, 151)) * side / 256)), side - 2 * margin)
            starts.append(int(random.integers(margin, side - margin - length + 1)))
            ends.append(starts[-1] + length)
        hole[starts[0] : ends[0], starts[1] : ends[1]] = True
    return hole


def draw_mixed_shapes(random: Random, height: int, width: int) -> Hole:
    """Draw up to nine small rectangles, up to four large ones and up to nineteen strokes: the holes of MI-GAN.

    From `RandomMask` of Picsart-AI-Research/MI-GAN, lib/data_factory/ds_ffhq.py, which is CoModGAN's. Rectangles may
    reach beyond the image by half of their sides. The hole may be empty or all of the image.
    """
    hole = np.zeros((height, width), bool)
    for most, part in ((10, 2), (5, 1)):
        for _ in range(random.integers(most)):
            spans = []
            for side in (height, width):
                length = int(random.integers(max(1, side // part)))
                half = length // 2
                start = int(random.integers(-half, side - length + half))
                spans.append(slice(max(start, 0), min(start + length, side)))
            hole[spans[0], spans[1]] = True
    return hole | draw_strokes(random, height, width, LONG_STROKES)
