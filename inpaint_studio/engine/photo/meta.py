"""What a photo file holds beside its pixels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Meta:
    """The metadata and encoding settings of a photo file that saving preserves."""

    format: str = ""  # Pillow's name of it; "" if the photo is not from a file
    exif: bytes = b""  # begins with "Exif\0\0"; its orientation is 1, as the pixels are upright
    icc: bytes = b""  # a profile for RGB or grey pixels
    xmp: bytes = b""
    dpi: tuple[float, float] | None = None
    tables: tuple[tuple[int, ...], ...] = ()  # JPEG quantisation tables, each of 64 numbers in rows
    sampling: int = 0  # of a JPEG's chroma: 0 is 4:4:4, 1 is 4:2:2, 2 is 4:2:0
    progressive: bool = False
    keep_rgb: bool = False  # a JPEG whose channels are RGB, not luma and chroma
    lossy: bool = False  # a WebP of the lossy kind
    compression: str = ""  # of a TIFF, if it is lossless
