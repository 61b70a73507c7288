"""What a photo file holds beside its pixels: profile, camera data and the settings of its encoding."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from inpaint_studio.engine.photo import decoding
from inpaint_studio.engine.photo.carried import Carried
from inpaint_studio.engine.photo.containers import jpeg, png, tiff, webp
from inpaint_studio.engine.photo.declared import declared_profile

_LOSSLESS_TIFF = ("raw", "packbits", "tiff_lzw", "tiff_adobe_deflate", "lzma", "zstd")


@dataclass(frozen=True)
class Meta:
    """The metadata and encoding settings of a photo file that saving preserves."""

    format: str = ""  # Pillow's name of it; "" if the photo is not from a file
    exif: bytes = b""  # begins with "Exif\0\0"; its orientation is 1, as the pixels are upright
    icc: bytes = b""  # a profile for RGB or grey pixels
    colours: bytes = b""  # a profile of the pixels' colours: that one, or one made of what else declares them; "": sRGB
    xmp: bytes = b""
    dpi: tuple[float, float] | None = None
    tables: tuple[tuple[int, ...], ...] = ()  # JPEG quantisation tables, each of 64 numbers in rows
    sampling: int = 0  # of a JPEG's chroma: 0 is 4:4:4, 1 is 4:2:2, 2 is 4:2:0
    progressive: bool = False
    keep_rgb: bool = False  # a JPEG whose channels are RGB, not luma and chroma
    lossy: bool = False  # a WebP of the lossy kind
    compression: str = ""  # of a TIFF, if it is lossless
    carried: Carried = field(default_factory=Carried)  # everything else that can be put back


_READERS = {"JPEG": jpeg.read, "MPO": jpeg.read, "PNG": png.read, "WEBP": webp.read, "TIFF": tiff.read}


def read_meta(image: Image.Image, path: Path) -> Meta:
    """Read everything except the camera data of the image that was opened from `path`."""
    info = image.info
    tables: dict[int, Any] = getattr(image, "quantization", None) or {}
    sampling = decoding.jpeg_sampling(image) if tables else 0
    return Meta(
        format="JPEG" if image.format == "MPO" else image.format or "",
        icc=_icc(image),
        colours=read_colours(image, path),
        xmp=_xmp(info.get("xmp") or info.get("XML:com.adobe.xmp")),
        dpi=_dpi(info.get("dpi")),
        tables=tuple(tuple(int(v) for v in tables[key]) for key in sorted(tables)) if image.mode != "CMYK" else (),
        sampling=max(0, sampling),
        progressive=bool(info.get("progressive")),
        keep_rgb=image.mode == "RGB" and info.get("adobe_transform") == 0,
        lossy=image.format == "WEBP" and _is_lossy_webp(path),
        carried=_carried(image, path),
        compression=str(info.get("compression", "")) if info.get("compression") in _LOSSLESS_TIFF else "",
    )


def read_colours(image: Image.Image, source: Path | bytes) -> bytes:
    """Return a profile of the colours that the image of this file, or of its bytes, has as RGB; b"" for sRGB."""
    if image.mode in ("CMYK", "LAB"):  # they are turned to sRGB
        return b""
    return declared_profile(image, source) or _icc(image)


def turn_meta(meta: Meta, orientation: int, camera: bytes) -> Meta:
    """Adapt the metadata of a photo that was turned upright; a JPEG's quantisation tables turn with the pixels."""
    tables, sampling = meta.tables, meta.sampling
    if orientation >= 5:
        tables = tuple(tuple(np.reshape(table, (8, 8)).T.ravel().tolist()) for table in tables if len(table) == 64)
        sampling = 0 if sampling == 1 else sampling  # turned 4:2:2 cannot be written, so keep all of the chroma
    return replace(meta, exif=camera, tables=tables, sampling=sampling)


def _carried(image: Image.Image, path: Path) -> Carried:
    """Read the pieces of the file; none where they are damaged."""
    reader = _READERS.get(image.format or "")
    if reader is not None:
        with suppress(Exception), path.open("rb") as file:  # hostile files may hold anything
            return reader(file)
    comment = image.info.get("comment")
    if isinstance(comment, bytes) and comment.strip(b"\0"):
        return Carried(texts=(("Comment", comment.decode("utf-8", "replace")),))
    return Carried()


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
    return turn_xmp(xmp, 1)


def turn_xmp(xmp: bytes, orientation: int) -> bytes:
    """Set the orientation in `xmp`, where it has one, to that of EXIF (1 to 8)."""
    return re.sub(rb"(tiff:Orientation(?:=\"|=\'|>))[1-8]", rb"\g<1>%d" % orientation, xmp)


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
