"""Sharp corners of lines: where a drawn line has them, and how the parts of a line meet in them.

Points are (row, col) in px.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.lines.path import Frame, split

SHARPEST, BLUNTEST = 150.0, 40.0  # degrees by which a line turns in a corner; beyond, it turns back or is a curve
LEG = 12.0  # px that a line runs straight before and after a corner, at least
ROUNDED = 24.0  # px of shorter steps between them, at most: a thick line that was thinned is round in its corners ...
CUT = 4.0  # ... and passes them at this distance, px, at most
# px by which a circle with that turn would bulge over the straight part: drawn 1 px exact, no more than 1 is left
BULGE = 1.3
OFF = 12.0  # px from the drawn corner to the one where the two parts meet, at most
HEADING = 8  # px of a part that give its direction in the corner


def sharpen(points: Frame) -> tuple[Frame, NDArray[np.bool_]]:
    """Return a polyline (N x 2) with its corners where its straight parts meet, and which of its points are corners."""
    straight = np.flatnonzero(np.hypot(*np.diff(points, axis=0).T) >= LEG)
    made: list[Frame] = []
    sharp: list[bool] = []
    copied = 0  # points before that are in `made`, or replaced by a corner
    for one, other in pairwise(straight.tolist()):
        corner = _find_corner(points[one : other + 2])
        if corner is not None:
            made += [*points[copied : one + 1], corner]
            sharp += [False] * (one + 1 - copied) + [True]
            copied = other + 1
    made += [*points[copied:]]
    sharp += [False] * (len(points) - copied)
    return np.array(made, np.float32), np.array(sharp, np.bool_)


def _find_corner(points: Frame) -> Frame | None:
    """Return where the first and the last step of a polyline meet; None where that is no corner."""
    steps = np.diff(points, axis=0)
    lengths = np.hypot(*steps.T)
    turn = float(np.arccos(np.clip(steps[0] @ steps[-1] / (lengths[0] * lengths[-1]), -1, 1)))
    between, leg = float(lengths[1:-1].sum()), float(min(lengths[0], lengths[-1]))
    bulge = leg**2 * turn / (8 * (leg + between))
    if between > ROUNDED or bulge < BULGE or not np.deg2rad(BLUNTEST) <= turn <= np.deg2rad(SHARPEST):
        return None
    corner = intersect(points[0], steps[0], points[-1], steps[-1])
    if corner is None or _distance(points[1:-1], corner) > CUT:
        return None
    return corner


def _distance(points: Frame, place: Frame) -> float:
    """Return the distance of a place from a polyline, which may be one point."""
    dense = [np.linspace(one, other, 9) for one, other in pairwise(points)] or [points]
    return float(np.hypot(*(np.concatenate(dense) - place).T).min())


def intersect(one: Frame, way: Frame, other: Frame, other_way: Frame) -> Frame | None:
    """Return the point of the straight lines through `one` and `other` with those directions; None for parallels."""
    across = float(way[0] * other_way[1] - way[1] * other_way[0])
    if abs(across) < 0.1 * float(np.hypot(*way) * np.hypot(*other_way)):
        return None
    between = other - one
    share = float(between[0] * other_way[1] - between[1] * other_way[0]) / across
    return np.asarray(one + share * way, np.float32)


def join(legs: list[Frame], drawn: Sequence[Frame], held: Sequence[int]) -> Frame:
    """Make one path of its parts between corners, which end where they meet, straight on, near the `drawn` corners.

    `held` (parts) is how many points of a part are known; those of the first one are at its start, those of the last
    one at its end. They stay where they are.
    """
    for index, corner in enumerate(drawn):
        one, other = legs[index], legs[index + 1]
        ends = one[-1] - one[-1 - min(HEADING, len(one) - 1)], other[min(HEADING, len(other) - 1)] - other[0]
        meeting = intersect(one[-1], ends[0], other[0], ends[1])
        if meeting is None or np.hypot(*(meeting - corner)) > OFF:
            meeting = 0.5 * (one[-1] + other[0])
        legs[index] = _stretch(one, meeting, held[index] if index == 0 else 0)
        last = index + 2 == len(legs)
        legs[index + 1] = _stretch(other[::-1], meeting, held[index + 1] if last else 0)[::-1]
    return np.concatenate([legs[0], *(leg[1:] for leg in legs[1:])]).astype(np.float32)


def _stretch(leg: Frame, end: Frame, held: int) -> Frame:
    """Return the part with its last point at `end`; its first `held` points stay, but for the last HEADING of all."""
    free = len(leg) - min(held, max(0, len(leg) - 1 - HEADING))
    share = np.zeros((len(leg), 1), np.float32)
    share[len(leg) - free :, 0] = np.arange(1, free + 1) / free
    return np.asarray(leg + share * (end - leg[-1]), np.float32)


def beside(path: Frame, bends: Sequence[int], reach: float) -> NDArray[np.bool_]:
    """Return which points of a path lie so near a corner that within `reach` px beside them is the other part."""
    near = np.zeros(len(path), np.bool_)
    for bend, (one, other) in zip(bends, _headings(path, bends), strict=True):
        half = 0.5 * np.arccos(np.clip(one @ other, -1, 1))
        out = int(np.ceil(reach * np.tan(half)))
        near[max(0, bend - out) : bend + out + 1] = True
    return near


def _headings(path: Frame, bends: Sequence[int]) -> list[tuple[Frame, Frame]]:
    """Return for each corner the unit vectors in which the path comes and goes."""
    found = []
    for part in zip(split(path, bends)[:-1], split(path, bends)[1:], strict=True):
        one = part[0][-1] - part[0][-1 - min(HEADING, len(part[0]) - 1)]
        other = part[1][min(HEADING, len(part[1]) - 1)] - part[1][0]
        found.append((one / max(1e-6, float(np.hypot(*one))), other / max(1e-6, float(np.hypot(*other)))))
    return found


def mitre(
    path: Frame, bends: Sequence[int], pixels: Frame, index: NDArray[np.intp]
) -> tuple[NDArray[np.intp], Frame, NDArray[np.bool_]]:
    """Continue the parts of a path beyond its corners, where the pixels outside of them lie beside none of its points.

    `pixels` is N x 2, `index` the nearest point of the path to each. Returns, N each: the point of the path whose
    picture a pixel shows, mirrored at the corner; the px that the pixel is aside of its part; and whether it lies
    outside of a corner at all: elsewhere the other values mean nothing.
    """
    outside = np.zeros(len(pixels), np.bool_)
    shown, side = index.copy(), np.zeros(len(pixels), np.float32)
    limits = (0, *bends, len(path) - 1)
    for number, (bend, (one, other)) in enumerate(zip(bends, _headings(path, bends), strict=True)):
        near = np.flatnonzero(np.abs(index - bend) <= HEADING)
        away = pixels[near] - path[bend]
        later = away @ (one + other) > 0  # beyond the line that halves the corner
        ahead = np.where(later, -(away @ other), away @ one)
        near, away, later, ahead = (each[ahead > 0] for each in (near, away, later, ahead))
        steps = np.rint(ahead).astype(np.intp)
        first, last = limits[number], limits[number + 2]
        shown[near] = np.where(later, np.minimum(bend + steps, last), np.maximum(bend - steps, first))
        way = np.where(later[:, None], other, one)
        side[near] = away[:, 0] * way[:, 1] - away[:, 1] * way[:, 0]
        outside[near] = True
    return shown, side, outside
