"""The whole picture through a model in one pass, as its authors did it: for people who reproduce papers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.fill import centered
from inpaint_studio.engine.fill.model_io import Frame, check, to_unit
from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Bytes, Fill, Guide, Model, Options, Plane, TicketLike
from inpaint_studio.opencv import cv2

Floats = NDArray[np.float32]

_PICTURES = ("image", "output", "coarse")
_EVERY = (*_PICTURES, "edges", "sources", "weight")


def run(model: Model, pixels: Bytes, hole: Plane, guide: Guide, options: Options, ticket: TicketLike) -> Fill:
    """What `model` answers to all of `pixels` (H x W x 3 uint8), every picture as 3 x H x W float32 in [0, 1].

    Nothing is scaled, matched or forced: a picture whose sides a network does not take is padded by reflection, and the
    answer cropped. Raises InputError where that does not make it fit, and what the model raises.
    """
    traits = model.traits
    height, width = hole.shape
    _refuse_misfits(model, hole)
    if traits.values == "bytes":
        fill = model.fill(np.ascontiguousarray(pixels), hole, guide, options, ticket)
        check(fill, traits, pixels.shape)
        pictures: dict[str, Any] = {name: to_unit(p) for name in _PICTURES if (p := getattr(fill, name)) is not None}
        return fill._replace(**pictures)
    frame = Frame.unscaled(traits, height, width)
    image = frame.enter(pixels, cv2.INTER_NEAREST)
    fill = model.fill(to_unit(image), frame.enter_hole(hole), frame.enter_guide(guide), options, ticket)
    check(fill, traits, (3, *image.shape[:2]))
    planes: dict[str, Any] = {n: p[..., :height, :width] for n in _EVERY if (p := getattr(fill, n)) is not None}
    return fill._replace(**planes)


def to_bytes(picture: NDArray[Any]) -> Bytes:
    """A 3 x H x W picture in [0, 1] as H x W x 3 uint8."""
    values: Floats = np.moveaxis(np.asarray(picture, np.float32), 0, 2) * np.float32(255)
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def arrays(raw: Fill) -> dict[str, NDArray[Any]]:
    """What `raw` holds by name, for a file: `image`, `output` and `coarse` as 3 x H x W float32, `edges` and `weight`
    as H x W float32, `sources` as 2 x H x W int32; without those that the model does not give."""
    given = {name: plane for name in _EVERY if (plane := getattr(raw, name)) is not None}
    return {name: np.asarray(plane, np.int32 if name == "sources" else np.float32) for name, plane in given.items()}


def _refuse_misfits(model: Model, hole: Plane) -> None:
    traits = model.traits
    size = traits.fixed_size
    if size is None:
        return
    if hole.shape != (size, size):
        raise InputError(
            f"{traits.title} takes pictures of {size} x {size} pixels alone, and this one has {hole.shape[1]} x "
            f"{hole.shape[0]}; scale it, or fill it the usual way, in regions."
        )
    around = Box.of(hole)
    if traits.centred is not None and around is not None and around.intersection(centered.middle(traits)) != around:
        raise centered.refusal(traits)
