"""Holes in line art: thin strokes on a ground of one exact colour. The ground stays exact, and the strokes join.

Patches are no good here: a mean of patches that are a fraction of a pixel apart is haze, and a stroke two pixels wide
is lost at coarse scales. So the strokes that reach the hole's rim are measured, paired by how smoothly they would go
on, and drawn again with their own profile of colours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.ink import Sketch, divide, find_letters
from inpaint_studio.exemplar.planes import box_round, find_nearest
from inpaint_studio.exemplar.strokes import End, Floats, Plane, find_ends
from inpaint_studio.opencv import cv2

AROUND = 32  # px round the hole that are looked at
SKIRT = 3  # px: ink that is too faint to count, and ringing, beside strokes of a drawing that was compressed
LEAST = 64  # of them must be known
PALETTE = 8  # colours: a drawing with no more has hard edges, and gets no other colour
THICKEST = 4.0  # px: inscribed radius of the thickest stroke
MOST_ENDS = 48  # strokes that reach the rim
TURN = np.deg2rad(50)  # most that a stroke turns between its end and the chord to where it goes on
STRAIGHT = np.deg2rad(5)  # up to this turn at both ends a stroke goes on straight
UNLIKE = 0.5  # weight of different colours beside turns (radians squared)
INSIDE = 0.8  # of a joined stroke, at least so much lies in the hole
STEP = 0.25  # px between the points of a joined stroke
PIECE = 64  # of these points, beside which pixels are looked for at once


FillGround = Callable[[NDArray[np.uint8], Plane], tuple[NDArray[np.uint8], NDArray[np.signedinteger[Any]]]]


class Drawn(NamedTuple):
    """The filled hole. `image` is H x W x 3, `sources` 2 x H x W offsets to known pixels, 0 outside the hole."""

    image: NDArray[np.uint8]
    sources: NDArray[np.signedinteger[Any]]


class _Curve(NamedTuple):
    points: Floats  # n x 2, rows and columns
    normals: Floats  # n x 2, of length 1
    first: End
    last: End


def draw(
    image: NDArray[np.uint8],
    hole: Plane,
    blocked: Plane,
    fill_ground: FillGround,
    check: Callable[[], None] = lambda: None,
) -> Drawn | None:
    """Fill `hole` (H x W bool) of `image` (H x W x 3 uint8) if the surroundings are line art; else return None.

    `blocked` (H x W bool, with the hole) must not be copied. `fill_ground` fills a plane of the image, and returns
    image and sources: where the ground has noise, or traces of JPEG compression, it is filled so, as if no ink were
    there. Also None where strokes end at the rim that fit no other: what they belong to is no simple drawing. `check`
    is called now and then, and ends the work by raising.
    """
    window = box_round(hole, AROUND)
    part, inside, taken = image[window], hole[window], blocked[window]
    known = (cv2.distanceTransform((~inside).view(np.uint8), cv2.DIST_L2, 3) <= AROUND) & ~inside
    if np.count_nonzero(known) < LEAST or (taken & known).any():
        return None
    for drawing in divide(part, known):
        check()
        curves = _find_curves(drawing, inside, known, check)
        if curves is not None:
            break
    else:
        return None
    drawn = Drawn(image.copy(), np.zeros((2, *hole.shape), np.int32))
    if not drawing.exact:
        inked = hole.copy()
        inked[window] |= cv2.dilate(drawing.inked.view(np.uint8), np.ones((2 * SKIRT + 1, 2 * SKIRT + 1), np.uint8)) > 0
        filled, found = fill_ground(image, inked)
        drawn = Drawn(np.where(hole[..., None], filled, image), np.where(hole, found, 0))
    part, sources = drawn.image[window], drawn.sources[(slice(None), *window)]
    if drawing.exact:
        part[inside] = drawing.ground
        sources[:] = _nearest(inside, known & ~drawing.inked)
    _lay(part, sources, curves, inside, known, check)
    check()
    palette = np.unique(image[window][known].reshape(-1, 3), axis=0) if curves and drawing.exact else part[:0, 0]
    if 0 < len(palette) <= PALETTE:
        drawn_on = inside & (part != drawing.ground).any(axis=2)
        away = ((part[drawn_on][:, None].astype(np.int32) - palette) ** 2).sum(axis=2)
        part[drawn_on] = palette[away.argmin(axis=1)]
    return drawn


def is_line_art(image: NDArray[np.uint8], hole: Plane) -> bool:
    """Return whether `draw` would fill `hole` (H x W bool) of `image` (H x W x 3 uint8) if all around may be copied."""
    window = box_round(hole, AROUND)
    inside = hole[window]
    known = (cv2.distanceTransform((~inside).view(np.uint8), cv2.DIST_L2, 3) <= AROUND) & ~inside
    if np.count_nonzero(known) < LEAST:
        return False
    found = (_find_curves(each, inside, known, lambda: None) for each in divide(image[window], known))
    return any(curves is not None for curves in found)


def _find_curves(drawing: Sketch, hole: Plane, known: Plane, check: Callable[[], None]) -> list[_Curve] | None:
    """Join the strokes that reach the hole; None where one is left over, letters aside."""
    # Strokes are thin, and the drawing goes on beyond what is looked at.
    if float(cv2.distanceTransform(drawing.inked.view(np.uint8), cv2.DIST_L2, 3).max()) > THICKEST:
        return None
    letters = find_letters(drawing.inked, hole)
    for ends in find_ends(drawing.ink, drawing.inked, hole, known, MOST_ENDS, check):
        curves = _join(ends, hole)
        if curves is not None and not any(_is_on(letters, one.first) and _is_on(letters, one.last) for one in curves):
            # Without strokes a ground that is not exact needs nothing of all this.
            return curves if curves or drawing.exact else None
    if not letters.any():
        return None
    ink = np.where(letters[..., None], np.float32(0), drawing.ink)
    for ends in find_ends(ink, drawing.inked & ~letters, hole, known, MOST_ENDS, check):
        curves = _join(ends, hole)
        if curves is not None:
            return curves
    return None


def _is_on(plane: Plane, end: End) -> bool:
    row, column = np.rint(end.back).astype(int)
    return bool(plane[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2].any())


def _join(ends: list[End], hole: Plane) -> list[_Curve] | None:
    """Pair all ends, the smoothest pair first; None where one is left over."""
    costs = []
    for first in range(len(ends)):
        for last in range(first + 1, len(ends)):
            cost = _misfit(ends[first], ends[last])
            if cost is not None:
                costs.append((cost, first, last))
    left, curves = set(range(len(ends))), []
    for _, first, last in sorted(costs):
        if first in left and last in left:
            curve = _make_curve(ends[first], ends[last])
            if _share_inside(curve.points, hole) >= INSIDE:
                left -= {first, last}
                curves.append(curve)
    return None if left else curves


def _misfit(one: End, other: End) -> float | None:
    """Return how badly a stroke would go on from one end to the other, or None where it cannot."""
    turns = _turns(one, other)
    if max(turns) > TURN:
        return None
    strength = np.abs(one.profile).sum(), np.abs(other.profile).sum()
    unlike = float(np.abs(one.profile - other.profile).sum() / (sum(strength) + 1e-6))
    return turns[0] ** 2 + turns[1] ** 2 + UNLIKE * unlike**2


def _turns(one: End, other: End) -> tuple[float, float]:
    """Return the angles between both ends and the chord from one to the other."""
    chord = other.place - one.place
    chord = chord / max(float(np.hypot(*chord)), 1e-6)
    first, last = one.inward @ chord, -other.inward @ chord
    return float(np.arccos(np.clip(first, -1, 1))), float(np.arccos(np.clip(last, -1, 1)))


def _make_curve(first: End, last: End) -> _Curve:
    """Draw a straight line, or a cubic that leaves both ends in their directions (Hermite's form)."""
    if max(_turns(first, last)) <= STRAIGHT:  # one line through both is more exact than two fitted apart
        way = (last.back - first.back) / np.hypot(*(last.back - first.back))
        places = [first.back + ((end.place - first.back) @ way) * way for end in (first, last)]
        first, last = first._replace(place=places[0], inward=way), last._replace(place=places[1], inward=-way)
    length = float(np.hypot(*(last.place - first.place)))
    at = np.linspace(0, 1, max(2, int(length / STEP) + 1))[:, None]
    start, finish = first.inward * length, -last.inward * length
    points = (
        (2 * at**3 - 3 * at**2 + 1) * first.place
        + (at**3 - 2 * at**2 + at) * start
        + (3 * at**2 - 2 * at**3) * last.place
        + (at**3 - at**2) * finish
    )
    tangents = np.gradient(points, axis=0)
    tangents /= np.maximum(np.hypot(*tangents.T)[:, None], 1e-9)
    return _Curve(points, np.stack([-tangents[:, 1], tangents[:, 0]], axis=1), first, last)


def _share_inside(points: Floats, hole: Plane) -> float:
    rows, columns = np.rint(points).astype(int).T
    rows, columns = rows.clip(0, hole.shape[0] - 1), columns.clip(0, hole.shape[1] - 1)
    return float(hole[rows, columns].mean())


def _lay(
    filled: NDArray[np.uint8],
    sources: NDArray[np.signedinteger[Any]],
    curves: list[_Curve],
    hole: Plane,
    known: Plane,
    check: Callable[[], None],
) -> None:
    """Draw the curves into the hole of `filled`; where they cross, the stronger ink counts in each channel."""
    places = np.argwhere(hole)
    ink = np.zeros((len(places), 3), np.float64)
    for curve in curves:
        check()
        reach = max(curve.first.reach, curve.last.reach) + 1
        few, nearest = _find_near(places, curve.points, reach)
        across = ((places[few] - curve.points[nearest]) * curve.normals[nearest]).sum(axis=1)
        along = (nearest / (len(curve.points) - 1))[:, None]
        # The last end looks the other way, so its profile is turned.
        new = (1 - along) * curve.first.sample(across) + along * curve.last.sample(-across)
        stronger = np.abs(new) > np.abs(ink[few])
        ink[few] = np.where(stronger, new, ink[few])
        for which, end, side in (
            (along[:, 0] < 0.5, curve.first, across),
            (along[:, 0] >= 0.5, curve.last, -across),
        ):
            _point(sources, places[few[which]], end, side[which], known)
    values = np.rint(np.clip(filled[places[:, 0], places[:, 1]] + ink, 0, 255)).astype(np.uint8)
    filled[places[:, 0], places[:, 1]] = values


def _find_near(places: NDArray[np.int64], points: Floats, reach: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the numbers of `places` (n x 2) up to `reach` px from the nearest of `points` (m x 2), and that one's.

    `places` lie row by row. They are looked for beside short pieces of the curve, for a long one that slants passes few
    of the pixels in its box.
    """
    rows, columns = np.ascontiguousarray(places.T)
    least = np.full(len(places), np.inf)
    nearest = np.zeros(len(places), np.intp)
    for first in range(0, len(points), PIECE):
        piece = points[first : first + PIECE]
        low = np.ceil(piece.min(axis=0) - reach).astype(np.int64)
        high = np.floor(piece.max(axis=0) + reach).astype(np.int64)
        start, end = np.searchsorted(rows, low[0]), np.searchsorted(rows, high[0], "right")
        some = start + np.flatnonzero((columns[start:end] >= low[1]) & (columns[start:end] <= high[1]))
        if not some.size:
            continue
        away = ((places[some, None] - piece) ** 2).sum(axis=2)
        best = away.argmin(axis=1)
        away = away[np.arange(len(some)), best]
        nearer = away < least[some]
        least[some[nearer]], nearest[some[nearer]] = away[nearer], best[nearer] + first
    found = np.flatnonzero(least <= reach**2)
    return found, nearest[found]


def _point(
    sources: NDArray[np.signedinteger[Any]], places: NDArray[np.int64], end: End, across: Floats, known: Plane
) -> None:
    """Let `places` come from the known part of the stroke at `end`, as far from its middle as they are."""
    normal = np.array([-end.inward[1], end.inward[0]])
    found = np.rint(end.place - 3 * end.inward + across[:, None] * normal).astype(np.int64)
    fits = ((found >= 0) & (found < known.shape)).all(axis=1)
    fits[fits] = known[found[fits, 0], found[fits, 1]]
    here, there = places[fits], found[fits]
    sources[:, here[:, 0], here[:, 1]] = (there - here).T


def _nearest(hole: Plane, free: Plane) -> NDArray[np.int32]:
    """Return for each pixel of the hole the offset to the nearest pixel of `free`: 2 x H x W, 0 outside."""
    sources = np.zeros((2, *hole.shape), np.int32)
    rows, columns = np.nonzero(hole)
    from_rows, from_columns = find_nearest(~free, rows, columns)
    sources[:, rows, columns] = from_rows - rows, from_columns - columns
    return sources
