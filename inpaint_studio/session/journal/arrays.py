"""Arrays in the records of a journal, and how they are read from a file that may be hostile."""

from __future__ import annotations

import math
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from inpaint_studio.errors import InputError
from inpaint_studio.session.patch import Patch
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inpaint_studio.session.journal.records import Bytes

TYPES = ("|b1", "|u1", "<u2", "<i2", "<i4", "<i8", "<f2", "<f4", "<f8")
LARGEST = 1 << 31  # bytes of one array: 200 megapixels of two bytes in four channels are less
_SMALL, _DEEPEST = 64 << 20, 64  # bytes of an array about a photo: so many, or so many a pixel where that is more


def damaged() -> InputError:
    """Return the error that a journal holds what the program never writes."""
    return InputError(tr("The work that was kept cannot be brought back: its file is damaged."))


def describe(shape: tuple[int, ...], dtype: np.dtype[Any], packed: bool, size: int) -> dict[str, Any]:
    """Return the entry of an array in the head of a record; its bytes, `size` of them, stand in the body."""
    return {"shape": list(shape), "type": dtype.newbyteorder("<").str, "packed": packed, "size": size}


def write(array: NDArray[Any]) -> tuple[dict[str, Any], Bytes]:
    """Return the entry and the bytes of an array, compressed."""
    data = zlib.compress(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data, 1)
    return describe(array.shape, array.dtype, True, len(data)), data


class Body:
    """Reads arrays from the body of a record, one behind the other. Raises InputError for what does not fit."""

    def __init__(self, data: bytes, photo: tuple[int, int] | None = None) -> None:
        """`photo`: height and width of the photo that the arrays are about, which limit how large they may be."""
        self._data, self._place = data, 0
        self._largest = LARGEST if photo is None else min(LARGEST, max(_SMALL, photo[0] * photo[1] * _DEEPEST))

    def patch(self, entry: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Patch:
        """Return an array that has to have this shape and type, as a patch."""
        found_shape, found_type, packed, data = self._next(entry)
        if found_shape != shape or found_type != dtype:
            raise damaged()
        return Patch.of_bytes(data, packed, shape, dtype)

    def array(self, entry: Any, axes: int, kinds: str) -> NDArray[Any]:
        """Return an array with so many axes, whose type is one of `kinds` (numpy's letters); it may be written to."""
        shape, dtype, packed, data = self._next(entry)
        if len(shape) != axes or dtype.kind not in kinds:
            raise damaged()
        return np.frombuffer(zlib.decompress(data) if packed else data, dtype).reshape(shape).copy()

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes, which are for another reader."""
        if not 0 <= size <= len(self._data) - self._place:
            raise damaged()
        self._place += size
        return self._data[self._place - size : self._place]

    def _next(self, entry: Any) -> tuple[tuple[int, ...], np.dtype[Any], bool, bytes]:
        """Return shape, type, whether zlib has packed it, and the bytes of the next array, which fit each other."""
        if not isinstance(entry, dict) or entry.get("type") not in TYPES or not is_counts(entry.get("shape")):
            raise damaged()
        shape, dtype = tuple(entry["shape"]), np.dtype(entry["type"])
        size, packed = entry.get("size"), entry.get("packed") is True
        length = math.prod(shape) * dtype.itemsize
        if not isinstance(size, int) or not 0 <= size <= len(self._data) - self._place or length > self._largest:
            raise damaged()
        data = self._data[self._place : self._place + size]
        self._place += size
        if (_unpacked_length(data, length) if packed else size) != length:
            raise damaged()
        return shape, dtype, packed, data


def is_counts(value: Any) -> bool:
    """Return whether `value` is a list of whole numbers that are not negative."""
    return isinstance(value, list) and all(type(each) is int and each >= 0 for each in value)


def _unpacked_length(data: bytes, most: int) -> int:
    """Return how many bytes zlib would unpack, -1 where it cannot or where there are more than `most`.

    No more than a megabyte of them is in memory at a time.
    """
    unpack, length = zlib.decompressobj(), 0
    try:
        while not unpack.eof:
            part = unpack.decompress(data, 1 << 20)
            data, length = unpack.unconsumed_tail, length + len(part)
            if length > most or (not part and not data and not unpack.eof):
                return -1
    except zlib.error:
        return -1
    return length
