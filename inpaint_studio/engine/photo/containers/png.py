"""The chunks of a PNG beside its pixels: read them, and put them into a PNG that was just written.

The names and the order are those of the PNG specification (W3C, third edition), chapters 5, 11 and 14.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, NamedTuple

from inpaint_studio.engine.photo import resources
from inpaint_studio.engine.photo.carried import Carried, Extra, splice, within_limit

XMP = b"XML:com.adobe.xmp"
SEALED = "caBX"  # content credentials (C2PA)
COLOURS = ("cICP", "cHRM", "gAMA", "sRGB", "mDCV", "cLLI", "mDCv", "cLLi")  # what the numbers of the pixels mean
LAYOUT = ("sBIT", "bKGD")  # belong to a colour type and a number of bits

_PIXELS = ("IHDR", "PLTE", "tRNS", "IDAT", "IEND", "hIST", "acTL", "fcTL", "fdAT", "iDOT")
_OTHER_FIELDS = ("iCCP", "eXIf")  # in fields of their own in `Meta`
_SAFE = ("pHYs", "sPLT", "tIME", "oFFs", "pCAL", "sCAL", "gIFg", "gIFx", "sTER", *COLOURS, *LAYOUT, SEALED)
_PROFILE = b"Raw profile type "  # ImageMagick's way to keep other metadata in texts, in hexadecimal digits
_MOST_TEXT = 16 << 20  # bytes of a text that was compressed


class _Chunk(NamedTuple):
    name: str
    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + 12 + self.length


def _chunks(file: IO[bytes]) -> Iterator[_Chunk]:
    place = 8
    size = file.seek(0, 2)
    while place + 12 <= size:
        file.seek(place)
        length, name = struct.unpack(">I4s", file.read(8))
        chunk = _Chunk(name.decode("latin-1"), place, length)
        if chunk.end > size:
            return
        yield chunk
        place = chunk.end


def end(file: IO[bytes]) -> int:
    """Return where the PNG in `file` ends; 0 if its last chunk is missing."""
    return next((chunk.end for chunk in _chunks(file) if chunk.name == "IEND"), 0)


def read(file: IO[bytes]) -> Carried:
    """Read the chunks that belong to no other field of `Meta`.

    Those that the specification forbids to copy into a changed picture (an unknown name whose last letter is upper
    case) are left out.
    """
    late, found, left_out = False, [], False
    for chunk in _chunks(file):
        late = late or chunk.name == "IDAT"
        if chunk.name in (*_PIXELS, *_OTHER_FIELDS) or not chunk.name[:1].islower():
            continue
        if chunk.name[3:].isupper() and chunk.name not in _SAFE:
            left_out = True
            continue
        file.seek(chunk.start + 8)
        found.append(Extra(chunk.name, file.read(chunk.length), late))
    pieces, skipped = within_limit(piece for piece in found if not _is_kept_elsewhere(piece))
    texts, blocks = [], b""
    for piece in found:
        name, text = read_text(piece)
        if name.startswith(_PROFILE) and name[len(_PROFILE) :] in (b"iptc", b"8bim"):
            profile = read_profile(text)
            blocks = blocks or (profile if profile[:4] == b"8BIM" else resources.from_iptc(profile))
        elif name and name != XMP and not name.startswith(_PROFILE):
            texts.append(
                (name.decode("latin-1"), text.decode("utf-8" if piece.name == "iTXt" else "latin-1", "replace"))
            )
    return Carried("PNG", pieces, resources=blocks, texts=tuple(texts), skipped=skipped or left_out)


def _is_kept_elsewhere(piece: Extra) -> bool:
    """Return whether a text holds what is kept in a field of `Meta`."""
    name, _ = read_text(piece)
    kinds = (b"exif", b"APP1", b"xmp", b"icc", b"icm", b"iptc", b"8bim")
    return name == XMP or (name.startswith(_PROFILE) and name[len(_PROFILE) :] in kinds)


def profiles(file: IO[bytes]) -> dict[str, bytes]:
    """Return the metadata in texts by its kind: ``exif``, ``xmp`` and others."""
    found = {}
    for chunk in _chunks(file):
        if chunk.name in ("tEXt", "zTXt", "iTXt") and chunk.length <= _MOST_TEXT:
            file.seek(chunk.start + 8)
            name, text = read_text(Extra(chunk.name, file.read(chunk.length)))
            if name.startswith(_PROFILE):
                found[name[len(_PROFILE) :].decode("latin-1")] = read_profile(text)
    return found


def read_text(piece: Extra) -> tuple[bytes, bytes]:
    """Return name and text of a text chunk; of another or a damaged one twice b""."""
    if piece.name not in ("tEXt", "zTXt", "iTXt"):
        return b"", b""
    name, _, text = piece.data.partition(b"\0")
    with suppress(zlib.error, IndexError):
        if piece.name == "zTXt":
            text = _unpack(text[1:])
        elif piece.name == "iTXt":
            packed, text = text[0], text[2:]
            text = text.split(b"\0", 2)[2]
            text = _unpack(text) if packed else text
        return name, text
    return b"", b""


def _unpack(data: bytes) -> bytes:
    return zlib.decompressobj().decompress(data, _MOST_TEXT)


def read_profile(text: bytes) -> bytes:
    """Decode a text of ImageMagick's: a line with its kind, one with its length, and lines of digits."""
    parts = text.split(None, 2)
    with suppress(ValueError):
        if len(parts) == 3:
            return bytes.fromhex(parts[2].decode("ascii"))
    return b""


def text_chunk(name: str, text: str) -> Extra:
    """Make a text chunk. `name`: what kind of text it is, up to 79 letters."""
    key = name.encode("latin-1", "replace")[:79] or b"Comment"
    return Extra("iTXt", key + bytes(5) + text.replace("\0", "").encode("utf-8", "replace"))


def profile_chunk(kind: str, data: bytes) -> Extra:
    """Make the text chunk in which ImageMagick keeps metadata of `kind`."""
    digits = data.hex()
    lines = "\n".join(digits[n : n + 72] for n in range(0, len(digits), 72))
    text = f"\n{kind}\n{len(data):8}\n{lines}\n".encode("ascii")
    return Extra("zTXt", _PROFILE + kind.encode("ascii") + bytes(2) + zlib.compress(text))


def dress(file: IO[bytes], exif: bytes, icc: bytes, xmp: bytes, pieces: list[Extra]) -> None:
    """Put metadata into the PNG in `file`. `exif` begins with ``Exif``; the encoder wrote none of it."""
    head = [Extra("iCCP", b"ICC Profile\0\0" + zlib.compress(icc))] if icc else []
    head += [piece for piece in pieces if piece.name in (*COLOURS, "sBIT")]
    early = [piece for piece in pieces if piece.name not in (*COLOURS, "sBIT") and not piece.late]
    early += [Extra("eXIf", exif[6:])] if exif else []
    early += [Extra("iTXt", XMP + bytes(5) + xmp)] if xmp else []
    late = [piece for piece in pieces if piece.late]
    written = list(_chunks(file))
    first = next(chunk for chunk in written if chunk.name == "IDAT")
    end = written[-1].start
    for place, added in ((end, late), (first.start, early), (written[0].end, head)):  # from the end to the start
        if added:
            splice(file, place, place, b"".join(_pack(piece) for piece in added))


def _pack(piece: Extra) -> bytes:
    name = piece.name.encode("latin-1")
    return struct.pack(">I", len(piece.data)) + name + piece.data + struct.pack(">I", zlib.crc32(name + piece.data))
