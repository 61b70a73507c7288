"""The pieces of drawn lines that lead through the hole, each with a run-up of known picture."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.lines.snap import RUN_UP, Frame, resampled
from inpaint_studio.exemplar.lines.vectorise import Line, polylines
from inpaint_studio.exemplar.pyramid import Plane
from inpaint_studio.opencv import cv2

RIM = 8  # px: a line that ends so near to the hole's rim was meant to reach it
APART = 16  # px of known picture between two holes on a line that make them two
HEADING = 12  # px of a line's end that say where it would go on

Places = NDArray[np.intp]


class Stretch(NamedTuple):
    """A path with one gap: its first `head` and last `tail` points are known, at most RUN_UP of them."""

    path: Frame
    head: int
    tail: int


def drawn(lines: NDArray[np.uint8], hole: Plane) -> tuple[list[Line], list[str]]:
    """The drawn lines so far as they lie near the hole, and a sentence for each that is none."""
    left, top, width, height = cv2.boundingRect(hole)
    margin = RUN_UP + HEADING + RIM
    bottom, right = top + height + margin, left + width + margin
    top, left = max(0, top - margin), max(0, left - margin)
    found, words = polylines(np.ascontiguousarray(lines[top:bottom, left:right]))
    return [line._replace(points=line.points + np.array([top, left], np.float32)) for line in found], words


def pixels_of(path: Frame, plane: tuple[int, ...]) -> tuple[Places, Places]:
    places = np.rint(path).astype(np.intp)
    return np.clip(places[:, 0], 0, plane[0] - 1), np.clip(places[:, 1], 0, plane[1] - 1)


def stretches(line: Line, hole: Plane, unknown: Plane) -> list[Stretch]:
    """The pieces of a line that lead through the hole, each with what is known before and behind.

    `hole` and `unknown` (not to be copied from) are H x W, 1 inside.
    """
    path = resampled(line.points)
    loop = len(path) > 2 * RUN_UP and float(np.hypot(*(path[0] - path[-1]))) <= 2
    if loop:
        path = _reopened(path, unknown)
    free = unknown[pixels_of(path, unknown.shape)] == 0
    inside = hole[pixels_of(path, hole.shape)] != 0
    found = []
    for start, end in _merged(_runs(~free)):
        if not inside[start:end].any():
            continue
        before, behind = _known_before(free, start), _known_before(free[::-1], len(path) - end)
        piece = path[start - before : end + behind]
        if not loop or before < RUN_UP // 2:
            piece, before = _drawn_on(piece[::-1], before, unknown, ends=start - before == 0)
            piece = piece[::-1]
        if not loop or behind < RUN_UP // 2:
            piece, behind = _drawn_on(piece, behind, unknown, ends=end + behind == len(path))
        found.append(Stretch(np.ascontiguousarray(piece), before, behind))
    return found


def _reopened(path: Frame, unknown: Plane) -> Frame:
    """A closed path that begins and ends in the middle of its longest known run."""
    free = unknown[pixels_of(path, unknown.shape)] == 0
    runs = _runs(np.concatenate([free, free]))
    if not runs:
        return path
    start, end = max(runs, key=lambda run: run[1] - run[0])
    return np.roll(path[:-1], -((start + end) // 2), axis=0) if end - start < len(free) else path


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _merged(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs less than APART from each other made one."""
    merged: list[tuple[int, int]] = []
    for start, end in runs:
        if merged and start - merged[-1][1] < APART:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _known_before(free: NDArray[np.bool_], start: int) -> int:
    """How many known points, RUN_UP at the most, lie right before `start`."""
    behind = free[max(0, start - RUN_UP) : start][::-1]
    return len(behind) if behind.all() else int(np.argmin(behind))


def _drawn_on(piece: Frame, have: int, unknown: Plane, *, ends: bool) -> tuple[Frame, int]:
    """The path drawn on straight over known picture where its last `have` points, known, fall short of the run-up.

    `ends` says that the drawn line ends here. One that ends well inside the hole is left so.
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
