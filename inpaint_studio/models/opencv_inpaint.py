"""OpenCV's two diffusion fillers, Telea's and Navier-Stokes: colours spread from the rim, for thin lines.

Telea's fast marching fills the pixels nearest to the rim first. In Bertalmio, Bertozzi and Sapiro's fluid flow, lines
of equal brightness continue into the hole: it carries edges a little further, and is a little softer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.errors import NoSource
from inpaint_studio.models.base.interface import Fill, Guide, Options, Plane, TicketLike, Traits
from inpaint_studio.models.base.windowed_inpaint import march
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import mark, tr

_DECAY = 8.0  # px from the nearest known pixel over which the confidence falls to 1/e
_FAR = 9 * _DECAY  # px from which on it is constant: smaller numbers are slow to store in 16 bits
_STRIP = 256  # rows per step, so that no second array of the whole image is needed


@dataclass(frozen=True)
class OpenCvInpaint:
    """One of the two methods of ``cv2.inpaint`` as a model."""

    traits: Traits
    method: int  # cv2.INPAINT_TELEA or cv2.INPAINT_NS

    def fill(self, image: NDArray[Any], hole: Plane, guide: Guide, options: Options, ticket: TicketLike) -> Fill:
        """See `Model.fill`. Its sources are the nearest known pixels, which contribute most to a colour."""
        ticket.report(0.0, self.traits.title)
        if not hole.any():
            return Fill(image.copy())
        unknown = hole if guide.donors is None else hole | guide.donors
        if unknown.all():
            raise NoSource(tr("Nothing is left to fill from: the hole and the excluded parts cover the whole photo."))
        filled, sources = march(image, unknown, self.method, lambda share: ticket.report(0.9 * share))
        if guide.donors is not None:
            np.copyto(filled, image, where=~hole[..., None])
        fine = None  # the only option that matters: it has no presets and uses no random numbers
        if options.fine is not None:
            fine, _ = march(options.fine, unknown, self.method, lambda _share: ticket.report(0.9))
        return Fill(filled, sources=sources, weight=_confidence(sources, hole, ticket), fine=fine)

    def warm_up(self, ticket: TicketLike) -> None:
        """Initialise OpenCV, so that the first fill is not slower."""
        ticket.report(0.0)
        cv2.inpaint(np.zeros((8, 8, 3), np.uint8), np.eye(8, dtype=np.uint8), 3, self.method)
        ticket.report(1.0)


def _confidence(sources: NDArray[np.int32], hole: Plane, ticket: TicketLike) -> NDArray[np.float32]:
    """Compute the confidence (H x W in [0, 1]): high where a pixel's source is near; 0 outside the hole."""
    weight = np.zeros(hole.shape, np.float32)
    for top in range(0, hole.shape[0], _STRIP):
        strip = slice(top, top + _STRIP)
        ticket.report(0.9 + 0.1 * top / hole.shape[0])
        if hole[strip].any():
            down, across = (sources[axis, strip].astype(np.float32) for axis in (0, 1))
            distance = np.minimum(cv2.magnitude(down, across), np.float32(_FAR))
            confidence = np.exp(distance * np.float32(-1 / _DECAY))
            np.copyto(weight[strip], confidence, where=hole[strip])
    return weight


TELEA = OpenCvInpaint(
    Traits(
        name="telea",
        title="Telea",
        summary=mark("Spreads the colours of the rim; for scratches and other thin holes."),
        paper="A. Telea, An image inpainting technique based on the fast marching method, 2004",
        year=2004,
        licence="Apache-2.0 (OpenCV)",
        values="bytes",
        context=0.25,
        accepts=frozenset({"donors"}),
        origin="nearest known",
    ),
    cv2.INPAINT_TELEA,
)
NAVIER_STOKES = OpenCvInpaint(
    Traits(
        name="navier-stokes",
        title="Navier-Stokes",
        summary=mark("Continues lines of equal brightness into thin holes."),
        paper="M. Bertalmio et al., Navier-Stokes, fluid dynamics, and image and video inpainting, 2001",
        year=2001,
        licence="Apache-2.0 (OpenCV)",
        values="bytes",
        context=0.25,
        accepts=frozenset({"donors"}),
        origin="nearest known",
    ),
    cv2.INPAINT_NS,
)


def models() -> tuple[OpenCvInpaint, ...]:
    """Return both fillers of OpenCV, for the model library."""
    return TELEA, NAVIER_STOKES
