"""From the description of tensors in a file to the tensors: which bytes, of what type and shape, under which name."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from inpaint_studio.engine.weights.readers.byte_source import (
    DAMAGED,
    MAX_DEPTH,
    MAX_DIMS,
    MAX_NAME,
    MAX_TENSORS,
    MAX_VALUES,
    TOO_DEEP,
    TOO_MANY,
    ByteRange,
    UnusableFile,
    max_unpacked_size,
    quote,
)
from inpaint_studio.texts import tr

REAL_TYPES = (
    *(torch.float32, torch.float16, torch.bfloat16, torch.float64),
    *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
)

# Opens an object of a format's own: gives the values in it by key, or None for an object without tensors.
OpenObject = Callable[[Any], Mapping[Any, Any] | None]


@dataclass(frozen=True, eq=False, slots=True)
class TensorView:
    """A tensor that is not read yet: a strided view of a byte range. Made by `make_view`."""

    data: ByteRange
    dtype: torch.dtype
    shape: tuple[int, ...]
    strides: tuple[int, ...]  # in elements
    offset: int  # of the first element, in elements

    @property
    def count(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def size(self) -> int:
        """Number of bytes."""
        return self.count * self.dtype.itemsize

    @property
    def is_whole(self) -> bool:
        """Whether it is all of its byte range, in order."""
        return self.strides == dense_strides(self.shape) and self.offset == 0 and self.size == self.data.size


def dense_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Give the strides of a contiguous tensor, in elements."""
    strides = [1]
    for length in reversed(shape[1:]):
        strides.append(strides[-1] * max(1, length))
    return tuple(reversed(strides)) if shape else ()


def make_view(
    data: ByteRange, dtype: torch.dtype, shape: Iterable[Any], strides: Iterable[Any] | None = None, offset: Any = 0
) -> TensorView:
    """Describe a tensor in `data`; without `strides` it is contiguous.

    Raises UnusableFile for a type that is not of real numbers, and for a shape that does not fit into `data`.
    """
    if dtype not in REAL_TYPES:
        kind = "complex" if dtype.is_complex else str(dtype).removeprefix("torch.")
        raise UnusableFile(
            tr("holds {kind} numbers, which no network here computes with; look for another file", kind=kind)
        )
    sizes = _integers(shape)
    steps = dense_strides(sizes) if strides is None else _integers(strides)
    (start,) = _integers((offset,))
    if len(sizes) > MAX_DIMS or len(steps) != len(sizes):
        raise UnusableFile(DAMAGED)
    if 0 not in sizes:
        last = start + sum((length - 1) * step for length, step in zip(sizes, steps, strict=True))
        if (last + 1) * dtype.itemsize > data.size:
            raise UnusableFile(tr("describes a tensor that is larger than its numbers; download it again"))
    return TensorView(data, dtype, sizes, steps, start)


def _integers(values: Iterable[Any]) -> tuple[int, ...]:
    if not isinstance(values, (tuple, list)):
        raise UnusableFile(DAMAGED)
    if any(type(value) is not int or value < 0 for value in values):
        raise UnusableFile(DAMAGED)
    return tuple(values)


def collect_tensors(tree: Any, open_object: OpenObject = lambda _: None) -> dict[str, TensorView]:
    """List every tensor in nested containers by its path, the keys joined by ".".

    `open_object` is called for what is neither a dictionary nor a sequence. Raises UnusableFile for too many values,
    too deep nesting and for a container inside itself.
    """
    found: dict[str, TensorView] = {}
    path: set[int] = set()
    left = MAX_VALUES

    def walk(node: Any, name: str) -> None:
        nonlocal left
        if isinstance(node, TensorView):
            add_tensor(found, name, node)
            return
        inner = node if isinstance(node, (dict, list, tuple)) else open_object(node)
        if not inner:
            return
        if id(node) in path:
            raise UnusableFile(tr("holds a container that lies inside itself; look for another file"))
        if len(path) >= MAX_DEPTH:
            raise UnusableFile(TOO_DEEP)
        path.add(id(node))
        for key, value in inner.items() if isinstance(inner, Mapping) else enumerate(inner):
            left -= 1
            if left < 0:
                raise UnusableFile(TOO_MANY)
            if not isinstance(value, (str, bytes, int, float, type(None))):
                walk(value, f"{name}.{_key(key)}" if name else _key(key))
        path.discard(id(node))

    walk(tree, "")
    return found


def add_tensor(found: dict[str, TensorView], name: str, tensor: TensorView) -> None:
    """Add a tensor under its name. Raises UnusableFile for a bad or repeated name, and for too many tensors."""
    name = name or "tensor"
    if len(name) > MAX_NAME or not name.isprintable():
        raise UnusableFile(tr("holds a tensor whose name is too long or not text; download it again"))
    if name in found:
        raise UnusableFile(tr("holds two tensors named {quote}; look for another file", quote=quote(name)))
    if len(found) >= MAX_TENSORS:
        raise UnusableFile(TOO_MANY)
    found[name] = tensor


def _key(key: Any) -> str:
    return str(int(key)) if isinstance(key, float) and key.is_integer() else str(key)[: MAX_NAME + 1]


def load_tensors(views: Mapping[str, TensorView], size: int) -> dict[str, torch.Tensor]:
    """Read the tensors from a file of `size` bytes; contiguous, and no two share memory.

    Raises UnusableFile where there are none, where they are larger than the file can hold, and for NaN or infinity.
    """
    if not views:
        raise UnusableFile(tr("holds no tensors; choose the file with the network's weights"))
    uses: dict[ByteRange, list[str]] = defaultdict(list)
    for name, tensor in views.items():
        uses[tensor.data].append(name)
    if max(sum(tensor.size for tensor in views.values()), sum(data.size for data in uses)) > max_unpacked_size(size):
        raise UnusableFile(tr("claims to hold more numbers than such a file can; look for another one"))
    ready: dict[str, torch.Tensor] = {}
    for data, names in uses.items():
        raw = data.load()
        for name in names:
            ready[name] = _extract(raw, views[name], len(names) > 1)
            _check_finite(name, ready[name])
    return {name: ready[name] for name in views}


def _extract(raw: torch.Tensor, tensor: TensorView, shared: bool) -> torch.Tensor:
    """Make one tensor out of the bytes of its range, in memory of its own."""
    if not tensor.count:
        return torch.empty(tensor.shape, dtype=tensor.dtype)
    stored = torch.uint8 if tensor.dtype == torch.bool else tensor.dtype
    numbers = raw[: raw.numel() // stored.itemsize * stored.itemsize].view(stored)
    if tensor.is_whole and not shared:
        values = numbers.view(tensor.shape)
    else:
        values = numbers.as_strided(tensor.shape, tensor.strides, tensor.offset).clone(
            memory_format=torch.contiguous_format
        )
    return values.ne(0) if tensor.dtype == torch.bool else values


def _check_finite(name: str, tensor: torch.Tensor) -> None:
    if not tensor.is_floating_point() or not tensor.numel():
        return
    low, high = torch.aminmax(tensor)  # both are NaN where any value is; far quicker than isfinite on every value
    if not (math.isfinite(low) and math.isfinite(high)):
        raise UnusableFile(
            tr(
                "holds numbers that are not finite (NaN or infinity, in {quote}); its training had "
                "failed, so look for another file",
                quote=quote(name),
            )
        )
