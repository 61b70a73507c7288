"""A fill whose source the user has chosen: one part of the hole is a copy of that place, and the rest follows.

It is the same whatever model has made the fill before: only the request's pixels outside the hole, which may hold that
fill, count.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.fill.request import Request, Steering
from inpaint_studio.engine.fill.scene import lay_out
from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import InputError, NoHole
from inpaint_studio.models.base.interface import Bytes, Plane, TicketLike
from inpaint_studio.texts import tr


class SteeredFill(NamedTuple):
    """The filled hole with its surroundings."""

    box: Box
    pixels: Bytes  # h x w x 3, of `box`
    sources: NDArray[np.signedinteger]  # 2 x h x w offsets (rows, columns)
    weight: NDArray[np.float32]  # h x w confidence in [0, 1]
    notes: tuple[str, ...]  # sentences for the user
    fine: NDArray[np.float32] | None = None  # `pixels` not rounded, where they were computed so


def check_steering(request: Request, steering: Steering) -> None:
    """Raise ValueError or InputError where the request cannot be filled from the chosen place."""
    if steering.part.shape != request.hole.shape or steering.part.dtype != np.bool_:
        raise ValueError("the steered part is an H x W bool plane")
    if request.plain or request.options.only:
        raise InputError(tr("A fill from a chosen place copies pixels; it is no plain fill or prediction of a model."))
    if steering.offset == (0, 0):
        raise InputError(tr("The hole cannot be filled from its own place; choose another one."))


def steer_whole(hole: Plane, row: int, col: int) -> Steering:
    """Return how `hole` (H x W, not empty) is filled from round a pixel, which the middle of the hole comes from.

    Raises InputError where that pixel lies outside the photo.
    """
    height, width = hole.shape
    if not (0 <= row < height and 0 <= col < width):
        raise InputError(
            tr(
                "The place {col},{row} lies outside the photo, which has {width} x {height} pixels.",
                col=col,
                row=row,
                width=width,
                height=height,
            )
        )
    around = Box.of(hole)
    if around is None:
        raise NoHole(tr("There is no hole to fill from there."))
    return Steering(hole, (row - (around.top + around.bottom) // 2, col - (around.left + around.right) // 2))


def fill_steered(
    request: Request, steering: Steering, donors: Plane | None, ticket: TicketLike, fine: bool = False
) -> SteeredFill:
    """Fill the hole of `request`, a part of it from the place that `steering` names; never from `donors` (H x W).

    `fine`: also from the samples of a photo with more than 8 bits a channel.

    Raises NoSource where nothing can be copied from that place, and whatever `ticket.report` raises.
    """
    from inpaint_studio.exemplar.fill import EFFORTS  # imports numba, which is slow
    from inpaint_studio.exemplar.steer import steer

    around = Box.of(request.hole)
    assert around is not None
    scene = lay_out(request.hole.shape, around, steering.offset)
    options, levels = request.options, None
    if fine and request.deep is not None and request.depth is not None:
        levels = request.depth.to_levels(scene.show(request.deep))[..., :3]
    filled = steer(
        scene.show(request.pixels[..., :3]),
        scene.show(request.hole),
        scene.show(steering.part),
        scene.offset,
        donors=scene.blocked(donors),
        adaptation=1.0 if options.adaptation is None else options.adaptation,
        effort=EFFORTS[options.quality],
        seed=options.seed,
        threads=options.threads,
        report=ticket.report,
        fine=levels,
    )
    inner = around.shift(-scene.near.top, -scene.near.left).slices
    sources = scene.sources_in_photo(filled.sources[(slice(None), *inner)], around)
    pixels = np.ascontiguousarray(filled.image[inner])
    exact = None if filled.fine is None else filled.fine[inner]
    return SteeredFill(around, pixels, sources, filled.weight[inner], filled.notes, exact)
