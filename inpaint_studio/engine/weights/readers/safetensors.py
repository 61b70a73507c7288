"""Safetensors: a length, a JSON header of names, types, shapes and places, and the numbers."""

from __future__ import annotations

import json
import struct
from typing import Any

import torch

from inpaint_studio.engine.weights.readers.byte_source import DAMAGED, ByteSource, UnusableFile, quote
from inpaint_studio.engine.weights.readers.tensors import TensorView, add, view

_LENGTH = struct.Struct("<Q")
_MOST_HEADER = 4 << 20  # bytes; some 40 000 tensors
_TYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}


def matches(head: bytes) -> bool:
    """Whether a file that begins so is of this kind."""
    return len(head) > 8 and head[8:9] == b"{" and _LENGTH.unpack_from(head)[0] < 1 << 30


def list_tensors(source: ByteSource) -> dict[str, TensorView]:
    """Every tensor of such a file."""
    (length,) = _LENGTH.unpack(source.take(0, 8))
    if length > _MOST_HEADER:
        raise UnusableFile(DAMAGED)
    header = json.loads(source.take(8, length))
    found: dict[str, TensorView] = {}
    room = source.size - 8 - length
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        tensor = _view(source, 8 + length, entry)
        room -= tensor.size
        add(found, name, tensor)
    if room < 0:
        raise UnusableFile("claims to hold more numbers than there are; download it again")
    return found


def _view(source: ByteSource, start: int, entry: dict[str, Any]) -> TensorView:
    kind, (begin, end) = entry["dtype"], entry["data_offsets"]
    if kind not in _TYPES:
        raise UnusableFile(
            f"holds {quote(str(kind))} numbers, which no network here computes with; look for another file"
        )
    if type(begin) is not int or type(end) is not int or begin < 0:
        raise UnusableFile(DAMAGED)
    tensor = view(source.store(start + begin, end - begin), _TYPES[kind], entry["shape"])
    if tensor.size != tensor.store.size:
        raise UnusableFile("holds a tensor of another size than it says; download it again")
    return tensor
