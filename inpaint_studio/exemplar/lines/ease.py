"""Make a line run smoothly through the hole, from one of its known ends to the other."""

from __future__ import annotations

import numpy as np

from inpaint_studio.exemplar.lines.path import Frame, smooth

TUBE = 4.0  # px that a hand is off: so far the line may leave the drawn one to run smoothly
TANGENT = 24  # px of the known ends whose direction the line takes into the hole
HELD = 0.1  # pull of the known ends, which smooths half a px of noise
SIMPLER = 0.05  # px root mean square that a curve must be nearer than a straight line
SIMPLE = 0.5  # px root mean square: a known end that is this near to a simple curve is one
FARTHEST = 8  # px that a simple curve may be away from the drawn line
KNOTS = 48  # largest number of points at which the smooth line is computed


def ease(path: Frame, head: int, tail: int) -> Frame:
    """Make the path as smooth between its known ends as it can be within TUBE of where it was.

    The first `head` and the last `tail` points are known.
    """
    simple = _fit_simple(path, head, tail)
    if simple is not None:
        return simple
    start, end = max(0, head - TANGENT), len(path) - max(0, tail - TANGENT)
    part = path[start:end]
    step = max(1, -(-len(part) // KNOTS))
    knots = np.unique(np.append(np.arange(0, len(part), step), len(part) - 1))
    if len(knots) < 5:
        return path
    drawn = part[knots].astype(np.float64)
    held = (knots < head - start) | (knots >= len(part) - (end - (len(path) - tail)))
    # Third differences: an arc counts as smooth as a straight line.
    bend = np.diff(np.eye(len(knots)), 3, axis=0)
    stiff = bend.T @ bend
    best = drawn
    # The stiffest curve that stays in the tube; coarse steps are enough.
    for pull in 10.0 ** np.arange(-7, 1.1, 0.5):
        weight = np.where(held, max(HELD, pull), pull)
        curve = np.linalg.solve(stiff + np.diag(weight), weight[:, None] * drawn)
        best = curve
        if np.hypot(*(curve - drawn).T).max() <= TUBE:
            break
    eased = np.stack([np.interp(np.arange(len(part)), knots, best[:, axis]) for axis in (0, 1)], axis=1)
    result = path.copy()
    result[start:end] = eased
    return smooth(result, 5)


def _fit_simple(path: Frame, head: int, tail: int) -> Frame | None:
    """Fit a straight line or gentle curve to the known ends; return None where they, or the drawn line, bend."""
    chord = (path[-1] - path[0]) / max(1.0, float(np.hypot(*(path[-1] - path[0]))))
    along = (path - path[0]) @ chord
    if (np.diff(along) < 0.5).any():
        return None
    aside = (path - path[0]) @ np.array([-chord[1], chord[0]], np.float32)
    known = np.ones(len(path), np.bool_)
    known[head : len(path) - tail] = False
    best, least = None, SIMPLE
    # With a short known end only a straight line can be continued safely.
    for degree in (1, 2, 3) if min(head, tail) >= TANGENT else (1,):
        if known.sum() <= 2 * degree:
            break
        there = np.polynomial.Polynomial.fit(along[known], aside[known], degree)(along)
        off = np.abs(there - aside)
        score = float(np.sqrt((off[known] ** 2).mean())) + SIMPLER * (degree - 1)
        if score < least and off[known].max() <= 3 * SIMPLE and off.max() <= FARTHEST:
            best, least = there, score
    if best is None:
        return None
    across = np.array([-chord[1], chord[0]])
    return np.asarray(path[0] + along[:, None] * chord + best[:, None] * across, np.float32)
