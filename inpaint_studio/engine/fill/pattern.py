"""Drawn patterns that repeat exactly, such as ruled paper or a chequered ground: the hole is a copy, period by period.

Only pictures without noise are looked at: what repeats there to the bit goes on in the hole to the bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.models.base.interface import Bytes, Fill, Guide, Model, Options, Plane, TicketLike

LONGEST = 160  # px: longest period
_REPEATS = 3  # times that a period must fit into the picture
_EQUAL = 0.9995  # share of the known pixels that equal the one a period away
_REPEATED = 0.6  # share of the edges that must have a known pixel a period away
_LOOK = 48  # rows and columns that are looked at first
_SPARSE = 8  # of those rows, every so many are compared before the others
_PLAIN = 0.6  # share of neighbours that are equal in a drawing; in photographs and noise there are fewer
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
    some, free = pixels[::step], known[::step]
    if not _share_of_equals(some, free, 1) >= _PLAIN:
        return None
    few = some[::_SPARSE]
    fits = (
        period
        for period in range(1, min(LONGEST, pixels.shape[1] // _REPEATS) + 1)
        if _share_of_equals(few, free[::_SPARSE], period) >= _EQUAL
        and _share_of_equals(some, free, period) >= _EQUAL
        and _share_of_equals(pixels, known, period) >= _EQUAL
        and _is_repeated(pixels, known, period)
    )
    return next(fits, 0)


def _is_repeated(pixels: Bytes, known: Plane, period: int) -> bool:
    """Return whether most of what is drawn has a known pixel a period away: a single word on blank paper has not."""
    drawn = np.zeros(known.shape, np.bool_)
    drawn[:, 1:] = (pixels[:, 1:] != pixels[:, :-1]).any(axis=2) & known[:, 1:] & known[:, :-1]
    partner = np.zeros(known.shape, np.bool_)
    partner[:, period:] = known[:, :-period]
    partner[:, :-period] |= known[:, period:]
    return int(np.count_nonzero(drawn & partner)) >= _REPEATED * int(np.count_nonzero(drawn))


def _share_of_equals(pixels: Bytes, known: Plane, apart: int) -> float:
    """Return the share of known pixels that equal the known pixel so many columns away; 0 where there are none."""
    if pixels.shape[1] <= apart:
        return 0.0
    both = known[:, apart:] & known[:, :-apart]
    count = np.count_nonzero(both)
    equal = (pixels[:, apart:] == pixels[:, :-apart]).all(axis=2)
    return np.count_nonzero(equal & both) / count if count else 0.0


def changes_enough(pixels: Bytes, known: Plane) -> bool:
    """Return whether there is a pattern at all, and not just plain ground."""
    shares = (_share_of_equals(each, free, 1) for each, free in ((pixels, known), (pixels.transpose(1, 0, 2), known.T)))
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
        sources = np.zeros((2, *hole.shape), np.int32)
        missing = np.ones(rows.size, np.bool_)
        for down, across in _list_moves(self._periods, hole.shape):
            to_rows, to_columns = rows[missing] + down, columns[missing] + across
            inside = (to_rows >= 0) & (to_columns >= 0) & (to_rows < hole.shape[0]) & (to_columns < hole.shape[1])
            inside[inside] = free[to_rows[inside], to_columns[inside]]
            found = np.flatnonzero(missing)[inside]
            sources[:, rows[found], columns[found]] = np.array([[down], [across]])
            missing[found] = False
            if not missing.any():
                break
        else:
            return self._model.fill(image, hole, guide, options, ticket)
        filled = image.copy()
        filled[rows, columns] = image[rows + sources[0][rows, columns], columns + sources[1][rows, columns]]
        ticket.report(1.0)
        return Fill(filled, sources=sources, weight=hole.astype(np.float32))

    def warm_up(self, ticket: TicketLike) -> None:
        """See `Model.warm_up`."""
        self._model.warm_up(ticket)


def _list_moves(periods: Periods, shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """List the moves by whole periods that stay in an image of this shape, the shortest first."""
    axes: list[NDArray[np.intp]] = []
    for period, side in zip(periods, shape, strict=True):
        times = (side - 1) // period if period else 0
        axes.append(np.arange(-times, times + 1) * period)
    down, across = (each.reshape(-1) for each in np.meshgrid(*axes, indexing="ij"))
    order = np.argsort(down**2 + across**2, kind="stable")[1:]
    return [(int(down[place]), int(across[place])) for place in order]
