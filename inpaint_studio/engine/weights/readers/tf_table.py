"""The sorted table of LevelDB, which is the format of a TensorFlow checkpoint's index.

Blocks of keys and values, then a block that lists them, then a footer.
Source: tensorflow/core/lib/io/table_format.txt
"""

from __future__ import annotations

from collections.abc import Iterator

import google_crc32c
import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.weights.readers.byte_source import DAMAGED, MAX_NAME, ByteSource, UnusableFile
from inpaint_studio.engine.weights.readers.tf_protobuf import read_varint
from inpaint_studio.texts import mark, tr

TOO_LONG = mark("lists more tensors than a network has; look for another checkpoint")

_FOOTER = 48  # bytes
_MAGIC = bytes.fromhex("57fb808b247547db")
_TRAILER = 5  # bytes behind a block: one for the compression, four for the checksum
_PLAIN, _SNAPPY = 0, 1
_CRC_SHIFT = 0xA282EAD8
_MAX_BYTES = 2 << 20  # of all blocks together; about 30 000 tensors
_MAX_BLOCKS = 1000  # TensorFlow's have 256 KiB each, LevelDB's 4 KiB


def matches(source: ByteSource) -> bool:
    """Return whether a file ends as such a table does."""
    return source.size >= _FOOTER and source.read_at(source.size - 8, 8) == _MAGIC


def read_entries(source: ByteSource) -> Iterator[tuple[bytes, bytes]]:
    """Read every key and its value, in the order of the file. Raises UnusableFile."""
    footer = source.read_at(source.size - _FOOTER, _FOOTER)
    _, _, offset = _read_handle(footer, 0)
    start, size, _ = _read_handle(footer, offset)
    bytes_left = _MAX_BYTES
    listing = _read_block(source, start, size, bytes_left)
    for number, (_, handle) in enumerate(_read_pairs(listing)):
        start, size, _ = _read_handle(handle, 0)
        if number >= _MAX_BLOCKS:
            raise UnusableFile(TOO_LONG)
        block = _read_block(source, start, size, bytes_left)
        bytes_left -= len(block)
        yield from _read_pairs(block)


def masked_crc32c(body: bytes | NDArray[np.uint8]) -> int:
    """Give the CRC-32C of `body` as TensorFlow stores it: rotated by 15 bits, plus a constant.

    Source: tensorflow/core/lib/hash/crc32c.h, `Mask`.
    """
    value = int(google_crc32c.value(body))
    return ((value >> 15 | value << 17) + _CRC_SHIFT) & 0xFFFFFFFF


def _read_handle(body: bytes, offset: int) -> tuple[int, int, int]:
    """Offset and size of a block, and the offset behind these two numbers."""
    start, offset = read_varint(body, offset)
    size, offset = read_varint(body, offset)
    return start, size, offset


def _read_block(source: ByteSource, start: int, size: int, most: int) -> bytes:
    """Read a block of `most` bytes at most and compare it with its checksum."""
    if size > most:
        raise UnusableFile(TOO_LONG)
    body = source.read_at(start, size + _TRAILER)
    if masked_crc32c(body[:-4]) != int.from_bytes(body[-4:], "little"):
        raise UnusableFile(DAMAGED)
    if body[size] == _SNAPPY:
        raise UnusableFile(tr("is a TensorFlow checkpoint whose index is compressed; save it again with TensorFlow"))
    if body[size] != _PLAIN:
        raise UnusableFile(DAMAGED)
    return body[:size]


def _read_pairs(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Read a block's keys and values.

    Of each key only what differs from the one before is stored. An array of offsets, which is not used, ends the block.
    """
    end = len(block) - 4 * (int.from_bytes(block[-4:], "little") + 1)
    if end < 0:
        raise UnusableFile(DAMAGED)
    key, offset = b"", 0
    while offset < end:
        same, offset = read_varint(block, offset)
        more, offset = read_varint(block, offset)
        length, offset = read_varint(block, offset)
        if same > len(key) or same + more > MAX_NAME or more + length > end - offset:
            raise UnusableFile(DAMAGED)
        key = key[:same] + block[offset : offset + more]
        offset += more + length
        yield key, block[offset - length : offset]
