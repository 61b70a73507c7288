"""The segments of a JPEG that stand before its pixels: read them, and put them into a JPEG that was just written.

The numbers are those of ITU-T T.81, table B.1; the heads of segments are listed in the documents of their makers.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO, NamedTuple

from inpaint_studio.engine.photo import resources
from inpaint_studio.engine.photo.carried import Carried, Extra, splice, within_limit

MOST = 65533  # bytes of a segment: its length is written in two bytes, which count themselves
EXIF = b"Exif\0\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
MORE_XMP = b"http://ns.adobe.com/xmp/extension/\0"  # XMP that is too long for one segment
ICC = b"ICC_PROFILE\0"
JFIF = b"JFIF\0"
SEVERAL_PICTURES = b"MPF\0"  # the index of a file with several pictures (CIPA DC-007)
GAIN_MAP = b"urn:iso:std:iso:ts:21496:-1\0"  # the version of a gain map (ISO 21496-1)
SEALED = b"JP"  # boxes of JUMBF in APP11, such as content credentials (ISO 19566-5, C2PA)

_ADOBE = b"Adobe"
# Segments that are not carried: what has a field in `Meta`, thumbnails, and the index of pictures that follow.
_ELSEWHERE = {
    "APP0": (JFIF, b"JFXX\0"),
    "APP1": (EXIF, XMP),
    "APP2": (ICC, SEVERAL_PICTURES, GAIN_MAP),
    "APP13": (resources.HEAD,),
    "APP14": (_ADOBE,),
}
_APP, _COMMENT, _SCAN, _END = 0xE0, 0xFE, 0xDA, 0xD9
_BLOCK = 1 << 20  # bytes that are searched at a time
_BARE = {0x01, *range(0xD0, 0xD9)}  # markers without a length


class Segment(NamedTuple):
    """One segment: its marker, what it holds, and where it starts and ends in the file."""

    marker: int
    data: bytes
    start: int
    end: int

    @property
    def name(self) -> str:
        """``APP13`` or ``COM``; of others the marker's number."""
        if _APP <= self.marker <= _APP + 15:
            return f"APP{self.marker - _APP}"
        return "COM" if self.marker == _COMMENT else str(self.marker)


def segments(file: IO[bytes]) -> Iterator[Segment]:
    """List the segments of a JPEG up to the first scan, which is the last one listed; its data is its head alone."""
    file.seek(2)
    while True:
        byte = file.read(1)
        while byte and byte != b"\xff":  # decoders skip what stands between segments
            byte = file.read(1)
        start = file.tell() - 1
        marker = file.read(1)
        while marker == b"\xff":
            marker = file.read(1)
        if not marker or marker[0] == _END:
            return
        if marker[0] in _BARE or marker == b"\0":
            continue
        head = file.read(2)
        if len(head) < 2:
            return
        data = file.read(max(0, int.from_bytes(head, "big") - 2))
        yield Segment(marker[0], data, start, file.tell())
        if marker[0] == _SCAN:
            return


def end(file: IO[bytes]) -> int:
    """Return where the JPEG in `file` ends; 0 if its end is missing."""
    scan = [each for each in segments(file) if each.marker == _SCAN]
    if not scan:
        return 0
    place = scan[-1].end
    file.seek(place)
    last = b""
    while block := file.read(_BLOCK):
        found = (last + block).find(bytes((0xFF, _END)))  # codes of pixels never hold these two bytes
        if found >= 0:
            return place - len(last) + found + 2
        place += len(block)
        last = block[-1:]
    return 0


def read(file: IO[bytes]) -> Carried:
    """Read what belongs to no other field of `Meta`: comments, IPTC data, resolution, and all unknown segments."""
    found = [each for each in segments(file) if each.name[:3] in ("APP", "COM")]
    kept = []
    for each in found:
        if each.name == "APP0" and each.data.startswith(JFIF) and len(each.data) >= 14:
            kept.append(Extra(each.name, each.data[:12] + bytes(2)))  # without its thumbnail, which shows old pixels
        elif not (each.name in _ELSEWHERE and each.data.startswith(_ELSEWHERE[each.name])):
            kept.append(Extra(each.name, each.data))
    pieces, skipped = within_limit(kept)
    blocks = b"".join(
        each.data.removeprefix(resources.HEAD)
        for each in found
        if each.name == "APP13" and each.data.startswith(resources.HEAD)
    )
    texts = tuple(("Comment", _decode(piece.data)) for piece in pieces if piece.name == "COM")
    return Carried("JPEG", pieces, resources=blocks, texts=texts, skipped=skipped)


def dress(file: IO[bytes], exif: bytes, icc: bytes, xmp: bytes, pieces: list[Extra], resources_block: bytes) -> None:
    """Put metadata into the JPEG in `file`, instead of what its encoder wrote of it."""
    written = list(segments(file))
    own_head = any(piece.name == "APP0" and piece.data.startswith(JFIF) for piece in pieces)
    structure = []
    for each in written:
        is_head = each.name == "APP0" and each.data.startswith(JFIF) and not own_head
        is_adobe = each.name == "APP14" and each.data.startswith(_ADOBE)
        if is_head or is_adobe or each.name[:3] not in ("APP", "COM"):
            structure.append(each)
    first = [piece for piece in pieces if piece.name == "APP0"]
    rest = [piece for piece in pieces if piece.name != "APP0"]
    added = [Extra("APP1", exif)] if exif else []
    added += [Extra("APP1", XMP + xmp)] if xmp else []
    added += [piece for piece in rest if piece.name == "APP1"]
    if resources_block:
        size = MOST - len(resources.HEAD)
        parts = [resources_block[n : n + size] for n in range(0, len(resources_block), size)]
        added += [Extra("APP13", resources.HEAD + part) for part in parts]
    size = MOST - len(ICC) - 2
    parts = [icc[n : n + size] for n in range(0, len(icc), size)]
    added += [Extra("APP2", ICC + bytes((n + 1, len(parts))) + part) for n, part in enumerate(parts)]
    added += [piece for piece in rest if piece.name != "APP1"]
    heads = [each for each in structure if each.name == "APP0"]
    others = [each for each in structure if each.name != "APP0"]
    content = b"".join(_pack(each.marker, each.data) for each in heads)
    content += b"".join(_pack(_number(piece.name), piece.data) for piece in (*first, *added))
    content += b"".join(_pack(each.marker, each.data) for each in others)
    splice(file, 2, written[-1].end, content)


def _number(name: str) -> int:
    return _COMMENT if name == "COM" else _APP + int(name[3:])


def _pack(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _decode(data: bytes) -> str:
    """Decode a comment, whose encoding the file does not name."""
    data = data.rstrip(b"\0")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
