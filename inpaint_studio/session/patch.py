"""Pixels that are kept for later: as an array, compressed, or on the disk."""

from __future__ import annotations

import threading
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from inpaint_studio.session.spill import SpilledBlock, SpillFile

if TYPE_CHECKING:
    from numpy.typing import NDArray

_swapping = threading.Lock()  # held for a moment, by the threads that pack patches and put them on the disk


class _OnDisk(NamedTuple):
    block: SpilledBlock
    packed: bool  # whether zlib has compressed it


class Patch:
    """Stored pixels of any type: an array at first, compressed by `pack` where that saves half or more.

    Photos seldom save that much, and unpacking them would make undo slow; masks nearly always do. `spill` puts them on
    the disk. All of it is safe in any thread at any time.
    """

    def __init__(self, pixels: NDArray[Any]) -> None:
        """Keep `pixels` uncopied: the caller must not write to them any more."""
        self._shape, self._dtype = pixels.shape, pixels.dtype
        self._held: NDArray[Any] | bytes | _OnDisk = pixels  # bytes: compressed
        self._tried = False  # whether it is worth it to compress them is known

    @classmethod
    def of_bytes(cls, data: bytes, packed: bool, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Patch:
        """Return the patch of pixels as `stored` gives them; `data` must fit `shape` and `dtype`."""
        patch = cls(np.zeros((0,), dtype))
        patch._shape, patch._tried = shape, True
        patch._held = data if packed else np.frombuffer(data, dtype).reshape(shape)
        return patch

    def pixels(self) -> NDArray[Any]:
        """Return the pixels; a new array where they are compressed. Raises OSError where the disk has lost them."""
        data, packed = self._read()
        if isinstance(data, bytes):
            return np.frombuffer(zlib.decompress(data) if packed else data, self._dtype).reshape(self._shape)
        return data

    def stored(self) -> tuple[bytes | memoryview, bool]:
        """Return the bytes of the pixels as they are kept, and whether zlib has compressed them."""
        data, packed = self._read()
        return (data, packed) if isinstance(data, bytes) else (_bytes_of(data), False)

    def _read(self) -> tuple[NDArray[Any] | bytes, bool]:
        held = self._held  # one read: `pack` and `spill` may swap it in another thread
        if isinstance(held, _OnDisk):
            return held.block.read(), held.packed
        return held, isinstance(held, bytes)

    def _swap(self, old: NDArray[Any] | bytes, new: bytes | _OnDisk) -> None:
        """Keep `new` in the place of `old`, where no other thread was faster."""
        with _swapping:
            if self._held is old:
                self._held = new

    def pack(self) -> None:
        """Compress the pixels where that is worth it."""
        held = self._held
        if isinstance(held, np.ndarray) and not self._tried:
            self._tried = True
            packed = zlib.compress(_bytes_of(held), 1)
            if 2 * len(packed) <= held.nbytes:
                self._swap(held, packed)

    def spill(self, file: SpillFile) -> bool:
        """Put the pixels on the disk; False where it does not take them: they stay then."""
        while not isinstance(held := self._held, _OnDisk) and self.nbytes:
            packed = isinstance(held, bytes)
            block = file.write(held if isinstance(held, bytes) else _bytes_of(held))
            if block is None:
                return False
            self._swap(held, _OnDisk(block, packed))
        return True

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the pixels."""
        return self._shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the pixels."""
        return self._dtype

    @property
    def nbytes(self) -> int:
        """The memory of the pixels as they are kept now, in bytes; 0 on the disk."""
        held = self._held
        if isinstance(held, _OnDisk):
            return 0
        return len(held) if isinstance(held, bytes) else held.nbytes


def _bytes_of(array: NDArray[Any]) -> memoryview:
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
