"""The photo beside a line: its colours on both sides, how plain they are, how wide the line is, where it ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.masks.suggest.ridges import sample
from inpaint_studio.engine.masks.suggest.working_image import LUMA, WorkingImage

Floats = NDArray[np.float64]

_STEP = 2.0  # px between two places on the line
_SIDES = (3.5, 7.5, 11.5)  # px from the border of the line to where its sides are looked at
_HALF_WIDTHS = np.arange(0, 12.5, 0.5)  # px
_PAST_END = np.arange(5.0, 25.0, 2.0)  # px past the end of a line
_CALM = 0.85  # of the changes along the sides count: a house or a tree may stand before a wire


@dataclass(frozen=True)
class LineProfile:
    """What a line looks like. Levels are 0..255; medians over the whole line."""

    contrast: float  # levels of brightness between the line and the more similar side
    unlike: float  # the largest difference of a channel between the two sides, levels
    rough: float  # the mean change of the brightness from place to place along the sides, levels; without the largest
    framed: float  # the largest change of a median from the near side to the far one, levels
    width: float  # px: twice the distance at which a quarter of the contrast is left
    open_ends: int  # ends inside the photo where the background goes on behind them: 0 to 2


def measure(image: WorkingImage, points: Floats, sign: int) -> LineProfile:
    """Measure a dark (`sign` 1) or bright (-1) line through `points`, N x 2 (x, y) px, N >= 2."""
    places, normals = _walk(points)
    width = _width(image, places, normals, sign)
    bands = {}
    for side in (-1, 1):
        shifted = [places + side * (width / 2 + away) * normals for away in _SIDES]
        bands[side] = np.stack([_colours(image, each) for each in shifted])  # distances x places x 3
    medians = {side: np.median(band, axis=(0, 1)) for side, band in bands.items()}
    unlike = np.median(np.abs(bands[1].mean(0) - bands[-1].mean(0)), axis=0).max()
    rough = max(_change(band.mean(2)) for band in bands.values())
    framed = max(float(np.ptp(np.median(band, axis=1), axis=0).max()) for band in bands.values())
    line = float(np.median(_light(image, places)))
    contrast = min(sign * (float(medians[side] @ LUMA) - line) for side in (-1, 1))
    ends = (
        (places[0], places[0] - places[min(6, len(places) - 1)]),
        (places[-1], places[-1] - places[-min(7, len(places))]),
    )
    open_ends = sum(_is_open(image, place, way, medians, contrast) for place, way in ends)
    return LineProfile(contrast, float(unlike), rough, framed, width, open_ends)


def _width(image: WorkingImage, places: Floats, normals: Floats, sign: int) -> float:
    profile = sign * np.array(
        [np.median([_light(image, places + side * away * normals) for side in (-1, 1)]) for away in _HALF_WIDTHS]
    )
    depth = profile.max() - profile[0]
    outside = np.flatnonzero(profile >= profile[0] + 0.75 * depth)
    return 2.0 * float(_HALF_WIDTHS[outside[0]]) if outside.size else 2.0


def _walk(points: Floats) -> tuple[Floats, Floats]:
    """Return places every `_STEP` px along the line, N x 2, and the directions across it there."""
    run = np.linalg.norm(np.diff(points, axis=0), axis=1)
    points = points[np.concatenate([[True], run > 1e-6])]
    far = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    at = np.linspace(0, far[-1], max(2, int(far[-1] / _STEP)))
    places = np.stack([np.interp(at, far, points[:, 0]), np.interp(at, far, points[:, 1])], 1)
    along = np.gradient(places, axis=0)
    along /= np.maximum(1e-6, np.linalg.norm(along, axis=1))[:, None]
    return places, np.stack([-along[:, 1], along[:, 0]], 1)


def _light(image: WorkingImage, places: Floats) -> NDArray[np.float32]:
    return sample(image.light, places[:, 0].astype(np.float32), places[:, 1].astype(np.float32))


def _colours(image: WorkingImage, places: Floats) -> NDArray[np.float32]:
    """Return the colours at `places`, N x 3, of the nearest pixels."""
    height, width = image.shape
    columns = np.clip(np.round(places[:, 0]), 0, width - 1).astype(np.intp)
    rows = np.clip(np.round(places[:, 1]), 0, height - 1).astype(np.intp)
    found: NDArray[np.float32] = image.colours[rows, columns]
    return found


def _change(band: NDArray[np.float32]) -> float:
    """Return the mean absolute difference between neighbouring places, along and across the line; see `_CALM`."""
    along = np.abs(np.diff(band, axis=1)).ravel()
    across = np.abs(np.diff(band, axis=0)).ravel()
    return max(float(each[each <= np.quantile(each, _CALM)].mean()) if each.size else 0.0 for each in (along, across))


def _is_open(
    image: WorkingImage, place: Floats, way: Floats, sides: dict[int, NDArray[np.float32]], contrast: float
) -> bool:
    """Whether the background goes on past an end at `place`, where the line was going `way`."""
    height, width = image.shape
    way = way / max(1e-6, float(np.linalg.norm(way)))
    past = place + _PAST_END[:, None] * way
    inside = (past[:, 0] >= 0) & (past[:, 0] < width) & (past[:, 1] >= 0) & (past[:, 1] < height)
    if not inside.all():
        return False
    colours = _colours(image, past)
    away = np.min([np.abs(colours - side).max(axis=1) for side in sides.values()], axis=0)
    return bool((away < contrast).all())  # a single place that is unlike it is what hides the wire
