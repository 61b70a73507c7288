"""The metadata of an ONNX file: read without the numbers and without a library, and added to.

Fields and their numbers: onnx.proto3 of ONNX, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3. Such a
message may repeat a field anywhere, so entries are added at the end of the file; the last one of a name counts.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from inpaint_studio.engine.weights.readers.byte_source import UnusableFile
from inpaint_studio.engine.weights.readers.tf_protobuf import read_fields, read_varint

_METADATA = 14  # the field of a model
_KEY, _VALUE = 1, 2  # fields of an entry
_LONGEST = 10  # bytes of a number
_MOST_METADATA = 16 << 20  # bytes, as of safetensors
_FIXED = {1: 8, 5: 4}  # bytes of values that have always so many, by their kind
_MOST_FIELDS = 10_000


def read(path: Path) -> dict[str, str]:
    """Read the entries of an ONNX file. Raises OSError, and ValueError where it is no such file."""
    with path.open("rb") as file:
        try:
            entries = _entries(file, os.fstat(file.fileno()).st_size)
            return {_text(fields, _KEY): _text(fields, _VALUE) for fields in entries}
        except UnusableFile as error:
            raise ValueError("no ONNX file") from error


def encode(entries: Mapping[str, str]) -> bytes:
    """Return entries as the bytes that are put at the end of an ONNX file."""
    return b"".join(
        _field(_METADATA, _field(_KEY, key.encode()) + _field(_VALUE, value.encode())) for key, value in entries.items()
    )


def _entries(file: BinaryIO, size: int) -> list[dict[int, int | bytes]]:
    found: list[dict[int, int | bytes]] = []
    offset = read_bytes = fields = 0
    while offset < size:
        fields += 1
        file.seek(offset)
        head = file.read(2 * _LONGEST)
        tag, used = read_varint(head, 0)
        kind = tag & 7
        if kind == 2:
            length, used = read_varint(head, used)
        else:
            length = _FIXED.get(kind, 0)
            used = read_varint(head, used)[1] if kind == 0 else used
        if kind not in (0, 1, 2, 5) or offset + used + length > size or fields > _MOST_FIELDS:
            raise ValueError("no ONNX file")
        if kind == 2 and tag >> 3 == _METADATA:
            read_bytes += length
            if read_bytes > _MOST_METADATA:
                raise ValueError("too much metadata")
            file.seek(offset + used)
            found.append(dict(read_fields(file.read(length))))
        offset += used + length
    return found


def _text(fields: Mapping[int, int | bytes], number: int) -> str:
    """Return a text of an entry. Raises ValueError where it is none."""
    value = fields.get(number, b"")
    if not isinstance(value, bytes):
        raise ValueError("no text")
    return value.decode("utf-8")


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
