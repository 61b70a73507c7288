"""Torch7's own files (.t7) in their binary form: tables, strings, numbers, tensors and modules, in little endian.

Every object begins with a number for its kind. Tables and classes have an index, by which later objects refer to them.
Functions are left out, and a class that is no tensor is read as the table of its fields, as Torch7 does by default.
Source: https://github.com/torch/torch7/blob/master/File.lua
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

from inpaint_studio.engine.weights.readers.byte_source import (
    DAMAGED,
    MAX_DEPTH,
    MAX_DIMS,
    MAX_VALUES,
    TOO_DEEP,
    TOO_MANY,
    ByteRange,
    ByteSource,
    Cursor,
    UnusableFile,
    quote,
)
from inpaint_studio.engine.weights.readers.tensors import TensorView, collect_tensors, make_view
from inpaint_studio.texts import tr

_NIL, _NUMBER, _STRING, _TABLE, _CLASS, _BOOLEAN, _FUNCTION = range(7)
_NEWER_FUNCTIONS = (7, 8)  # these have an index
_TYPES = {
    "Double": torch.float64,
    "Float": torch.float32,
    "Half": torch.float16,
    "Long": torch.int64,
    "Int": torch.int32,
    "Short": torch.int16,
    "Char": torch.int8,
    "Byte": torch.uint8,
}
_TENSOR = re.compile(r"torch\.(Cuda)?(Double|Float|Half|Long|Int|Short|Char|Byte)?(Tensor|Storage)")
_MAX_TEXT = 1 << 20
# The buffers of a module's last run and of its last training step: not weights, and often not finite.
_TEMPORARY = {
    *("output", "gradInput", "gradWeight", "gradBias", "finput", "fgradInput", "buffer", "buffer1", "buffer2"),
    *("save_mean", "save_std", "noise", "mask", "indices"),
}
_INT, _DOUBLE = struct.Struct("<i"), struct.Struct("<d")


@dataclass(eq=False)
class _Object:
    """A table, or an object of a class with its fields."""

    kind: str = ""
    fields: dict[str | int, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class _Storage:
    data: ByteRange
    dtype: torch.dtype


def matches(head: bytes) -> bool:
    """Return whether a file that begins so has this format: its first object is a table or an instance of a class."""
    return head[:8] in (b"\3\0\0\0\1\0\0\0", b"\4\0\0\0\1\0\0\0")


def list_tensors(source: ByteSource) -> dict[str, TensorView]:
    """List every tensor of the file without reading its numbers. Raises UnusableFile.

    C's `long` has 8 bytes in most files, and 4 in those from some machines; both are tried.
    """
    try:
        tree = _Reader(source, 8).read()
    except UnusableFile as fault:
        if str(fault) in (tr(TOO_DEEP), tr(TOO_MANY)):
            raise
        try:
            tree = _Reader(source, 4).read()
        except (UnusableFile, ValueError):
            raise fault from None
    return collect_tensors(tree, _open_object)


def _open_object(node: Any) -> Mapping[Any, Any] | None:
    if not isinstance(node, _Object):
        return None
    if not node.kind:
        return node.fields
    return {key: value for key, value in node.fields.items() if key not in _TEMPORARY and not str(key).startswith("_")}


class _Reader:
    def __init__(self, source: ByteSource, width: int) -> None:
        self.source = source
        self.cursor = Cursor(source)
        self.width = width  # bytes of C's long
        self.long = struct.Struct("<q" if width == 8 else "<i")
        self.memo: dict[int, Any] = {}
        self.values_left = MAX_VALUES

    def read(self, depth: int = 0) -> Any:
        """Read the next object; None for what has no tensors in it."""
        self.values_left -= 1
        if depth > MAX_DEPTH or self.values_left < 0:
            raise UnusableFile(TOO_DEEP if depth > MAX_DEPTH else TOO_MANY)
        kind = self.read_integer()
        if kind == _NIL:
            return None
        if kind == _NUMBER:
            return self.cursor.unpack(_DOUBLE)[0]
        if kind == _STRING:
            return self.read_text()
        if kind == _BOOLEAN:
            return self.read_integer() == 1
        if kind == _FUNCTION:
            return self.skip_function(depth)
        if kind not in (_TABLE, _CLASS, *_NEWER_FUNCTIONS):
            raise UnusableFile(DAMAGED)
        index = self.read_integer()
        if index not in self.memo:
            self.memo[index] = None
            if kind == _TABLE:
                self.read_table(index, depth)
            elif kind == _CLASS:
                self.read_instance(index, depth)
            else:
                self.skip_function(depth)
        return self.memo[index]

    def read_integer(self) -> int:
        return int(self.cursor.unpack(_INT)[0])

    def read_text(self) -> str:
        length = self.read_integer()
        if not 0 <= length <= _MAX_TEXT:
            raise UnusableFile(DAMAGED)
        return self.cursor.read(length).decode("latin-1")

    def skip_function(self, depth: int) -> None:
        """Skip a function: its code, and then the variables it refers to."""
        self.cursor.skip(self.read_integer())
        self.read(depth + 1)

    def read_table(self, index: int, depth: int) -> None:
        made = self.memo[index] = _Object()
        for _ in range(self.read_integer()):
            key, value = self.read(depth + 1), self.read(depth + 1)
            if isinstance(key, float) and key.is_integer() and abs(key) < 1 << 32:
                made.fields[int(key)] = value
            elif isinstance(key, str):
                made.fields[key] = value

    def read_instance(self, index: int, depth: int) -> None:
        name = self.read_text()
        if name.startswith("V "):
            name = self.read_text()
        found = _TENSOR.fullmatch(name)
        if found is None:
            made = self.memo[index] = _Object(name)
            inner = self.read(depth + 1)
            if not isinstance(inner, _Object):
                raise UnusableFile(
                    tr(
                        "holds an object of a kind that is not known ({quote}); look for another file",
                        quote=quote(name),
                    )
                )
            made.fields = inner.fields
            return
        if found[2] is None and not found[1]:
            raise UnusableFile(DAMAGED)
        dtype = _TYPES[found[2] or "Float"]
        self.memo[index] = self.read_tensor(dtype, depth) if found[3] == "Tensor" else self.read_storage(dtype)

    def read_storage(self, dtype: torch.dtype) -> _Storage:
        (count,) = self.cursor.unpack(self.long)
        narrow = dtype == torch.int64 and self.width == 4
        size = count * (4 if narrow else dtype.itemsize)
        data = self.source.byte_range(self.cursor.offset, size)
        self.cursor.skip(size)
        return _Storage(data, torch.int32 if narrow else dtype)

    def read_tensor(self, dtype: torch.dtype, depth: int) -> TensorView | None:
        dims = self.read_integer()
        if not 0 <= dims <= MAX_DIMS:
            raise UnusableFile(DAMAGED)
        sizes = [self.cursor.unpack(self.long)[0] for _ in range(dims)]
        strides = [self.cursor.unpack(self.long)[0] for _ in range(dims)]
        (offset,) = self.cursor.unpack(self.long)
        storage = self.read(depth + 1)
        if not dims:
            return None  # Torch7's empty tensor
        if not isinstance(storage, _Storage) or storage.dtype not in (dtype, torch.int32):
            raise UnusableFile(DAMAGED)
        return make_view(storage.data, storage.dtype, sizes, strides, offset - 1)
