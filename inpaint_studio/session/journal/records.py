"""The file of a journal: a first line, then records that are only ever added.

A record is three numbers (the length of its head, of its body, and the CRC-32 of both), the head as JSON, and the body.
What was not written to its end, or was damaged, ends the journal: everything before it counts.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import IO, Any, NamedTuple

MAGIC = b"inpaint-studio journal 1\n"
LARGEST_HEAD = 64 << 20  # bytes; the head of a step is some hundred

_LENGTHS = struct.Struct("<IQI")
_CHUNK = 1 << 20

Bytes = bytes | memoryview


class Record(NamedTuple):
    """A record of a file: its head, where its body stands in the file, and where the record ends."""

    head: dict[str, Any]
    at: int
    size: int

    @property
    def end(self) -> int:
        """The place in the file behind the record."""
        return self.at + self.size


def make(head: dict[str, Any], body: Sequence[Bytes] = ()) -> list[Bytes]:
    """Return the bytes of a record, in parts; `body` is not copied."""
    text = json.dumps(head, separators=(",", ":")).encode("ascii")
    check = zlib.crc32(text)
    for part in body:
        check = zlib.crc32(part, check)
    return [_LENGTHS.pack(len(text), sum(len(part) for part in body), check), text, *body]


def read(file: IO[bytes], whole: bool = True) -> Iterator[Record]:
    """Read the records of `file` from its beginning up to the last good one; none where it is no journal.

    `whole`: bodies are compared with their check sums; else only heads are looked at, which is fast. Raises OSError.
    """
    size = os.fstat(file.fileno()).st_size
    file.seek(0)
    if file.read(len(MAGIC)) != MAGIC:
        return
    place = len(MAGIC)
    while place + _LENGTHS.size <= size:
        file.seek(place)
        head_size, body_size, check = _LENGTHS.unpack(file.read(_LENGTHS.size))
        at = place + _LENGTHS.size + head_size
        if head_size > LARGEST_HEAD or at + body_size > size:
            return
        text = file.read(head_size)
        if whole and _check(file, body_size, zlib.crc32(text)) != check:
            return
        head = _parse(text)
        if head is None:
            return
        yield Record(head, at, body_size)
        place = at + body_size


def read_body(file: IO[bytes], record: Record) -> bytes:
    """Return the body of a record. Raises OSError."""
    file.seek(record.at)
    return file.read(record.size)


def _check(file: IO[bytes], size: int, check: int) -> int:
    while size > 0 and (part := file.read(min(size, _CHUNK))):
        check = zlib.crc32(part, check)
        size -= len(part)
    return check


def _parse(text: bytes) -> dict[str, Any] | None:
    try:
        head = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return head if isinstance(head, dict) and isinstance(head.get("is"), str) else None
