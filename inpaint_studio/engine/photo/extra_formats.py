"""Formats whose decoders come with the extra `formats`: HEIC, camera raw and JPEG XL.

They are recognised without their decoders, so that a message can name the extra where it is not installed.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO

from PIL import Image

from inpaint_studio.engine.photo import formats
from inpaint_studio.engine.photo.formats import PhotoFormat
from inpaint_studio.errors import PhotoError
from inpaint_studio.texts import tr

_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")  # ISO/IEC 23008-12, annex B
_JXL = (b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")  # ISO/IEC 18181-2: a bare codestream, and a container
_RAW = (b"FUJIFILMCCD-RAW", b"\0\0\0\x18ftypcrx ")
_MOST_BOX = 64 << 20  # bytes of camera data or XMP


def recognise(head: bytes, name: str) -> PhotoFormat | None:
    """Return the format of a file by its first bytes, for raw files also by its name; None for all other formats."""
    found = ""
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS and b"avif" not in head:
        found = "HEIF"
    elif head.startswith(_JXL):
        found = "JXL"
    elif head.startswith(_RAW):
        found = "RAW"
    elif head:
        # Most raw files are TIFF files in which a small picture stands first.
        named = formats.format_of(name)
        found = "RAW" if named is not None and named.name == "RAW" else ""
    return formats.find_format(found)


def load(kind: PhotoFormat, name: str) -> None:
    """Give Pillow the decoder of a format. Raises PhotoError with a sentence that contains `name` if it is missing."""
    try:
        if kind.name == "HEIF":
            import_module("pi_heif").register_heif_opener()
        else:
            import_module("jxlpy.JXLImagePlugin" if kind.name == "JXL" else "inpaint_studio.engine.photo.raw_plugin")
    except ImportError as error:
        raise PhotoError(
            tr(
                "{name} is a {format} file, which needs the extra 'formats': install 'inpaint-studio[formats]'.",
                name=name,
                format=kind.title,
            )
        ) from error


def complete(image: Image.Image, source: IO[bytes]) -> None:
    """Put the metadata of a JPEG XL that was opened from `source` where Pillow has that of other formats."""
    if image.format != "JXL":
        return
    profile = image.info.pop("icc", None)
    if profile:
        image.info["icc_profile"] = profile
    with suppress(struct.error, OSError):  # damaged metadata does not keep the picture from opening
        image.info.update(_boxes(source))


def _boxes(file: IO[bytes]) -> dict[str, bytes]:
    """Return camera data and XMP from the boxes of a container (ISO/IEC 18181-2, section 4)."""
    found: dict[str, bytes] = {}
    file.seek(0)
    if file.read(12) != _JXL[1]:
        return found
    place = 12
    while True:
        file.seek(place)
        head = file.read(8)
        if len(head) < 8:
            return found
        length, kind = struct.unpack(">I4s", head)
        start = 8
        if length == 1:
            (length,) = struct.unpack(">Q", file.read(8))
            start = 16
        if kind in (b"Exif", b"xml ") and start <= length <= _MOST_BOX:
            body = file.read(length - start)
            if kind == b"Exif":
                found["exif"] = b"Exif\0\0" + body[4 + int.from_bytes(body[:4], "big") :]
            else:
                found["xmp"] = body
        if length < start:
            return found
        place += length


def open_head(source: Path | IO[bytes]) -> bytes:
    """Return the first bytes of a file or of bytes in memory. Raises OSError."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            return file.read(32)
    head = source.read(32)
    source.seek(0)
    return head
