"""Continue the image along guide lines through the hole, before the rest is filled.

The image along a line is straightened into a strip. The unknown columns of the strip are made of pieces of the known
ones by dynamic programming (structure propagation, Sun et al. 2005, section 3.2; the strip follows the curve, so bends
cost nothing). The strip is laid back into the hole as a narrow band, which counts as known until the last round.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.lines.corners import beside, mitre
from inpaint_studio.exemplar.lines.gaps import Places, Stretch, find_lines, find_stretches, pixels_of
from inpaint_studio.exemplar.lines.path import Frame, normals, pick, sample, straighten
from inpaint_studio.exemplar.lines.snap import find_flanks, settle
from inpaint_studio.exemplar.lines.strip import CORE, continue_strip
from inpaint_studio.exemplar.planes import find_nearest
from inpaint_studio.exemplar.pyramid import Image, Plane, buffer
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import tr

NO_BANDS: Mapping[int, int] = MappingProxyType({})
USUAL = 8  # px: the width of a line's band where none is wished
MARGIN = 2  # px next to the hole that do not count as known: their colours are mixed with what was in it

# px round a sharp corner that are laid like a band: nothing known is like a corner, and what runs into it would be
# continued straight on beyond it. There `reach` grows to NEAREST px, which is within every band.
ROUND_CORNER = 16
NEAREST = 1.5

MOST_STRETCHES = 50  # more would take seconds
MOST_NOTES = 5  # for the user to read
TOO_MANY = 256  # sorts after every line number


class BandArea(NamedTuple):
    """Rows and columns of the part of an image that holds the bands, half-open."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """The index of the part in an H x W array."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def over(self, scale: int) -> BandArea:
        """Return the same area of an image `scale` times smaller; `top` and `left` are multiples of `scale`."""
        return BandArea(self.top // scale, self.left // scale, -(-self.bottom // scale), -(-self.right // scale))


@dataclass
class Bands:
    """The pixels that guide lines lay into the hole, in the part of the image that holds them all (`box`).

    `pixels` is h x w x 4. `reach` is h x w: the distance, px, to the line or to the bar along which it runs; infinite
    where nothing is laid. `places` is 2 x h x w: the (row, col) in the image from which each laid pixel was taken.
    `notes` are sentences for the user.
    """

    box: BandArea
    pixels: Image
    reach: Frame
    places: Frame
    notes: list[str]


class _Laid(NamedTuple):
    """Pixels of the hole, their distances from the line, and the places they are taken from."""

    rows: Places
    columns: Places
    reach: Frame
    places: Frame


def lay(
    pixels: Image,
    hole: Plane,
    blocked: Plane,
    lines: NDArray[np.uint8],
    width: int,
    grid: int = 1,
    bands: Mapping[int, int] = NO_BANDS,
) -> Bands:
    """Continue each drawn line through the hole, up to `width` px on each side of it or of its band.

    `pixels` is H x W x 4, `hole` and `blocked` (not to be copied) H x W, 1 inside; `lines` holds line numbers, and
    `bands` the width in px that is wished for some of them. The result's box begins at multiples of `grid`.
    """
    found, notes = find_lines(lines, hole)
    unknown: Plane = np.asarray(cv2.dilate(blocked, np.ones((2 * MARGIN + 1,) * 2, np.uint8)), np.uint8)
    pieces: list[tuple[int, Stretch]] = []
    missed: dict[int, str] = {}
    for line in found:
        for stretch in find_stretches(line, hole, unknown):
            if stretch.head + stretch.tail == 0:
                missed[line.number] = tr(
                    "Guide line {number} touches nothing known and was ignored: let it begin outside the hole.",
                    number=line.number,
                )
            elif len(pieces) < MOST_STRETCHES:
                path = settle(stretch.path, pixels, unknown, stretch.head, stretch.tail, stretch.bends)
                pieces.append((line.number, stretch._replace(path=path)))
            else:
                missed[TOO_MANY] = tr(
                    "Only the first {most_stretches} pieces of guide lines were followed: there are too many.",
                    most_stretches=MOST_STRETCHES,
                )
    crossings = _crossings([stretch for _, stretch in pieces], hole.shape[1])
    laid: list[_Laid] = []
    for (number, stretch), crossing in zip(pieces, crossings, strict=True):
        one = _lay_one(stretch, crossing, pixels, hole, unknown, width, bands.get(number, USUAL))
        if one is None:
            missed[number] = tr(
                "Guide line {number} has too little known picture along it and was ignored: draw it "
                "farther out of the hole.",
                number=number,
            )
        else:
            laid.append(one)
    notes += [missed[number] for number in sorted(missed)]
    if len(notes) > MOST_NOTES:
        notes = [*notes[:MOST_NOTES], tr("{count} more guide lines were ignored.", count=len(notes) - MOST_NOTES)]
    return _merge(laid, pixels, hole.shape, grid, notes)


def _crossings(stretches: list[Stretch], width: int) -> list[int | None]:
    """Return for each stretch the point of its gap where another crosses it: the middle one of several, None for none.

    A structure that passes behind another may change there.
    """
    keys = []
    for stretch in stretches:
        places = np.rint(stretch.path[stretch.head : len(stretch.path) - stretch.tail]).astype(np.int64)
        # Each point is 2 x 2 pixels: otherwise diagonals could cross without a common pixel.
        keys.append(np.concatenate([places[:, 0] * width + places[:, 1] + step for step in (0, 1, width, width + 1)]))
    owners = np.repeat(np.arange(len(keys)), [len(key) for key in keys])
    every, first = np.unique(np.concatenate([*keys, np.zeros(0, np.int64)]), return_inverse=True)
    least, most = np.full(len(every), len(keys)), np.full(len(every), -1)
    np.minimum.at(least, first, owners)
    np.maximum.at(most, first, owners)
    shared = every[least != most]
    found: list[int | None] = []
    for stretch, key in zip(stretches, keys, strict=True):
        at = np.flatnonzero(np.isin(key[: len(key) // 4], shared))
        found.append(stretch.head + int(np.median(at)) if at.size else None)
    return found


def _merge(laid: list[_Laid], pixels: Image, plane: tuple[int, ...], grid: int, notes: list[str]) -> Bands:
    """Put all that was laid into one array; where two lines meet, each pixel belongs to the nearer one."""
    laid = [one for one in laid if one.rows.size]
    if not laid:
        nothing = np.zeros((0, 0), np.float32)
        return Bands(BandArea(0, 0, 0, 0), buffer(0, 0), nothing, np.zeros((2, 0, 0), np.float32), notes)
    top, left = (min(int(part.min()) for part in parts) // grid * grid for parts in _sides(laid))
    bottom, right = (
        min(-(-(max(int(part.max()) for part in parts) + 1) // grid) * grid, plane[axis])
        for axis, parts in enumerate(_sides(laid))
    )
    box = BandArea(top, left, bottom, right)
    shape = (bottom - top, right - left)
    bands = Bands(
        box, buffer(*shape), np.full(shape, np.inf, np.float32), np.zeros((2, *shape), np.float32), notes
    )  # fmt: skip
    for one in laid:
        rows, columns = one.rows - top, one.columns - left
        nearer = one.reach < bands.reach[rows, columns]
        rows, columns = rows[nearer], columns[nearer]
        bands.reach[rows, columns] = one.reach[nearer]
        bands.places[:, rows, columns] = one.places[:, nearer]
        # Cubic interpolation keeps grain that linear interpolation would blur.
        bands.pixels[rows, columns] = pick(pixels, one.places[:, nearer], cv2.INTER_CUBIC)
    return bands


def _sides(laid: list[_Laid]) -> tuple[list[Places], list[Places]]:
    return [one.rows for one in laid], [one.columns for one in laid]


def _lay_one(
    stretch: Stretch, crossing: int | None, pixels: Image, hole: Plane, unknown: Plane, width: int, band: int
) -> _Laid | None:
    """Continue one stretch, which may change its look at `crossing`; return None where too little is known along it."""
    wider = (band - USUAL) / 2  # px on each side
    path, bends = stretch.path, stretch.bends
    broad = find_flanks(path, pixels, unknown, stretch.head, stretch.tail, bends)
    core, width = width, max(width, ROUND_CORNER if bends else 0) + max(*broad, math.ceil(wider))
    rows, columns = straighten(path, width, bends)
    # Outside the image nothing is laid, and nothing there counts as unknown.
    known = sample(unknown, rows, columns, cv2.INTER_NEAREST) == 0
    strip = sample(pixels, rows, columns, cv2.INTER_LINEAR)
    taken = None
    for compared in sorted({max(CORE, band // 2), CORE}, reverse=True):  # all of a broad band may nowhere be known
        if taken is None:
            usable = known & ~beside(path, bends, compared)[:, None]
            taken = continue_strip(strip, usable, crossing, compared)
    if taken is None:
        return None
    target_rows, target_columns, index, side, along = _near(path, bends, hole, width)
    at = np.stack([taken[index] + along, side + width]).astype(np.float32)
    places = np.stack([pick(plane, at, cv2.INTER_LINEAR) for plane in (rows, columns)])
    inside = (places >= 0).all(axis=0) & (places[0] <= hole.shape[0] - 1) & (places[1] <= hole.shape[1] - 1)
    good = inside & (unknown[pixels_of(places.T, unknown.shape)] == 0)
    # Within a bar the distance is 0; the hundredths decide between bars that cross.
    flanks = np.where(side < 0, *(max(0, edge - 1, wider) for edge in broad))
    reach = np.maximum(0, np.abs(side) - flanks - min(0.0, wider)) + 0.01 * np.abs(side)
    for bend in bends:
        away = np.hypot(target_rows - path[bend, 0], target_columns - path[bend, 1])
        reach = np.where(away <= ROUND_CORNER, np.minimum(reach, away * NEAREST / ROUND_CORNER), reach)
    good &= reach <= core
    return _Laid(target_rows[good], target_columns[good], reach[good].astype(np.float32), places[:, good])


def _near(path: Frame, bends: Sequence[int], hole: Plane, width: int) -> tuple[Places, Places, Places, Frame, Frame]:
    """Find the hole's pixels within `width` of the path.

    Returns their rows, their columns, the index of the nearest point, and the px aside of and ahead of that point.
    """
    top, left = np.maximum(0, np.floor(path.min(axis=0)).astype(int) - width)
    bottom, right = np.ceil(path.max(axis=0)).astype(int) + width + 1
    part = hole[top:bottom, left:right]
    places = np.rint(path - (top, left)).astype(np.intp)
    inside = np.flatnonzero(((places >= 0) & (places < part.shape)).all(axis=1))
    number_at = np.zeros(part.shape, np.intp)
    free = np.ones(part.shape, np.uint8)
    number_at[tuple(places[inside].T)] = inside
    free[tuple(places[inside].T)] = 0
    rows, columns = np.nonzero(part)
    index = number_at[find_nearest(free, rows, columns)]
    pixels = np.stack([rows + top, columns + left], axis=1).astype(np.float32)
    away = pixels - path[index]
    across = normals(path, bends)[index]
    side = (away * across).sum(axis=1)
    along = away[:, 1] * across[:, 0] - away[:, 0] * across[:, 1]
    # Behind the end of a line, and on the outer side of a narrow curve, a pixel is not beside any point.
    good = (np.abs(side) <= width) & (np.abs(along) <= np.maximum(2.0, np.abs(side)))
    shown, aside, outside = mitre(path, bends, pixels, index)
    index, side, along = np.where(outside, shown, index), np.where(outside, aside, side), np.where(outside, 0, along)
    good = np.where(outside, np.abs(side) <= width, good)
    side, along = (part[good].astype(np.float32) for part in (side, np.clip(along, -1, 1)))
    return rows[good] + top, columns[good] + left, index[good], side, along
