"""The format of torch.save before 1.6: five pickles in a row, then the numbers of every storage."""

from __future__ import annotations

import struct
from typing import Any

import torch

from inpaint_studio.engine.weights.readers.byte_source import (
    DAMAGED,
    ByteRange,
    ByteSource,
    Cursor,
    UnusableFile,
    read_exactly,
)
from inpaint_studio.engine.weights.readers.tensors import TensorView, collect_tensors
from inpaint_studio.engine.weights.readers.torch_objects import (
    OTHER_BYTE_ORDER,
    TorchStorage,
    open_object,
    rebuild,
    storage_type,
)
from inpaint_studio.engine.weights.readers.torch_zip import only_weights
from inpaint_studio.engine.weights.readers.unpickler import unpickle
from inpaint_studio.texts import tr

_MAGIC = 0x1950A86A20F9469CFC6C  # the number that torch writes first
_COUNT = struct.Struct("<q")


def list_tensors(source: ByteSource) -> dict[str, TensorView]:
    """List every tensor of the file without reading its numbers. Raises UnusableFile."""
    cursor = Cursor(source)
    if unpickle(cursor, rebuild, _refuse_persistent) != _MAGIC:
        raise UnusableFile(tr("is a pickle that torch.save did not write; save its weights with torch.save"))
    unpickle(cursor, rebuild, _refuse_persistent)  # the protocol version, which has always been 1001
    machine = unpickle(cursor, rebuild, _refuse_persistent)
    if not isinstance(machine, dict) or machine.get("little_endian") is not True:
        raise UnusableFile(OTHER_BYTE_ORDER)
    storages = _Storages(source)
    tree = unpickle(cursor, rebuild, storages.load_persistent)
    found = collect_tensors(only_weights(tree), open_object)
    storages.locate(unpickle(cursor, rebuild, _refuse_persistent), cursor)
    return found


def _refuse_persistent(_: Any) -> Any:
    raise UnusableFile(DAMAGED)


class _Storages:
    """The storages that the pickle names. Their places in the file are known only after the pickle was read."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._by_key: dict[str, TorchStorage] = {}
        self._offsets: dict[str, int] = {}

    def load_persistent(self, identity: Any) -> Any:
        """Give a storage, or the class of a module that was saved whole with its source text."""
        if isinstance(identity, tuple) and len(identity) == 4 and identity[0] == "module":
            return identity[1]
        if not isinstance(identity, tuple) or len(identity) not in (5, 6) or identity[0] != "storage":
            raise UnusableFile(DAMAGED)
        key, count, part = identity[2], identity[4], identity[5] if len(identity) == 6 else None
        storage = self._storage(key, count, storage_type(identity[1]))
        if part is None:
            return storage
        start = part[1] if isinstance(part, (tuple, list)) and len(part) == 3 else None
        if type(start) is not int or start < 0:
            raise UnusableFile(DAMAGED)
        return TorchStorage(storage.data, storage.dtype, start)

    def _storage(self, key: Any, count: Any, dtype: torch.dtype) -> TorchStorage:
        size = count * dtype.itemsize if type(count) is int else -1
        if not isinstance(key, str) or not 0 <= size <= self._source.size:
            raise UnusableFile(DAMAGED)
        storage = self._by_key.setdefault(key, TorchStorage(ByteRange(size, lambda: self._load(key, size)), dtype))
        if storage.data.size != size or storage.dtype != dtype:
            raise UnusableFile(tr("holds a storage of another size than it claims; download it again"))
        return storage

    def _load(self, key: str, size: int) -> torch.Tensor:
        self._source.file.seek(self._offsets[key])
        return read_exactly(size, self._source.file)

    def locate(self, keys: Any, cursor: Cursor) -> None:
        """Find every storage in the numbers behind the pickles, which have the order of `keys`."""
        if not isinstance(keys, list) or not self._by_key.keys() <= set(keys):
            raise UnusableFile(DAMAGED)
        for key in keys:
            (count,) = cursor.unpack(_COUNT)
            storage = self._by_key.get(key)
            if storage is None or storage.data.size != count * storage.dtype.itemsize:
                raise UnusableFile(DAMAGED)
            self._offsets[key] = cursor.offset
            cursor.skip(storage.data.size)
