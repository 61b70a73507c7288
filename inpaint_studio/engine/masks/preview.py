"""A small picture of a photo with a mask on it, to choose by sight how the mask lies."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.engine.masks.shape import grow
from inpaint_studio.engine.photo.colours import bytes_to_srgb, find_space
from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

_TINT = (235, 70, 70)  # red, as the hole in the window
_TINTED = 0.6  # share of the tint where the mask is full
_DIMMED = 0.75  # the photo round it: the mask is what counts
_MARKED = 64  # coverage from which the small mask is inside the outline; thin parts are faint in it


def draw_preview(photo: Bytes, mask: Bytes, side: int, icc: bytes = b"") -> Bytes:
    """Draw `photo` (H x W x 3|4) with `mask` (H x W, 0..255) in red inside a white outline; return h x w x 3 of sRGB.

    The profile `icc` describes the colours of `photo` (b"": sRGB).
    Both are scaled so that the longer side has `side` px; a photo that is smaller keeps its size.
    """
    height, width = mask.shape
    scale = min(1.0, side / max(height, width))
    size = max(1, math.floor(width * scale)), max(1, math.floor(height * scale))
    scaled = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.uint8)[..., :3]
    colours = bytes_to_srgb(find_space(icc), scaled).astype(np.float32)
    small = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.uint8)
    share = small.astype(np.float32)[..., None] * (_TINTED / 255)
    picture: Bytes = np.rint(colours * _DIMMED * (1 - share) + share * np.array(_TINT, np.float32)).astype(np.uint8)
    _outline(picture, small)
    return picture


def _outline(picture: Bytes, mask: Bytes) -> None:
    """Draw a white line round `mask`, in place: nothing depends on colour alone, and the object may be red."""
    picture[(mask < _MARKED) & (grow(mask, 1) >= _MARKED)] = 255
