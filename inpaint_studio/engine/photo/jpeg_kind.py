"""Save a changed JPEG with the blocks of its file: only blocks with changed pixels are coded again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inpaint_studio.engine.photo import decoding, jpeg_blocks
from inpaint_studio.engine.photo.inks import replace_inks
from inpaint_studio.engine.photo.jpeg_coefficients import read_coefficients, write_file
from inpaint_studio.engine.photo.jpeg_huffman import UnusualJpegError
from inpaint_studio.engine.photo.jpeg_parts import Parts, Scan, take_apart

Bytes = NDArray[np.uint8]
Plane = NDArray[np.bool_]

_STRIP = 64  # rows at a time
_JFIF, _ADOBE, _FIRST_APP, _LAST_APP, _COMMENT = 0xE0, 0xEE, 0xE0, 0xEF, 0xFE
_JFIF_BODY = 14  # bytes of its fields without a thumbnail


def code_changes(data: bytes, pixels: Bytes) -> tuple[bytes, str, bytes]:
    """Return the JPEG `data` with `pixels` (H x W x 3, in its orientation), Pillow's name of its mode, and its profile.

    The result holds nothing but what is needed to decode it. Raises UnusualJpegError where the blocks of the file
    cannot be kept, and whatever decoders raise for damaged files.
    """
    parts = take_apart(data)
    with decoding.open_bytes(data, "") as image:
        if image.size != (parts.width, parts.height) or pixels.shape[:2] != (parts.height, parts.width):
            raise UnusualJpegError("another size")
        profile = image.info.get("icc_profile") or b""
        mode = image.mode
        stored = np.asarray(image)
        old = decoding.to_rgb(image)[0] if mode == "CMYK" else stored
    values = _grey(pixels) if mode == "L" else pixels
    changed = differences(values, old)
    if mode == "CMYK":
        values = _to_components(parts, replace_inks(stored, old, pixels, changed, profile))
    coefficients = read_coefficients(data, parts)
    jpeg_blocks.replace_samples(parts, coefficients, np.atleast_3d(values), changed)
    parts.order = [_needed(each) for each in parts.order]
    coded = write_file(parts, coefficients)
    del coefficients, values
    _check(coded, stored, jpeg_blocks.touched_pixels(parts, changed))
    return coded, mode, bytes(profile)


def differences(new: Bytes, old: Bytes) -> Plane:
    """Return where two arrays of pixels differ, H x W."""
    changed = np.zeros(new.shape[:2], np.bool_)
    for top in range(0, len(new), _STRIP):
        unequal = new[top : top + _STRIP] != old[top : top + _STRIP]
        if not unequal.any():  # most of a photo; much faster than to look at every pixel
            continue
        changed[top : top + _STRIP] = unequal.any(axis=2) if unequal.ndim == 3 else unequal
    return changed


def _grey(pixels: Bytes) -> Bytes:
    """Return the luma of H x W x 3 pixels, H x W."""
    return np.asarray(Image.fromarray(np.ascontiguousarray(pixels)).convert("L"))


def _to_components(parts: Parts, inks: Bytes) -> Bytes:
    """Return the components of Pillow's CMYK as the file holds them, before luma and chroma are made.

    Adobe writes inks inverted, which Pillow takes for granted; libjpeg inverts three of YCCK once more.
    """
    components = 255 - inks
    if jpeg_blocks.is_ycc(parts):
        components[..., :3] = inks[..., :3]
    return components


def _check(coded: bytes, stored: Bytes, touched: Plane) -> None:
    """Raise UnusualJpegError where another decoder finds other pixels than before outside of what was coded again."""
    with decoding.open_bytes(coded, "") as image:
        image.load()
        height, width = stored.shape[:2]
        if image.size != (width, height):
            raise UnusualJpegError("its size did not stay")
        for top in range(0, height, _STRIP):  # in strips: a second array of a large photo takes much memory
            end = min(height, top + _STRIP)
            found = np.asarray(image.crop((0, top, width, end)))
            if (differences(found, stored[top:end]) & ~touched[top:end]).any():
                raise UnusualJpegError("its pixels did not stay")


def _needed(part: bytes | Scan) -> bytes | Scan:
    """Return what decoding needs of a segment: of application data only what says which colours there are."""
    if not isinstance(part, bytes) or not _is_application(part):
        return part
    if part[1] == _ADOBE and part[4:9] == b"Adobe":
        return part
    if part[1] == _JFIF and part[4:9] == b"JFIF\0" and len(part) >= 4 + _JFIF_BODY:
        fields = part[4 : 4 + _JFIF_BODY - 2] + b"\0\0"  # 0 x 0 pixels of a thumbnail
        return part[:2] + (2 + _JFIF_BODY).to_bytes(2, "big") + fields
    return b""


def _is_application(segment: bytes) -> bool:
    return _FIRST_APP <= segment[1] <= _LAST_APP or segment[1] == _COMMENT
