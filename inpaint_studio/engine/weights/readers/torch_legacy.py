"""What torch.save wrote before 1.6: five pickles in a row, then the numbers of every storage."""

from __future__ import annotations

import struct
from typing import Any

from inpaint_studio.engine.weights.readers.byte_source import (
    DAMAGED,
    ByteRange,
    ByteSource,
    Cursor,
    UnusableFile,
    read_exactly,
)
from inpaint_studio.engine.weights.readers.tensors import TensorView, collect_tensors
from inpaint_studio.engine.weights.readers.torch_objects import TorchStorage, children, number_type, rebuild
from inpaint_studio.engine.weights.readers.torch_zip import weights_of
from inpaint_studio.engine.weights.readers.unpickler import unpickle

_MAGIC = 0x1950A86A20F9469CFC6C  # the number that torch puts first
_COUNT = struct.Struct("<q")


def list_tensors(source: ByteSource) -> dict[str, TensorView]:
    """Every tensor of such a file."""
    cursor = Cursor(source)
    if unpickle(cursor, rebuild, _refused) != _MAGIC:
        raise UnusableFile("is a pickle that torch.save did not write; save its weights with torch.save")
    unpickle(cursor, rebuild, _refused)  # the protocol, 1001 since there is one
    machine = unpickle(cursor, rebuild, _refused)
    if not isinstance(machine, dict) or machine.get("little_endian") is not True:
        raise UnusableFile("was saved on a machine of the other byte order; save it anew on this kind of machine")
    storages = _Storages(source)
    tree = unpickle(cursor, rebuild, storages.persistent)
    found = collect_tensors(weights_of(tree), children)
    storages.place(unpickle(cursor, rebuild, _refused), cursor)
    return found


def _refused(_: Any) -> Any:
    raise UnusableFile(DAMAGED)


class _Storages:
    """The storages that the pickle names. Where they lie is known only when it has been read."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._named: dict[str, TorchStorage] = {}
        self._places: dict[str, int] = {}

    def persistent(self, named: Any) -> Any:
        """A storage, or the class of a module that was saved whole, with its source text."""
        if isinstance(named, tuple) and len(named) == 4 and named[0] == "module":
            return named[1]
        if not isinstance(named, tuple) or len(named) not in (5, 6) or named[0] != "storage":
            raise UnusableFile(DAMAGED)
        key, count, part = named[2], named[4], named[5] if len(named) == 6 else None
        stored = self._stored(key, count, number_type(named[1]))
        if part is None:
            return stored
        start = part[1] if isinstance(part, (tuple, list)) and len(part) == 3 else None
        if type(start) is not int or start < 0:
            raise UnusableFile(DAMAGED)
        return TorchStorage(stored.store, stored.dtype, start)

    def _stored(self, key: Any, count: Any, dtype: Any) -> TorchStorage:
        size = count * dtype.itemsize if type(count) is int else -1
        if not isinstance(key, str) or not 0 <= size <= self._source.size:
            raise UnusableFile(DAMAGED)
        stored = self._named.setdefault(key, TorchStorage(ByteRange(size, lambda: self._load(key, size)), dtype))
        if stored.store.size != size or stored.dtype != dtype:
            raise UnusableFile("holds numbers of another size than it says; download it again")
        return stored

    def _load(self, key: str, size: int) -> Any:
        self._source.file.seek(self._places[key])
        return read_exactly(size, self._source.file)

    def place(self, keys: Any, cursor: Cursor) -> None:
        """Finds every storage in what follows the pickles."""
        if not isinstance(keys, list) or not self._named.keys() <= set(keys):
            raise UnusableFile(DAMAGED)
        for key in keys:
            (count,) = cursor.unpack(_COUNT)
            stored = self._named.get(key)
            if stored is None or stored.store.size != count * stored.dtype.itemsize:
                raise UnusableFile(DAMAGED)
            self._places[key] = cursor.at
            cursor.skip(stored.store.size)
