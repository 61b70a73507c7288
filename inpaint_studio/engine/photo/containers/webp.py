"""The chunks of a WebP beside its pixels: read them, and put them into a WebP that was just written.

The layout is that of RFC 9649, section 2.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO, NamedTuple

from inpaint_studio.engine.photo.carried import Carried, Extra, splice, within_limit

SEALED = "C2PA"  # content credentials

_PIXELS = ("VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF")
_OTHER_FIELDS = ("ICCP", "EXIF", "XMP ")  # in fields of their own in `Meta`
_HAS_ICC, _HAS_ALPHA, _HAS_EXIF, _HAS_XMP = 0x20, 0x10, 0x08, 0x04  # flags in VP8X


class _Chunk(NamedTuple):
    name: str
    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + 8 + self.length + self.length % 2


def _chunks(file: IO[bytes]) -> Iterator[_Chunk]:
    size = file.seek(0, 2)
    place = 12
    while place + 8 <= size:
        file.seek(place)
        name, length = struct.unpack("<4sI", file.read(8))
        chunk = _Chunk(name.decode("latin-1"), place, length)
        if place + 8 + length > size:
            return
        yield chunk
        place = chunk.end


def read(file: IO[bytes]) -> Carried:
    """Read the chunks that belong to no other field of `Meta`, as unknown as they are."""
    found = []
    for chunk in _chunks(file):
        if chunk.name not in (*_PIXELS, *_OTHER_FIELDS):
            file.seek(chunk.start + 8)
            found.append(Extra(chunk.name, file.read(chunk.length), late=True))
    pieces, skipped = within_limit(found)
    return Carried("WEBP", pieces, skipped=skipped)


def dress(
    file: IO[bytes], size: tuple[int, int], alpha: bool, exif: bytes, icc: bytes, xmp: bytes, pieces: list[Extra]
) -> None:
    """Put metadata into the WebP in `file`, whose encoder wrote none. `size` is (height, width) in px."""
    if not (exif or icc or xmp or pieces):
        return
    pixels = next(chunk for chunk in _chunks(file) if chunk.name in ("VP8 ", "VP8L", "ALPH"))
    flags = (_HAS_ICC if icc else 0) | (_HAS_ALPHA if alpha else 0)
    flags |= (_HAS_EXIF if exif else 0) | (_HAS_XMP if xmp else 0)
    head = struct.pack("<I", flags) + (size[1] - 1).to_bytes(3, "little") + (size[0] - 1).to_bytes(3, "little")
    late = [Extra("EXIF", exif.removeprefix(b"Exif\0\0"))] if exif else []
    late += [Extra("XMP ", xmp)] if xmp else []
    file.seek(0, 2)
    file.write(b"".join(_pack(piece) for piece in (*late, *pieces)))
    early = [Extra("VP8X", head), *([Extra("ICCP", icc)] if icc else [])]
    splice(file, 12, pixels.start, b"".join(_pack(piece) for piece in early))
    total = file.seek(0, 2)
    file.seek(4)
    file.write(struct.pack("<I", total - 8))


def _pack(piece: Extra) -> bytes:
    return struct.pack("<4sI", piece.name.encode("latin-1"), len(piece.data)) + piece.data + bytes(len(piece.data) % 2)
