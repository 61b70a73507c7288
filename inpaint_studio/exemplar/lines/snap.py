"""Move a roughly drawn line onto the edge beside its known ends."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.lines.cheapest_way import cheapest_way
from inpaint_studio.exemplar.lines.corners import join
from inpaint_studio.exemplar.lines.ease import TANGENT, ease
from inpaint_studio.exemplar.lines.path import SMOOTH, Frame, normals, sample, smooth, straighten
from inpaint_studio.exemplar.pyramid import Image, Plane
from inpaint_studio.opencv import cv2

RUN_UP = 48  # px of known image that are used along a line on each side of the hole
SHORTEST_RUN = 4  # px of known image: less shows no direction
SNAP = 8  # px by which a known end is moved at most, to the edge beside it
PROFILE = 12  # px on each side that are compared when the two ends are matched
FAINT = 1.5  # grey levels per px: a weaker edge does not count
AWAY = 0.5  # cost of moving by SNAP; the strongest edge is worth 1
BENT = 5  # px that an edge may be away from the straight course found first
TURN = 0.3  # cost of moving half a px aside; a wholly different profile costs 1
SAME = 1.0  # worth of two ends that look alike; the strongest edge is worth 1
ALIKE = 0.5  # correlation from which on the two ends count as one structure
FLANK = 20  # px: width of the broadest bar that a line along its edge continues


_SHIFTS = np.arange(-SNAP, SNAP + 1)


class _End(NamedTuple):
    """A known end of a line, for each shift that the line may have at the hole.

    `score` (shifts) is how good the shift is, `profile` (shifts x places x 3) the image across the line near the hole,
    `course` (shifts x px) the straight course from the hole outwards, in px aside.
    """

    score: Frame
    profile: Frame
    course: NDArray[np.intp]


def settle(path: Frame, pixels: Image, unknown: Plane, head: int, tail: int, bends: Sequence[int] = ()) -> Frame:
    """Move the path onto the edges along which its known ends (its first `head` and last `tail` points) run.

    Between them, and between the sharp corners at `bends`, it becomes as smooth as the drawn line allows. `pixels` is
    H x W x C, `unknown` H x W, 1 inside.
    """
    rows, columns = straighten(path, SNAP + PROFILE, bends)
    seen = sample(pixels, rows, columns, cv2.INTER_LINEAR)[..., :3].astype(np.float32)
    seen = np.asarray(cv2.GaussianBlur(seen, (5, 1), 1.0), np.float32)
    known = sample(unknown, rows, columns, cv2.INTER_NEAREST) == 0
    # What is known beyond a corner lies in another direction, and says nothing of where the line runs in the gap.
    before = max((bend for bend in bends if bend < head), default=0)
    behind = min((bend for bend in bends if bend >= len(path) - tail), default=len(path) - 1) + 1
    first = _examine_end(seen[before:head][::-1], known[before:head][::-1]) if head - before >= SHORTEST_RUN else None
    at_tail = slice(len(path) - tail, behind)
    last = _examine_end(seen[at_tail], known[at_tail]) if behind - at_tail.start >= SHORTEST_RUN else None
    one, other, alike = _choose_shifts(first, last)
    shift = np.zeros(len(path), np.float32)
    # A few known points between a corner and the gap show no direction: they go with the gap.
    gap = np.arange(
        head if first or not before else before + 1,
        len(path) - tail if last or behind == len(path) else behind - 1,
    )
    model: Frame | None = None
    if first is not None:
        aside, model = _follow(seen[before:head][::-1], first.course[one], None)
        shift[before:head] = aside[::-1]
    if last is not None:
        shared = model if alike > ALIKE else None
        shift[at_tail], found = _follow(seen[at_tail], last.course[other], shared)
        model = found if model is None else model
    for start, stop in pairwise((0, *bends, len(path) - 1)):
        if model is not None and (stop <= before or start + 1 >= behind):
            shift[start : stop + 1] = _follow_part(seen[start : stop + 1], known[start : stop + 1], model)
    ends = [shift[at] for at, end in ((head - 1, first), (len(path) - tail, last)) if end is not None] or [0.0]
    shift[gap] = np.linspace(ends[0], ends[-1], len(gap))
    return _ease_parts(path, shift, head, tail, bends)


def _follow_part(seen: Frame, known: NDArray[np.bool_], model: Frame) -> Frame:
    """Return how far aside, px, a known part of a line runs that looks like `model`; 0 where it is too short."""
    if len(seen) < SHORTEST_RUN:
        return np.zeros(len(seen), np.float32)
    end = _examine_end(seen, known)
    centred = end.profile - end.profile.mean(axis=1, keepdims=True)
    scale = np.sqrt((centred**2).sum(axis=(1, 2)) * (model**2).sum())
    alike = (centred * model).sum(axis=(1, 2)) / np.maximum(scale, 1e-3)
    return _follow(seen, end.course[int((end.score + SAME * alike).argmax())], model)[0]


def _ease_parts(path: Frame, shift: Frame, head: int, tail: int, bends: Sequence[int]) -> Frame:
    """Move the points aside by `shift` px, and make each part between corners smooth; see `ease`."""
    parts, held = [], []
    starts, stops = (0, *bends), (*bends, len(path) - 1)
    for start, stop in zip(starts, stops, strict=True):
        part, aside = path[start : stop + 1], shift[start : stop + 1].copy()
        if start:
            aside[0] = aside[1]  # the corner's own shift is that of the part before
        count = len(part)
        at_head, at_tail = head - start, stop + 1 - (len(path) - tail)
        known = [min(count, each) if each >= SHORTEST_RUN else 0 for each in (at_head, at_tail)]
        moved = (part + normals(part) * aside[:, None]).astype(np.float32)
        parts.append(moved if count in known else ease(moved, known[0], known[1]))
        held.append(max(known))
    return join(parts, [path[bend] for bend in bends], held)


def _examine_end(seen: Frame, known: NDArray[np.bool_]) -> _End:
    """Rate each shift by the known image along one end (`seen`: px x places x 3, from the hole outwards)."""
    count = len(seen)
    gradient = np.gradient(seen, axis=1) * known[..., None]
    share = np.linspace(1.0, 0.3, count, dtype=np.float32)  # what is near the hole counts most
    share /= share.sum()
    away = np.linspace(0.0, 1.0, count, dtype=np.float32)
    # All straight courses from a shift at the hole to one at the far end; edges add up where their sign is the same.
    courses = np.rint(_SHIFTS[:, None, None] * (1 - away) + _SHIFTS[None, :, None] * away).astype(np.intp)
    at = courses + SNAP + PROFILE
    mean = np.einsum("abtc,t->abc", gradient[np.arange(count), at], share)
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


def _follow(seen: Frame, course: NDArray[np.intp], model: Frame | None) -> tuple[Frame, Frame]:
    """Bend a straight course so that the profile across it stays the same (dynamic programming).

    `seen` is px x places x 3. `model` is the profile to follow, (2 PROFILE + 1) x 3, None for the mean profile near the
    hole. Returns px aside for each px along, and the mean profile near the hole of the course found.
    """
    count = np.arange(len(course))
    across = np.arange(-PROFILE, PROFILE + 1)
    aside = np.arange(-BENT, BENT + 0.1, 0.5)
    # Values at every half px across, so that no interpolation is needed below.
    fine = np.repeat(seen, 2, axis=1)[:, :-1]
    fine[:, 1::2] = 0.5 * (seen[:, :-1] + seen[:, 1:])
    places = 2 * (course[:, None, None] + across + SNAP + PROFILE) + np.rint(2 * aside).astype(np.intp)[:, None]
    views = fine[count[:, None, None], np.clip(places, 0, fine.shape[1] - 1)]
    share = (1.0 - 0.8 * np.abs(across) / PROFILE).astype(np.float32)
    share /= share.sum()
    views -= np.einsum("tapc,p->tac", views, share)[:, :, None]
    near = min(len(course), PROFILE + 4)
    best = np.full(len(course), len(aside) // 2)
    for again in range(2):
        if model is None or again:
            own = views[count[:near], best[:near]].mean(axis=0)
            model = own if model is None else 0.5 * (own + model)
        off = np.einsum("tapc,p->ta", (views - model) ** 2, share)
        off /= max(3 * FAINT**2, float(np.einsum("pc,p->", model**2, share)))
        best = cheapest_way((np.minimum(off, 2.0) + 0.01 * aside**2).astype(np.float32), TURN)
    shown = views[count[:near], best[:near]].mean(axis=0)
    moved = (course + aside[best]).astype(np.float32)[:, None]
    return smooth(moved, SMOOTH)[:, 0], np.asarray(shown, np.float32)


def _choose_shifts(first: _End | None, last: _End | None) -> tuple[int, int, float]:
    """Choose the shifts (indices) at which the two ends lie on edges and look alike; and how alike, in [-1, 1]."""
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


def find_flanks(
    path: Frame, pixels: Image, unknown: Plane, head: int, tail: int, bends: Sequence[int] = ()
) -> tuple[int, int]:
    """Return how far on each side, px, another edge runs beside a settled path at all its known ends; 0 for none.

    A line along one edge of a bar is drawn for the whole bar.
    """
    rows, columns = straighten(path, FLANK + 1, bends)
    seen = sample(pixels, rows, columns, cv2.INTER_LINEAR)[..., :3].astype(np.float32)
    known = sample(unknown, rows, columns, cv2.INTER_NEAREST) == 0
    gradient = np.gradient(seen, axis=1) * known[..., None]
    edges = None
    for start, end in ((max(0, head - TANGENT), head), (len(path) - tail, len(path) - tail + min(tail, TANGENT))):
        if end - start < SHORTEST_RUN:
            continue
        step = np.sqrt((gradient[start:end].mean(axis=0) ** 2).sum(axis=1) / 3.0)
        strong = step >= max(2 * FAINT, 0.5 * float(step[FLANK - 1 : FLANK + 4].max()))
        peak = strong[1:-1] & (step[1:-1] >= step[:-2]) & (step[1:-1] >= step[2:])
        here = np.asarray(cv2.dilate(peak.astype(np.uint8)[None], np.ones((1, 3), np.uint8))[0] != 0, np.bool_)
        edges = here if edges is None else edges & here
    if edges is None:
        return 0, 0
    found = [np.flatnonzero(side) for side in (edges[: FLANK - 2][::-1], edges[FLANK + 3 :])]
    first, last = (int(side[0]) + 3 if side.size else 0 for side in found)
    return first, last
