"""Between a photo's own RGB colours and sRGB, which networks know and screens without a profile show."""

from __future__ import annotations

import io
from contextlib import suppress
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.photo import icc as profiles

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

_STEPS = 65535  # of the tables by which values are looked up
_SAME = 1.0 / 255  # colours that differ from sRGB by no more are sRGB
_TRIALS = 30  # until values whose sRGB is known are found
_ROWS = 1 << 18  # px that are converted at a time, so that no large copies are made


class ColourSpace(Protocol):
    """Colours of a photo that are not sRGB."""

    def to_srgb(self, rgb: Floats) -> Floats:
        """Convert h x w x 3 values in [0, 1] to sRGB. Colours outside its gamut get values below 0 or above 1."""

    def from_srgb(self, rgb: Floats) -> Floats:
        """Convert sRGB, h x w x 3, to the photo's values in [0, 1]; those outside [0, 1] mean what `to_srgb` gives."""


def find_space(icc: bytes) -> ColourSpace | None:
    """Return the colours that a profile describes; None for sRGB, without a profile, and for a damaged one."""
    return _find(bytes(icc)) if icc else None


def bytes_to_srgb(space: ColourSpace | None, pixels: Bytes) -> Bytes:
    """Convert H x W x 3|4 uint8 to sRGB, cut to its gamut, with opacity as it is. `pixels` itself for None."""
    if space is None:
        return pixels
    out = pixels.copy()
    step = max(1, _ROWS // max(1, pixels.shape[1]))
    for top in range(0, len(pixels), step):
        part = pixels[top : top + step, :, :3].astype(np.float32) / np.float32(255)
        out[top : top + step, :, :3] = np.rint(np.clip(space.to_srgb(part), 0, 1) * np.float32(255))
    return out


@lru_cache(maxsize=8)
def _find(icc: bytes) -> ColourSpace | None:
    try:
        profile = profiles.read_profile(icc)
        space: ColourSpace = _TableSpace(icc) if profile is None else _MatrixSpace(profile)
        axis = np.linspace(0, 1, 9, dtype=np.float32)
        grid = np.stack(np.meshgrid(axis, axis, axis), -1).reshape(9, 81, 3)
        converted = space.to_srgb(grid)
    except Exception:  # profiles are hostile, and LittleCMS raises anything; a photo is shown without its profile then
        return None
    if not np.isfinite(converted).all() or np.abs(converted - grid).max() <= _SAME:
        return None
    return space


class _MatrixSpace:
    """Colours by curves and a matrix; exact for every colour, as nothing is cut off between."""

    def __init__(self, profile: profiles.MatrixProfile) -> None:
        linear = np.linalg.inv(profiles.SRGB_TO_XYZ) @ profile.to_xyz
        self._to_linear = linear.T.astype(np.float32)
        self._from_linear = np.linalg.inv(linear).T.astype(np.float32)
        at = np.linspace(0, 1, profiles.SAMPLES + 1)
        even = np.linspace(0, 1, _STEPS + 1)
        self._decode = [np.interp(even, at, curve).astype(np.float32) for curve in profile.curves]
        # Looked up by the square root of light: near black, where curves are steep, the steps are finer.
        self._encode = [np.interp(even**2, _rising(curve), at).astype(np.float32) for curve in profile.curves]

    def to_srgb(self, rgb: Floats) -> Floats:
        light = np.empty(rgb.shape, np.float32)
        for channel, table in enumerate(self._decode):
            light[..., channel] = _look_up(table, rgb[..., channel])
        return encode_srgb(light @ self._to_linear)

    def from_srgb(self, rgb: Floats) -> Floats:
        light = decode_srgb(rgb) @ self._from_linear
        np.sqrt(np.clip(light, 0, 1, out=light), out=light)
        for channel, table in enumerate(self._encode):
            light[..., channel] = _look_up(table, light[..., channel])
        return light


class _TableSpace:
    """Colours by the tables of a profile, which LittleCMS reads, in 8 bits.

    Profiles of scanners and cameras have tables in one direction only; the way back is found by trial then.
    """

    def __init__(self, icc: bytes) -> None:
        from PIL import ImageCms

        own, srgb = ImageCms.ImageCmsProfile(io.BytesIO(icc)), ImageCms.createProfile("sRGB")
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
        self._there = ImageCms.buildTransform(own, srgb, "RGB", "RGB", intent)
        self._back: Any = None
        with suppress(ImageCms.PyCMSError):
            self._back = ImageCms.buildTransform(srgb, own, "RGB", "RGB", intent)

    def to_srgb(self, rgb: Floats) -> Floats:
        return _apply(self._there, rgb)

    def from_srgb(self, rgb: Floats) -> Floats:
        if self._back is not None:
            return _apply(self._back, rgb)
        target = np.clip(rgb, 0, 1)
        found = target
        for _ in range(_TRIALS):
            found = np.clip(found + np.float32(0.2) * (target - _apply(self._there, found)), 0, 1)
        return found


def _apply(transform: Any, rgb: Floats) -> Floats:
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(np.rint(np.clip(rgb, 0, 1) * np.float32(255)).astype(np.uint8)))
    transform.apply_in_place(image)
    return np.asarray(image, np.float32) / np.float32(255)


def encode_srgb(light: NDArray[Any]) -> Floats:
    """Return the sRGB values of linear ones, IEC 61966-2-1; below 0 the curve goes on as a mirror image."""
    size = np.abs(light)
    bent = np.float32(1.055) * np.power(size, np.float32(1 / 2.4)) - np.float32(0.055)
    return np.asarray(np.copysign(np.where(size <= 0.0031308, np.float32(12.92) * size, bent), light), np.float32)


def decode_srgb(values: NDArray[Any]) -> Floats:
    """Return the linear values of sRGB ones; the inverse of `encode_srgb`."""
    size = np.abs(values)
    bent = np.power((size + np.float32(0.055)) / np.float32(1.055), np.float32(2.4))
    return np.asarray(np.copysign(np.where(size <= 0.04045, size / np.float32(12.92), bent), values), np.float32)


def _look_up(table: Floats, at: NDArray[Any]) -> Floats:
    """Look values in [0, 1] up in an even table, between whose entries lie straight lines."""
    place = np.clip(at, 0, 1) * np.float32(_STEPS)
    low = place.astype(np.int32)
    first = table[low]
    return np.asarray(first + (place - low) * (table[np.minimum(low + 1, _STEPS)] - first), np.float32)


def _rising(curve: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a curve that rises at every step, so that it can be looked up backwards."""
    return curve + np.arange(len(curve)) * 1e-12
