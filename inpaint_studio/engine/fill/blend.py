"""The rim of a soft hole: where a mask covers a pixel in part, the fill and the photo are mixed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import Bytes, Plane


def blend(filled: NDArray[Any], pixels: NDArray[Any], coverage: Bytes, hole: Plane) -> None:
    """Mix `pixels` into `filled` (both H x W x 3|4), in place, where `coverage` of a pixel of `hole` is below 255.

    Both are uint8, uint16 or floats.

    A pixel gets coverage / 255 of the fill and the rest of the photo; with coverage 0 it keeps every bit of the photo.
    With transparency the colours are weighed by their opacity (premultiplied alpha: Porter and Duff 1984, section 3),
    so colours hidden under full transparency have no say.
    """
    around = Box.of(hole)
    if around is None:
        return
    soft = hole[around.slices] & (coverage[around.slices] < 255)
    if not soft.any():
        return
    share = coverage[around.slices][soft].astype(np.float32)[:, None] / np.float32(255)
    inside = filled[around.slices]
    drawn, there = inside[soft], pixels[around.slices][soft]
    mixed = _mix_opaque(drawn, there, share) if filled.shape[2] == 3 else _mix_transparent(drawn, there, share)
    mixed = np.where(share == 0, there, mixed)
    inside[soft] = mixed if filled.dtype.kind == "f" else np.rint(mixed).astype(filled.dtype)


def _mix_opaque(drawn: NDArray[Any], there: NDArray[Any], share: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(share * drawn + (1 - share) * there, np.float32)


def _mix_transparent(drawn: NDArray[Any], there: NDArray[Any], share: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mix n x 4 pixels; where both are invisible the result is the photo's pixel."""
    weights = share * drawn[:, 3:], (1 - share) * there[:, 3:]
    opacity = weights[0] + weights[1]
    colours = (weights[0] * drawn[:, :3] + weights[1] * there[:, :3]) / np.maximum(opacity, np.float32(1e-6))
    return np.where(opacity == 0, there, np.concatenate([colours, opacity], axis=1)).astype(np.float32)
