"""The zip that torch.save (since 1.6), Lightning and torch.jit.save write: one pickle, and a file for every storage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from inpaint_studio.engine.weights.readers.archive import Archive
from inpaint_studio.engine.weights.readers.byte_source import DAMAGED, Cursor, UnusableFile
from inpaint_studio.engine.weights.readers.tensors import OpenObject, TensorView, collect_tensors
from inpaint_studio.engine.weights.readers.torch_objects import (
    OTHER_BYTE_ORDER,
    TorchStorage,
    open_object,
    rebuild,
    storage_type,
)
from inpaint_studio.engine.weights.readers.unpickler import GlobalName, UnknownObject, unpickle
from inpaint_studio.texts import tr

_MAX_PICKLE = 64 << 20  # bytes
_MAX_CODE = 4 << 20  # bytes
_LISTS = re.compile(r"^  __(?:parameters|buffers)__ = \[([^\]\n]*)\]", re.MULTILINE)
_CLASS = re.compile(r"^class (\w+)\(", re.MULTILINE)


def find_root(archive: Archive) -> str | None:
    """Find the folder in the zip that torch wrote into, with its "/"; None where torch did not write this zip."""
    pickles = [name for name in archive.names if name.rpartition("/")[2] == "data.pkl"]
    return min(pickles, key=len).removesuffix("data.pkl") if pickles else None


def list_tensors(archive: Archive, root: str) -> dict[str, TensorView]:
    """List every tensor of a checkpoint; of a TorchScript program, by the names that its state dictionary would have.

    Raises UnusableFile.
    """
    order = f"{root}byteorder"
    if order in archive.names and archive.head(order, 8).strip() != b"little":
        raise UnusableFile(OTHER_BYTE_ORDER)
    is_program = f"{root}constants.pkl" in archive.names
    tree = _read_tree(archive, root)
    found = collect_tensors(only_weights(tree), _program_opener(archive, root) if is_program else open_object)
    if is_program and not found:
        raise UnusableFile(
            tr("is a TorchScript program without named weights, as frozen ones are; look for another file")
        )
    return found


def only_weights(tree: Any) -> Any:
    """Drop everything but the weights of a Lightning checkpoint, whose callbacks may hold infinite scores."""
    if isinstance(tree, dict) and "state_dict" in tree and "pytorch-lightning_version" in tree:
        return {"state_dict": tree["state_dict"]}
    return tree


def _read_tree(archive: Archive, root: str) -> Any:
    storages: dict[str, TorchStorage] = {}

    def load_persistent(identity: Any) -> Any:
        if not isinstance(identity, tuple) or len(identity) != 5 or identity[0] != "storage":
            raise UnusableFile(DAMAGED)
        _, maker, key, _, count = identity
        dtype = storage_type(maker)
        if not isinstance(key, str) or type(count) is not int:
            raise UnusableFile(DAMAGED)
        if key not in storages:
            storages[key] = TorchStorage(archive.byte_range(f"{root}data/{key}"), dtype)
        if storages[key].data.size != count * dtype.itemsize:
            raise UnusableFile(tr("holds a storage of another size than it claims; download it again"))
        return TorchStorage(storages[key].data, dtype)

    source = archive.source(f"{root}data.pkl", _MAX_PICKLE)
    return unpickle(Cursor(source), rebuild, load_persistent)


def _program_opener(archive: Archive, root: str) -> OpenObject:
    """Make a function that opens a TorchScript program's objects: their parameters, buffers and modules.

    The source text of the program lists parameters and buffers. It is searched for these lists and never run.
    """
    known: dict[GlobalName, set[str] | None] = {}

    def open_module(node: Any) -> Mapping[Any, Any] | None:
        if not isinstance(node, UnknownObject) or not isinstance(node.maker, GlobalName):
            return None
        if node.maker not in known:
            known[node.maker] = _tensor_names(archive, root, node.maker)
        names = known[node.maker]
        return {
            key: value
            for key, value in node.state.items()
            if isinstance(value, UnknownObject) or (isinstance(value, TensorView) and (names is None or key in names))
        }

    return open_module


def _tensor_names(archive: Archive, root: str, maker: GlobalName) -> set[str] | None:
    """Return the names of a class's parameters and buffers; None where the program's source text does not list them."""
    path = f"{root}code/{maker.module.replace('.', '/')}.py"
    if path not in archive.names:
        return None
    source = archive.source(path, _MAX_CODE)
    text = source.read_at(0, source.size).decode()
    starts = [(found[1], found.start()) for found in _CLASS.finditer(text)]
    for number, (name, start) in enumerate(starts):
        if name == maker.name:
            end = starts[number + 1][1] if number + 1 < len(starts) else len(text)
            lists = _LISTS.findall(text, start, end)
            return {item.strip().strip('"') for items in lists for item in items.split(",")} if lists else None
    return None
