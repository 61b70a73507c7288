"""What torch writes into its pickles for tensors, storages and state dictionaries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from inpaint_studio.engine.weights.readers.byte_source import DAMAGED, ByteRange, UnusableFile, quote
from inpaint_studio.engine.weights.readers.tensors import TensorView, view
from inpaint_studio.engine.weights.readers.unpickler import Name, UnknownObject

_NUMBERS = {
    "Double": torch.float64,
    "Float": torch.float32,
    "Half": torch.float16,
    "BFloat16": torch.bfloat16,
    "Long": torch.int64,
    "Int": torch.int32,
    "Short": torch.int16,
    "Char": torch.int8,
    "Byte": torch.uint8,
    "Bool": torch.bool,
    "Untyped": torch.uint8,
}
_SAVE_ANEW = "save its plain weights with torch.save(model.state_dict(), ...)"
# Parts of torch whose classes stand in whole models and checkpoints; no other function of torch belongs there.
_HARMLESS = ("torch.nn.", "torch.optim.", "torch.amp.", "torch.cuda.amp.", "torch.distributions.", "torch.utils.data.")


@dataclass(frozen=True, eq=False, slots=True)
class TorchStorage:
    """A torch storage: numbers of one type, which begin at an element of a store."""

    store: ByteRange
    dtype: torch.dtype
    start: int = 0


def number_type(maker: Any) -> torch.dtype:
    """What numbers a storage class holds, by its name. Raises UnusableFile for one of complex or quantised numbers."""
    if not isinstance(maker, Name) or not maker.module.startswith("torch") or not maker.name.endswith("Storage"):
        raise UnusableFile(DAMAGED)
    kind = maker.name.removesuffix("Storage")
    if kind not in _NUMBERS:
        raise UnusableFile(f"holds {quote(kind)} numbers, which no network here computes with; look for another file")
    return _NUMBERS[kind]


def rebuild(maker: Name, given: list[Any]) -> Any:
    """What calling this name would give, for the names that torch writes; NotImplemented for an unknown class.

    Raises UnusableFile for tensors that are not of real numbers, and for any other function of torch.
    """
    name = str(maker)
    if name in ("collections.OrderedDict", "collections.defaultdict", "collections.Counter"):
        return _mapping(given)
    if name in ("torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2"):
        return _tensor(given[0], given[1:4])
    if name == "torch._utils._rebuild_tensor_v3":
        return _tensor(given[0], given[1:4], given[6])
    if name in ("torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state"):
        return given[0]
    if name == "torch._tensor._rebuild_from_type_v2" and isinstance(given[0], Name):
        return rebuild(given[0], list(given[2]))
    if name == "torch.Size" or name.startswith(("torch.jit._pickle.build_", "torch.jit._pickle.restore_type_tag")):
        return given[0]
    if name == "torch.storage._load_from_bytes":
        raise UnusableFile(f"was written by pickle and not by torch; {_SAVE_ANEW}")
    if maker.module == "torch._utils" and maker.name.startswith("_rebuild"):
        kind = maker.name.removeprefix("_rebuild_").removesuffix("_tensor").replace("_", " ")
        raise UnusableFile(f"holds tensors of an unusual kind ({quote(kind)}); {_SAVE_ANEW}")
    if maker.module.split(".")[0] == "torch" and not _is_harmless(maker):
        raise UnusableFile(f"asks to run {quote(name)}, which was not done; do not use this file")
    return NotImplemented


def _is_harmless(maker: Name) -> bool:
    return f"{maker}".startswith(_HARMLESS) or (maker.module == "torch" and maker.name in ("device", "dtype"))


def _mapping(given: list[Any]) -> dict[Any, Any]:
    """The contents that an ordered dictionary is made with: a dictionary, or pairs of names and values."""
    first = given[-1] if given else {}
    if isinstance(first, dict):
        return first
    pairs = first if isinstance(first, (list, tuple)) else ()
    return {pair[0]: pair[1] for pair in pairs if isinstance(pair, (list, tuple)) and isinstance(pair[0], str)}


def _tensor(storage: Any, place: list[Any], dtype: Any = None) -> TensorView:
    if not isinstance(storage, TorchStorage) or len(place) != 3:
        raise UnusableFile(DAMAGED)
    kind = storage.dtype if dtype is None else _named_type(dtype)
    offset, shape, strides = place
    if type(offset) is not int or offset < 0:
        raise UnusableFile(DAMAGED)
    return view(storage.store, kind, shape, strides, storage.start + offset)


def _named_type(dtype: Any) -> torch.dtype:
    """The torch.dtype that a pickle names."""
    found = getattr(torch, dtype.name, None) if isinstance(dtype, Name) and dtype.module == "torch" else None
    if not isinstance(found, torch.dtype):
        raise UnusableFile(DAMAGED)
    return found


def children(node: Any) -> Mapping[Any, Any] | None:
    """What lies under an object that is not built: of a whole pickled module, what its state dictionary would name."""
    if not isinstance(node, UnknownObject):
        return None
    parts = [node.state.get(kind) for kind in ("_parameters", "_buffers", "_modules")]
    if all(isinstance(part, dict) for part in parts):
        return {key: value for part in parts if isinstance(part, dict) for key, value in part.items()}
    return node.state
