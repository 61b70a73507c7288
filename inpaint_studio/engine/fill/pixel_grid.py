"""Pixel art: find the grid of blocks of one colour, and fill one pixel for each block, so that nothing is blended.

The photo is reduced to few pixels for each block. A block of which any pixel is known keeps its colour. The model fills
the others at that size; where it copies, each gets the colour of one source, else the nearest colour that the picture
has. Enlarged again, the fill stays on the grid.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.flow.flow import redirect_blocked
from inpaint_studio.errors import NOTHING_LEFT, NoSource
from inpaint_studio.exemplar.packed import pack
from inpaint_studio.models.base.interface import Bytes, Fill, Guide, Model, Options, Plane, TicketLike
from inpaint_studio.texts import tr

CONTEXT = 8  # blocks round a hole that are seen
# Pixels for each block along both axes where a model copies: a patch of 7 px covers then little more than two blocks.
# Measured on 48 pictures: of the blocks of the hole 73 % are right with 3 px, 66 % with 1.
ENLARGED = 3
LARGEST = 64  # px: side of the largest blocks
_LOOK = 48  # rows and columns that are looked at first: most photos are recognised by them
_SPARSE = 6  # of those, every so many are looked at before the others
_BUSY = 0.6  # of the boundaries between columns change colours there: no grid (blocks of 2 px change at a half)
_ON_GRID = 0.995  # share of all changes of colour that lie on the lines of the grid
# Lines of the grid with a change of colour, along each axis, and their share of all its lines: a few that lie on a grid
# by chance are none, unless nearly every line of it is there.
_ENOUGH = ((4, 0.5), (8, 0.1))
_AT_ONCE = 4_000_000  # distances between colours in one step


class PixelGrid(NamedTuple):
    """Blocks of `steps` px (down, across); a block begins at each of `phases` (down, across), which are less."""

    steps: tuple[int, int]
    phases: tuple[int, int]

    def cropped(self, top: int, left: int) -> PixelGrid:
        """Return the grid as it is in a part of the image that begins at this row and column."""
        down, across = self.steps
        return PixelGrid(self.steps, ((self.phases[0] - top) % down, (self.phases[1] - left) % across))

    def blocks(self, shape: tuple[int, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the number of the block of each row and of each column of an image of this shape, from 0."""
        rows, columns = (
            (np.arange(side) - phase) // step + (phase > 0)
            for side, step, phase in zip(shape, self.steps, self.phases, strict=False)
        )
        return rows, columns


def find_grid(pixels: Bytes, known: Plane) -> PixelGrid | None:
    """Find the grid on which the colours of `pixels` (H x W x C) in `known` (H x W) change; None where there is none.

    The largest blocks that fit are taken.
    """
    found = []
    for turned, free in ((pixels.transpose(1, 0, 2), known.T), (pixels, known)):
        step = max(1, turned.shape[0] // _LOOK)
        for some in (slice(None, None, step * _SPARSE), slice(None, None, step)):  # a few rows of a photo are enough
            if (_count_changes(turned[some], free[some]) > 0).mean() > _BUSY:
                return None
        line = _fit(_count_changes(turned, free))
        if line is None:
            return None
        found.append(line)
    (down, top), (across, left) = found
    return PixelGrid((down, across), (top, left))


def _count_changes(pixels: Bytes, known: Plane) -> NDArray[np.int64]:
    """Count, for each column but the first, the rows in which it differs from the column to its left."""
    if pixels.shape[1] < 2:
        return np.zeros(1, np.int64)
    colours = pack(pixels)
    differs = (colours[:, 1:] != colours[:, :-1]) & known[:, 1:] & known[:, :-1]
    return np.asarray(differs.sum(axis=0), np.int64)


def _fit(changes: NDArray[np.int64]) -> tuple[int, int] | None:
    """Return the step and the phase of the lines that hold nearly all changes."""
    places, total = np.arange(1, changes.size + 1), int(changes.sum())
    if total == 0:
        return None
    for step in range(min(LARGEST, (changes.size + 1) // _ENOUGH[0][0]), 1, -1):
        phase = int(np.argmax(np.bincount(places % step, changes, minlength=step)))
        lines = changes[places % step == phase]
        if is_crossed(lines > 0) and lines.sum() >= _ON_GRID * total:
            return step, phase
    return None


def is_crossed(busy: NDArray[np.bool_]) -> bool:
    """Return whether so many of the lines of a grid are `busy` (n, True where colours change) that it is one."""
    count = int(np.count_nonzero(busy))
    return any(count >= max(least, share * busy.size) for least, share in _ENOUGH)


class GridModel:
    """A model of ``bytes`` that fills an image with few pixels for each block of a grid."""

    def __init__(self, model: Model, grid: PixelGrid) -> None:
        self.traits, self._model, self._grid = model.traits, model, grid

    def fill(self, image: Bytes, hole: Plane, guide: Guide, options: Options, ticket: TicketLike) -> Fill:
        """Fill `hole` (H x W) of `image` (H x W x 3|4), see `Model.fill`."""
        rows, columns = self._grid.blocks(image.shape)
        at = rows[:, None], columns[None, :]
        shape = (int(rows[-1]) + 1, int(columns[-1]) + 1)
        block_of = rows[:, None] * shape[1] + columns[None, :]
        blocked = hole if guide.donors is None else hole | guide.donors
        small, unknown = _reduce_colours(image, hole, blocked, block_of, shape)
        own = _offsets_in_block(~blocked, hole, block_of, unknown.size)
        if not unknown.any():
            sources = redirect_blocked(own, blocked, hole)
            return Fill(np.where(hole[..., None], small[at], image), sources=sources, weight=hole.astype(np.float32))
        times = min(ENLARGED, *self._grid.steps) if self.traits.origin == "copied" else 1
        lines, donors = (_reduce(plane, block_of, unknown.shape) for plane in (guide.lines, guide.donors))
        lines, donors = (None if plane is None else _enlarge(plane, times) for plane in (lines, donors))
        advice = Guide(lines=lines, donors=donors)
        scale = times / min(self._grid.steps)
        bands = {number: max(1, round(band * scale)) for number, band in options.line_bands.items()}
        options = replace(options, line_bands=bands, fine=None)
        try:
            fill = self._model.fill(_enlarge(small, times), _enlarge(unknown, times), advice, options, ticket)
        except NoSource:  # no whole patch is free; single blocks may be
            fill = _copy_nearest(_enlarge(small, times), _enlarge(unknown, times), donors)
        offsets, weight = _choose_blocks(fill, small, unknown, times)
        filled = np.where(hole[..., None], _make_exact(fill, offsets, self.traits.origin, small, unknown)[at], image)
        if offsets is None:
            return Fill(filled, notes=fill.notes)
        moves = np.where(unknown, offsets, 0)[:, at[0], at[1]] * np.array(self._grid.steps)[:, None, None]
        offsets = np.where(unknown[at], moves, own)
        trust = None if weight is None else (np.where(unknown, weight, 1)[at] * hole).astype(np.float32)
        return Fill(filled, sources=redirect_blocked(offsets, blocked, hole), weight=trust, notes=fill.notes)

    def warm_up(self, ticket: TicketLike) -> None:
        """See `Model.warm_up`."""
        self._model.warm_up(ticket)


def snap(grid: PixelGrid, filled: Bytes, pixels: Bytes, hole: Plane) -> Bytes:
    """Give each block of `hole` one colour of `pixels` outside it: the nearest to the block's mean in `filled`."""
    rows, columns = grid.blocks(pixels.shape)
    count = (rows[-1] + 1) * (columns[-1] + 1)
    block_of = (rows[:, None] * (columns[-1] + 1) + columns[None, :]).reshape(-1)
    colours = filled.reshape(-1, filled.shape[2])
    size = np.maximum(np.bincount(block_of, minlength=count), 1)
    mean = np.stack([np.bincount(block_of, each, count) for each in colours.T], -1) / size[:, None]
    blocks = nearest_colours(mean, pixels[~hole])
    blocks[block_of[~hole.reshape(-1)]] = pixels[~hole]
    return np.where(hole[..., None], blocks[block_of].reshape(filled.shape), filled)


def nearest_colours(colours: NDArray[Any], known: Bytes) -> Bytes:
    """Return for each of the n x C `colours` the most like of the m x C `known`."""
    palette = np.unique(known, axis=0)
    each, inverse = np.unique(np.asarray(colours, np.float32), axis=0, return_inverse=True)
    step = max(1, _AT_ONCE // len(palette))
    best = [
        ((each[start : start + step, None] - palette[None].astype(np.float32)) ** 2).sum(axis=2).argmin(axis=1)
        for start in range(0, len(each), step)
    ]
    return np.asarray(palette[np.concatenate(best)][inverse.reshape(-1)], np.uint8)


def _reduce_colours(
    image: Bytes, hole: Plane, blocked: Plane, block_of: NDArray[np.intp], shape: tuple[int, int]
) -> tuple[Bytes, Plane]:
    """Return the mean colour of each block, and the blocks that have to be filled.

    What is in `blocked`, which includes the hole, has no say in blocks of which any pixel is free; blocks that the hole
    touches are filled where none is.
    """
    small, count = _mean_colours(image, ~blocked, block_of, shape)
    touched = np.bincount(block_of[hole], minlength=count.size)
    unknown = (count == 0) & (touched > 0)
    if blocked is not hole:
        seen, _ = _mean_colours(image, ~hole, block_of, shape)
        small = np.where((count == 0).reshape(*shape, 1), seen, small)
    return small, unknown.reshape(shape)


def _mean_colours(
    image: Bytes, some: Plane, block_of: NDArray[np.intp], shape: tuple[int, int]
) -> tuple[Bytes, NDArray[np.intp]]:
    """Return the mean colour of the pixels of each block in `some` (H x W), and how many they are."""
    chosen = block_of[some]
    count = np.bincount(chosen, minlength=shape[0] * shape[1])
    sums = [np.bincount(chosen, channel, count.size) for channel in image[some].T]
    mean = np.stack(sums, axis=-1) / np.maximum(count, 1)[:, None]
    return np.rint(mean).astype(np.uint8).reshape(*shape, -1), count


def _offsets_in_block(free: Plane, hole: Plane, block_of: NDArray[np.intp], count: int) -> NDArray[np.int32]:
    """Return for each pixel of the hole the offset to a free pixel of its block, 0 where there is none; 2 x H x W."""
    place = np.full(count, -1)
    place[block_of[free]] = np.flatnonzero(free)
    rows, columns = np.nonzero(hole & (place >= 0)[block_of])
    from_rows, from_columns = divmod(place[block_of[rows, columns]], hole.shape[1])
    offsets = np.zeros((2, *hole.shape), np.int32)
    offsets[:, rows, columns] = from_rows - rows, from_columns - columns
    return offsets


def _enlarge(plane: Any, times: int) -> Any:
    return plane.repeat(times, axis=0).repeat(times, axis=1)


def _copy_nearest(image: Bytes, hole: Plane, donors: Plane | None) -> Fill:
    """Fill `hole` (H x W) from the nearest pixels beside it and `donors`; raise NoSource where there are none."""
    blocked = hole if donors is None else hole | donors
    if blocked.all():
        raise NoSource(tr(NOTHING_LEFT))
    offsets = redirect_blocked(np.zeros((2, *hole.shape), np.int32), blocked, hole)
    rows, columns = np.indices(hole.shape)
    return Fill(image[rows + offsets[0], columns + offsets[1]], sources=offsets)


def _choose_blocks(fill: Fill, small: Bytes, unknown: Plane, times: int) -> tuple[Any, Any]:
    """Return the offsets and weights (2 x h x w, h x w) of the unknown blocks: each is copied from one block.

    It is one of those whose colour most of its pixels have.
    """
    if fill.sources is None or times == 1:
        return fill.sources, fill.weight
    rows, columns = np.nonzero(_enlarge(unknown, times))
    down, across = (
        (place + offset[rows, columns]) // times for place, offset in zip((rows, columns), fill.sources, strict=True)
    )
    width = unknown.shape[1]
    own, colour = rows // times * width + columns // times, pack(small)[down, across]
    _, group, size = np.unique(np.stack([own, colour]), axis=1, return_inverse=True, return_counts=True)
    order = np.lexsort((-size[group.reshape(-1)], own))
    first = order[np.unique(own[order], return_index=True)[1]]
    offsets = np.zeros((2, *unknown.shape), np.int32)
    places = rows[first] // times, columns[first] // times
    offsets[0][places], offsets[1][places] = down[first] - places[0], across[first] - places[1]
    weight = None if fill.weight is None else fill.weight[times // 2 :: times, times // 2 :: times]
    return offsets, weight


def _make_exact(fill: Fill, offsets: Any, origin: str, small: Bytes, unknown: Plane) -> Bytes:
    """Return the filled small image, in which every colour is one of the known pixels'."""
    filled = small.copy()
    if origin == "copied" and offsets is not None:
        rows, columns = np.nonzero(unknown)
        filled[unknown] = small[rows + offsets[0][unknown], columns + offsets[1][unknown]]
    else:
        filled[unknown] = nearest_colours(fill.image[unknown], small[~unknown])
    return filled


def _reduce(plane: Any, block_of: NDArray[np.intp], shape: tuple[int, ...]) -> Any:
    """Take the largest value of `plane` (H x W, None for none) in each block."""
    if plane is None:
        return None
    small = np.zeros(shape, np.uint8)
    np.maximum.at(small.reshape(-1), block_of, plane.astype(np.uint8))
    return small.astype(plane.dtype)
