"""Colours for the classes of a label map: well apart from each other, and bright enough to be seen on a photo."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.models.base.interface import LabelClass
from inpaint_studio.models.base.validate import MOST_CLASSES
from inpaint_studio.texts import tr

Colour = tuple[int, int, int]

_STEP = 17  # between the values of a channel that are looked at: 16 values of each
# In Oklab, where lightness is 0..1 and the chroma of sRGB reaches about 0.32. Darker or greyer colours would be taken
# for the photo below; brighter ones for its highlights.
_LIGHTNESS = (0.5, 0.88)
_CHROMA = 0.09
_FIRST = (68, 136, 255)  # a clear blue

# B. Ottosson, "A perceptual color space for image processing" (2020): linear sRGB to cone responses, and on to Oklab.
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def class_colours(count: int) -> tuple[Colour, ...]:
    """Return `count` sRGB colours (0..255 each), 0 to 255 of them; the first are the same whatever the count.

    Each one is that which is farthest from all before it, in Oklab. Raises ValueError where `count` is out of range.
    """
    if not 0 <= count <= MOST_CLASSES:
        raise ValueError(f"count is {count}; it must be from 0 to {MOST_CLASSES}")
    return _all_colours()[:count]


def numbered_classes(count: int) -> tuple[LabelClass, ...]:
    """Return `count` classes that are named by their numbers, in the colours of `class_colours`."""
    return tuple(
        LabelClass(tr("class {number}", number=number), colour) for number, colour in enumerate(class_colours(count), 1)
    )


@cache
def _all_colours() -> tuple[Colour, ...]:
    values = np.arange(0, 256, _STEP)
    colours = np.stack(np.meshgrid(values, values, values, indexing="ij"), axis=-1).reshape(-1, 3)
    places = _to_oklab(colours)
    light, chroma = places[:, 0], np.hypot(places[:, 1], places[:, 2])
    kept = (light >= _LIGHTNESS[0]) & (light <= _LIGHTNESS[1]) & (chroma >= _CHROMA)
    colours, places = colours[kept], places[kept]
    chosen = [int(np.flatnonzero((colours == _FIRST).all(axis=1))[0])]
    nearest = np.full(len(colours), np.inf)  # squared distance of each colour to the nearest one chosen
    for _ in range(MOST_CLASSES - 1):
        nearest = np.minimum(nearest, np.square(places - places[chosen[-1]]).sum(axis=1))
        chosen.append(int(nearest.argmax()))
    return tuple((int(red), int(green), int(blue)) for red, green, blue in colours[chosen])


def _to_oklab(colours: NDArray[np.int_]) -> NDArray[np.float64]:
    """Convert N x 3 sRGB colours (0..255) to lightness, a and b."""
    coded = colours / 255
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)  # IEC 61966-2-1
    return np.asarray(np.cbrt(linear @ _TO_CONES.T) @ _TO_OKLAB.T, np.float64)
