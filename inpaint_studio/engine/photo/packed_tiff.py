"""Write TIFFs of 2 or 4 bits, grey or with a palette, which Pillow reads and would write with 8 bits.

The numbers are those of TIFF 6.0.
"""

from __future__ import annotations

import struct
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.photo import tiff_strips
from inpaint_studio.engine.photo.deep_write import write_directory
from inpaint_studio.engine.photo.packed_png import pack_rows

Bytes = NDArray[np.uint8]

_PALETTE = 3  # a photometric interpretation


class PackedKind(NamedTuple):
    """How the file had its pixels."""

    bits: int
    photometric: int  # 0: white is zero, 1: black is zero, 3: palette
    compression: str  # one of the names in `tiff_strips.COMPRESSIONS`
    colour_map: tuple[int, ...] = ()  # of a palette: all reds, all greens, all blues, up to 65535


def write(file: IO[bytes], values: Bytes, kind: PackedKind, added: dict[int, tuple[int, int, int]]) -> None:
    """Write `values` (H x W): greys, 0 black, or numbers of the palette; `added` are its new entries, up to 255."""
    most = (1 << kind.bits) - 1
    strips, per_strip = tiff_strips.encode(
        pack_rows(most - values if kind.photometric == 0 else values, kind.bits), kind.compression
    )
    file.write(struct.pack("<2sHI", b"II", 42, 0))
    places = []
    for strip in strips:
        places.append(file.tell())
        file.write(strip)
    numbers = {name: number for number, name in tiff_strips.COMPRESSIONS.items()}
    height, width = values.shape
    tags = [
        (256, "I", width), (257, "I", height), (258, "H", kind.bits), (259, "H", numbers[kind.compression]),
        (262, "H", kind.photometric), (273, "I", places), (277, "H", 1), (278, "I", per_strip),
        (279, "I", [len(strip) for strip in strips]), (284, "H", 1),
    ]  # fmt: skip
    if kind.photometric == _PALETTE:
        colours = np.array(kind.colour_map).reshape(3, -1)
        for entry, colour in added.items():
            colours[:, entry] = np.array(colour) * 257
        tags.append((320, "H", colours.ravel().tolist()))
    write_directory(file, "<", tags)
