"""Turn drawn guide lines, which are pixels, back into polylines."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.jit import kernel
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import tr

Polyline = NDArray[np.float32]  # N x 2 (row, col), N >= 2
SIMPLIFIED = 1.0  # px that a polyline may be away from the drawn line
GAP = 16.0  # px over which two pieces of one line are joined (another line was drawn across it)
SHORTEST = 3.0  # px: smaller marks are ignored
BROADEST = 40  # px: what is broader is an area and not a line
SPUR = 8.0  # px: shorter side branches are dropped
LOOP = 40.0  # px: a shorter line is never closed to a loop
CLOSING = 10.0  # px: largest distance between the ends of a line that is closed
MOST_POINTS = 20_000  # px: the longest line
MOST_PIECES = 64  # of one number: more is a scribble
_AROUND = ((-1, 0), (0, 1), (1, 0), (0, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))  # straight neighbours first


class Line(NamedTuple):
    """One drawn line, or a piece of it: its number in the raster and its points."""

    number: int
    points: Polyline


def polylines(lines: NDArray[np.uint8]) -> tuple[list[Line], list[str]]:
    """Return the lines of an H x W raster of line numbers (0 where nothing is drawn), and a note for each ignored one.

    At crossings lines go straight on; a closed loop ends at its start.
    """
    found: list[Line] = []
    notes: list[str] = []
    for number, (top, left, bottom, right) in enumerate(_extents(lines)):
        if number == 0 or bottom == 0:
            continue
        drawn = np.pad((lines[top:bottom, left:right] == number).astype(np.uint8), 1)
        depth = float(cv2.distanceTransform(drawn, cv2.DIST_L1, 3).max())
        if depth > BROADEST / 2:
            notes.append(
                tr("Guide line {number} is too broad for a line and was ignored: draw it thinner.", number=number)
            )
            continue
        _drop_specks(drawn)
        thin = _thin_line(drawn)
        few = int(np.count_nonzero(thin)) <= MOST_POINTS
        pieces = [piece for piece in _walks(thin) if _length(piece) >= SHORTEST] if few else []
        if not few or len(pieces) > MOST_PIECES:
            notes.append(
                tr("Guide line {number} is in too many pieces and was ignored: draw it in one go.", number=number)
            )
            continue
        whole = top > 0 and left > 0 and bottom < lines.shape[0] and right < lines.shape[1]
        if not pieces and whole:  # at the raster's border it may be the rest of a line
            notes.append(
                tr(
                    "Guide line {number} is too short to show a direction and was ignored: draw it longer.",
                    number=number,
                )
            )
        for piece in map(_close, _join(_drop_spurs(pieces))):
            found.append(Line(number, _simplify(piece) + np.array([top - 1, left - 1], np.float32)))
    return found, notes


def _extents(lines: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return 256 x 4: top, left, bottom, right (half-open) of each number; 0 for numbers that are not drawn."""
    box = np.zeros((256, 4), np.int64)
    _find_extents(np.ascontiguousarray(lines), box)
    return box


@kernel
def _find_extents(lines: NDArray[np.uint8], box: NDArray[np.int64]) -> None:
    for row in range(lines.shape[0]):
        for column in range(lines.shape[1]):
            number = lines[row, column]
            if number == 0:
                continue
            if box[number, 2] == 0:
                box[number, 0] = row
                box[number, 1] = column
            box[number, 1] = min(box[number, 1], column)
            box[number, 2] = row + 1
            box[number, 3] = max(box[number, 3], column + 1)


def _drop_specks(drawn: NDArray[np.uint8]) -> None:
    """Clear in place the marks that are too small for a line."""
    count, labels, facts, _ = cv2.connectedComponentsWithStats(drawn, connectivity=8)
    small = facts[:, cv2.CC_STAT_AREA] < SHORTEST
    if count > 1 and small.any():
        drawn[small[labels]] = 0


def _length(path: Polyline) -> float:
    return float(np.hypot(*np.diff(path, axis=0).T).sum())


def _thin_line(drawn: NDArray[np.uint8]) -> NDArray[np.uint8]:
    thin = drawn.copy()
    places = np.flatnonzero(thin)
    _thin(thin.reshape(-1), thin.shape[1], places, np.empty_like(places))
    return thin


@kernel
def _thin(flat: NDArray[np.uint8], width: int, places: NDArray[np.int64], removed: NDArray[np.int64]) -> None:
    """Thin lines to a width of one pixel in place (Guo and Hall 1989, which keeps diagonals connected).

    `places` are the flat positions of their pixels, `removed` room for as many; the border of the raster is empty.
    """
    changed = True
    while changed:
        changed = False
        for half in range(2):
            count = 0
            for place in places:
                if flat[place] == 0:
                    continue
                north, south = flat[place - width], flat[place + width]
                east, west = flat[place + 1], flat[place - 1]
                northeast, northwest = flat[place - width + 1], flat[place - width - 1]
                southeast, southwest = flat[place + width + 1], flat[place + width - 1]
                crossings = (
                    ((1 - north) & (northeast | east))
                    + ((1 - east) & (southeast | south))
                    + ((1 - south) & (southwest | west))
                    + ((1 - west) & (northwest | north))
                )
                if crossings != 1:
                    continue
                one = (northwest | north) + (northeast | east) + (southeast | south) + (southwest | west)
                other = (north | northeast) + (east | southeast) + (south | southwest) + (west | northwest)
                if half == 0:
                    needed = (south | southwest | (1 - northwest)) & west
                else:
                    needed = (north | northeast | (1 - southeast)) & east
                if 2 <= min(one, other) <= 3 and needed == 0:
                    removed[count] = place
                    count += 1
            for index in range(count):
                flat[removed[index]] = 0
            changed = changed or count > 0


def _walks(thin: NDArray[np.uint8]) -> list[Polyline]:
    """Find paths along a thinned line, beginning at its ends; at a crossing they take the straightest way."""
    left = {(int(row), int(column)) for row, column in np.argwhere(thin)}
    ends = sorted(place for place in left if len(_neighbours(place, left)) == 1)
    paths = []
    for start in [*ends, *sorted(left)]:
        if start not in left:
            continue
        path = _walk(start, left)
        paths.append(np.array(path, np.float32))
        # Pixels left beside the path are corners of its own steps.
        for place in path:
            left.difference_update(_neighbours(place, left))
    return [path for path in paths if len(path) > 1]


def _neighbours(place: tuple[int, int], left: set[tuple[int, int]]) -> list[tuple[int, int]]:
    return [there for dy, dx in _AROUND if (there := (place[0] + dy, place[1] + dx)) in left]


def _walk(start: tuple[int, int], left: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Follow the line from `start`, and remove its pixels from `left`."""
    path = [start]
    left.discard(start)
    while choices := _neighbours(path[-1], left):
        back = path[max(0, len(path) - 6)]
        heading = np.subtract(path[-1], back)
        # Of equals the first is taken, a straight neighbour, so that corners of the thinned line are not cut.
        nearest = max(choices, key=lambda there: float(np.dot(heading, np.subtract(there, path[-1]))))
        path.append(nearest if heading.any() else choices[0])
        left.discard(path[-1])
    # A closed loop ends beside its start.
    if len(path) > 8 and max(np.abs(np.subtract(path[-1], start))) <= 1:
        path.append(start)
    return path


def _drop_spurs(pieces: list[Polyline]) -> list[Polyline]:
    """Drop the short side branches that thinning leaves at the ends and bends of thick lines."""
    return [piece for piece in pieces if _length(piece) >= SPUR] or pieces


def _close(path: Polyline) -> Polyline:
    """Lead the path back to its start if it ends near it."""
    if _length(path) > LOOP and float(np.hypot(*(path[0] - path[-1]))) <= CLOSING:
        return np.concatenate([path, path[:1]])
    return path


def _simplify(path: Polyline) -> Polyline:
    """Keep only the corners of a path. It is done in two halves, because OpenCV loses the ends of a closed path."""
    middle = len(path) // 2
    halves = [part for part in (path[: middle + 1], path[middle:]) if len(part) > 1]
    corners = [cv2.approxPolyDP(part.reshape(-1, 1, 2), SIMPLIFIED, False).reshape(-1, 2) for part in halves]
    return np.concatenate([corners[0], *(part[1:] for part in corners[1:])]).astype(np.float32)


def _join(pieces: list[Polyline]) -> list[Polyline]:
    """Join pieces of one line whose ends are near each other, the nearest ends first."""
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
                        if distance > GAP or _turns_back(pieces[one], flip_one, pieces[other], flip_other):
                            continue
                        if best is None or distance < best[0]:
                            best = (distance, one, other, flip_one, flip_other)
        if best is None:
            return pieces
        _, one, other, flip_one, flip_other = best
        first = pieces[one][::-1] if flip_one else pieces[one]
        second = pieces[other][::-1] if flip_other else pieces[other]
        pieces = [piece for index, piece in enumerate(pieces) if index not in (one, other)]
        pieces.append(np.concatenate([first, second]))


def _turns_back(one: Polyline, flip_one: bool, other: Polyline, flip_other: bool) -> bool:
    """Return True if going from the end of `one` (its start where flipped) to the start of `other` is a sharp turn."""
    first, second = one[::-1] if flip_one else one, other[::-1] if flip_other else other
    leaving = first[-1] - first[max(0, len(first) - 8)]
    entering = second[min(len(second) - 1, 7)] - second[0]
    return float(leaving @ entering) < -0.5 * float(np.hypot(*leaving) * np.hypot(*entering))
