"""The authors' generators of holes, written again from their code with PIL and numpy, to compare statistics with.

They take numpy's old random generator, as the authors' code does, and share nothing with `training.data`.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Old = np.random.RandomState
Mask = NDArray[np.bool_]


def brush(old: Old, size: int, strokes: tuple[int, int], vertices: tuple[int, int], widths: tuple[int, int]) -> Mask:
    """`brush_stroke_mask` of generative_inpainting v2.0.0 and `RandomBrush` of MI-GAN; upper bounds are exclusive."""
    radius = math.sqrt(2 * size * size) / 8
    mask = Image.new("L", (size, size), 0)
    for _ in range(old.randint(*strokes)):
        count = old.randint(*vertices)
        low = 2 * math.pi / 5 - old.uniform(0, 2 * math.pi / 15)
        high = 2 * math.pi / 5 + old.uniform(0, 2 * math.pi / 15)
        angles = [old.uniform(low, high) for _ in range(count)]
        angles = [2 * math.pi - angle if place % 2 == 0 else angle for place, angle in enumerate(angles)]
        points = [(int(old.randint(0, size)), int(old.randint(0, size)))]
        for angle in angles:
            far = np.clip(old.normal(radius, radius // 2), 0, 2 * radius)
            x = np.clip(points[-1][0] + far * math.cos(angle), 0, size)
            y = np.clip(points[-1][1] + far * math.sin(angle), 0, size)
            points.append((int(x), int(y)))
        pen, width = ImageDraw.Draw(mask), int(old.uniform(*widths))
        pen.line(points, fill=1, width=width)
        for x, y in points:
            pen.ellipse((x - width // 2, y - width // 2, x + width // 2, y + width // 2), fill=1)
    return np.asarray(mask) > 0


def deepfill_box(old: Old, size: int = 256) -> Mask:
    """`random_bbox` and `bbox2mask` of generative_inpainting, with the numbers of inpaint.yml."""
    top, left = old.randint(0, size - 128), old.randint(0, size - 128)
    down, across = old.randint(32 // 2 + 1), old.randint(32 // 2 + 1)
    mask = np.zeros((size, size), bool)
    mask[top + down : top + 128 - down, left + across : left + 128 - across] = True
    return mask


def deepfill_brush(old: Old) -> Mask:
    return brush(old, 256, (1, 4), (4, 12), (12, 40))


def deepfill_union(old: Old) -> Mask:
    return deepfill_box(old) | deepfill_brush(old)


def comodgan(old: Old, size: int = 256) -> Mask:
    """`RandomMask` of MI-GAN."""
    hole = np.zeros((size, size), bool)
    for tries, most in ((10, size // 2), (5, size)):
        for _ in range(old.randint(tries)):
            w, h = old.randint(most), old.randint(most)
            x, y = old.randint(-(w // 2), size - w + w // 2), old.randint(-(h // 2), size - h + h // 2)
            hole[max(y, 0) : min(y + h, size), max(x, 0) : min(x + w, size)] = True
    return hole | brush(old, size, (0, 20), (4, 18), (12, 48))


def lama_irregular(old: Old, size: int = 256) -> Mask:
    """`RandomIrregularMaskGenerator` of LaMa: max_angle 4, max_len 200, max_width 100, min_times 1, max_times 5."""
    mask = np.zeros((size, size), np.float32)
    most = int(1 + 1 + (5 - 1) * 1.0)  # cur_max_times
    for number in range(old.randint(1, most + 1)):
        x, y = int(old.randint(size)), int(old.randint(size))
        for _ in range(1 + old.randint(5)):
            angle = 0.01 + old.randint(4)
            if number % 2 == 0:
                angle = 2 * 3.1415926 - angle
            length, width = 10 + old.randint(200), 5 + old.randint(100)
            to_x = int(np.clip(int(x + length * np.sin(angle)), 0, size))
            to_y = int(np.clip(int(y + length * np.cos(angle)), 0, size))
            cv2.line(mask, (x, y), (to_x, to_y), 1.0, int(width))
            x, y = to_x, to_y
    return mask > 0


def lama_rectangles(old: Old, size: int = 256) -> Mask:
    """`RandomRectangleMaskGenerator` of LaMa: margin 10, sides 30 to 150, 1 to 4 times."""
    mask = np.zeros((size, size), bool)
    most = int(30 + 1 + (150 - 30) * 1.0)  # cur_bbox_max_size, exclusive
    for _ in range(old.randint(1, 5)):
        w, h = old.randint(30, most), old.randint(30, most)
        x, y = old.randint(10, size - 10 - w + 1), old.randint(10, size - 10 - h + 1)
        mask[y : y + h, x : x + w] = True
    return mask


def glcic_rectangle(old: Old, size: int = 256) -> Mask:
    """A hole with sides of 96 to 128 px at a random place (README of siggraph2017_inpainting)."""
    w, h = old.randint(96, 129), old.randint(96, 129)
    x, y = old.randint(size - w + 1), old.randint(size - h + 1)
    mask = np.zeros((size, size), bool)
    mask[y : y + h, x : x + w] = True
    return mask


def context_encoder_centre(_old: Old, size: int = 128) -> Mask:
    """The part that train.lua hides: rows and columns 33 + 4 to 96 - 4, counted from 1."""
    mask = np.zeros((size, size), bool)
    mask[36:92, 36:92] = True
    return mask
