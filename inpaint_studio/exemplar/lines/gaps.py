"""Find the pieces of drawn lines that lead through the hole, each with some known image before and after."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.lines.corners import sharpen
from inpaint_studio.exemplar.lines.path import Frame, resample_sharp
from inpaint_studio.exemplar.lines.snap import RUN_UP
from inpaint_studio.exemplar.lines.vectorise import Line, polylines
from inpaint_studio.exemplar.pyramid import Plane
from inpaint_studio.opencv import cv2

RIM = 8  # px: a line that ends this near to the border of the hole was meant to reach it
APART = 16  # px of known image between two gaps of a line that keep them separate
SHORTEST_PART = 4  # px from a corner to the end of a path: with less there is no corner
HEADING = 12  # px of a line's end that give its direction

Places = NDArray[np.intp]


class Stretch(NamedTuple):
    """A path with one gap: its first `head` and its last `tail` points are known, at most RUN_UP each.

    `bends` are the indices of the points that are sharp corners.
    """

    path: Frame
    head: int
    tail: int
    bends: tuple[int, ...] = ()


def find_lines(lines: NDArray[np.uint8], hole: Plane) -> tuple[list[Line], list[str]]:
    """Return the parts of the drawn lines near the hole, and a note for each drawing that is not a line."""
    left, top, width, height = cv2.boundingRect(hole)
    margin = RUN_UP + HEADING + RIM
    bottom, right = top + height + margin, left + width + margin
    top, left = max(0, top - margin), max(0, left - margin)
    found, notes = polylines(np.ascontiguousarray(lines[top:bottom, left:right]))
    return [line._replace(points=line.points + np.array([top, left], np.float32)) for line in found], notes


def pixels_of(path: Frame, plane: tuple[int, ...]) -> tuple[Places, Places]:
    """Return the rows and columns of the pixels nearest to the points, inside a plane of that shape."""
    places = np.rint(path).astype(np.intp)
    return np.clip(places[:, 0], 0, plane[0] - 1), np.clip(places[:, 1], 0, plane[1] - 1)


def find_stretches(line: Line, hole: Plane, unknown: Plane) -> list[Stretch]:
    """Find the pieces of a line that lead through the hole, each with the known points before and after.

    `hole` and `unknown` (not to be copied) are H x W, 1 inside.
    """
    path, sharp = resample_sharp(*sharpen(line.points))
    loop = len(path) > 2 * RUN_UP and float(np.hypot(*(path[0] - path[-1]))) <= 2
    if loop:
        path, sharp = _open_loop(path, sharp, unknown)
    free = unknown[pixels_of(path, unknown.shape)] == 0
    inside = hole[pixels_of(path, hole.shape)] != 0
    found = []
    for start, end in _merge(_runs(~free)):
        if not inside[start:end].any():
            continue
        before, behind = _known_before(free, start), _known_before(free[::-1], len(path) - end)
        piece = path[start - before : end + behind]
        bends = np.flatnonzero(sharp[start - before : end + behind])
        if not loop or before < RUN_UP // 2:
            count = len(piece)
            piece, before = _extend(piece[::-1], before, unknown, ends=start - before == 0)
            piece = piece[::-1]
            bends += len(piece) - count
        if not loop or behind < RUN_UP // 2:
            piece, behind = _extend(piece, behind, unknown, ends=end + behind == len(path))
        inner = tuple(int(bend) for bend in bends if SHORTEST_PART <= bend < len(piece) - SHORTEST_PART)
        found.append(Stretch(np.ascontiguousarray(piece), before, behind, inner))
    return found


def _open_loop(path: Frame, sharp: NDArray[np.bool_], unknown: Plane) -> tuple[Frame, NDArray[np.bool_]]:
    """Let a closed path begin and end in the middle of its longest known run."""
    free = unknown[pixels_of(path, unknown.shape)] == 0
    runs = _runs(np.concatenate([free, free]))
    if not runs:
        return path, sharp
    start, end = max(runs, key=lambda run: run[1] - run[0])
    if end - start >= len(free):
        return path, sharp
    back = -((start + end) // 2)
    return np.roll(path[:-1], back, axis=0), np.roll(sharp[:-1], back)


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the start and end (half-open) of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _merge(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join runs that are less than APART from each other."""
    merged: list[tuple[int, int]] = []
    for start, end in runs:
        if merged and start - merged[-1][1] < APART:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _known_before(free: NDArray[np.bool_], start: int) -> int:
    """Count the known points, RUN_UP at most, directly before `start`."""
    behind = free[max(0, start - RUN_UP) : start][::-1]
    return len(behind) if behind.all() else int(np.argmin(behind))


def _extend(piece: Frame, have: int, unknown: Plane, *, ends: bool) -> tuple[Frame, int]:
    """Extend the path straight over known image where it has fewer than RUN_UP known points at its end.

    `have` is the number of them; `ends` is True where the drawn line ends here. A line that ends far inside the hole is
    not extended. Returns the path and its number of known points at the end.
    """
    if not ends or have >= RUN_UP:
        return piece, have
    heading = piece[-1] - piece[max(0, len(piece) - HEADING)]
    heading = heading / max(1e-6, float(np.hypot(*heading)))
    more = piece[-1] + heading * np.arange(1, RUN_UP + RIM + 1, dtype=np.float32)[:, None]
    within = ((np.rint(more) >= 0) & (np.rint(more) < unknown.shape)).all(axis=1)
    good = within & (unknown[pixels_of(more, unknown.shape)] == 0)
    skip = 0 if have else int(np.argmax(good))
    if not good.any() or skip >= RIM:
        return piece, have
    good = good[skip : skip + RUN_UP - have]
    count = len(good) if good.all() else int(np.argmin(good))
    return np.concatenate([piece, more[: skip + count]]).astype(np.float32), have + count
