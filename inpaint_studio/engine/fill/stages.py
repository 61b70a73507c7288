"""Collect what the models of a fill show on their way: first-stage images, predicted edges and labels."""

from __future__ import annotations

import numpy as np

from inpaint_studio.engine.fill.model_io import RegionFill
from inpaint_studio.engine.fill.request import Piece, Request
from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Fill
from inpaint_studio.texts import tr


class Stages:
    """The intermediate results of the regions of one request; each piece covers the holes of a region."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.coarse: list[Piece] = []
        self.edges: list[Piece] = []
        self.labels: list[Piece] = []

    def add(self, filled: RegionFill | Fill, box: Box, core: Box) -> None:
        """Collect the intermediate images of `filled` for `core`; they cover `box` and are in 8 bits.

        Raises InputError where the request wants one alone that the model did not give.
        """
        inner = core.shift(-box.top, -box.left).slices
        request = self._request
        coarse, only = filled.coarse, request.options.only
        if coarse is not None:
            pixels = request.pixels[core.slices][..., :3].copy()
            np.copyto(pixels, coarse[inner], where=request.hole[core.slices][..., None])
            self.coarse.append(Piece(core, pixels))
        if filled.edges is not None:
            self.edges.append(Piece(core, np.array(filled.edges[inner], np.float32)))
        if filled.labels is not None:
            self.labels.append(Piece(core, filled.labels[inner].copy()))
        if only is not None and getattr(filled, only) is None:
            raise InputError(
                tr("{model} predicted no {what} here; choose another model.", model=request.model, what=only)
            )
