"""The picture that a network draws of a region, for a model that copies to start from.

What counts in it is where sky, trees and water lie; texture is copied later. So the network sees the region at the size
that it was trained at, once as it is and once mirrored, and the mean of both is the picture.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.fill.model_io import Frame, padded_size, to_own_255, to_srgb_unit
from inpaint_studio.engine.photo.colours import find_space
from inpaint_studio.engine.ticket import PartialTicket
from inpaint_studio.models.base.interface import Bytes, Guide, Model, Options, Plane, TicketLike, Traits
from inpaint_studio.opencv import cv2

_USUAL = 256  # px, for a network that takes any size


def draw_start(
    model: Model, region: Bytes, hole: Plane, guide: Guide, ticket: TicketLike, icc: bytes = b""
) -> NDArray[np.float32]:
    """Return the picture of `region` (h x w x 3) with its `hole` (h x w) filled: h' x w' x 3 in [0, 255].

    The network sees sRGB; the picture has the region's colours, which the profile `icc` describes (b"": sRGB). It is
    computed by one thread on the processor in 32 bits, so that the same request gives the same pixels. Raises what the
    model raises.
    """
    frame = fit_trained(model.traits, *hole.shape)
    space = find_space(icc)
    image = to_srgb_unit(np.asarray(frame.to_network(region, cv2.INTER_CUBIC)), space)
    planes: tuple[Any, ...] = (image, frame.hole_to_network(hole), *frame.guide_to_network(guide))
    options = Options(device="cpu", threads=1, precision="float32", whole=True)
    total = np.zeros_like(image)
    for number, mirrored in enumerate((False, True)):
        seen, unknown, *advice = (_mirror(plane) if mirrored else plane for plane in planes)
        part = PartialTicket(ticket, number / 2, (number + 1) / 2)
        fill = model.fill(seen, unknown, Guide(*advice), options, part)
        drawn = fill.output if model.traits.redraws and fill.output is not None else fill.image
        drawn = np.nan_to_num(np.asarray(drawn, np.float32), nan=0.5, posinf=1, neginf=0)
        total += drawn[:, :, ::-1] if mirrored else drawn
    height, width = frame.scaled
    picture = to_own_255(total[:, :height, :width] / np.float32(2), space)
    return np.ascontiguousarray(np.clip(picture, 0, 255))


def fit_trained(traits: Traits, height: int, width: int) -> Frame:
    """Scale a region so that its shorter side has the size that the network was trained at; never enlarge it."""
    if traits.fixed_size is not None:
        return Frame.fit(traits, height, width)
    scale = (traits.trained_at or _USUAL) / min(height, width)
    scale = min(1.0, scale, (traits.max_side or math.inf) / max(height, width))
    scaled = max(1, round(height * scale)), max(1, round(width * scale))
    return Frame((height, width), scaled, padded_size(traits, scaled), scale)


def _mirror(plane: NDArray[Any] | None) -> Any:
    return None if plane is None else np.ascontiguousarray(plane[..., ::-1])
