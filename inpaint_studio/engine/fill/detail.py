"""Detail for a fill that a network drew at a smaller size: its image decides what, the photo's patches how sharp."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.errors import NoSource
from inpaint_studio.models.base.interface import Bytes, Options, Plane, TicketLike
from inpaint_studio.texts import tr

# From this scale on the fill is enlarged without added detail: patches of the photo cost about 1.2 dB of PSNR at any
# scale, and make the hole 5 % sharper at 0.6, 11 % at 0.5 and 60 % at 0.25 (simulated networks, 8 to 12 photos).
LARGE_ENOUGH = 0.6


class DetailedFill(NamedTuple):
    """A region whose hole is filled in full detail."""

    pixels: Bytes  # H x W x 3, unchanged outside the hole
    sources: NDArray[np.int32]  # 2 x H x W offsets (row, col) to where each pixel's detail is from; 0 outside the hole
    weight: NDArray[np.float32]  # H x W confidence in [0, 1]; 0 where the network's own pixels were kept
    notes: tuple[str, ...]  # sentences for the user
    fine: NDArray[np.float32] | None = None  # `pixels` not rounded, where they were computed so


def synthesise(
    region: Bytes,
    hole: Plane,
    drawn: Bytes,
    donors: Plane | None,
    scale: float,
    options: Options,
    ticket: TicketLike,
    drawn_finely: NDArray[np.float32] | None = None,
) -> DetailedFill:
    """Fill `hole` (H x W) of `region` (H x W x 3 uint8) with what `drawn` (the same size, enlarged) shows there.

    `scale` is the size of the image the network saw, relative to the region; from `LARGE_ENOUGH` on no detail is added.
    `drawn_finely` is `drawn` not rounded, for a photo with more than 8 bits a channel, whose levels are `options.fine`.
    Pixels of `donors` are not copied. Where no whole patch is known the drawn pixels are kept, with a note. Raises what
    `ticket.report` raises.
    """
    from inpaint_studio.exemplar.detail import EFFORTS, synthesise  # imports numba, which is slow

    ticket.report(0.0)
    if scale >= LARGE_ENOUGH or not hole.any():
        return _keep_drawn(region, hole, drawn)._replace(fine=drawn_finely)
    levels = None if options.fine is None or drawn_finely is None else (options.fine, drawn_finely)
    try:
        filled = synthesise(
            region,
            hole,
            drawn,
            scale,
            donors=donors,
            effort=EFFORTS[options.quality],
            seed=options.seed,
            threads=options.threads,
            report=ticket.report,
            fine=levels,
        )
    except NoSource:
        note = tr("Nothing sharp is known round the hole, so the fill stays soft there.")
        return _keep_drawn(region, hole, drawn, note)._replace(fine=drawn_finely)
    return DetailedFill(filled.image, filled.sources.astype(np.int32), filled.weight, filled.notes, filled.fine)


def _keep_drawn(region: Bytes, hole: Plane, drawn: Bytes, *notes: str) -> DetailedFill:
    pixels = np.where(hole[..., None], drawn, region)
    return DetailedFill(pixels, np.zeros((2, *hole.shape), np.int32), np.zeros(hole.shape, np.float32), notes)
