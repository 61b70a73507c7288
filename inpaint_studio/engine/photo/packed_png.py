"""Read and write the pixels of PNGs with a palette or with 1, 2 or 4 bits, which Pillow would write otherwise.

The numbers are those of the PNG specification (W3C, third edition).
"""

from __future__ import annotations

import struct
import zlib
from typing import IO

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

GREY, PALETTE = 0, 3  # colour types
_HEAD = b"\x89PNG\r\n\x1a\n"
_LEVEL = 6  # of zlib
_ROWS = 256


def read_structure(data: bytes) -> tuple[int, int, bytes, bytes]:
    """Return the bits of a sample, the colour type, and the bodies of PLTE and tRNS, empty where there are none."""
    bits, kind = data[24], data[25]
    found = {b"PLTE": b"", b"tRNS": b""}
    place = 8
    while place + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, place)
        if name == b"IDAT":
            break
        if name in found:
            found[name] = data[place + 8 : place + 8 + length]
        place += 12 + length
    return bits, kind, found[b"PLTE"], found[b"tRNS"]


def write(file: IO[bytes], values: Bytes, bits: int, kind: int, palette: bytes, transparency: bytes) -> None:
    """Write `values` (H x W, each below 2**bits) as a PNG of that colour type."""
    height, width = values.shape
    file.write(_HEAD)
    _write_chunk(file, b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0))
    if palette:
        _write_chunk(file, b"PLTE", palette)
    if transparency:
        _write_chunk(file, b"tRNS", transparency)
    packer = zlib.compressobj(_LEVEL)
    for top in range(0, height, _ROWS):
        packed = pack_rows(values[top : top + _ROWS], bits)
        # Filter 0 in front of every row: the specification advises it for palettes and for few bits.
        rows = np.concatenate([np.zeros((len(packed), 1), np.uint8), packed], axis=1)
        _write_chunk(file, b"IDAT", packer.compress(rows.tobytes()))
    _write_chunk(file, b"IDAT", packer.flush())
    _write_chunk(file, b"IEND", b"")


def pack_rows(values: Bytes, bits: int) -> Bytes:
    """Pack values of 1, 2, 4 or 8 bits into the bytes of each row, the first in the highest bits."""
    if bits == 8:
        return np.ascontiguousarray(values)
    single = (values[..., None] >> np.arange(bits - 1, -1, -1, dtype=np.uint8)) & 1
    return np.packbits(single.reshape(len(values), -1), axis=1)


def _write_chunk(file: IO[bytes], kind: bytes, body: bytes) -> None:
    if body or kind != b"IDAT":
        file.write(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind))))
