"""Arrays of zeros that take memory only where they are written.

`numpy.zeros` does so by itself where its memory comes fresh from the system. From memory that was freed before, which
the tuned C library keeps (`engine.machine.allocator`), it has to write every zero. These arrays always come from the
system, page by page at the first write, and go back to it as soon as they are freed.

The rasters of a document are such arrays: of a photo of 24 megapixels they would take 168 MB, and a hole in it is all
that most of them ever hold. So are the planes of a fill that say something of the hole's pixels alone, such as where
they were copied from.
"""

from __future__ import annotations

import math
import mmap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

LEAST = 1 << 20  # bytes: smaller arrays are not worth a call of the system


def lazy_zeros(shape: Sequence[int], dtype: DTypeLike) -> NDArray[Any]:
    """Return a writable array of zeros, contiguous; a large one takes memory only where it is written.

    Raises MemoryError, as numpy does, where there is no room for it.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size < LEAST or not hasattr(mmap, "MAP_PRIVATE"):  # elsewhere numpy's zeros are lazy already
        return np.zeros(shape, dtype)
    try:
        # Private, as shared memory would be taken by reading, too.
        memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError as error:
        raise MemoryError(f"There is no room for {size} bytes.") from error
    return np.frombuffer(memory, dtype).reshape(shape)
