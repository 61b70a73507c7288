"""What is refused before a fill, whatever the model."""

from __future__ import annotations

import numpy as np

from inpaint_studio.engine.fill import sampling
from inpaint_studio.engine.fill.choices import check_choices
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.steered import check_steering
from inpaint_studio.errors import InputError, NoHole
from inpaint_studio.models.base.interface import AUTO
from inpaint_studio.texts import mark, tr

_GUIDE = (mark("The guide lines"), mark("The edges"), mark("The labels"), mark("The excluded parts"))


def check_request(request: Request) -> None:
    """Raise ValueError, InputError or NoHole for a request that `fill` refuses whatever the model."""
    pixels, hole = request.pixels, request.hole
    if pixels.ndim != 3 or pixels.shape[2] not in (3, 4) or pixels.dtype != np.uint8 or hole.dtype != np.bool_:
        raise ValueError("a request holds H x W x 3|4 uint8 pixels and an H x W bool hole")
    if request.coverage is not None and request.coverage.dtype != np.uint8:
        raise ValueError("the coverage of a request is H x W uint8")
    deep = request.deep
    if deep is not None and (deep.shape != pixels.shape or deep.dtype.kind not in "uf" or request.depth is None):
        raise ValueError("the samples of a request are H x W x 3|4 as its pixels, uint16 or floats, with their depth")
    planes = {
        mark("The hole"): hole,
        mark("The mask's coverages"): request.coverage,
        **dict(zip(_GUIDE, request.guide, strict=True)),
        mark("The parts to copy from"): request.only,
    }
    for name, plane in planes.items():
        if plane is not None and plane.shape != pixels.shape[:2]:
            here, there = (f"{shape[1]} x {shape[0]}" for shape in (plane.shape, pixels.shape))
            raise InputError(
                tr(
                    "{name} cover {here} pixels and the photo {there}; they must be of one size.",
                    name=tr(name),
                    here=here,
                    there=there,
                )
            )
    if request.steering is not None:
        check_steering(request, request.steering)
    check_choices(request.options)
    if not hole.any():
        raise NoHole(tr("There is no hole to fill; paint over what should go."))
    sampling.check_marked(request)
    if request.plain and request.model == AUTO:
        raise InputError(tr("A plain fill is one model's own; name the model."))
