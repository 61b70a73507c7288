"""Guide lines: what a painter draws through a hole is continued along it before the rest is filled.

The picture along a line is straightened into a strip, whose unknown columns are made of pieces of the known ones by
dynamic programming (structure propagation, Sun et al. 2005, section 3.2; the curve's own frame makes bends free), and
laid back into the hole as a narrow band that the filler takes for known until its last round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.lines.gaps import Places, Stretch, drawn, pixels_of, stretches
from inpaint_studio.exemplar.lines.snap import Frame, flanks, normals, picked, sampled, settled, straightened
from inpaint_studio.exemplar.lines.strip import continued
from inpaint_studio.exemplar.pyramid import Picture, Plane, buffer
from inpaint_studio.opencv import cv2

MARGIN = 2  # px next to the hole that do not count as known: they are mixed with it

MOST_STRETCHES = 50  # more would take seconds
MOST_NOTES = 5  # that a painter reads
TOO_MANY = 256  # stands behind every line's number


class Box(NamedTuple):
    """Rows and columns of a picture, half-open."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def slices(self) -> tuple[slice, slice]:
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def over(self, scale: int) -> Box:
        """The same box of a picture `scale` times smaller; its top left is a multiple of `scale`."""
        return Box(self.top // scale, self.left // scale, -(-self.bottom // scale), -(-self.right // scale))


@dataclass
class Bands:
    """What the guide lines lay into the hole, in the part of the picture that holds it all.

    `pixels` is h x w x 4. `reach` is h x w: the px to the line, or to the bar it runs along; infinite where
    nothing is laid.
    `places` is 2 x h x w, the (row, col) of the picture each laid pixel was taken from. `notes` are for the painter.
    """

    box: Box
    pixels: Picture
    reach: Frame
    places: Frame
    notes: list[str]


class _Laid(NamedTuple):
    """Pixels of the hole, how far each lies from its line, and the places they are taken from."""

    rows: Places
    columns: Places
    reach: Frame
    places: Frame


def lay(pixels: Picture, hole: Plane, barred: Plane, lines: NDArray[np.uint8], width: int, grid: int = 1) -> Bands:
    """Continue each drawn line through the hole, up to `width` px to either side.

    `pixels` is H x W x 4, `hole` and `barred` (not to be copied from) H x W, 1 inside; `lines` holds line numbers.
    The answer's box begins at multiples of `grid`.
    """
    found, notes = drawn(lines, hole)
    unknown: Plane = np.asarray(cv2.dilate(barred, np.ones((2 * MARGIN + 1,) * 2, np.uint8)), np.uint8)
    pieces: list[tuple[int, Stretch]] = []
    missed: dict[int, str] = {}
    for line in found:
        for stretch in stretches(line, hole, unknown):
            if stretch.head + stretch.tail == 0:
                missed[line.number] = (
                    f"Guide line {line.number} touches nothing known and was ignored: let it begin outside the hole."
                )
            elif len(pieces) < MOST_STRETCHES:
                path = settled(stretch.path, pixels, unknown, stretch.head, stretch.tail)
                pieces.append((line.number, stretch._replace(path=path)))
            else:
                missed[TOO_MANY] = (
                    f"Only the first {MOST_STRETCHES} pieces of guide lines were followed: there are too many."
                )
    crossings = _crossings([stretch for _, stretch in pieces], hole.shape[1])
    laid: list[_Laid] = []
    for (number, stretch), crossing in zip(pieces, crossings, strict=True):
        one = _lay_one(stretch, crossing, pixels, hole, unknown, width)
        if one is None:
            missed[number] = (
                f"Guide line {number} has too little known picture along it and was ignored: "
                "draw it farther out of the hole."
            )
        else:
            laid.append(one)
    notes += [missed[number] for number in sorted(missed)]
    if len(notes) > MOST_NOTES:
        notes = [*notes[:MOST_NOTES], f"{len(notes) - MOST_NOTES} more guide lines were ignored."]
    return _together(laid, pixels, hole.shape, grid, notes)


def _crossings(stretches: list[Stretch], width: int) -> list[int | None]:
    """For each stretch the point where another crosses it in its gap, the middle one of several; None where none.

    A structure that passes behind another changes there, if anywhere.
    """
    keys = []
    for stretch in stretches:
        places = np.rint(stretch.path[stretch.head : len(stretch.path) - stretch.tail]).astype(np.int64)
        # Each point two pixels wide and high, or diagonals could slip through each other.
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


def _together(laid: list[_Laid], pixels: Picture, plane: tuple[int, ...], grid: int, notes: list[str]) -> Bands:
    """All that was laid in one band; where two lines meet, each pixel is of the nearer."""
    laid = [one for one in laid if one.rows.size]
    if not laid:
        nothing = np.zeros((0, 0), np.float32)
        return Bands(Box(0, 0, 0, 0), buffer(0, 0), nothing, np.zeros((2, 0, 0), np.float32), notes)
    top, left = (min(int(part.min()) for part in parts) // grid * grid for parts in _sides(laid))
    bottom, right = (
        min(-(-(max(int(part.max()) for part in parts) + 1) // grid) * grid, plane[axis])
        for axis, parts in enumerate(_sides(laid))
    )
    box = Box(top, left, bottom, right)
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
        # Cubic keeps the grain that linear would soften.
        bands.pixels[rows, columns] = picked(pixels, one.places[:, nearer], cv2.INTER_CUBIC)
    return bands


def _sides(laid: list[_Laid]) -> tuple[list[Places], list[Places]]:
    return [one.rows for one in laid], [one.columns for one in laid]


def _lay_one(
    stretch: Stretch, crossing: int | None, pixels: Picture, hole: Plane, unknown: Plane, width: int
) -> _Laid | None:
    """One stretch continued, which may change its looks at a crossing; None where too little is known along it."""
    path = stretch.path
    broad = flanks(path, pixels, unknown, stretch.head, stretch.tail)
    core, width = width, width + max(broad)
    rows, columns = straightened(path, width)
    # Beyond the picture's border nothing can be laid, and nothing there speaks against a line along it.
    known = sampled(unknown, rows, columns, cv2.INTER_NEAREST) == 0
    taken = continued(sampled(pixels, rows, columns, cv2.INTER_LINEAR), known, crossing)
    if taken is None:
        return None
    target_rows, target_columns, index, side, along = _near(path, hole, width)
    at = np.stack([taken[index] + along, side + width]).astype(np.float32)
    places = np.stack([picked(plane, at, cv2.INTER_LINEAR) for plane in (rows, columns)])
    inside = (places >= 0).all(axis=0) & (places[0] <= hole.shape[0] - 1) & (places[1] <= hole.shape[1] - 1)
    good = inside & (unknown[pixels_of(places.T, unknown.shape)] == 0)
    # Within a bar all is the line's own; the hundredth parts decide between bars that cross.
    reach = np.maximum(0, np.abs(side) - np.where(side < 0, *(max(0, edge - 1) for edge in broad))) + 0.01 * np.abs(
        side
    )
    good &= reach <= core
    return _Laid(target_rows[good], target_columns[good], reach[good].astype(np.float32), places[:, good])


def _near(path: Frame, hole: Plane, width: int) -> tuple[Places, Places, Places, Frame, Frame]:
    """The hole's pixels within `width` of the path: rows, columns, the point they belong to, px aside, px ahead."""
    top, left = np.maximum(0, np.floor(path.min(axis=0)).astype(int) - width)
    bottom, right = np.ceil(path.max(axis=0)).astype(int) + width + 1
    part = hole[top:bottom, left:right]
    places = np.rint(path - (top, left)).astype(np.intp)
    inside = np.flatnonzero(((places >= 0) & (places < part.shape)).all(axis=1))
    number_at = np.zeros(part.shape, np.intp)
    free = np.ones(part.shape, np.uint8)
    number_at[tuple(places[inside].T)] = inside
    free[tuple(places[inside].T)] = 0
    _, labels = cv2.distanceTransformWithLabels(free, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    of_label = np.zeros(int(labels.max()) + 1, np.intp)
    of_label[labels[free == 0]] = number_at[free == 0]
    rows, columns = np.nonzero(part)
    index = of_label[labels[rows, columns]]
    away = np.stack([rows + top, columns + left], axis=1) - path[index]
    across = normals(path)[index]
    side = (away * across).sum(axis=1)
    along = away[:, 1] * across[:, 0] - away[:, 0] * across[:, 1]
    # Past the end of a line, and in the fan outside a sharp bend, a pixel is beside no point of it.
    good = (np.abs(side) <= width) & (np.abs(along) <= np.maximum(2.0, np.abs(side)))
    side, along = (part[good].astype(np.float32) for part in (side, np.clip(along, -1, 1)))
    return rows[good] + top, columns[good] + left, index[good], side, along
