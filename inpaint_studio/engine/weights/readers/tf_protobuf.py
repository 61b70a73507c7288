"""The little of protocol buffers that a tensor bundle's index needs."""

from __future__ import annotations

from collections.abc import Iterator

from inpaint_studio.engine.weights.readers.byte_source import DAMAGED, UnusableFile

_LONGEST = 10  # bytes of a 64-bit number
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def varint(body: bytes, at: int) -> tuple[int, int]:
    """The number at that place, seven bits a byte, and the place behind it. Raises UnusableFile where it never ends."""
    value = 0
    for place, byte in enumerate(body[at : at + _LONGEST]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value & (1 << 64) - 1, at + place + 1
    raise UnusableFile(DAMAGED)


def signed(value: int) -> int:
    """A number that was written as the 64 bits of a signed one."""
    return value - (1 << 64) if value >> 63 else value


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of every field: bytes where it has a length, else a number. Raises UnusableFile."""
    at = 0
    while at < len(message):
        tag, at = varint(message, at)
        kind = tag & 7
        if kind == _VARINT:
            value, at = varint(message, at)
            yield tag >> 3, value
            continue
        size = {_FIXED64: 8, _FIXED32: 4}.get(kind)
        if kind == _BYTES:
            size, at = varint(message, at)
        if size is None or size > len(message) - at:
            raise UnusableFile(DAMAGED)
        body = message[at : at + size]
        yield tag >> 3, body if kind == _BYTES else int.from_bytes(body, "little")
        at += size
