"""Safetensors files: a length, a JSON header of names, types, shapes and places, then the numbers."""

from __future__ import annotations

import json
import struct
from typing import Any

import torch

from inpaint_studio.engine.weights.readers.byte_source import DAMAGED, ByteSource, UnusableFile, quote
from inpaint_studio.engine.weights.readers.tensors import TensorView, add_tensor, make_view
from inpaint_studio.texts import tr

_LENGTH = struct.Struct("<Q")
_MAX_HEADER = 4 << 20  # bytes; about 40 000 tensors
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
    """Return whether a file that begins so has this format."""
    return len(head) > 8 and head[8:9] == b"{" and _LENGTH.unpack_from(head)[0] < 1 << 30


def list_tensors(source: ByteSource) -> dict[str, TensorView]:
    """List every tensor of the file without reading its numbers. Raises UnusableFile, and KeyError or ValueError for a
    header of another form."""
    (length,) = _LENGTH.unpack(source.read_at(0, 8))
    if length > _MAX_HEADER:
        raise UnusableFile(DAMAGED)
    header = json.loads(source.read_at(8, length))
    found: dict[str, TensorView] = {}
    bytes_left = source.size - 8 - length
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        tensor = _view(source, 8 + length, entry)
        bytes_left -= tensor.size
        add_tensor(found, name, tensor)
    if bytes_left < 0:
        raise UnusableFile(tr("claims to hold more numbers than there are; download it again"))
    return found


def _view(source: ByteSource, start: int, entry: dict[str, Any]) -> TensorView:
    kind, (begin, end) = entry["dtype"], entry["data_offsets"]
    if kind not in _TYPES:
        raise UnusableFile(
            tr(
                "holds {quote} numbers, which no network here computes with; look for another file",
                quote=quote(str(kind)),
            )
        )
    if type(begin) is not int or type(end) is not int or begin < 0:
        raise UnusableFile(DAMAGED)
    tensor = make_view(source.byte_range(start + begin, end - begin), _TYPES[kind], entry["shape"])
    if tensor.size != tensor.data.size:
        raise UnusableFile(tr("holds a tensor whose size does not agree with its shape; download it again"))
    return tensor
