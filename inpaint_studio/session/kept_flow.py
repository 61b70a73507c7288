"""A flow that is kept with a candidate: compressed while the candidate is not in the photo."""

from __future__ import annotations

import weakref
import zlib
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inpaint_studio.engine.flow.flow import Flow


class KeptFlow:
    """Holds a flow. Reading is safe at any time; while the flow is used elsewhere, it is the same object."""

    def __init__(self, flow: Flow) -> None:
        self._flow: Flow | None = flow
        self._used = weakref.ref(flow)
        self._rest: Flow | None = None  # the flow with empty arrays, once it was packed
        self._packed: dict[str, _PackedArray] = {}

    def flow(self) -> Flow:
        """Return the flow; its arrays are new ones where it was packed and nothing else uses it."""
        flow = self._flow or self._used()  # one read each: `pack` may run in another thread
        if flow is None:
            assert self._rest is not None
            arrays: dict[str, Any] = {name: packed.array() for name, packed in self._packed.items()}
            flow = replace(self._rest, **arrays)
            self._used = weakref.ref(flow)
        return flow

    def pack(self) -> None:
        """Compress the arrays; may be called from another thread."""
        flow = self._flow
        if flow is None:
            return
        if self._rest is None:
            named = {each.name: getattr(flow, each.name) for each in fields(flow)}
            self._packed = {name: _PackedArray(value) for name, value in named.items() if isinstance(value, np.ndarray)}
            empty: dict[str, Any] = {name: np.zeros(0, named[name].dtype) for name in self._packed}
            self._rest = replace(flow, **empty)
        self._flow = None

    @property
    def nbytes(self) -> int:
        """The memory of the flow as it is kept now, in bytes."""
        flow = self._flow
        if flow is not None:
            return flow_bytes(flow)
        return flow_bytes(self._rest) + sum(each.nbytes for each in self._packed.values())


def flow_bytes(flow: Flow | None) -> int:
    """Return the memory of `flow`, in bytes."""
    if flow is None:
        return 0
    values = [getattr(flow, each.name) for each in fields(flow)]
    arrays = sum(value.nbytes for value in values if isinstance(value, np.ndarray))
    return arrays + sum(part.nbytes for part in flow.ranked) + sum(part.nbytes for part in flow.weighed)


class _PackedArray:
    """An array that is compressed."""

    def __init__(self, array: NDArray[Any]) -> None:
        self._shape, self._dtype = array.shape, array.dtype
        self._bytes = zlib.compress(np.ascontiguousarray(array).view(np.uint8).data, 1)
        self.nbytes = len(self._bytes)

    def array(self) -> NDArray[Any]:
        """Return the array; a new one, that cannot be written to."""
        return np.frombuffer(zlib.decompress(self._bytes), self._dtype).reshape(self._shape)
