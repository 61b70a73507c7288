"""Join straight pieces to long, hardly bent lines across the photo, by dynamic programming.

Pieces are ordered along the line, so the best line that ends in a piece is the best of those that end in a piece before
it, plus that piece. What a piece adds is its length; what a gap takes away grows with the gap and with every turn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.masks.suggest.ridges import Segments

Floats = NDArray[np.float64]

LONGEST_GAP = 0.10  # of the longer side of the photo: a trunk or a house before the wire
_MOST_TURN = np.deg2rad(9.0)  # between a piece and the gap beside it
_JITTER = 2.5  # px by which the ends of a piece may lie beside the line
_GAP_COST, _TURN_COST = 0.9, 60.0  # a px of a gap, and a radian, in px of line
_CONTRASTS = 2.6  # the largest ratio of the contrasts of two neighbours


@dataclass(frozen=True)
class Chain:
    """A line: its pieces in order, N x 2 places (x, y) of both ends of each."""

    starts: Floats
    ends: Floats
    contrast: float  # the mean, by length
    score: float  # px of line, less what the gaps cost

    @property
    def points(self) -> Floats:
        """The ends of all pieces in order, 2N x 2."""
        return np.stack([self.starts, self.ends], 1).reshape(-1, 2)

    @property
    def length(self) -> float:
        """px from one end to the other."""
        return float(np.linalg.norm(self.ends[-1] - self.starts[0]))

    @property
    def covered(self) -> float:
        """The part of the length, in [0, 1], that is not gaps."""
        lengths = np.linalg.norm(self.ends - self.starts, axis=1)
        return min(1.0, float(lengths.sum()) / max(1.0, self.length))

    def flip(self) -> Chain:
        """Swap x and y."""
        return Chain(self.starts[:, ::-1], self.ends[:, ::-1], self.contrast, self.score)


def best_chain(segments: Segments, longest: float) -> Chain | None:
    """Find the best line whose pieces run from left to right; None without pieces.

    `longest`: px of the longer side of the photo.
    """
    if len(segments) == 0:
        return None
    ordered = segments[np.argsort(segments.starts[:, 0], kind="stable")]
    ends, starts, lengths, angles = ordered.ends, ordered.starts, _lengths(ordered), _angles(ordered)
    score, before = lengths.copy(), np.full(len(ordered), -1)
    for index in range(1, len(ordered)):
        gained = score[:index] - _cost(ordered, lengths, angles, index, LONGEST_GAP * longest)
        best = int(np.argmax(gained))
        if gained[best] > 0:
            score[index] += gained[best]
            before[index] = best
    last = int(np.argmax(score))
    path = [last]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    chosen = np.array(path[::-1])
    weights = lengths[chosen] / lengths[chosen].sum()
    contrast = float((ordered.contrast[chosen] * weights).sum())
    return Chain(starts[chosen], ends[chosen], contrast, float(score[last]))


def _lengths(segments: Segments) -> Floats:
    lengths: Floats = np.maximum(1.0, np.linalg.norm(segments.ends - segments.starts, axis=1))
    return lengths


def _angles(segments: Segments) -> Floats:
    dx, dy = (segments.ends - segments.starts).T
    angles: Floats = np.arctan2(dy, dx)
    return angles


def _cost(pieces: Segments, lengths: Floats, angles: Floats, index: int, most_gap: float) -> Floats:
    """Return what it costs to go on from each piece before `index` to that piece; infinite where that cannot be."""
    gap = pieces.starts[index] - pieces.ends[:index]
    length = np.linalg.norm(gap, axis=1)
    # The middles are known better than the ends: the line between them gives the direction of the gap.
    middles = (pieces.starts[index] + pieces.ends[index]) / 2 - (pieces.starts[:index] + pieces.ends[:index]) / 2
    between = np.arctan2(middles[:, 1], middles[:, 0])
    allowed = _MOST_TURN + _JITTER / np.maximum(1.0, np.linalg.norm(middles, axis=1))
    turns = np.abs(between - angles[:index]), np.abs(angles[index] - between)
    ratio = pieces.contrast[index] / np.maximum(1e-3, pieces.contrast[:index])
    fits = (gap[:, 0] > -_JITTER) & (length <= most_gap) & (turns[0] <= allowed) & (turns[1] <= allowed)
    fits &= (ratio < _CONTRASTS) & (ratio > 1 / _CONTRASTS)
    # A gap much longer than both pieces joins what only happens to lie on one line.
    fits &= length <= 3.0 * np.maximum(lengths[:index], lengths[index])
    cost: Floats = np.where(fits, _GAP_COST * length + _TURN_COST * (turns[0] + turns[1]), np.inf)
    return cost
