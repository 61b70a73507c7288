"""The sample photos that come with the program, cut to squares with a hole: what the attention is shown on."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from inpaint_studio import paths
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import mark

Bytes = NDArray[np.uint8]

_LONGER_SIDE = 768  # px of the reduced photo that the numbers below are about


class SampleScene(NamedTuple):
    """A square of a sample photo with a hole in it. Numbers are px of the reduced photo: left, top, right, bottom."""

    name: str
    photo: str  # without suffix
    title: str
    square: tuple[int, int, int, int]
    hole: tuple[int, int, int, int]


SCENES = (
    SampleScene("branch", "perched-osprey", mark("Two edges of a branch"), (292, 174, 532, 414), (372, 258, 452, 330)),
    SampleScene(
        "ridge", "lake-sherburne", mark("A mountain against the sky"), (350, 22, 670, 342), (448, 132, 572, 232)
    ),
    SampleScene("tower", "singaporean-cityscape", mark("Houses and sky"), (375, 20, 735, 380), (498, 90, 612, 230)),
    SampleScene("heap", "the-spices-of-life", mark("Texture alone"), (232, 145, 532, 445), (322, 246, 442, 344)),
)


def open_scene(scene: SampleScene, size: int) -> tuple[Tensor, Tensor]:
    """Return image (1 x 3 x S x S, RGB in [0, 1]) and hole (1 x 1 x S x S, 1 inside) with a side of `size` px."""
    path = paths.resources() / "samples" / f"{scene.photo}.jpg"
    with Image.open(path) as image:
        scale = max(image.size) / _LONGER_SIDE
        part = image.convert("RGB").crop(_scale(scene.square, scale))
    pixels: Any = cv2.resize(np.asarray(part), (size, size), interpolation=cv2.INTER_AREA)
    left, top, right, _ = scene.square
    unit = size / (right - left)
    x0, y0, x1, y1 = (
        round((edge - start) * unit) for edge, start in zip(scene.hole, (left, top, left, top), strict=True)
    )
    hole = torch.zeros(1, 1, size, size)
    hole[..., y0:y1, x0:x1] = 1
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255, hole


def _scale(edges: tuple[int, int, int, int], by: float) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(edge * by) for edge in edges)
    return left, top, right, bottom
