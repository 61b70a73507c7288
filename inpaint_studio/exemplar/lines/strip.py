"""Fill the gap of a straightened strip of an image with known columns of the strip."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HALF_PIECE = 4  # columns by which neighbouring pieces overlap; a piece is twice as long
CORE = 5  # px on each side of the line that are compared to choose pieces, at least
MOST_PIECES = 128  # pieces compared with each other
LIKE = 8  # columns next to a gap that its pieces should resemble
UNLIKE = 0.5  # weight of the squared difference to those columns; the difference where pieces overlap has 1
JUMP = 60.0  # cost, as squared difference per pixel, of a piece that is not the continuation of the one before


def continue_strip(
    strip: NDArray[np.uint8], known: NDArray[np.bool_], divide: int | None = None, compared: int = CORE
) -> NDArray[np.intp] | None:
    """Return for each of the T columns of a strip (T x S x C, with T x S `known`) the known column it shows.

    A known column shows itself. A gap resembles what is before it up to column `divide` (None: its middle), and what is
    after it from there. Pieces are compared up to `compared` px on each side of the line. None where no piece is known.
    """
    width = strip.shape[1] // 2
    core = slice(max(0, width - compared), width + compared + 1)
    whole = np.asarray(known[:, core].all(axis=1), np.bool_)
    taken = np.arange(len(strip))
    starts = _piece_starts(whole)
    if starts.size == 0:
        return None
    features = strip[:, core].reshape(len(strip), -1).astype(np.float32)
    for start, end in _gaps(whole):
        middle = divide if divide is not None and start < divide < end else (start + end) // 2
        taken[start:end] = _bridge(features, whole, starts, start, end, middle)
    return taken


def _piece_starts(whole: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the first columns of the pieces that are wholly known."""
    length = 2 * HALF_PIECE
    if len(whole) < length:
        return np.zeros(0, np.intp)
    count = np.convolve(whole.astype(np.int64), np.ones(length, np.int64), "valid")
    starts = np.flatnonzero(count == length)
    return starts[:: -(-starts.size // MOST_PIECES)] if starts.size > MOST_PIECES else starts


def _gaps(whole: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the first and last column (half-open) of each gap."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (~whole).astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _windows(features: NDArray[np.float32], starts: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return the HALF_PIECE columns from each start, as one row per start."""
    columns = starts[:, None] + np.arange(HALF_PIECE)
    return np.asarray(features[columns].reshape(len(starts), -1), np.float32)


def _squares(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean squared difference of every row of `one` to every row of `other`."""
    total = (one**2).sum(1)[:, None] + (other**2).sum(1)[None] - 2 * np.einsum("ik,jk->ij", one, other)
    return np.asarray(np.maximum(total, 0) / one.shape[1], np.float32)


def _bridge(
    features: NDArray[np.float32], whole: NDArray[np.bool_], starts: NDArray[np.intp], start: int, end: int, middle: int
) -> NDArray[np.intp]:
    """Return the columns shown in a gap: the cheapest chain of pieces that agree in overlaps and at both ends."""
    heads, tails = _windows(features, starts), _windows(features, starts + HALF_PIECE)
    cost_of_pair = _squares(tails, heads)
    following = starts[None] - starts[:, None]
    cost_of_pair[following != HALF_PIECE] += JUMP
    unlike = _unlikeness(features, whole, starts, start, end)
    nodes = -(-(end - start) // HALF_PIECE) + 1
    # Node n shows the second half of its piece, from column start + (n - 1) * HALF_PIECE on.
    cost = np.zeros(len(starts), np.float32)
    if start >= HALF_PIECE and whole[start - HALF_PIECE : start].all():
        cost += _squares(_windows(features, np.array([start - HALF_PIECE])), heads)[0]
    back = np.zeros((nodes, len(starts)), np.intp)
    for node in range(1, nodes):
        every = cost[:, None] + cost_of_pair
        back[node] = every.argmin(axis=0)
        cost = every[back[node], np.arange(len(starts))]
        cost += unlike[int(start + (node - 0.5) * HALF_PIECE >= middle)]
    last_shown = start + (nodes - 2) * HALF_PIECE
    beyond = last_shown + HALF_PIECE
    if beyond + HALF_PIECE <= len(features) and whole[beyond : beyond + HALF_PIECE].all():
        cost = cost + _squares(tails, _windows(features, np.array([beyond])))[:, 0]
    choice = int(cost.argmin())
    chain = np.empty(nodes, np.intp)
    for node in range(nodes - 1, -1, -1):
        chain[node] = starts[choice]
        choice = int(back[node, choice])
    shown = (chain[:-1, None] + HALF_PIECE + np.arange(HALF_PIECE)).ravel()
    return shown[: end - start]


def _unlikeness(
    features: NDArray[np.float32], whole: NDArray[np.bool_], starts: NDArray[np.intp], start: int, end: int
) -> NDArray[np.float32]:
    """Return the cost, 2 x pieces, of showing each piece near the gap's start and near its end.

    It grows with the difference to what is known there. Where one end is not known, the other is used for both.
    """
    means = _means(features, starts + HALF_PIECE, HALF_PIECE)
    sides: list[NDArray[np.float32] | None] = [None, None]
    for side, first in enumerate((start - LIKE, end)):
        if first >= 0 and whole[first : first + LIKE].sum() == LIKE:
            sides[side] = UNLIKE * _squares(_means(features, np.array([first]), LIKE), means)[0]
    known = [side for side in sides if side is not None] or [np.zeros(len(starts), np.float32)]
    return np.stack([known[0] if side is None else side for side in sides])


def _means(features: NDArray[np.float32], starts: NDArray[np.intp], length: int) -> NDArray[np.float32]:
    """Return the mean of `length` columns from each start."""
    return np.asarray(features[starts[:, None] + np.arange(length)].mean(axis=1), np.float32)
