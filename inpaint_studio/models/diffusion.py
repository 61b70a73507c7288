"""What OpenCV's two diffusion fillers share: colours spread from the rim of the hole, at home in hairlines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.errors import NoSource
from inpaint_studio.models.contract import Bytes, Fill, Guide, Options, Plane, Ticket, Traits
from inpaint_studio.opencv import cv2

RADIUS = 5.0  # px round a pixel whose colours decide its own
_TRUSTED = 8.0  # px from the nearest known pixel at which the confidence has fallen to a third


@dataclass(frozen=True)
class Diffusion:
    """One of the two methods of ``cv2.inpaint`` as a model."""

    traits: Traits
    method: int  # cv2.INPAINT_TELEA or cv2.INPAINT_NS

    def fill(self, image: NDArray[Any], hole: Plane, guide: Guide, options: Options, ticket: Ticket) -> Fill:
        """See `Model.fill`. Its sources are the nearest known pixels, which is where most of a colour comes from."""
        del options  # it has no presets and no chance in it
        ticket.report(0.0, self.traits.title)
        if not hole.any():
            return Fill(image.copy())
        unknown = hole if guide.donors is None else hole | guide.donors
        if unknown.all():
            raise NoSource("Nothing is left to fill from: the hole and the excluded parts cover the whole photo.")
        picture: Bytes = cv2.inpaint(image, unknown.view(np.uint8), RADIUS, self.method).astype(np.uint8, copy=False)
        np.copyto(picture, image, where=~hole[..., None])
        ticket.report(0.8, "Looking up where the colours came from")
        sources, weight = _nearest_known(unknown)
        ticket.report(1.0)
        return Fill(picture, sources=sources, weight=weight)

    def warm_up(self, ticket: Ticket) -> None:
        """Lets OpenCV set itself up."""
        ticket.report(0.0)
        cv2.inpaint(np.zeros((8, 8, 3), np.uint8), np.eye(8, dtype=np.uint8), RADIUS, self.method)
        ticket.report(1.0)


def _nearest_known(unknown: Plane) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Offsets (2 x H x W) from every pixel to the known one nearest to it, and how far that is to be trusted."""
    distance, labels = cv2.distanceTransformWithLabels(
        unknown.view(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    # The nearest known pixel lies on the rim: two pixels of it cover the widest move of the distance's 5 x 5 mask.
    rim = (cv2.dilate(unknown.view(np.uint8), np.ones((5, 5), np.uint8)) > 0) & ~unknown
    rows, columns = rim.nonzero()
    places = np.zeros((2, int(labels.max()) + 1), np.int32)
    numbers = labels[rows, columns]
    places[0, numbers], places[1, numbers] = rows, columns
    height, width = unknown.shape
    sources = np.zeros((2, height, width), np.int32)
    inside = unknown.nonzero()
    for axis in (0, 1):
        sources[axis][inside] = places[axis, labels[inside]] - inside[axis]
    return sources, np.exp(distance * np.float32(-1 / _TRUSTED))
