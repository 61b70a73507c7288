"""What torch.save (since 1.6), Lightning and torch.jit.save write: a zip of one pickle, and of every storage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from inpaint_studio.engine.weights.readers.archive import Archive
from inpaint_studio.engine.weights.readers.byte_source import DAMAGED, Cursor, UnusableFile
from inpaint_studio.engine.weights.readers.tensors import Children, TensorView, collect_tensors
from inpaint_studio.engine.weights.readers.torch_objects import TorchStorage, children, number_type, rebuild
from inpaint_studio.engine.weights.readers.unpickler import Name, UnknownObject, unpickle

_MOST_PICKLE = 64 << 20
_MOST_CODE = 4 << 20
_LISTED = re.compile(r"^  __(?:parameters|buffers)__ = \[([^\]\n]*)\]", re.MULTILINE)
_CLASS = re.compile(r"^class (\w+)\(", re.MULTILINE)


def root_of(archive: Archive) -> str | None:
    """The folder in the zip that torch wrote into, with its "/"; None where torch did not write this zip."""
    pickles = [name for name in archive.names if name.rpartition("/")[2] == "data.pkl"]
    return min(pickles, key=len).removesuffix("data.pkl") if pickles else None


def list_tensors(archive: Archive, root: str) -> dict[str, TensorView]:
    """Every tensor of a checkpoint, or of a TorchScript program as its state dictionary would name them."""
    order = f"{root}byteorder"
    if order in archive.names and archive.start(order, 8).strip() != b"little":
        raise UnusableFile("was saved on a machine of the other byte order; save it anew on this kind of machine")
    scripted = f"{root}constants.pkl" in archive.names
    tree = _tree(archive, root)
    found = collect_tensors(weights_of(tree), _opener(archive, root) if scripted else children)
    if scripted and not found:
        raise UnusableFile("is a TorchScript program that names no weights, as frozen ones do; look for another file")
    return found


def weights_of(tree: Any) -> Any:
    """Of a Lightning checkpoint the weights alone: its callbacks may remember infinite scores."""
    if isinstance(tree, dict) and "state_dict" in tree and "pytorch-lightning_version" in tree:
        return {"state_dict": tree["state_dict"]}
    return tree


def _tree(archive: Archive, root: str) -> Any:
    stores: dict[str, TorchStorage] = {}

    def persistent(named: Any) -> Any:
        if not isinstance(named, tuple) or len(named) != 5 or named[0] != "storage":
            raise UnusableFile(DAMAGED)
        _, maker, key, _, count = named
        dtype = number_type(maker)
        if not isinstance(key, str) or type(count) is not int:
            raise UnusableFile(DAMAGED)
        if key not in stores:
            stores[key] = TorchStorage(archive.store(f"{root}data/{key}"), dtype)
        if stores[key].store.size != count * dtype.itemsize:
            raise UnusableFile("holds numbers of another size than it says; download it again")
        return TorchStorage(stores[key].store, dtype)

    source = archive.source(f"{root}data.pkl", _MOST_PICKLE)
    return unpickle(Cursor(source), rebuild, persistent)


def _opener(archive: Archive, root: str) -> Children:
    """Opens a TorchScript program's objects: of an object's tensors, only parameters and buffers.

    Which these are says the program's text, which is searched for those two lists and never run.
    """
    known: dict[Name, set[str] | None] = {}

    def opened(node: Any) -> Mapping[Any, Any] | None:
        if not isinstance(node, UnknownObject) or not isinstance(node.maker, Name):
            return None
        if node.maker not in known:
            known[node.maker] = _listed(archive, root, node.maker)
        names = known[node.maker]
        return {
            key: value
            for key, value in node.state.items()
            if isinstance(value, UnknownObject) or (isinstance(value, TensorView) and (names is None or key in names))
        }

    return opened


def _listed(archive: Archive, root: str, maker: Name) -> set[str] | None:
    """The names of a class's parameters and buffers; None where the program's text does not tell."""
    path = f"{root}code/{maker.module.replace('.', '/')}.py"
    if path not in archive.names:
        return None
    source = archive.source(path, _MOST_CODE)
    text = source.take(0, source.size).decode()
    starts = [(found[1], found.start()) for found in _CLASS.finditer(text)]
    for at, (name, start) in enumerate(starts):
        if name == maker.name:
            end = starts[at + 1][1] if at + 1 < len(starts) else len(text)
            lists = _LISTED.findall(text, start, end)
            return {word.strip().strip('"') for listed in lists for word in listed.split(",")} if lists else None
    return None
