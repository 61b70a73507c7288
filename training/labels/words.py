"""Words and colours for classes that were found by clustering: what a class looks like, as its meaning is not known.

The words are English in every language: they are kept with the weights, and by them classes are found again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from inpaint_studio.models.base.class_colours import Colour, class_colours
from inpaint_studio.models.base.validate import MOST_CLASSES
from inpaint_studio.opencv import cv2

_GREY = 9.0  # chroma in Lab below which a colour is called grey
_SMOOTH, _ROUGH = 9.0, 17.0  # fine texture below and above which a class is called so
# Hue angles in Lab up to which a colour has that name, degrees; borders are ours.
_HUES = (
    (20.0, "pink"),
    (48.0, "red"),
    (75.0, "orange"),
    (105.0, "yellow"),
    (165.0, "green"),
    (225.0, "turquoise"),
    (295.0, "blue"),
    (340.0, "violet"),
    (360.0, "pink"),
)
_BROWN = ("red", "orange", "yellow")  # that are dark or dull


def name_classes(centres: Sequence[Sequence[float]]) -> list[str]:
    """Return a name for each class, all different; a centre is L, a, b, fine texture, and what else there is."""
    found: list[str] = []
    for centre in centres:
        plain = _describe(*centre[:4])
        name, number = plain, 1
        while name in found:
            number += 1
            name = f"{plain} {number}"
        found.append(name)
    return found


def choose_colours(centres: Sequence[Sequence[float]]) -> list[Colour]:
    """Return a colour for each class, all different, whose hue is like that of the class; centres as `name_classes`.

    They are chosen together among three times as many of `class_colours`, so that they stay apart from each other.
    """
    if not centres:
        return []
    offered = class_colours(min(MOST_CLASSES, 3 * len(centres)))
    palette = _to_lab(offered)
    own = np.array([centre[:3] for centre in centres], np.float64)
    chroma = np.hypot(own[:, 1], own[:, 2])
    # Compared at the chroma of the palette, so that a dull green still finds the green; a grey has no hue to keep.
    vivid = own[:, 1:] * (np.median(np.hypot(palette[:, 1], palette[:, 2])) / np.maximum(chroma, 1.0))[:, None]
    apart = np.hypot(*np.moveaxis(vivid[:, None] - palette[None, :, 1:], -1, 0))
    cost = np.minimum(chroma / _GREY, 1.0)[:, None] * apart + np.abs(own[:, :1] - palette[:, 0])
    _, chosen = linear_sum_assignment(cost)
    return [offered[int(number)] for number in chosen]


def _to_lab(colours: Sequence[Colour]) -> NDArray[np.float64]:
    """Return L (0..100), a and b of sRGB colours, N x 3."""
    values = np.array([colours], np.float32) / 255
    return np.asarray(cv2.cvtColor(values, cv2.COLOR_RGB2LAB)[0], np.float64)


def _describe(lightness: float, a: float, b: float, texture: float) -> str:
    surface = "smooth " if texture < _SMOOTH else "rough " if texture > _ROUGH else ""
    return surface + _colour(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def _colour(lightness: float, chroma: float, angle: float) -> str:
    if chroma < _GREY:
        tones = (
            (18.0, "black"),
            (40.0, "dark grey"),
            (62.0, "grey"),
            (85.0, "light grey"),
            (math.inf, "white"),
        )
        return next(name for most, name in tones if lightness < most)
    hue = next(name for most, name in _HUES if angle <= most)
    if hue in _BROWN and (lightness < 45 or chroma < 25):
        hue = "brown"
    return f"dark {hue}" if lightness < 30 else f"light {hue}" if lightness > 70 else hue
