"""What OpenCV's two diffusion fillers share: colours spread from the rim of the hole, at home in hairlines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.errors import NoSource
from inpaint_studio.models.base.interface import Fill, Guide, Options, Plane, TicketLike, Traits
from inpaint_studio.models.base.windowed_inpaint import march
from inpaint_studio.opencv import cv2

_TRUSTED = 8.0  # px from the nearest known pixel at which the confidence has fallen to a third
_FAR = 9 * _TRUSTED  # px at which it stops falling, as smaller numbers are slow to keep in 16 bits
_STRIP = 256  # rows worked on at a time


@dataclass(frozen=True)
class Diffusion:
    """One of the two methods of ``cv2.inpaint`` as a model."""

    traits: Traits
    method: int  # cv2.INPAINT_TELEA or cv2.INPAINT_NS

    def fill(self, image: NDArray[Any], hole: Plane, guide: Guide, options: Options, ticket: TicketLike) -> Fill:
        """See `Model.fill`. Its sources are known pixels near by, which is where most of a colour comes from."""
        del options  # it has no presets and no chance in it
        ticket.report(0.0, self.traits.title)
        if not hole.any():
            return Fill(image.copy())
        unknown = hole if guide.donors is None else hole | guide.donors
        if unknown.all():
            raise NoSource("Nothing is left to fill from: the hole and the excluded parts cover the whole photo.")
        picture, sources = march(image, unknown, self.method, lambda share: ticket.report(0.9 * share))
        if guide.donors is not None:
            np.copyto(picture, image, where=~hole[..., None])
        return Fill(picture, sources=sources, weight=_trust(sources, hole, ticket))

    def warm_up(self, ticket: TicketLike) -> None:
        """Lets OpenCV set itself up."""
        ticket.report(0.0)
        cv2.inpaint(np.zeros((8, 8, 3), np.uint8), np.eye(8, dtype=np.uint8), 3, self.method)
        ticket.report(1.0)


def _trust(sources: NDArray[np.int32], hole: Plane, ticket: TicketLike) -> NDArray[np.float32]:
    """H x W: how far the colour of a pixel of the hole is to be trusted, by how near its source is; 0 outside."""
    weight = np.zeros(hole.shape, np.float32)
    for top in range(0, hole.shape[0], _STRIP):
        strip = slice(top, top + _STRIP)
        ticket.report(0.9 + 0.1 * top / hole.shape[0])
        if hole[strip].any():
            down, across = (sources[axis, strip].astype(np.float32) for axis in (0, 1))
            distance = np.minimum(cv2.magnitude(down, across), np.float32(_FAR))
            trust = np.exp(distance * np.float32(-1 / _TRUSTED))
            np.copyto(weight[strip], trust, where=hole[strip])
    return weight
