"""Where a roughly drawn line really runs: on the edge its known ends lie beside, and smoothly between them.

Points are (row, col) in px, 1 px apart. Across a path, sideways places are counted in px along its normals.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.pyramid import Picture, Plane
from inpaint_studio.jit import kernel
from inpaint_studio.opencv import cv2

RUN_UP = 48  # px of known picture wanted along a line on each side of the hole
SHORTEST_RUN = 4  # px: less shows no direction
SNAP = 8  # px a line's known part is moved at the most, to the edge it means
PROFILE = 12  # px either side compared when the two ends are matched
SMOOTH = 9  # px: corners of drawn lines are rounded over so long a piece
TUBE = 4.0  # px a hand is off: so far the line may leave the drawn one to run smoothly
TANGENT = 24  # px of the known ends whose direction the line takes into the hole
FAINT = 1.5  # grey values a px: a weaker edge is none
AWAY = 0.5  # what moving by SNAP costs, the strongest edge being worth 1
BENT = 5  # px that an edge may leave the straight line found first
TURN = 0.3  # what half a px aside costs, a picture across that is wholly unlike being worth 1
SAME = 1.0  # what two ends that look alike are worth, the strongest edge being worth 1
ALIKE = 0.5  # correlation from which the two ends are taken for one structure
FLANK = 20  # px: the broadest bar that is continued by a line along its edge
HELD = 0.1  # pull of the known ends: what half px of noise is smoothed by
SIMPLER = 0.05  # px root mean square that a curve must be nearer than a straight line
PLAIN = 0.5  # px, root mean square: a known end that is so near to a plain curve is one
KNOTS = 48  # points at the most that the smooth course is computed at

LISTED = 4096  # places a row when many are looked up: OpenCV takes no more than 32766

Frame = NDArray[np.float32]
_SHIFTS = np.arange(-SNAP, SNAP + 1)


class _End(NamedTuple):
    """A known end of a line, and what a shift of the line at the hole would mean there.

    `score` is per shift how good it is, `profile` shift x places x 3 the picture across, `course` shift x run px the
    straight course, px aside from the hole outwards.
    """

    score: Frame
    profile: Frame
    course: NDArray[np.intp]


def resampled(line: Frame) -> Frame:
    """A polyline as points 1 px apart, corners rounded."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    places = np.arange(0, max(along[-1], 1.0) + 1e-3, 1.0)
    path = np.stack([np.interp(places, along, line[:, axis]) for axis in (0, 1)], axis=1)
    return smoothed(path.astype(np.float32), SMOOTH)


def smoothed(path: Frame, length: int) -> Frame:
    """A running mean over `length` points with both ends kept."""
    length = min(length, (len(path) - 1) // 2 * 2 + 1)
    if length < 3:
        return path
    half = length // 2
    ahead = 2 * path[0] - path[half:0:-1]
    behind = 2 * path[-1] - path[-2 : -half - 2 : -1]
    total = np.cumsum(np.concatenate([0 * path[:1], ahead, path, behind]), axis=0, dtype=np.float64)
    return np.asarray((total[length:] - total[:-length]) / length, np.float32)


def normals(path: Frame) -> Frame:
    """Unit vectors across the path, one a point."""
    along = np.gradient(smoothed(path, 5), axis=0) if len(path) > 1 else np.array([[0, 1]], np.float32)
    along = along / np.maximum(np.hypot(along[:, :1], along[:, 1:]), 1e-6)
    return np.stack([along[:, 1], -along[:, 0]], axis=1).astype(np.float32)


def straightened(path: Frame, width: int) -> tuple[Frame, Frame]:
    """Rows and columns, T x (2 width + 1), of the points across the path."""
    across = np.arange(-width, width + 1, dtype=np.float32)
    normal = normals(path)
    rows, columns = (path[:, axis, None] + normal[:, axis, None] * across for axis in (0, 1))
    return np.asarray(rows, np.float32), np.asarray(columns, np.float32)


def sampled(picture: NDArray[np.uint8], rows: Frame, columns: Frame, how: int) -> NDArray[np.uint8]:
    """The picture at fractional places; beyond its border the border goes on."""
    return np.asarray(cv2.remap(picture, columns, rows, how, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def picked(picture: NDArray[Any], places: Frame, how: int) -> NDArray[Any]:
    """The picture at N fractional places (2 x N: row, col); like `sampled` for any number of them."""
    count = places.shape[1]
    if count == 0:
        return np.zeros((0, *picture.shape[2:]), picture.dtype)
    across = min(count, LISTED)
    square = np.zeros((2, -(-count // across) * across), np.float32)
    square[:, :count] = places
    rows, columns = square.reshape(2, -1, across)
    found = cv2.remap(picture, columns, rows, how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found.reshape(-1, *picture.shape[2:])[:count])


def settled(path: Frame, pixels: Picture, unknown: Plane, head: int, tail: int) -> Frame:
    """The path moved onto the edges its known ends (its first `head` and last `tail` points) run along.

    What lies between is as smooth as the drawn line allows. `pixels` is H x W x C, `unknown` H x W.
    """
    rows, columns = straightened(path, SNAP + PROFILE)
    seen = sampled(pixels, rows, columns, cv2.INTER_LINEAR)[..., :3].astype(np.float32)
    seen = np.asarray(cv2.GaussianBlur(seen, (5, 1), 1.0), np.float32)
    known = sampled(unknown, rows, columns, cv2.INTER_NEAREST) == 0
    first = _end(seen[:head][::-1], known[:head][::-1]) if head >= SHORTEST_RUN else None
    last = _end(seen[len(path) - tail :], known[len(path) - tail :]) if tail >= SHORTEST_RUN else None
    one, other, alike = _choice(first, last)
    shift = np.zeros(len(path), np.float32)
    gap = np.arange(head, len(path) - tail)
    model: Frame | None = None
    if first is not None:
        aside, model = _followed(seen[:head][::-1], first.course[one], None)
        shift[:head] = aside[::-1]
    if last is not None:
        shared = model if alike > ALIKE else None
        shift[len(path) - tail :], _ = _followed(seen[len(path) - tail :], last.course[other], shared)
    ends = [shift[at] for at, end in ((head - 1, first), (len(path) - tail, last)) if end is not None] or [0.0]
    shift[gap] = np.linspace(ends[0], ends[-1], len(gap))
    moved = (path + normals(path) * shift[:, None]).astype(np.float32)
    return _eased(moved, head if first else 0, tail if last else 0)


def _end(seen: Frame, known: NDArray[np.bool_]) -> _End:
    """What the known picture along one end (run px x places x 3, from the hole outwards) says of each shift."""
    count = len(seen)
    slope = np.gradient(seen, axis=1) * known[..., None]
    heed = np.linspace(1.0, 0.3, count, dtype=np.float32)  # what lies at the hole counts most
    heed /= heed.sum()
    away = np.linspace(0.0, 1.0, count, dtype=np.float32)
    # Every straight course from a shift at the hole to one at the far end; edges add up where they keep their sign.
    courses = np.rint(_SHIFTS[:, None, None] * (1 - away) + _SHIFTS[None, :, None] * away).astype(np.intp)
    at = courses + SNAP + PROFILE
    mean = np.einsum("abtc,t->abc", slope[np.arange(count), at], heed)
    worth = np.sqrt((mean**2).sum(axis=2)) / np.sqrt(3.0)
    worth[worth < FAINT] = 0.0
    cost = AWAY * (_SHIFTS / SNAP) ** 2
    score = worth / max(FAINT, float(worth.max())) - cost[:, None] - 0.5 * cost[None]
    far = score.argmax(axis=1)
    each = np.arange(len(_SHIFTS))
    course = courses[each, far]
    near = np.arange(min(count, PROFILE + 4))
    places = (course[:, near] + SNAP + PROFILE)[..., None] + np.arange(-PROFILE, PROFILE + 1)
    profile = seen[near[None, :, None], np.clip(places, 0, seen.shape[1] - 1)].mean(axis=1)
    return _End(score[each, far].astype(np.float32), profile.astype(np.float32), course)


def _followed(seen: Frame, course: NDArray[np.intp], model: Frame | None) -> tuple[Frame, Frame]:
    """A straight course bent so that the picture across it stays the same all along (dynamic programming).

    `seen` is run px x places x 3, `model` the picture across that is wanted, (2 PROFILE + 1) x 3, None for the run's
    own. Returns px aside for each px along, and the picture across it shows in the mean near the hole.
    """
    count = np.arange(len(course))
    across = np.arange(-PROFILE, PROFILE + 1)
    aside = np.arange(-BENT, BENT + 0.1, 0.5)
    # Every half px across, so that a look-up takes the place of an interpolation.
    fine = np.repeat(seen, 2, axis=1)[:, :-1]
    fine[:, 1::2] = 0.5 * (seen[:, :-1] + seen[:, 1:])
    places = 2 * (course[:, None, None] + across + SNAP + PROFILE) + np.rint(2 * aside).astype(np.intp)[:, None]
    views = fine[count[:, None, None], np.clip(places, 0, fine.shape[1] - 1)]
    heed = (1.0 - 0.8 * np.abs(across) / PROFILE).astype(np.float32)
    heed /= heed.sum()
    views -= np.einsum("tapc,p->tac", views, heed)[:, :, None]
    near = min(len(course), PROFILE + 4)
    best = np.full(len(course), len(aside) // 2)
    for again in range(2):
        if model is None or again:
            own = views[count[:near], best[:near]].mean(axis=0)
            model = own if model is None else 0.5 * (own + model)
        off = np.einsum("tapc,p->ta", (views - model) ** 2, heed)
        off /= max(3 * FAINT**2, float(np.einsum("pc,p->", model**2, heed)))
        best = _cheapest((np.minimum(off, 2.0) + 0.01 * aside**2).astype(np.float32), TURN)
    shown = views[count[:near], best[:near]].mean(axis=0)
    moved = (course + aside[best]).astype(np.float32)[:, None]
    return smoothed(moved, SMOOTH)[:, 0], np.asarray(shown, np.float32)


def _cheapest(cost: Frame, turn: float) -> NDArray[np.int64]:
    """Return the state at each step of the cheapest way through `cost` (steps x states).

    Moving to the state before or after costs `turn`. Of equal ways, the one that stays is taken.
    """
    steps, states = cost.shape
    total = cost[0].copy()
    back = np.zeros((steps, states), np.int64)
    _add_costs(cost, turn, total, np.empty(states, np.float32), back)
    taken = np.empty(steps, np.int64)
    here = int(total.argmin())
    for step in range(steps - 1, -1, -1):
        taken[step] = here
        here = int(back[step, here])
    return taken


@kernel
def _add_costs(cost: Frame, turn: float, total: Frame, before: Frame, back: NDArray[np.int64]) -> None:
    """Add the cheapest way to each state to `total` (states), and write to `back` where it comes from.

    `before` is room for the states of one step.
    """
    states = total.size
    for step in range(1, cost.shape[0]):
        for state in range(states):
            before[state] = total[state]
        for state in range(states):
            best, least = state, before[state]
            if state > 0 and before[state - 1] + turn < least:
                best, least = state - 1, before[state - 1] + turn
            if state + 1 < states and before[state + 1] + turn < least:
                best, least = state + 1, before[state + 1] + turn
            back[step, state] = best
            total[state] = least + cost[step, state]


def _choice(first: _End | None, last: _End | None) -> tuple[int, int, float]:
    """The shifts of the two ends, as numbers, that lie on edges and look alike; and how alike, in [-1, 1]."""
    if first is None or last is None:
        best = [SNAP if end is None else int(end.score.argmax()) for end in (first, last)]
        return best[0], best[1], 0.0
    one, other = (end.profile.reshape(len(_SHIFTS), -1) for end in (first, last))
    one, other = (part - part.mean(axis=1, keepdims=True) for part in (one, other))
    scale = np.sqrt((one**2).sum(axis=1)[:, None] * (other**2).sum(axis=1)[None])
    alike = one @ other.T / np.maximum(scale, 1e-3)
    total = first.score[:, None] + last.score[None] + SAME * alike
    place = np.unravel_index(int(total.argmax()), total.shape)
    return int(place[0]), int(place[1]), float(alike[place])


def _eased(path: Frame, head: int, tail: int) -> Frame:
    """The path between its known ends made as smooth as it can be within TUBE of the given one."""
    plain = _plain(path, head, tail)
    if plain is not None:
        return plain
    start, end = max(0, head - TANGENT), len(path) - max(0, tail - TANGENT)
    part = path[start:end]
    step = max(1, -(-len(part) // KNOTS))
    knots = np.unique(np.append(np.arange(0, len(part), step), len(part) - 1))
    if len(knots) < 5:
        return path
    given = part[knots].astype(np.float64)
    held = (knots < head - start) | (knots >= len(part) - (end - (len(path) - tail)))
    # Third differences: an arc is as smooth as a straight line.
    bend = np.diff(np.eye(len(knots)), 3, axis=0)
    stiff = bend.T @ bend
    best = given
    # The stiffest that stays in the tube; tenfold steps, for its place in the tube matters little.
    for pull in 10.0 ** np.arange(-7, 1.1, 0.5):
        weight = np.where(held, max(HELD, pull), pull)
        smooth = np.linalg.solve(stiff + np.diag(weight), weight[:, None] * given)
        best = smooth
        if np.hypot(*(smooth - given).T).max() <= TUBE:
            break
    easy = np.stack([np.interp(np.arange(len(part)), knots, best[:, axis]) for axis in (0, 1)], axis=1)
    fresh = path.copy()
    fresh[start:end] = easy
    return smoothed(fresh, 5)


def _plain(path: Frame, head: int, tail: int) -> Frame | None:
    """The path as a straight line or gentle curve through its known ends; None where they, or the drawing, bend."""
    chord = (path[-1] - path[0]) / max(1.0, float(np.hypot(*(path[-1] - path[0]))))
    along = (path - path[0]) @ chord
    if (np.diff(along) < 0.5).any():
        return None
    aside = (path - path[0]) @ np.array([-chord[1], chord[0]], np.float32)
    known = np.ones(len(path), np.bool_)
    known[head : len(path) - tail] = False
    best, least = None, PLAIN
    # Far from one end only a straight line is safe to draw on.
    for degree in (1, 2, 3) if min(head, tail) >= TANGENT else (1,):
        if known.sum() <= 2 * degree:
            break
        there = np.polynomial.Polynomial.fit(along[known], aside[known], degree)(along)
        off = np.abs(there - aside)
        score = float(np.sqrt((off[known] ** 2).mean())) + SIMPLER * (degree - 1)
        if score < least and off[known].max() <= 3 * PLAIN and off.max() <= SNAP:
            best, least = there, score
    if best is None:
        return None
    across = np.array([-chord[1], chord[0]])
    return np.asarray(path[0] + along[:, None] * chord + best[:, None] * across, np.float32)


def flanks(path: Frame, pixels: Picture, unknown: Plane, head: int, tail: int) -> tuple[int, int]:
    """How far, px towards either side of a settled path, an edge runs beside it at all its known ends; 0 where none.

    A line along one edge of a bar means the whole bar.
    """
    rows, columns = straightened(path, FLANK + 1)
    seen = sampled(pixels, rows, columns, cv2.INTER_LINEAR)[..., :3].astype(np.float32)
    known = sampled(unknown, rows, columns, cv2.INTER_NEAREST) == 0
    slope = np.gradient(seen, axis=1) * known[..., None]
    edges = None
    for start, end in ((max(0, head - TANGENT), head), (len(path) - tail, len(path) - tail + min(tail, TANGENT))):
        if end - start < SHORTEST_RUN:
            continue
        step = np.sqrt((slope[start:end].mean(axis=0) ** 2).sum(axis=1) / 3.0)
        strong = step >= max(2 * FAINT, 0.5 * float(step[FLANK - 1 : FLANK + 4].max()))
        peak = strong[1:-1] & (step[1:-1] >= step[:-2]) & (step[1:-1] >= step[2:])
        here = np.asarray(cv2.dilate(peak.astype(np.uint8)[None], np.ones((1, 3), np.uint8))[0] != 0, np.bool_)
        edges = here if edges is None else edges & here
    if edges is None:
        return 0, 0
    found = [np.flatnonzero(side) for side in (edges[: FLANK - 2][::-1], edges[FLANK + 3 :])]
    first, last = (int(side[0]) + 3 if side.size else 0 for side in found)
    return first, last
