"""Guide lines: what a painter draws through a hole is continued along it before the rest is filled.

The picture along a line is straightened into a strip, whose unknown columns are made of pieces of the known ones by
dynamic programming (structure propagation, Sun et al. 2005, section 3.2; the curve's own frame makes bends free), and
laid back into the hole as a narrow band that the filler takes for known until its last round.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.pyramid import Picture, Plane
from inpaint_studio.exemplar.strip import continued
from inpaint_studio.exemplar.trace import Polyline, polylines
from inpaint_studio.opencv import cv2

RUN_UP = 48  # px of known picture wanted along a line on each side of the hole
SNAP = 8  # px a line's known part is moved at the most, to the edge it means
PROFILE = 12  # px either side compared when the two ends are matched
SMOOTH = 9  # px: corners of drawn lines are rounded over so long a piece
MARGIN = 2  # px next to the hole that do not count as known: they are mixed with it

Frame = NDArray[np.float32]


@dataclass
class Bands:
    """What the guide lines lay into the hole.

    `pixels` is H x W x C, `reach` H x W the distance to the line in px where laid, infinite elsewhere; `rows` and
    `columns` are H x W, the place each laid pixel was taken from. `notes` are sentences for the painter.
    """

    pixels: Picture
    reach: Frame
    rows: Frame
    columns: Frame
    notes: list[str]


def lay(pixels: Picture, hole: Plane, barred: Plane, lines: NDArray[np.uint8], width: int) -> Bands:
    """Continue each drawn line through the hole, up to `width` px to either side.

    `pixels` is H x W x C, `hole` and `barred` (not to be copied from) H x W, 1 inside; `lines` holds line numbers.
    """
    plane = hole.shape
    bands = Bands(
        np.zeros_like(pixels), np.full(plane, np.inf, np.float32), np.zeros(plane, np.float32),
        np.zeros(plane, np.float32), [],
    )  # fmt: skip
    unknown: Plane = np.asarray(
        cv2.dilate(np.maximum(hole, barred), np.ones((2 * MARGIN + 1,) * 2, np.uint8)), np.uint8
    )
    for number, line in enumerate(polylines(lines), start=1):
        path = _resampled(line)
        rows, columns = _pixels_of(path, plane)
        inside = hole[rows, columns] != 0
        if not inside.any():
            continue
        if (unknown[rows, columns] != 0).all():
            bands.notes.append(
                f"Guide line {number} touches nothing known and was ignored: let it begin outside the hole."
            )
            continue
        path = _snapped(_extended(path, unknown), pixels, unknown)
        _lay_one(bands, path, pixels, hole, unknown, width)
    return bands


def _resampled(line: Polyline) -> Frame:
    """The line as points 1 px apart, corners rounded."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    places = np.arange(0, max(along[-1], 1.0) + 1e-3, 1.0)
    path = np.stack([np.interp(places, along, line[:, axis]) for axis in (0, 1)], axis=1)
    return _smoothed(path.astype(np.float32), SMOOTH)


def _smoothed(path: Frame, length: int) -> Frame:
    """A running mean with both ends kept."""
    length = min(length, (len(path) - 1) // 2 * 2 + 1)
    if length < 3:
        return path
    half = length // 2
    ahead = 2 * path[0] - path[half:0:-1]
    behind = 2 * path[-1] - path[-2 : -half - 2 : -1]
    padded = np.concatenate([ahead, path, behind])
    kernel = np.full(length, 1 / length)
    return np.stack([np.convolve(padded[:, axis], kernel, "valid") for axis in (0, 1)], axis=1).astype(np.float32)


def _pixels_of(path: Frame, plane: tuple[int, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    places = np.rint(path).astype(np.intp)
    return np.clip(places[:, 0], 0, plane[0] - 1), np.clip(places[:, 1], 0, plane[1] - 1)


def _extended(path: Frame, unknown: Plane) -> Frame:
    """The path drawn on over known picture, straight, where its known ends are shorter than the run-up."""
    for _ in range(2):
        path = path[::-1]
        known = unknown[_pixels_of(path, unknown.shape)] == 0
        have = len(path) if known.all() else int(np.argmin(known[::-1]))
        if have == 0:
            continue  # ends in the hole: the painter wants it to stop there
        heading = path[-1] - path[max(0, len(path) - 12)]
        heading /= max(1e-6, float(np.hypot(*heading)))
        more = path[-1] + heading * np.arange(1, max(0, RUN_UP - have) + 1, dtype=np.float32)[:, None]
        rows, columns = np.rint(more).astype(np.intp).T
        good = (rows >= 0) & (columns >= 0) & (rows < unknown.shape[0]) & (columns < unknown.shape[1])
        good[good] = unknown[rows[good], columns[good]] == 0
        path = np.concatenate([path, more[: len(more) if good.all() else int(np.argmin(good))]])
    return path


def _normals(path: Frame) -> Frame:
    """Unit vectors across the path, one a point."""
    along = np.gradient(_smoothed(path, 5), axis=0) if len(path) > 1 else np.array([[0, 1]], np.float32)
    along = along / np.maximum(np.hypot(along[:, :1], along[:, 1:]), 1e-6)
    return np.stack([along[:, 1], -along[:, 0]], axis=1).astype(np.float32)


def _straightened(path: Frame, width: int) -> tuple[Frame, Frame]:
    """Rows and columns, T x (2 width + 1), of the points across the path."""
    across = np.arange(-width, width + 1, dtype=np.float32)
    normal = _normals(path)
    return (path[:, :1] + normal[:, :1] * across).astype(np.float32), (path[:, 1:] + normal[:, 1:] * across).astype(
        np.float32
    )


def _sampled(picture: NDArray[np.uint8], rows: Frame, columns: Frame, how: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.remap(picture, columns, rows, how, borderMode=cv2.BORDER_CONSTANT, borderValue=255), np.uint8)


def _known(unknown: Plane, rows: Frame, columns: Frame) -> NDArray[np.bool_]:
    return np.asarray(_sampled(unknown, rows, columns, cv2.INTER_NEAREST) == 0, np.bool_)


def _snapped(path: Frame, pixels: Picture, unknown: Plane) -> Frame:
    """The path moved sideways onto the edges its known parts run along, and in between by what lies between."""
    wide = SNAP + PROFILE
    rows, columns = _straightened(path, wide)
    known = _known(unknown, rows, columns)
    seen = _sampled(pixels, rows, columns, cv2.INTER_LINEAR).astype(np.float32)
    grey = cv2.GaussianBlur(seen.mean(axis=2), (0, 0), 1)
    slope = np.abs(np.gradient(grey, axis=1)) * known
    usable = np.asarray(known[:, PROFILE:-PROFILE].all(axis=1), np.bool_)
    runs = _runs(usable)
    if not runs:
        return path
    shifts = np.full(len(path), np.nan, np.float32)
    first: Frame | None = None
    for start, end in runs:
        # The end of a run that lies at the hole is the one that must be met.
        at_hole = slice(max(start, end - PROFILE), end) if end < len(path) else slice(start, min(end, start + PROFILE))
        profile = grey[at_hole].mean(axis=0)
        entry = _best_shift(slope[at_hole].mean(axis=0), profile, first)
        if first is None:
            first = profile[SNAP + entry : SNAP + entry + 2 * PROFILE + 1]
        shifts[start:end] = _ridge(slope[start:end], entry, from_end=end < len(path))
    places = np.flatnonzero(~np.isnan(shifts))
    filled = np.interp(np.arange(len(path)), places, shifts[places])
    return _smoothed((path + _normals(path) * filled[:, None]).astype(np.float32), 5)


def _best_shift(slope: Frame, profile: Frame, wanted: Frame | None) -> int:
    """How far to move so that the strongest edge, alike to the other end's, lies on the line; 0 where all is flat."""
    best, best_score = 0, -np.inf
    for shift in range(-SNAP, SNAP + 1):
        score = float(slope[SNAP + PROFILE + shift]) - 0.15 * abs(shift) * float(slope.max()) / SNAP
        if wanted is not None:
            part = profile[SNAP + shift : SNAP + shift + 2 * PROFILE + 1]
            score += float(slope.max()) * _alike(part, wanted)
        if score > best_score + 1e-6:
            best, best_score = shift, score
    return best if float(slope.max()) > 1.0 else 0


def _alike(one: Frame, other: Frame) -> float:
    """Correlation of two profiles, in [-1, 1]."""
    a, b = one - one.mean(), other - other.mean()
    return float((a * b).sum() / np.sqrt(max(1e-6, float((a * a).sum() * (b * b).sum()))))


def _ridge(slope: Frame, entry: int, *, from_end: bool) -> Frame:
    """The strongest edge followed from the hole outwards, a pixel aside at a time (dynamic programming)."""
    band = slope[:, PROFILE:-PROFILE]
    if from_end:
        band = band[::-1]
    count, states = band.shape
    score = np.full(states, -np.inf)
    score[entry + SNAP] = 0.0
    back = np.zeros((count, states), np.intp)
    moves = np.array([0, -1, 1])
    for step in range(count):
        options = np.stack([score, np.append(-np.inf, score[:-1]) - 2.0, np.append(score[1:], -np.inf) - 2.0])
        choice = options.argmax(axis=0)
        back[step] = np.arange(states) + moves[choice]
        score = options[choice, np.arange(states)] + band[step]
    path = np.empty(count, np.intp)
    path[-1] = int(score.argmax())
    for step in range(count - 1, 0, -1):
        path[step - 1] = back[step, path[step]]
    shifts = (path - SNAP).astype(np.float32)
    return shifts[::-1] if from_end else shifts


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _lay_one(bands: Bands, path: Frame, pixels: Picture, hole: Plane, unknown: Plane, width: int) -> None:
    rows, columns = _straightened(path, width)
    known = _known(unknown, rows, columns)
    taken = continued(_sampled(pixels, rows, columns, cv2.INTER_LINEAR), known)
    if taken is None:
        bands.notes.append("A guide line has too little known picture along it to be continued, and was ignored.")
        return
    sides = np.arange(2 * width + 1)
    source_rows, source_columns = rows[taken[:, None], sides], columns[taken[:, None], sides]
    usable = known[taken[:, None], sides]
    target_rows, target_columns, index, side = _near(path, hole, width)
    good = usable[index, np.rint(side).astype(np.intp) + width]
    distance = np.abs(side)
    good &= distance < bands.reach[target_rows, target_columns]
    target_rows, target_columns, index, side = target_rows[good], target_columns[good], index[good], side[good]
    at = (side + width)[None].astype(np.float32)
    turn = index[None].astype(np.float32)
    from_rows = cv2.remap(source_rows, at, turn, cv2.INTER_LINEAR)[0]
    from_columns = cv2.remap(source_columns, at, turn, cv2.INTER_LINEAR)[0]
    colours = _sampled(pixels, from_rows[None], from_columns[None], cv2.INTER_LINEAR)[0]
    bands.pixels[target_rows, target_columns] = colours
    bands.rows[target_rows, target_columns] = from_rows
    bands.columns[target_rows, target_columns] = from_columns
    bands.reach[target_rows, target_columns] = np.abs(side)


def _near(path: Frame, hole: Plane, width: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp], Frame]:
    """The hole's pixels within `width` of the path: rows, columns, the point they belong to and how far aside."""
    top, left = np.maximum(0, np.floor(path.min(axis=0)).astype(int) - width)
    bottom, right = np.ceil(path.max(axis=0)).astype(int) + width + 1
    part = hole[top:bottom, left:right]
    places = np.rint(path - (top, left)).astype(np.intp)
    inside = ((places >= 0) & (places < part.shape)).all(axis=1)
    number_at = np.zeros(part.shape, np.intp)
    free = np.ones(part.shape, np.uint8)
    for number in np.flatnonzero(inside):
        number_at[tuple(places[number])] = number
        free[tuple(places[number])] = 0
    _, labels = cv2.distanceTransformWithLabels(free, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    of_label = np.zeros(int(labels.max()) + 1, np.intp)
    of_label[labels[free == 0]] = number_at[free == 0]
    rows, columns = np.nonzero(part)
    index = of_label[labels[rows, columns]]
    away = np.stack([rows + top, columns + left], axis=1) - path[index]
    side = (away * _normals(path)[index]).sum(axis=1)
    along = np.hypot(*away.T) ** 2 - side**2
    # Past the end of a line, and in the fan outside a sharp bend, a pixel is beside no point of it.
    good = (np.abs(side) <= width) & (along <= np.maximum(2.0, np.abs(side)) ** 2)
    return rows[good] + top, columns[good] + left, index[good], side[good].astype(np.float32)
