"""Photoshop's image resources, where JPEG and TIFF files keep IPTC data: blocks with a number each.

The layout is that of Adobe's "Photoshop File Formats Specification", section "Image Resources".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

HEAD = b"Photoshop 3.0\0"  # before the resources in an APP13 segment of a JPEG
IPTC = 0x0404

_THUMBNAILS = (0x0409, 0x040C)  # of Photoshop 4, with blue first, and of later ones
_SIGNATURES = (b"8BIM", b"8B64", b"MeSa", b"PHUT", b"AgHg", b"DCSR")


class _Block(NamedTuple):
    number: int
    whole: bytes  # with its head
    data: bytes


def without_thumbnails(resources: bytes) -> bytes:
    """Return the resources without the thumbnails of the picture; unchanged where there are none."""
    found = list(_blocks(resources))
    if all(block.number not in _THUMBNAILS for block in found):
        return resources
    return b"".join(block.whole for block in found if block.number not in _THUMBNAILS)


def iptc(resources: bytes) -> bytes:
    """Return the IPTC data in the resources, b"" where there is none."""
    return next((block.data for block in _blocks(resources) if block.number == IPTC), b"")


def from_iptc(data: bytes) -> bytes:
    """Make resources that hold this IPTC data."""
    return b"8BIM" + struct.pack(">HHI", IPTC, 0, len(data)) + data + bytes(len(data) % 2)


def _blocks(resources: bytes) -> Iterator[_Block]:
    """List the blocks up to the first one that is damaged."""
    place = 0
    while resources[place : place + 4] in _SIGNATURES and place + 12 <= len(resources):
        name = 1 + resources[place + 6]  # its length, and the name; padded to an even number of bytes
        start = place + 6 + name + name % 2
        if start + 4 > len(resources):
            return
        (length,) = struct.unpack_from(">I", resources, start)
        start += 4
        end = start + length + length % 2
        if start + length > len(resources):
            return
        (number,) = struct.unpack_from(">H", resources, place + 4)
        yield _Block(number, resources[place:end], resources[start : start + length])
        place = end
