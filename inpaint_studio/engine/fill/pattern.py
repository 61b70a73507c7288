"""Drawn patterns that repeat exactly, such as ruled paper or a chequered ground: the hole is a copy, period by period.

Only pictures without noise are looked at: what repeats there to the bit goes on in the hole to the bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.packed import Colours, pack
from inpaint_studio.models.base.interface import Bytes, Fill, Guide, Model, Options, Plane, TicketLike

LONGEST = 160  # px: longest period
_REPEATS = 3  # times that a period must fit into the picture
_EQUAL = 0.9995  # share of the known pixels that equal the one a period away
_REPEATED = 0.6  # share of the edges that must have a known pixel a period away
_LOOK = 48  # rows and columns that are looked at first
_SPARSE = 8  # of those rows, every so many are compared before the others
_PLAIN = 0.6  # share of neighbours that are equal in a drawing; in photographs and noise there are fewer
_FAR = np.int32(2**29)  # px: there is no such pixel
_CHANGES = 0.01  # share of neighbours that differ in a pattern; plain ground with little on it has fewer

Periods = tuple[int, int]  # px down and across; 0 where it does not repeat along that axis


def find_periods(pixels: Bytes, known: Plane) -> Periods | None:
    """Find the shortest periods of `pixels` (H x W x C) where they are `known` (H x W); None where nothing repeats."""
    across = _find_period(pixels, known)
    if across is None:
        return None
    down = _find_period(pixels.transpose(1, 0, 2), known.T)
    return None if down is None or (down, across) == (0, 0) else (down, across)


def _find_period(pixels: Bytes, known: Plane) -> int | None:
    """Return the shortest period along rows, 0 where there is none, or None where the picture is no drawing."""
    step = max(1, pixels.shape[0] // _LOOK)
    some, free = pack(pixels[::step]), known[::step]
    if not _share_of_equals(some, free, 1) >= _PLAIN:
        return None
    colours = pack(pixels)
    few = some[::_SPARSE]
    fits = (
        period
        for period in range(1, min(LONGEST, pixels.shape[1] // _REPEATS) + 1)
        if _share_of_equals(few, free[::_SPARSE], period) >= _EQUAL
        and _share_of_equals(some, free, period) >= _EQUAL
        and _share_of_equals(colours, known, period) >= _EQUAL
        and _is_repeated(colours, known, period)
    )
    return next(fits, 0)


def _is_repeated(colours: Colours, known: Plane, period: int) -> bool:
    """Return whether most of what is drawn has a known pixel a period away: a single word on blank paper has not."""
    drawn = np.zeros(known.shape, np.bool_)
    drawn[:, 1:] = (colours[:, 1:] != colours[:, :-1]) & known[:, 1:] & known[:, :-1]
    partner = np.zeros(known.shape, np.bool_)
    partner[:, period:] = known[:, :-period]
    partner[:, :-period] |= known[:, period:]
    return int(np.count_nonzero(drawn & partner)) >= _REPEATED * int(np.count_nonzero(drawn))


def _share_of_equals(colours: Colours, known: Plane, apart: int) -> float:
    """Return the share of known pixels that equal the known pixel so many columns away; 0 where there are none."""
    if colours.shape[1] <= apart:
        return 0.0
    both = known[:, apart:] & known[:, :-apart]
    count = np.count_nonzero(both)
    equal = colours[:, apart:] == colours[:, :-apart]
    return np.count_nonzero(equal & both) / count if count else 0.0


def changes_enough(pixels: Bytes, known: Plane) -> bool:
    """Return whether there is a pattern at all, and not just plain ground."""
    colours = pack(pixels)
    shares = (_share_of_equals(each, free, 1) for each, free in ((colours, known), (colours.T, known.T)))
    return min(shares) <= 1 - _CHANGES


class PatternModel:
    """A model of ``bytes`` that leaves the hole to the pattern, as far as one of its periods reaches a known pixel."""

    def __init__(self, model: Model, periods: Periods) -> None:
        self.traits, self._model, self._periods = model.traits, model, periods

    def fill(self, image: Bytes, hole: Plane, guide: Guide, options: Options, ticket: TicketLike) -> Fill:
        """Fill `hole` (H x W) of `image` (H x W x 3|4), see `Model.fill`."""
        if guide.lines is not None and guide.lines.any():
            return self._model.fill(image, hole, guide, options, ticket)
        ticket.report(0.0, self.traits.title)
        free = ~hole if guide.donors is None else ~(hole | guide.donors)
        rows, columns = np.nonzero(hole)
        moves = _find_moves(free, self._periods, ticket)
        sources = np.where(hole, moves, 0)
        if (sources[:, rows, columns] == _FAR).any():
            return self._model.fill(image, hole, guide, options, ticket)
        filled = image.copy()
        filled[rows, columns] = image[rows + sources[0][rows, columns], columns + sources[1][rows, columns]]
        ticket.report(1.0)
        return Fill(filled, sources=sources, weight=hole.astype(np.float32))

    def warm_up(self, ticket: TicketLike) -> None:
        """See `Model.warm_up`."""
        self._model.warm_up(ticket)


def _find_moves(free: Plane, periods: Periods, ticket: TicketLike) -> NDArray[np.int32]:
    """Find for each pixel a move by whole periods to a near one of `free` (H x W): 2 x H x W px, `_FAR` where none.

    It is the shorter one of two: along the row first, or along the column first. Raises what `ticket.report` raises.
    """
    across_first = _move_along_rows_first(free, periods)
    ticket.report(0.4)
    down_first = _move_along_rows_first(free.T, periods[::-1])[::-1].transpose(0, 2, 1)
    ticket.report(0.8)
    down_length, across_length = (np.abs(moves[0]) + np.abs(moves[1]) for moves in (down_first, across_first))
    return np.where(down_length < across_length, down_first, across_first)


def _move_along_rows_first(free: Plane, periods: Periods) -> NDArray[np.int32]:
    """Find moves to the nearest row in which there is a pixel that fits, and in it to the nearest such pixel."""
    across = _step_to(free, periods[1])
    down = _step_to((across != _FAR).T, periods[0]).T
    rows, columns = np.ogrid[: free.shape[0], : free.shape[1]]
    reached = np.where(down == _FAR, 0, down) + rows
    return np.stack([down, np.where(down == _FAR, _FAR, across[reached, columns])])


def _step_to(there: Plane, period: int) -> NDArray[np.int32]:
    """Return how many px along its row the nearest pixel of `there` (H x W) is, whole periods away; `_FAR` for none."""
    if period == 0:
        return np.where(there, np.int32(0), _FAR)
    height, width = there.shape
    count = -(-width // period)
    padded = np.pad(there, ((0, 0), (0, count * period - width))).reshape(height, count, period)
    number = np.arange(count, dtype=np.int32)[:, None]
    before = number - np.maximum.accumulate(np.where(padded, number, -_FAR), axis=1)
    after = np.minimum.accumulate(np.where(padded, number, _FAR)[:, ::-1], axis=1)[:, ::-1] - number
    steps = np.where(before <= after, -before, after)
    found = np.where(np.abs(steps) < count, steps * np.int32(period), _FAR)
    return found.reshape(height, -1)[:, :width]
