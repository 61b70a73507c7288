"""What torch.save wrote before 1.6: five pickles in a row, then the numbers of every storage."""

from __future__ import annotations

import struct
from typing import Any

from inpaint_studio.engine.weights.readers.byte_source import Cursor, Source, Store, filled
from inpaint_studio.engine.weights.readers.limits import DAMAGED, Broken
from inpaint_studio.engine.weights.readers.tensors import View, gathered
from inpaint_studio.engine.weights.readers.torch_objects import Stored, children, number_type, rebuild
from inpaint_studio.engine.weights.readers.torch_zip import weights_of
from inpaint_studio.engine.weights.readers.unpickler import unpickled

_MAGIC = 0x1950A86A20F9469CFC6C  # the number that torch puts first
_COUNT = struct.Struct("<q")


def described(source: Source) -> dict[str, View]:
    """Every tensor of such a file."""
    cursor = Cursor(source)
    if unpickled(cursor, rebuild, _refused) != _MAGIC:
        raise Broken("is a pickle that torch.save did not write; save its weights with torch.save")
    unpickled(cursor, rebuild, _refused)  # the protocol, 1001 since there is one
    machine = unpickled(cursor, rebuild, _refused)
    if not isinstance(machine, dict) or machine.get("little_endian") is not True:
        raise Broken("was saved on a machine of the other byte order; save it anew on this kind of machine")
    storages = _Storages(source)
    tree = unpickled(cursor, rebuild, storages.persistent)
    found = gathered(weights_of(tree), children)
    storages.place(unpickled(cursor, rebuild, _refused), cursor)
    return found


def _refused(_: Any) -> Any:
    raise Broken(DAMAGED)


class _Storages:
    """The storages that the pickle names. Where they lie is known only when it has been read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._named: dict[str, Stored] = {}
        self._places: dict[str, int] = {}

    def persistent(self, named: Any) -> Any:
        """A storage, or the class of a module that was saved whole, with its source text."""
        if isinstance(named, tuple) and len(named) == 4 and named[0] == "module":
            return named[1]
        if not isinstance(named, tuple) or len(named) not in (5, 6) or named[0] != "storage":
            raise Broken(DAMAGED)
        key, count, part = named[2], named[4], named[5] if len(named) == 6 else None
        stored = self._stored(key, count, number_type(named[1]))
        if part is None:
            return stored
        start = part[1] if isinstance(part, (tuple, list)) and len(part) == 3 else None
        if type(start) is not int or start < 0:
            raise Broken(DAMAGED)
        return Stored(stored.store, stored.dtype, start)

    def _stored(self, key: Any, count: Any, dtype: Any) -> Stored:
        size = count * dtype.itemsize if type(count) is int else -1
        if not isinstance(key, str) or not 0 <= size <= self._source.size:
            raise Broken(DAMAGED)
        stored = self._named.setdefault(key, Stored(Store(size, lambda: self._load(key, size)), dtype))
        if stored.store.size != size or stored.dtype != dtype:
            raise Broken("holds numbers of another size than it says; download it again")
        return stored

    def _load(self, key: str, size: int) -> Any:
        self._source.file.seek(self._places[key])
        return filled(size, self._source.file)

    def place(self, keys: Any, cursor: Cursor) -> None:
        """Finds every storage in what follows the pickles."""
        if not isinstance(keys, list) or not self._named.keys() <= set(keys):
            raise Broken(DAMAGED)
        for key in keys:
            (count,) = cursor.unpack(_COUNT)
            stored = self._named.get(key)
            if stored is None or stored.store.size != count * stored.dtype.itemsize:
                raise Broken(DAMAGED)
            self._places[key] = cursor.at
            cursor.skip(stored.store.size)
