"""The names that torch writes into its pickles: tensors, storages and state dictionaries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from inpaint_studio.engine.weights.readers.byte_source import DAMAGED, ByteRange, UnusableFile, quote
from inpaint_studio.engine.weights.readers.tensors import TensorView, make_view
from inpaint_studio.engine.weights.readers.unpickler import GlobalName, UnknownObject
from inpaint_studio.texts import mark, tr

OTHER_BYTE_ORDER = mark("was saved on a machine of the other byte order; save it again on this kind of machine")

_TYPES = {
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
_SAVE_AGAIN = mark("save its plain weights with torch.save(model.state_dict(), ...)")
# Parts of torch whose classes are in whole models and checkpoints; no other function of torch belongs there.
_HARMLESS = ("torch.nn.", "torch.optim.", "torch.amp.", "torch.cuda.amp.", "torch.distributions.", "torch.utils.data.")


@dataclass(frozen=True, eq=False, slots=True)
class TorchStorage:
    """A storage of torch: numbers of one type in a byte range, from element `start` on."""

    data: ByteRange
    dtype: torch.dtype
    start: int = 0


def storage_type(maker: Any) -> torch.dtype:
    """Give the type of a storage class by its name. Raises UnusableFile for complex or quantised numbers."""
    if not isinstance(maker, GlobalName) or not maker.module.startswith("torch") or not maker.name.endswith("Storage"):
        raise UnusableFile(DAMAGED)
    kind = maker.name.removesuffix("Storage")
    if kind not in _TYPES:
        raise UnusableFile(
            tr("holds {quote} numbers, which no network here computes with; look for another file", quote=quote(kind))
        )
    return _TYPES[kind]


def rebuild(maker: GlobalName, arguments: list[Any]) -> Any:
    """Give what calling `maker` would return, for the names that torch writes; NotImplemented for an unknown class.

    Raises UnusableFile for tensors that are not of real numbers, and for any other function of torch.
    """
    name = str(maker)
    if name in ("collections.OrderedDict", "collections.defaultdict", "collections.Counter"):
        return _make_dict(arguments)
    if name in ("torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2"):
        return _make_tensor(arguments[0], arguments[1:4])
    if name == "torch._utils._rebuild_tensor_v3":
        return _make_tensor(arguments[0], arguments[1:4], arguments[6])
    if name in ("torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state"):
        return arguments[0]
    if name == "torch._tensor._rebuild_from_type_v2" and isinstance(arguments[0], GlobalName):
        return rebuild(arguments[0], list(arguments[2]))
    if name == "torch.Size" or name.startswith(("torch.jit._pickle.build_", "torch.jit._pickle.restore_type_tag")):
        return arguments[0]
    if name == "torch.storage._load_from_bytes":
        raise UnusableFile(tr("was written by pickle and not by torch; {save_again}", save_again=tr(_SAVE_AGAIN)))
    if maker.module == "torch._utils" and maker.name.startswith("_rebuild"):
        kind = maker.name.removeprefix("_rebuild_").removesuffix("_tensor").replace("_", " ")
        raise UnusableFile(
            tr(
                "holds tensors of an unusual kind ({quote}); {save_again}",
                quote=quote(kind),
                save_again=tr(_SAVE_AGAIN),
            )
        )
    if maker.module.split(".")[0] == "torch" and not _is_harmless(maker):
        raise UnusableFile(tr("asks to run {quote}, which was not done; do not use this file", quote=quote(name)))
    return NotImplemented


def _is_harmless(maker: GlobalName) -> bool:
    return f"{maker}".startswith(_HARMLESS) or (maker.module == "torch" and maker.name in ("device", "dtype"))


def _make_dict(arguments: list[Any]) -> dict[Any, Any]:
    """Return the contents that an ordered dictionary is made with: a dictionary, or pairs of names and values."""
    first = arguments[-1] if arguments else {}
    if isinstance(first, dict):
        return first
    pairs = first if isinstance(first, (list, tuple)) else ()
    return {pair[0]: pair[1] for pair in pairs if isinstance(pair, (list, tuple)) and isinstance(pair[0], str)}


def _make_tensor(storage: Any, place: list[Any], dtype: Any = None) -> TensorView:
    if not isinstance(storage, TorchStorage) or len(place) != 3:
        raise UnusableFile(DAMAGED)
    kind = storage.dtype if dtype is None else _to_dtype(dtype)
    offset, shape, strides = place
    if type(offset) is not int or offset < 0:
        raise UnusableFile(DAMAGED)
    return make_view(storage.data, kind, shape, strides, storage.start + offset)


def _to_dtype(dtype: Any) -> torch.dtype:
    """Return the torch.dtype that a pickle names."""
    found = getattr(torch, dtype.name, None) if isinstance(dtype, GlobalName) and dtype.module == "torch" else None
    if not isinstance(found, torch.dtype):
        raise UnusableFile(DAMAGED)
    return found


def open_object(node: Any) -> Mapping[Any, Any] | None:
    """Give the values inside an object that is not built; None for what is none.

    Of a whole pickled module these are the values that its state dictionary would name.
    """
    if not isinstance(node, UnknownObject):
        return None
    parts = [node.state.get(kind) for kind in ("_parameters", "_buffers", "_modules")]
    if all(isinstance(part, dict) for part in parts):
        return {key: value for part in parts if isinstance(part, dict) for key, value in part.items()}
    return node.state
