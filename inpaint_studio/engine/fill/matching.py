"""Sources for systems that tell none: the finished fill matched back to the known part ("matched afterwards")."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.models.base.interface import Bytes, Options, Plane, TicketLike


def matched(
    region: Bytes, hole: Plane, donors: Plane | None, options: Options, ticket: TicketLike
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """For each pixel of `hole` (H x W) the known place of `region` (H x W x 3 uint8, filled) most like it.

    Returns 2 x H x W offsets (row, col; source minus target, 0 outside the hole), which lead to pixels that are neither
    hole nor `donors`, and H x W weights in [0, 1], 1 where both look the same. Without any known pixel all is 0. Raises
    what `ticket.report` raises.
    """
    from inpaint_studio.exemplar.correspondence import match  # it brings a compiler with it

    found = match(region, hole, donors=donors, seed=options.seed, threads=options.threads, report=ticket.report)
    return found.sources, found.weight
