"""A photo in memory, and how to open one."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inpaint_studio.engine.photo import decoding, exif
from inpaint_studio.engine.photo.meta import Meta
from inpaint_studio.errors import InputError

Bytes = NDArray[np.uint8]
Plane = NDArray[np.bool_]

_LOSSLESS_TIFF = ("raw", "packbits", "tiff_lzw", "tiff_adobe_deflate")


@dataclass(frozen=True, eq=False)
class Photo:
    """Upright 8-bit sRGB pixels, H x W x 3, or x 4 with transparency, and the metadata of the file."""

    pixels: Bytes
    grey: bool = False  # whether the file had no colours
    meta: Meta = field(default_factory=Meta)
    path: Path | None = None
    notes: tuple[str, ...] = ()  # sentences about what opening changed

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in px."""
        return self.pixels.shape[0], self.pixels.shape[1]


def open_photo(path: str | Path) -> Photo:
    """Open the photo in this file and turn it upright. Raises PhotoError with a sentence for every other file."""
    path = Path(path)
    with decoding.reading(path):
        photo, orientation = _decode(path)
        # Pillow's own copy of the pixels is freed by now; three copies at a time would be too many.
        return replace(photo, pixels=_upright(photo.pixels, orientation))


def read_pixels(source: Path | bytes, name: str, least: int) -> Bytes:
    """Read only the upright pixels of an image file or of one in memory, H x W x 3, or x 4 with transparency.

    A JPEG whose shorter side is much longer than `least` px is decoded at a half, a quarter or an eighth of its size,
    never below `least`, which is faster. Raises PhotoError with a sentence that contains `name`.
    """
    with decoding.reading(Path(name)):
        opened = decoding.open_bytes(source, name) if isinstance(source, bytes) else decoding.open_image(source)
        with opened as image:
            scale = least / min(image.size)
            if image.format in ("JPEG", "MPO") and scale < 1:
                image.draft(None, (max(1, int(image.width * scale)), max(1, int(image.height * scale))))
            pixels, _, _ = decoding.to_rgb(image)
            _, orientation = exif.read(image)
        return _upright(pixels, orientation)


def photo_from_array(rgb: Bytes) -> Photo:
    """Make a photo without a file. `rgb` is H x W, H x W x 3 or H x W x 4 uint8; it is copied."""
    pixels = np.repeat(rgb[..., None], 3, axis=2) if rgb.ndim == 2 else np.array(rgb, np.uint8, order="C")
    return Photo(pixels, grey=rgb.ndim == 2)


def hole_from_alpha(photo: Photo) -> Plane:
    """Return the transparent part: H x W, True where alpha is below 128. Raises InputError if there is none."""
    hole = photo.pixels[..., 3] < 128 if photo.pixels.shape[2] == 4 else None
    if hole is None or not hole.any():
        raise InputError("The photo has no transparent part; give a mask that is white where the hole is.")
    return hole


def _decode(path: Path) -> tuple[Photo, int]:
    """Return the photo as stored in the file, not upright yet, and its orientation (1-8)."""
    with decoding.open_image(path) as image:
        meta = _read_meta(image, path)
        pixels, grey, notes = decoding.to_rgb(image)
        camera, orientation = exif.read(image)
        notes += decoding.frame_note(image)
    return Photo(pixels, grey, _turn_meta(meta, orientation, camera), path, tuple(notes)), orientation


def _read_meta(image: Image.Image, path: Path) -> Meta:
    info = image.info
    tables: dict[int, Any] = getattr(image, "quantization", None) or {}
    sampling = decoding.jpeg_sampling(image) if tables else 0
    return Meta(
        format="JPEG" if image.format == "MPO" else image.format or "",
        icc=_icc(image),
        xmp=_xmp(info.get("xmp") or info.get("XML:com.adobe.xmp")),
        dpi=_dpi(info.get("dpi")),
        tables=tuple(tuple(int(v) for v in tables[key]) for key in sorted(tables)) if image.mode != "CMYK" else (),
        sampling=max(0, sampling),
        progressive=bool(info.get("progressive")),
        keep_rgb=image.mode == "RGB" and info.get("adobe_transform") == 0,
        lossy=image.format == "WEBP" and _is_lossy_webp(path),
        compression=str(info.get("compression", "")) if info.get("compression") in _LOSSLESS_TIFF else "",
    )


def _icc(image: Image.Image) -> bytes:
    """Return the embedded profile if it fits the pixels as they are edited: RGB, or grey for a grey file."""
    profile = image.info.get("icc_profile") or b""
    colour_space = b"GRAY" if image.mode in ("1", "L", "LA") or image.mode.startswith("I") else b"RGB "
    return bytes(profile) if isinstance(profile, bytes) and profile[16:20] == colour_space else b""


def _xmp(xmp: Any) -> bytes:
    if isinstance(xmp, str):
        xmp = xmp.encode("utf-8", "replace")
    if not isinstance(xmp, bytes):
        return b""
    return re.sub(rb"(tiff:Orientation(?:=\"|=\'|>))[2-8]", rb"\g<1>1", xmp)


def _dpi(dpi: Any) -> tuple[float, float] | None:
    with suppress(Exception):  # hostile files may hold anything here
        across, down = float(dpi[0]), float(dpi[1])
        if 1 <= across <= 65535 and 1 <= down <= 65535:
            return across, down
    return None


def _is_lossy_webp(path: Path) -> bool:
    """Return whether the first image chunk of a WebP file is the lossy one."""
    with path.open("rb") as file:
        file.seek(12)
        while len(head := file.read(8)) == 8:
            kind, length = head[:4], int.from_bytes(head[4:], "little")
            if kind in (b"VP8 ", b"VP8L"):
                return kind == b"VP8 "
            # The images of an animated file are inside its frames, after 16 bytes about the frame.
            file.seek(16 if kind == b"ANMF" else length + length % 2, 1)
    return True


def _upright(pixels: Bytes, orientation: int) -> Bytes:
    if orientation == 1:
        return pixels
    if orientation >= 5:
        pixels = pixels.transpose(1, 0, 2)
    rows, columns = orientation in (3, 4, 7, 8), orientation in (2, 3, 6, 7)
    return np.ascontiguousarray(pixels[:: -1 if rows else 1, :: -1 if columns else 1])


def _turn_meta(meta: Meta, orientation: int, camera: bytes) -> Meta:
    """Adapt the metadata of a photo that was turned upright; a JPEG's quantisation tables turn with the pixels."""
    tables, sampling = meta.tables, meta.sampling
    if orientation >= 5:
        tables = tuple(tuple(np.reshape(table, (8, 8)).T.ravel().tolist()) for table in tables if len(table) == 64)
        sampling = 0 if sampling == 1 else sampling  # turned 4:2:2 cannot be written, so keep all of the chroma
    return replace(meta, exif=camera, tables=tables, sampling=sampling)
