"""The sources of a flow as a table for a page: limited in size, whatever the size of the photo."""

from __future__ import annotations

import base64
import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.flow.flow import Flow, Plane

MOST_PLACES = 160_000  # of the grid over the box of the hole; `page` tells how large this makes a page
_UNITS = 1000  # weights are whole numbers of thousandths
_LONGEST_RUN = 65_535


class SourceTable(NamedTuple):
    """The sources of the places of a grid over a flow's box, one place for `step` x `step` px."""

    step: int
    hole: Plane  # h x w, True where a place is filled
    numbers: NDArray[np.int32]  # h x w, the row of `entries` of each place; -1 outside `hole`
    # m x k x 3: rows and columns of the offsets of k sources, in px of the photo, and their weights in thousandths; the
    # strongest first. Where there are fewer than k, the rest has weights of -1.
    entries: NDArray[np.int32]
    kinds: NDArray[np.uint8]  # m, how the pixels of an entry were made, numbers of `kinds.Kind`


def list_sources(flow: Flow, most: int = MOST_PLACES) -> SourceTable:
    """List the sources of a flow, those of every pixel of its box where it has at most `most` pixels."""
    step = max(1, math.ceil(math.sqrt(flow.box.area / most)))
    y, x, hole = sample(flow.hole, step)
    numbers = np.full(hole.shape, -1, np.int32)
    lists = _lists(flow, y[hole], x[hole])
    made = np.zeros(len(lists), np.int32) if flow.kinds is None else flow.kinds[y[hole], x[hole]].astype(np.int32)
    rows, places = np.unique(np.column_stack([lists.reshape(len(lists), -1), made]), axis=0, return_inverse=True)
    numbers[hole] = places.reshape(-1)
    return SourceTable(step, hole, numbers, rows[:, :-1].reshape(-1, *lists.shape[1:]), rows[:, -1].astype(np.uint8))


def pack(table: SourceTable, flow: Flow) -> dict[str, Any]:
    """Return a table as values that JSON can hold: numbers, and arrays as base64 of little-endian numbers.

    The places follow each other row by row. `lengths` (16 bits) tells how many in a row have the same entry, whose
    number, plus 1 and 0 for none, stands in `numbers` (32 bits); `entries` has 16 bits, or 32 where `wide` is true.
    `kinds` (8 bits) has the kind of each entry.
    """
    flat = table.numbers.ravel()
    starts = np.flatnonzero(np.append(True, flat[1:] != flat[:-1]))
    lengths = np.diff(starts, append=flat.size)
    parts = -(-lengths // _LONGEST_RUN)  # a long run becomes several
    values = np.repeat(flat[starts] + 1, parts)
    lasts = np.cumsum(parts) - 1
    split = np.full(values.size, _LONGEST_RUN)
    split[lasts] = lengths - (parts - 1) * _LONGEST_RUN
    wide = bool(np.abs(table.entries).max(initial=0) > np.iinfo(np.int16).max)
    return {
        "top": flow.box.top,
        "left": flow.box.left,
        "step": table.step,
        "height": flow.shape[0],
        "width": flow.shape[1],
        "rows": table.numbers.shape[0],
        "columns": table.numbers.shape[1],
        "most": table.entries.shape[1],
        "wide": wide,
        "entries": _text(table.entries, "<i4" if wide else "<i2"),
        "kinds": _text(table.kinds, "<u1"),
        "lengths": _text(split, "<u2"),
        "numbers": _text(values, "<u4"),
    }


def sample(hole: Plane, step: int) -> tuple[NDArray[Any], NDArray[Any], Plane]:
    """Choose a pixel for each block of `step` x `step`: the filled one that is nearest to its middle.

    Returns rows, columns and whether the block has any filled pixel.
    """
    if step == 1:
        grid = np.indices(hole.shape)
        return grid[0], grid[1], hole
    height, width = (-(-side // step) for side in hole.shape)
    padded = np.zeros((height * step, width * step), bool)
    padded[: hole.shape[0], : hole.shape[1]] = hole
    blocks = padded.reshape(height, step, width, step).swapaxes(1, 2).reshape(height, width, step * step)
    away = np.hypot(*(np.indices((step, step)) - (step - 1) / 2)).ravel()
    order = away.argsort(kind="stable").argsort(kind="stable").astype(np.uint16)
    chosen = np.where(blocks, order, np.uint16(order.size)).argmin(-1)
    y = np.arange(height)[:, None] * step + chosen // step
    x = np.arange(width) * step + chosen % step
    return y, x, np.asarray(blocks.any(-1))


def _lists(flow: Flow, y: NDArray[Any], x: NDArray[Any]) -> NDArray[np.int32]:
    """Return the sources of these pixels of the flow's box as in `SourceTable.entries`, one list for each."""
    most = max((part.weights.shape[0] for part in flow.ranked), default=1)
    lists = np.zeros((len(y), most, 3), np.int32)
    lists[:, :, 2] = -1
    lists[:, 0, :2] = flow.offsets[:, y, x].T
    lists[:, 0, 2] = _thousandths(flow.weight[y, x])
    rows, columns = y + flow.box.top, x + flow.box.left
    for part in flow.ranked:
        inside = np.flatnonzero(
            (rows >= part.box.top) & (rows < part.box.bottom) & (columns >= part.box.left) & (columns < part.box.right)
        )
        inside = inside[part.inside[rows[inside] - part.box.top, columns[inside] - part.box.left]]
        if not inside.size:
            continue
        here = rows[inside], columns[inside]
        cells = part.cells(*here)
        count = part.weights.shape[0]
        for rank in range(1, count):
            lists[inside, rank, 2] = _thousandths(part.weights[rank][cells])
            for axis, (place, size) in enumerate(zip(here, flow.shape, strict=True)):
                source = np.clip(place + part.offsets[rank, axis][cells], 0, size - 1)
                lists[inside, rank, axis] = source - place
        same = (lists[inside, 1:count, :2] == lists[inside, :1, :2]).all(-1)
        unused = same | (part.weights[1:][:, cells[0], cells[1]].T <= 0)
        lists[inside, 1:count] = np.where(unused[..., None], (0, 0, -1), lists[inside, 1:count])
    return lists


def _thousandths(weights: NDArray[Any]) -> NDArray[np.int32]:
    return np.rint(np.clip(weights.astype(np.float64), 0, 1) * _UNITS).astype(np.int32)


def _text(array: NDArray[Any], kind: str) -> str:
    return base64.b64encode(array.astype(kind).tobytes()).decode("ascii")
