"""Words for classes that were found by clustering: what a class looks like, since its meaning is not known."""

from __future__ import annotations

import math
from collections.abc import Sequence

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


def _describe(lightness: float, a: float, b: float, texture: float) -> str:
    surface = "smooth " if texture < _SMOOTH else "rough " if texture > _ROUGH else ""
    return surface + _colour(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def _colour(lightness: float, chroma: float, angle: float) -> str:
    if chroma < _GREY:
        tones = ((18.0, "black"), (40.0, "dark grey"), (62.0, "grey"), (85.0, "light grey"), (math.inf, "white"))
        return next(name for most, name in tones if lightness < most)
    hue = next(name for most, name in _HUES if angle <= most)
    if hue in _BROWN and (lightness < 45 or chroma < 25):
        hue = "brown"
    return f"dark {hue}" if lightness < 30 else f"light {hue}" if lightness > 70 else hue
