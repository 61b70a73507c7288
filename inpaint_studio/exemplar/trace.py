"""Drawn guide lines, as pixels, back to polylines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.jit import kernel
from inpaint_studio.opencv import cv2

Polyline = NDArray[np.float32]  # N x 2 (row, col), N >= 2
SIMPLIFIED = 1.0  # px a polyline may leave the drawn line
GAP = 16.0  # px over which two pieces of one line are joined (another line was drawn across it)
SHORTEST = 3.0  # px: smaller marks are specks
_AROUND = ((-1, 0), (0, 1), (1, 0), (0, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))  # straight neighbours first


def polylines(lines: NDArray[np.uint8]) -> list[Polyline]:
    """The lines of an H x W raster of line numbers (0 where nothing is drawn), one polyline or more a number.

    Crossings go straight on; a closed loop comes back to its start.
    """
    found: list[Polyline] = []
    for number in np.flatnonzero(np.bincount(lines.ravel(), minlength=256)[1:]) + 1:
        drawn = lines == number
        top, left, drawn = _cropped(drawn)
        pieces = [piece for piece in _walks(_thinned(drawn)) if _length(piece) >= SHORTEST]
        for piece in _joined(pieces):
            simple = cv2.approxPolyDP(piece.reshape(-1, 1, 2), SIMPLIFIED, False).reshape(-1, 2)
            found.append(simple.astype(np.float32) + np.array([top, left], np.float32))
    return found


def _cropped(drawn: NDArray[np.bool_]) -> tuple[int, int, NDArray[np.uint8]]:
    """The drawn part with a border of one empty pixel, and where its first pixel stands."""
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    part = drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return int(rows[0]) - 1, int(columns[0]) - 1, np.pad(part.astype(np.uint8), 1)


def _length(path: Polyline) -> float:
    return float(np.hypot(*np.diff(path, axis=0).T).sum())


def _thinned(drawn: NDArray[np.uint8]) -> NDArray[np.uint8]:
    thin = drawn.copy()
    _thin(thin, np.flatnonzero(thin))
    return thin


@kernel
def _thin(drawn: NDArray[np.uint8], places: NDArray[np.int64]) -> None:  # pragma: no cover - compiled
    """Thin to one pixel in place (Zhang and Suen 1984). `places` are the flat positions drawn; the border is empty."""
    width = drawn.shape[1]
    flat = drawn.ravel()
    ring = np.array([-width, -width + 1, 1, width + 1, width, width - 1, -1, -width - 1])
    doomed = np.empty(places.size, np.int64)
    changed = True
    while changed:
        changed = False
        for half in range(2):
            count = 0
            for place in places:
                if flat[place] == 0:
                    continue
                around = turns = 0
                for side in range(8):
                    here = flat[place + ring[side]]
                    around += here
                    turns += here == 0 and flat[place + ring[(side + 1) % 8]] != 0
                up, right = flat[place + ring[0]], flat[place + ring[2]]
                down, left = flat[place + ring[4]], flat[place + ring[6]]
                if half == 0:
                    open_side = up * right * down == 0 and right * down * left == 0
                else:
                    open_side = up * right * left == 0 and up * down * left == 0
                if 2 <= around <= 6 and turns == 1 and open_side:
                    doomed[count] = place
                    count += 1
            for index in range(count):
                flat[doomed[index]] = 0
            changed = changed or count > 0


def _walks(thin: NDArray[np.uint8]) -> list[Polyline]:
    """Paths along a thinned line, from its ends first; at a crossing the straightest way is taken."""
    left = {(int(row), int(column)) for row, column in np.argwhere(thin)}
    ends = sorted(place for place in left if len(_neighbours(place, left)) == 1)
    paths = []
    for start in [*ends, *sorted(left)]:
        if start not in left:
            continue
        path = _walk(start, left)
        paths.append(np.array(path, np.float32))
    return [path for path in paths if len(path) > 1]


def _neighbours(place: tuple[int, int], left: set[tuple[int, int]]) -> list[tuple[int, int]]:
    return [there for dy, dx in _AROUND if (there := (place[0] + dy, place[1] + dx)) in left]


def _walk(start: tuple[int, int], left: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Follow the line from `start`, taking what is passed out of `left`."""
    path = [start]
    left.discard(start)
    while choices := _neighbours(path[-1], left):
        back = path[max(0, len(path) - 6)]
        heading = np.subtract(path[-1], back)
        # The first of equals is a straight neighbour, which keeps corners of the thinned line from being cut.
        nearest = max(choices, key=lambda there: float(np.dot(heading, np.subtract(there, path[-1]))))
        path.append(nearest if heading.any() else choices[0])
        left.discard(path[-1])
    # A closed loop ends beside its start.
    if len(path) > 8 and max(np.abs(np.subtract(path[-1], start))) <= 1:
        path.append(start)
    return path


def _joined(pieces: list[Polyline]) -> list[Polyline]:
    """Pieces of one line whose ends lie near each other, made one, the nearest ends first."""
    pieces = list(pieces)
    while True:
        best: tuple[float, int, int, bool, bool] | None = None
        for one in range(len(pieces)):
            for other in range(one + 1, len(pieces)):
                for flip_one in (False, True):
                    for flip_other in (False, True):
                        end = pieces[one][0 if flip_one else -1]
                        start = pieces[other][-1 if flip_other else 0]
                        distance = float(np.hypot(*(start - end)))
                        if distance <= GAP and (best is None or distance < best[0]):
                            best = (distance, one, other, flip_one, flip_other)
        if best is None:
            return pieces
        _, one, other, flip_one, flip_other = best
        first = pieces[one][::-1] if flip_one else pieces[one]
        second = pieces[other][::-1] if flip_other else pieces[other]
        pieces = [piece for index, piece in enumerate(pieces) if index not in (one, other)]
        pieces.append(np.concatenate([first, second]))
