"""From what a file describes to tensors: which numbers, of what shape, under which name."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from inpaint_studio.engine.weights.readers.byte_source import (
    DAMAGED,
    DEEPEST,
    LONGEST_NAME,
    MOST_DIMS,
    MOST_OBJECTS,
    MOST_TENSORS,
    TOO_DEEP,
    TOO_MANY,
    ByteRange,
    UnusableFile,
    max_unpacked_size,
    quote,
)

REAL = (
    *(torch.float32, torch.float16, torch.bfloat16, torch.float64),
    *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
)

Children = Callable[[Any], Mapping[Any, Any] | None]


@dataclass(frozen=True, eq=False, slots=True)
class TensorView:
    """A tensor that is not read yet: numbers of a store, in elements from its beginning. Made by `view`."""

    store: ByteRange
    dtype: torch.dtype
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int

    @property
    def count(self) -> int:
        return math.prod(self.shape)

    @property
    def size(self) -> int:
        return self.count * self.dtype.itemsize

    @property
    def is_whole(self) -> bool:
        """Whether it is all of its store, in order."""
        return self.strides == dense(self.shape) and self.offset == 0 and self.size == self.store.size


def dense(shape: Sequence[int]) -> tuple[int, ...]:
    """The strides of a contiguous tensor."""
    strides = [1]
    for length in reversed(shape[1:]):
        strides.append(strides[-1] * max(1, length))
    return tuple(reversed(strides)) if shape else ()


def view(
    store: ByteRange, dtype: torch.dtype, shape: Iterable[Any], strides: Iterable[Any] | None = None, offset: Any = 0
) -> TensorView:
    """A tensor of these numbers. Raises UnusableFile for other than real numbers or a range too short."""
    if dtype not in REAL:
        raise UnusableFile(
            f"holds {kind_of(dtype)} numbers, which no network here computes with; look for another file"
        )
    sizes = _integers(shape)
    steps = dense(sizes) if strides is None else _integers(strides)
    (start,) = _integers((offset,))
    if len(sizes) > MOST_DIMS or len(steps) != len(sizes):
        raise UnusableFile(DAMAGED)
    if 0 not in sizes:
        last = start + sum((length - 1) * step for length, step in zip(sizes, steps, strict=True))
        if (last + 1) * dtype.itemsize > store.size:
            raise UnusableFile("names a tensor that is larger than the file's numbers; download it again")
    return TensorView(store, dtype, sizes, steps, start)


def kind_of(dtype: torch.dtype) -> str:
    """What numbers are called."""
    if dtype.is_complex:
        return "complex"
    return str(dtype).removeprefix("torch.")


def _integers(values: Iterable[Any]) -> tuple[int, ...]:
    if not isinstance(values, (tuple, list)):
        raise UnusableFile(DAMAGED)
    if any(type(value) is not int or value < 0 for value in values):
        raise UnusableFile(DAMAGED)
    return tuple(values)


def collect_tensors(tree: Any, children: Children = lambda _: None) -> dict[str, TensorView]:
    """Every tensor in nested containers by its path. `children` opens what is neither a mapping nor a sequence."""
    found: dict[str, TensorView] = {}
    path: set[int] = set()
    left = MOST_OBJECTS

    def walk(node: Any, name: str) -> None:
        nonlocal left
        if isinstance(node, TensorView):
            add(found, name, node)
            return
        inner = node if isinstance(node, (dict, list, tuple)) else children(node)
        if not inner:
            return
        if id(node) in path:
            raise UnusableFile("holds a container that lies inside itself; look for another file")
        if len(path) >= DEEPEST:
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


def add(found: dict[str, TensorView], name: str, tensor: TensorView) -> None:
    """Puts a tensor under its name. Raises UnusableFile for a name that cannot be one."""
    name = name or "tensor"
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise UnusableFile("names a tensor with more, or other, signs than a name has; download it again")
    if name in found:
        raise UnusableFile(f"holds two tensors named {quote(name)}; look for another file")
    if len(found) >= MOST_TENSORS:
        raise UnusableFile(TOO_MANY)
    found[name] = tensor


def _key(key: Any) -> str:
    return str(int(key)) if isinstance(key, float) and key.is_integer() else str(key)[: LONGEST_NAME + 1]


def load_tensors(found: Mapping[str, TensorView], size: int) -> dict[str, torch.Tensor]:
    """The tensors themselves, out of a file of that size. Raises UnusableFile for too many, none, or NaN in one."""
    if not found:
        raise UnusableFile("holds no tensors; choose the file with the network's weights")
    uses: dict[ByteRange, list[str]] = defaultdict(list)
    for name, tensor in found.items():
        uses[tensor.store].append(name)
    if max(sum(tensor.size for tensor in found.values()), sum(store.size for store in uses)) > max_unpacked_size(size):
        raise UnusableFile("claims to hold more numbers than such a file can; look for another one")
    ready: dict[str, torch.Tensor] = {}
    for store, names in uses.items():
        raw = store.load()
        for name in names:
            ready[name] = _taken(raw, found[name], len(names) > 1)
            _check_finite(name, ready[name])
    return {name: ready[name] for name in found}


def _taken(raw: torch.Tensor, tensor: TensorView, shared: bool) -> torch.Tensor:
    """One tensor out of its store's bytes, in memory of its own."""
    if not tensor.count:
        return torch.empty(tensor.shape, dtype=tensor.dtype)
    stored = torch.uint8 if tensor.dtype == torch.bool else tensor.dtype
    numbers = raw[: raw.numel() // stored.itemsize * stored.itemsize].view(stored)
    if tensor.is_whole and not shared:
        taken = numbers.view(tensor.shape)
    else:
        taken = numbers.as_strided(tensor.shape, tensor.strides, tensor.offset).clone(
            memory_format=torch.contiguous_format
        )
    return taken.ne(0) if tensor.dtype == torch.bool else taken


def _check_finite(name: str, tensor: torch.Tensor) -> None:
    if not tensor.is_floating_point() or not tensor.numel():
        return
    least, largest = torch.aminmax(tensor)  # both are NaN where any number is; far quicker than to ask each
    if not (math.isfinite(least) and math.isfinite(largest)):
        raise UnusableFile(
            f"holds numbers that are not numbers (NaN or infinity, in {quote(name)}); its training had failed, "
            "so look for another file"
        )
