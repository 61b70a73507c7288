"""Where a fill may copy from: not what the user excluded, nor beside what alone may be copied, nor invisible pixels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.fill.request import Request
from inpaint_studio.errors import NOTHING_LEFT, NoSource
from inpaint_studio.models.base.interface import Plane
from inpaint_studio.texts import mark, tr

NOTHING_MARKED = mark("There is nothing to copy from: mark a part of the photo outside the hole.")
TOO_SMALL = mark("What is marked to copy from is too small: mark more of the photo outside the hole.")
BOTH = mark("What is marked to copy from is too small: mark more of the photo outside the hole, or exclude less of it.")
ELSEWHERE = mark("Nothing can be copied from there: choose a place in what is marked to copy from, or unmark that.")


def check_marked(request: Request) -> None:
    """Raise NoSource where what is marked to copy from lies in the hole altogether, or is empty."""
    if request.only is not None and not (request.only & ~request.hole).any():
        raise NoSource(NOTHING_MARKED)


@contextmanager
def explain(request: Request) -> Iterator[None]:
    """Raise NoSource again with a sentence about the marked part, where the request has one."""
    try:
        yield
    except NoSource as fault:
        if request.only is None:
            raise
        if request.steering is not None:
            height, width = request.hole.shape
            rows, columns = np.nonzero(request.steering.part & request.hole)
            y, x = rows + request.steering.offset[0], columns + request.steering.offset[1]
            inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
            if inside.any() and not request.only[y[inside], x[inside]].all():
                raise NoSource(ELSEWHERE) from fault
            raise
        raise NoSource(TOO_SMALL if request.guide.donors is None else BOTH) from fault


def check_attended(excluded: Plane | None, weight: NDArray[Any] | None, hole: Plane) -> None:
    """Raise NoSource where a network's attention found nothing that it may copy: its `weight` is 0 in all of the hole.

    `excluded` (H x W) is what the user has excluded; None: nothing, and then a network may do without.
    """
    if excluded is not None and weight is not None and not np.asarray(weight)[hole].any():
        raise NoSource(tr(NOTHING_LEFT))


def find_excluded(request: Request) -> Plane | None:
    """Mark what the user excluded from being copied."""
    found = [] if request.guide.donors is None else [request.guide.donors]
    if request.only is not None:
        found.append(~(request.only | request.hole))
    return np.logical_or.reduce(found) if found else None


def add_invisible(excluded: Plane | None, request: Request) -> Plane | None:
    """Mark pixels that are fully transparent too: their colours must not be copied."""
    if request.pixels.shape[2] == 3:
        return excluded
    invisible: Plane = (request.pixels[..., 3] == 0) & ~request.hole
    if not invisible.any():
        return excluded
    return invisible if excluded is None else invisible | excluded
