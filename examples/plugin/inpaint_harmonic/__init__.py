"""A model for Inpaint Studio that fills holes with the smoothest surface through the pixels around them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.errors import NoSource
from inpaint_studio.models.base.interface import Fill, Guide, Options, Plane, TicketLike, Traits


class Harmonic:
    """The harmonic filler as a model. Creating it costs nothing; the work is in `fill`."""

    traits = Traits(
        name="harmonic",
        title="Harmonic",
        summary="Fills with the smoothest surface through the rim; for skies, walls and gradients.",
        paper="The discrete Laplace equation, solved by conjugate gradients (Hestenes and Stiefel, 1952)",
        year=1952,
        values="bytes",
        context=0.25,
    )

    def fill(self, image: NDArray[Any], hole: Plane, guide: Guide, options: Options, ticket: TicketLike) -> Fill:
        """Fill `hole` (H x W, True inside) of `image` (H x W x 3 uint8). Raises NoSource where no pixel is known."""
        del guide, options  # the result depends on the photo and the hole alone
        from inpaint_harmonic.laplace import interpolate

        ticket.report(0.0, self.traits.title)
        if not hole.any():
            return Fill(image.copy())
        if hole.all():
            raise NoSource("Nothing is left to fill from: the hole covers the whole photo.")
        smooth = interpolate(image.astype(np.float64), hole, ticket.report)
        filled = image.copy()
        filled[hole] = np.clip(np.rint(smooth[hole]), 0, 255).astype(np.uint8)
        ticket.report(1.0)
        return Fill(filled)

    def warm_up(self, ticket: TicketLike) -> None:
        """Nothing has to be prepared."""
        ticket.report(1.0)


def model() -> Harmonic:
    """The entry point."""
    return Harmonic()
