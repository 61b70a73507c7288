"""Bertalmio, Bertozzi and Sapiro's fluid flow: lines of equal brightness run on into the hole."""

from __future__ import annotations

from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.opencv_inpaint import Diffusion
from inpaint_studio.opencv import cv2


def model() -> Diffusion:
    """The other filler for hairlines: it carries edges a little further, and is a little softer."""
    traits = Traits(
        name="navier-stokes",
        title="Navier-Stokes",
        summary="Lets lines of equal brightness flow on into thin holes.",
        paper="M. Bertalmio et al., Navier-Stokes, fluid dynamics, and image and video inpainting, 2001",
        year=2001,
        licence="Apache-2.0 (OpenCV)",
        values="bytes",
        context=0.25,
        accepts=frozenset({"donors"}),
        origin="nearest known",
    )
    return Diffusion(traits, cv2.INPAINT_NS)
