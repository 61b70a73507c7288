"""Strokes that reach the rim of a hole: where, in which direction, and with which colours across."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.opencv import cv2

RIM = 3  # px: width of the rings round the hole in which strokes are looked for
RINGS = 4  # that are tried: strokes that touch each other at the hole are apart farther out
LENGTH = 16  # px along a stroke, away from the hole, that are measured
ANGLES = 180  # directions that are tried
CONTINUED = 0.8  # share of the way to the hole that is ink
APART = 4.0  # px between the places of strokes that are the same, if their directions are alike as well
ALIKE = np.cos(np.deg2rad(15))
ASIDE = 3.0  # px from the middle of a stroke up to which ink is taken for it while it is measured
BESIDE = 1.0  # px beyond its last ink that still belong to a stroke: its direction is not exact
SAGITTA = 0.3  # px: from this height of its arc over `LENGTH` on, a stroke is measured as a curve
FAINT = 0.02  # of the strongest ink of a stroke: up to this there is none
BINS = 4  # samples of a profile for each px
WIDEST = 6.0  # px from the middle of a stroke to the end of its profile

Floats = NDArray[np.float64]
Plane = NDArray[np.bool_]
_STEPS = np.arange(-int(WIDEST * BINS), int(WIDEST * BINS) + 1) / BINS


class _Way(NamedTuple):
    """The middle of a stroke near the hole, as a straight line or a parabola."""

    start: Floats  # row and column
    outward: Floats  # direction away from the hole, of length 1
    bend: Floats  # coefficients of how far across it lies, by the distance outward; highest power first

    def at(self, outward: Floats) -> Floats:
        """Return the places (n x 2) at these distances from the start."""
        normal = np.array([self.outward[1], -self.outward[0]])
        across = np.asarray(np.polyval(self.bend, outward), np.float64)
        return np.asarray(self.start + outward[:, None] * self.outward + across[:, None] * normal, np.float64)


class End(NamedTuple):
    """Where a stroke meets the hole."""

    place: Floats  # row and column, on the middle of the stroke
    back: Floats  # the same for the middle of what was measured of it, some px before the hole
    inward: Floats  # direction into the hole, of length 1
    profile: Floats  # len(_STEPS) x 3: colour above the ground's at distances from the middle
    reach: float  # px from the middle to the last ink
    way: _Way

    def sample(self, across: Floats) -> Floats:
        """Return the ink (n x 3) at distances from the middle, positive to the left of `inward` (row down)."""
        return np.stack([np.interp(across, _STEPS, self.profile[:, channel]) for channel in range(3)], axis=1)


def find_ends(
    ink: NDArray[np.float32], inked: Plane, hole: Plane, known: Plane, most: int, check: Callable[[], None]
) -> list[list[End]]:
    """Find the strokes that reach the hole. `ink` is H x W x 3, the colours above the ground's, `inked` where it is
    not 0, both 0 outside `known`.

    Returns the sets of strokes that they may be, the likelier first: those of one ring, and those of all rings, which
    are more where strokes cross beside the hole. Returns [] where there are more than `most`, or what reaches the hole
    is no stroke. `check` is called for each ring and may raise.
    """
    away = cv2.distanceTransform((~hole).view(np.uint8), cv2.DIST_L2, 5)
    strength = np.abs(ink).sum(axis=2).astype(np.float64)
    rim_ink = inked & (away < 2)
    inky = strength > 0
    best: list[End] | None = None
    of_all: list[End] = []
    for ring in range(RINGS):
        check()
        rim = known & inked & (away > ring * RIM) & (away <= (ring + 1) * RIM)
        count, labels = cv2.connectedComponents(rim.view(np.uint8), connectivity=8)
        if count - 1 > most:
            return []
        rows, columns = np.nonzero(rim)
        numbers = labels[rows, columns]
        places = (np.stack([rows, columns], axis=1)[numbers == number] for number in range(1, count))
        measured = [_measure(own, strength, ink, inky, known) for own in places]
        ends = [reached for end in measured if end is not None and (reached := _extend(end, inked, hole)) is not None]
        fits = (ring > 0 or None not in measured) and _explain(ends, rim_ink)
        if fits and (best is None or len(ends) > len(best)):
            best = ends
        of_all += [end for end in ends if _goes_on(end, inked, known) and not any(_is_same(end, one) for one in of_all)]
    sets = [best] if best is not None else []
    if best is None or len(of_all) > len(best):
        sets.append(of_all)
    return [ends for ends in sets if _explain(ends, rim_ink)]


def _goes_on(end: End, inked: Plane, known: Plane) -> bool:
    """Return whether there is ink along all of the stroke: where strokes touch, their mean goes between them."""
    rows, columns = np.rint(end.way.at(np.arange(0, LENGTH, 0.5))).astype(int).T
    fits = (rows >= 0) & (rows < known.shape[0]) & (columns >= 0) & (columns < known.shape[1])
    fits[fits] = known[rows[fits], columns[fits]]
    return bool(fits.any() and inked[rows[fits], columns[fits]].mean() >= CONTINUED)


def _is_same(one: End, other: End) -> bool:
    return bool(np.hypot(*(one.place - other.place)) < APART and one.inward @ other.inward > ALIKE)


def _explain(ends: list[End], rim: Plane) -> bool:
    """Return whether all ink at the rim belongs to one of `ends`: it lies round its place, or along its stroke, for a
    stroke may run beside the rim before it reaches the hole.
    """
    places = np.argwhere(rim)
    found = np.zeros(len(places), bool)
    for end in ends:
        found |= np.hypot(*(places - end.place).T) <= end.reach + RIM
        left, stroke = np.flatnonzero(~found), end.way.at(np.arange(-LENGTH, LENGTH, 0.5))
        away = np.hypot(*(places[left, None] - stroke).transpose(2, 0, 1)).min(axis=1)
        found[left] = away <= end.reach + BESIDE
    return bool(found.all())


def _extend(end: End, inked: Plane, hole: Plane) -> End | None:
    """Move the place of `end` on to the hole; None where its stroke does not reach it."""
    points = end.way.at(-np.arange(-RIM, (RINGS + 1) * RIM, 0.5))
    rows, columns = np.rint(points).astype(int).T
    fits = (rows >= 0) & (rows < hole.shape[0]) & (columns >= 0) & (columns < hole.shape[1])
    points, rows, columns = points[fits], rows[fits], columns[fits]
    inside = np.flatnonzero(hole[rows, columns])
    if not inside.size or inside[0] == 0 or inked[rows, columns][: inside[0]].mean() < CONTINUED:
        return None
    last = int(inside[0]) - 1
    inward = points[last + 1] - points[last]
    return end._replace(place=points[last], inward=inward / np.hypot(*inward))


def _measure(
    own: NDArray[np.int64], strength: Floats, ink: NDArray[np.float32], inky: Plane, known: Plane
) -> End | None:
    """Measure the stroke whose pixels near the hole are `own` (n x 2); `inky` is where `strength` is not 0."""
    middle = np.average(own, axis=0, weights=strength[own[:, 0], own[:, 1]])
    direction = _scan(middle, inky)
    if direction is None:
        return None
    height, width = known.shape
    top, left = (int(max(0, value - LENGTH - 2)) for value in middle)
    box = np.s_[top : min(height, int(middle[0]) + LENGTH + 3), left : min(width, int(middle[1]) + LENGTH + 3)]
    places = np.argwhere(known[box]) + np.array([top, left])
    weight = strength[places[:, 0], places[:, 1]]
    start = middle
    for _ in range(4):  # a straight line through the ink near the line before
        along = (places - start) @ direction
        across = _project(places, middle, direction)[1]
        used = _choose(places, along, across, weight, direction, known)
        if np.count_nonzero(used) < 4:
            return None
        mean = np.average(places[used], axis=0, weights=weight[used])
        spread = np.cov((places[used] - mean).T, aweights=weight[used])
        axis = np.linalg.eigh(spread)[1][:, 1]
        middle, direction = mean, axis if axis @ direction > 0 else -axis
    along, across = (places - start) @ direction, _project(places, middle, direction)[1]
    used = _choose(places, along, across, weight, direction, known)
    way = _follow(along[used], across[used], weight[used], start, middle, direction)
    along, across = _project(places, middle, direction)
    if len(way.bend) > 1:
        across = across - np.polyval(way.bend, (places - start) @ direction)
    used = (along > -LENGTH) & (along < LENGTH / 2) & (np.abs(across) <= WIDEST)
    profile = _profile(across[used], ink[places[used, 0], places[used, 1]].astype(np.float64))
    shown = np.flatnonzero(profile.any(axis=1))
    if not shown.size:
        return None
    return End(way.start, middle, -direction, profile, float(np.abs(_STEPS[shown]).max()), way)


def _choose(
    places: NDArray[np.int64], along: Floats, across: Floats, weight: Floats, direction: Floats, known: Plane
) -> Plane:
    """Return which of `places` show where a stroke lies. Where a slanting rim cuts off one side of it, the ink that is
    left lies beside its middle; so only where both sides are known, if that is not too little.
    """
    used = (along > -RIM) & (along < LENGTH) & (np.abs(across) < ASIDE) & (weight > 0)
    normal = np.array([direction[1], -direction[0]])
    feet = places - across[:, None] * normal
    whole = used.copy()
    for side in (-ASIDE, ASIDE):
        rows, columns = np.rint(feet + side * normal).astype(int).T
        fits = (rows >= 0) & (rows < known.shape[0]) & (columns >= 0) & (columns < known.shape[1])
        whole &= fits & known[rows.clip(0, known.shape[0] - 1), columns.clip(0, known.shape[1] - 1)]
    return whole if whole.any() and np.ptp(along[whole]) >= LENGTH / 2 else used


def _follow(along: Floats, across: Floats, weight: Floats, start: Floats, middle: Floats, direction: Floats) -> _Way:
    """Fit a parabola to the ink along a stroke; a straight line where it hardly bends."""
    foot = middle + ((start - middle) @ direction) * direction
    bend = np.polyfit(along, across, 2, w=np.sqrt(weight))
    curved = abs(bend[0]) * LENGTH**2 / 4 > SAGITTA
    return _Way(foot, direction, bend if curved else np.zeros(1))


def _scan(middle: Floats, inked: Plane) -> Floats | None:
    """Return the direction, away from the hole, in which most ink lies on a straight line from `middle`."""
    angles = np.arange(ANGLES) * (2 * np.pi / ANGLES)
    rays = np.stack([np.sin(angles), np.cos(angles)], axis=1)
    steps = np.arange(1, LENGTH, 0.5)
    points = np.rint(middle + steps[None, :, None] * rays[:, None]).astype(int)
    fits = ((points >= 0) & (points < inked.shape)).all(axis=2)
    rows, columns = points[..., 0].clip(0, inked.shape[0] - 1), points[..., 1].clip(0, inked.shape[1] - 1)
    score = (inked[rows, columns] & fits).sum(axis=1)
    best = np.flatnonzero(score == score.max())
    direction = rays[best].mean(axis=0)
    length = float(np.hypot(*direction))
    return direction / length if length > 0.5 and score.max() >= 4 else None


def _project(places: NDArray[np.int64], middle: Floats, direction: Floats) -> tuple[Floats, Floats]:
    """Return how far along `direction` places are from `middle`, and how far across: positive to the left of
    ``-direction`` seen with rows down, as `End.sample` takes it.
    """
    moved = places - middle
    # The normal of `inward` = -direction is (-inward[1], inward[0]).
    return moved @ direction, moved @ np.array([direction[1], -direction[0]])


def _profile(across: Floats, ink: Floats) -> Floats:
    """Return the median ink at every distance from the middle of a stroke, interpolated where no pixel lies."""
    bins = np.rint(across * BINS).astype(int) + len(_STEPS) // 2
    found = np.zeros((len(_STEPS), 3))
    there = np.zeros(len(_STEPS), bool)
    for number in np.unique(bins):
        found[number] = np.median(ink[bins == number], axis=0)
        there[number] = True
    profile = np.stack([np.interp(_STEPS, _STEPS[there], found[there, channel]) for channel in range(3)], axis=1)
    # Ink beyond the first gap on either side belongs to another stroke.
    empty = np.abs(profile).max(axis=1) <= FAINT * np.abs(profile).max()
    middle = len(_STEPS) // 2
    left, right = np.flatnonzero(empty[:middle]), np.flatnonzero(empty[middle:])
    if left.size:
        profile[: left[-1] + 1] = 0
    if right.size:
        profile[middle + right[0] :] = 0
    return profile
