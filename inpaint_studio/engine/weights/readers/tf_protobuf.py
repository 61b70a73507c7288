"""The part of the protocol buffer format that the index of a TensorFlow checkpoint uses.

Source: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Iterator

from inpaint_studio.engine.weights.readers.byte_source import DAMAGED, UnusableFile

_MAX_VARINT = 10  # bytes of a 64-bit number
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def read_varint(body: bytes, offset: int) -> tuple[int, int]:
    """Read a number of seven bits a byte; gives it and the offset behind it. Raises UnusableFile if it never ends."""
    value = 0
    for place, byte in enumerate(body[offset : offset + _MAX_VARINT]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value & (1 << 64) - 1, offset + place + 1
    raise UnusableFile(DAMAGED)


def to_signed(value: int) -> int:
    """Interpret the 64 bits of an unsigned number as a signed one."""
    return value - (1 << 64) if value >> 63 else value


def read_fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Read number and value of every field; the value is bytes where it has a length. Raises UnusableFile."""
    offset = 0
    while offset < len(message):
        tag, offset = read_varint(message, offset)
        kind = tag & 7
        if kind == _VARINT:
            value, offset = read_varint(message, offset)
            yield tag >> 3, value
            continue
        size = {_FIXED64: 8, _FIXED32: 4}.get(kind)
        if kind == _BYTES:
            size, offset = read_varint(message, offset)
        if size is None or size > len(message) - offset:
            raise UnusableFile(DAMAGED)
        body = message[offset : offset + size]
        yield tag >> 3, body if kind == _BYTES else int.from_bytes(body, "little")
        offset += size
