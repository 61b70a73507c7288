"""LevelDB's sorted table, the form of a tensor bundle's index: blocks of keys and values, and one that lists them."""

from __future__ import annotations

from collections.abc import Iterator

import google_crc32c
import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.weights.readers.byte_source import DAMAGED, LONGEST_NAME, ByteSource, UnusableFile
from inpaint_studio.engine.weights.readers.tf_protobuf import varint

TOO_LONG = "lists more tensors than a network has; look for another checkpoint"

_FOOTER = 48  # bytes
_MAGIC = bytes.fromhex("57fb808b247547db")
_TRAILER = 5  # bytes behind a block: how it is packed, and its checksum
_PLAIN, _SNAPPY = 0, 1
_CRC_SHIFT = 0xA282EAD8
_MOST_BYTES = 2 << 20  # of all blocks together, unpacked; some 30 000 tensors
_MOST_BLOCKS = 1000  # TensorFlow's have 256 KiB each, LevelDB's 4 KiB


def matches(source: ByteSource) -> bool:
    """Whether a file ends as such a table does."""
    return source.size >= _FOOTER and source.take(source.size - 8, 8) == _MAGIC


def entries(source: ByteSource) -> Iterator[tuple[bytes, bytes]]:
    """Every key and its value, in order. Raises UnusableFile."""
    footer = source.take(source.size - _FOOTER, _FOOTER)
    _, _, at = _handle(footer, 0)
    start, size, _ = _handle(footer, at)
    left = _MOST_BYTES
    listing = _block(source, start, size, left)
    for number, (_, handle) in enumerate(_pairs(listing)):
        start, size, _ = _handle(handle, 0)
        if number >= _MOST_BLOCKS:
            raise UnusableFile(TOO_LONG)
        block = _block(source, start, size, left)
        left -= len(block)
        yield from _pairs(block)


def masked_crc32c(body: bytes | NDArray[np.uint8]) -> int:
    """Give the CRC-32C of `body` as TensorFlow stores it: rotated by 15 bits, plus a constant.

    ByteSource: tensorflow/core/lib/hash/crc32c.h, `Mask`.
    """
    value = int(google_crc32c.value(body))
    return ((value >> 15 | value << 17) + _CRC_SHIFT) & 0xFFFFFFFF


def _handle(body: bytes, at: int) -> tuple[int, int, int]:
    """Where a block is and how long, and the place behind the two numbers."""
    start, at = varint(body, at)
    size, at = varint(body, at)
    return start, size, at


def _block(source: ByteSource, start: int, size: int, most: int) -> bytes:
    """A block's contents, unpacked and checked."""
    if size > most:
        raise UnusableFile(TOO_LONG)
    body = source.take(start, size + _TRAILER)
    if masked_crc32c(body[:-4]) != int.from_bytes(body[-4:], "little"):
        raise UnusableFile(DAMAGED)
    if body[size] == _SNAPPY:
        raise UnusableFile("is a TensorFlow checkpoint whose index is compressed; save it again with TensorFlow")
    if body[size] != _PLAIN:
        raise UnusableFile(DAMAGED)
    return body[:size]


def _pairs(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """A block's keys and values. A key repeats the beginning of the one before it; an array of places is the end."""
    end = len(block) - 4 * (int.from_bytes(block[-4:], "little") + 1)
    if end < 0:
        raise UnusableFile(DAMAGED)
    key, at = b"", 0
    while at < end:
        same, at = varint(block, at)
        more, at = varint(block, at)
        length, at = varint(block, at)
        if same > len(key) or same + more > LONGEST_NAME or more + length > end - at:
            raise UnusableFile(DAMAGED)
        key = key[:same] + block[at : at + more]
        at += more + length
        yield key, block[at - length : at]
