"""Telea's fast marching: colours move in from the rim, nearest first."""

from __future__ import annotations

from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.opencv_inpaint import Diffusion
from inpaint_studio.opencv import cv2


def model() -> Diffusion:
    """The filler for hairlines: scratches, dust, wires."""
    traits = Traits(
        name="telea",
        title="Telea",
        summary="Spreads the colours of the rim; for scratches and other thin holes.",
        paper="A. Telea, An image inpainting technique based on the fast marching method, 2004",
        year=2004,
        licence="Apache-2.0 (OpenCV)",
        values="bytes",
        context=0.25,
        accepts=frozenset({"donors"}),
        origin="nearest known",
    )
    return Diffusion(traits, cv2.INPAINT_TELEA)
