"""Snappy, as blocks of an index may be packed with."""

from __future__ import annotations

from inpaint_studio.engine.weights.readers.limits import DAMAGED, Broken
from inpaint_studio.engine.weights.readers.tf_protobuf import varint


def inflated(packed: bytes, most: int) -> bytes:
    """The bytes that were packed. Raises Broken where they are more than `most`, or not as many as the head says."""
    length, at = varint(packed, 0)
    if length > most:
        raise Broken(DAMAGED)
    out = bytearray()
    while at < len(packed):
        tag = packed[at]
        if tag & 3 == 0:
            count, at = _count_of_literal(packed, at)
            if at + count > len(packed):
                raise Broken(DAMAGED)
            out += packed[at : at + count]
            at += count
        else:
            count, back, at = _copy(packed, at)
            _repeat(out, count, back)
        if len(out) > length:
            raise Broken(DAMAGED)
    if len(out) != length:
        raise Broken(DAMAGED)
    return bytes(out)


def _count_of_literal(packed: bytes, at: int) -> tuple[int, int]:
    """How many bytes follow as they are; up to 60 fit into the tag, else one to four bytes tell."""
    short = packed[at] >> 2
    if short < 60:
        return short + 1, at + 1
    wide = short - 59
    return int.from_bytes(packed[at + 1 : at + 1 + wide], "little") + 1, at + 1 + wide


def _copy(packed: bytes, at: int) -> tuple[int, int, int]:
    """How many bytes are repeated, from how far back, and where the next element is."""
    tag = packed[at]
    if tag & 3 == 1:
        return (tag >> 2 & 7) + 4, (tag >> 5) << 8 | packed[at + 1], at + 2
    wide = 2 if tag & 3 == 2 else 4
    return (tag >> 2) + 1, int.from_bytes(packed[at + 1 : at + 1 + wide], "little"), at + 1 + wide


def _repeat(out: bytearray, count: int, back: int) -> None:
    if not 0 < back <= len(out):
        raise Broken(DAMAGED)
    start = len(out) - back
    piece = bytes(out[start : start + count])
    out += (piece * (count // len(piece) + 1))[:count]
