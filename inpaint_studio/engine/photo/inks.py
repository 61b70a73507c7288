"""Turn filled pixels back to the inks of a CMYK photo; all others keep the inks of the file."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Bytes = NDArray[np.uint8]
Plane = NDArray[np.bool_]

_COLOURS = 1 << 24


def replace_inks(inks: Bytes, old: Bytes, new: Bytes, changed: Plane, profile: bytes) -> Bytes:
    """Return `inks` (H x W x 4, Pillow's CMYK: 0 is none) with those of the colours `new` where `changed`.

    `old`, `new`: the RGB pixels of the file and those to save, H x W x 3. A colour that the file has elsewhere gets
    the inks it has there, so what was copied stays as it was printed. Others go through the file's `profile`, or
    Pillow's formula where there is none.
    """
    result = inks.copy()
    packed = _pack(new[changed])
    place = np.full(_COLOURS, -1, np.int32)
    kept = np.flatnonzero(~changed.ravel()).astype(np.int32)
    place[_pack(old.reshape(-1, old.shape[-1])[kept])] = kept
    found = place[packed]
    values = inks.reshape(-1, 4)[np.maximum(found, 0)]
    unknown, index = np.unique(packed[found < 0], return_inverse=True)
    if len(unknown):
        values[found < 0] = _separate(unknown, profile)[index]
    result[changed] = values
    return result


def _pack(colours: Bytes) -> NDArray[np.int32]:
    values = colours.astype(np.int32)
    return values[..., 0] << 16 | values[..., 1] << 8 | values[..., 2]


def _separate(colours: NDArray[np.int32], profile: bytes) -> Bytes:
    """Return the inks of packed colours, N x 4."""
    from PIL import ImageCms

    rgb = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1).astype(np.uint8)
    image = Image.fromarray(np.ascontiguousarray(rgb[None]))
    with suppress(Exception):  # a damaged profile, or one without a way back
        if profile:
            target = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            transform: Any = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), target, "RGB", "CMYK")
            converted = ImageCms.applyTransform(image, transform)
            assert converted is not None  # only in-place transforms return None
            return np.array(converted, np.uint8).reshape(-1, 4)
    return np.array(image.convert("CMYK"), np.uint8).reshape(-1, 4)
