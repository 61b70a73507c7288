"""Writers of the formats in which weights are published, so that tests need no files from outside.

Also `Module` for an object of a Torch7 class, and the pieces that hostile files are made of.
"""

from __future__ import annotations

import io
import pickle
import struct
import sys
import types
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from inpaint_studio.engine.weights.readers.tf_table import masked_crc32c

# Torch7


class Module:
    """An object of a Torch7 class, as `Module("nn.SpatialConvolution", {"weight": array})`."""

    def __init__(self, kind: str, fields: Any) -> None:
        self.kind = kind
        self.fields = fields


_TORCH7 = {
    "float64": "Double",
    "float32": "Float",
    "float16": "Half",
    "int64": "Long",
    "int32": "Int",
    "int16": "Short",
    "int8": "Char",
    "uint8": "Byte",
}


class Torch7:
    """Writes objects as Torch7 does; `long` is the size of C's long. An object is written once, then referred to."""

    def __init__(self, long: int = 8, cuda: bool = False) -> None:
        self.out = bytearray()
        self.long = "<q" if long == 8 else "<i"
        self.cuda = cuda
        self.seen: dict[int, int] = {}
        self.kept: list[Any] = []  # so that no id() is used twice

    def write(self, value: Any) -> Torch7:
        if value is None:
            self.integers(0)
        elif isinstance(value, bool):
            self.integers(5, value)
        elif isinstance(value, (int, float)):
            self.integers(1)
            self.out += struct.pack("<d", value)
        elif isinstance(value, str):
            self.integers(2)
            self.text(value)
        elif isinstance(value, (dict, list, tuple)):
            self.table(value)
        elif isinstance(value, Module):
            self.module(value)
        elif isinstance(value, np.ndarray):
            self.tensor(value)
        else:
            raise TypeError(type(value))
        return self

    def integers(self, *values: int) -> None:
        self.out += struct.pack(f"<{len(values)}i", *values)

    def longs(self, *values: int) -> None:
        for value in values:
            self.out += struct.pack(self.long, value)

    def text(self, value: str) -> None:
        body = value.encode("latin-1")
        self.integers(len(body))
        self.out += body

    def begin(self, kind: int, value: Any) -> bool:
        """Write kind and index of a table or object; gives whether its contents must follow."""
        new = id(value) not in self.seen
        index = self.seen.setdefault(id(value), len(self.seen) + 1)
        self.kept.append(value)
        self.integers(kind, index)
        return new

    def table(self, value: Any) -> None:
        if self.begin(3, value):
            pairs = list(value.items() if isinstance(value, dict) else enumerate(value, 1))
            self.integers(len(pairs))
            for key, inner in pairs:
                self.write(key)
                self.write(inner)

    def module(self, value: Module) -> None:
        if self.begin(4, value):
            self.text("V 1")
            self.text(value.kind)
            self.write(value.fields)

    def tensor(self, value: np.ndarray) -> None:
        """Write an array; of a view, its base is the storage."""
        if not self.begin(4, value):
            return
        base = value if value.base is None or not isinstance(value.base, np.ndarray) else value.base
        kind = _TORCH7[str(value.dtype)]
        self.text("V 1")
        self.text(self.name(kind, "Tensor"))
        if not value.size:
            self.integers(0)
            self.longs(1)
            self.write(None)
            return
        self.integers(value.ndim)
        self.longs(*value.shape)
        self.longs(*(stride // value.itemsize for stride in value.strides))
        start = value.__array_interface__["data"][0] - base.__array_interface__["data"][0]
        self.longs(start // value.itemsize + 1)
        if self.begin(4, memory := self.storage_of(base)):
            self.text("V 1")
            self.text(self.name(kind, "Storage"))
            self.longs(memory.size)
            self.out += memory.astype(np.int32).tobytes() if kind == "Long" and self.long == "<i" else memory.tobytes()

    def storage_of(self, base: np.ndarray) -> np.ndarray:
        for kept in self.kept:
            if isinstance(kept, _Memory) and kept.whose is base:
                return kept
        memory = np.ascontiguousarray(base).reshape(-1).view(_Memory)
        memory.whose = base
        return memory

    def name(self, kind: str, what: str) -> str:
        if not self.cuda:
            return f"torch.{kind}{what}"
        return f"torch.Cuda{'' if kind == 'Float' else kind}{what}"


class _Memory(np.ndarray):
    whose: Any = None


def write_t7(path: Path, value: Any, long: int = 8, cuda: bool = False) -> Path:
    """Write a .t7 file of nested dictionaries, lists, strings, numbers, arrays and `Module`s."""
    path.write_bytes(bytes(Torch7(long, cuda).write(value).out))
    return path


# TensorFlow's bundles

_TENSORFLOW = {
    "float32": 1,
    "float64": 2,
    "int32": 3,
    "uint8": 4,
    "int16": 5,
    "int8": 6,
    "int64": 9,
    "bool": 10,
    "float16": 19,
}


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def message(*fields: tuple[int, int | bytes], fixed: Mapping[int, int] = types.MappingProxyType({})) -> bytes:
    """Encode a protocol buffer of numbers and byte strings, and of 32-bit numbers in `fixed`."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            out += varint(number << 3 | 2) + varint(len(value)) + value
    return out + b"".join(varint(number << 3 | 5) + struct.pack("<I", value) for number, value in fixed.items())


def entry(dtype: int, shape: Iterable[int], shard: int, start: int, size: int, checksum: int | None) -> bytes:
    """Encode the entry of one tensor in an index."""
    sizes = b"".join(message((2, message((1, length)))) for length in shape)
    fixed = {} if checksum is None else {6: checksum}
    return message((1, dtype), (2, sizes), (3, shard), (4, start), (5, size), fixed=fixed)


def header(shards: int = 1) -> bytes:
    return message((1, shards), (2, 0), (3, message((1, 1))))


def block(pairs: Iterable[tuple[bytes, bytes]], restart: int = 16) -> bytes:
    """Encode a table's block: keys without the beginning they share with the one before, values, restart offsets."""
    out, places, last = b"", [], b""
    for count, (key, value) in enumerate(pairs):
        same = 0
        if count % restart == 0:
            places.append(len(out))
        else:
            while same < min(len(key), len(last)) and key[same] == last[same]:
                same += 1
        out += varint(same) + varint(len(key) - same) + varint(len(value)) + key[same:] + value
        last = key
    places = places or [0]
    return out + struct.pack(f"<{len(places) + 1}I", *places, len(places))


def with_checksum(body: bytes, kind: int = 0) -> bytes:
    """A block with its compression and its checksum behind it."""
    return body + bytes([kind]) + struct.pack("<I", masked_crc32c(body + bytes([kind])))


def table(blocks: list[tuple[bytes, int]], listing: bytes | None = None) -> bytes:
    """Encode a whole index of blocks (body, compression); `listing` replaces the block that lists them."""
    out, handles = b"", []
    for number, (body, kind) in enumerate(blocks):
        handles.append((bytes([0x7F, number]), varint(len(out)) + varint(len(body))))
        out += with_checksum(body, kind)
    ends = []
    for body in (block([]), block(handles, 1) if listing is None else listing):
        ends.append(varint(len(out)) + varint(len(body)))
        out += with_checksum(body)
    return out + b"".join(ends).ljust(40, b"\0") + bytes.fromhex("57fb808b247547db")


def write_bundle(
    folder: Path, arrays: Mapping[str, np.ndarray], name: str = "snap-0", packed: bool = False, per_block: int = 50
) -> Path:
    """Write a TensorFlow checkpoint (checkpoint, index, data, meta) into `folder`; gives the path of its index."""
    folder.mkdir(parents=True, exist_ok=True)
    pairs, data = [(b"", header())], b""
    for key in sorted(arrays):
        array = np.asarray(arrays[key])
        body = array.tobytes()
        info = entry(_TENSORFLOW[str(array.dtype)], array.shape, 0, len(data), len(body), masked_crc32c(body))
        pairs.append((key.encode(), info))
        data += body
    bodies = [block(pairs[at : at + per_block]) for at in range(0, len(pairs), per_block)]
    (folder / f"{name}.index").write_bytes(table([(body, int(packed)) for body in bodies]))
    (folder / f"{name}.data-00000-of-00001").write_bytes(data)
    (folder / f"{name}.meta").write_bytes(message((1, b"\n\0")))
    (folder / "checkpoint").write_text(f'model_checkpoint_path: "{name}"\nall_model_checkpoint_paths: "{name}"\n')
    return folder / f"{name}.index"


# PyTorch


def lightning(path: Path, state_dict: Mapping[str, torch.Tensor], prefix: str = "") -> Path:
    """Write a Lightning checkpoint whose settings are objects of a package that cannot be imported when it is read."""
    module = types.ModuleType("omegaconf.dictconfig")
    kind = type("DictConfig", (), {"__module__": module.__name__})
    module.DictConfig = kind  # type: ignore[attr-defined]
    settings = kind()
    settings.__dict__.update(_content={"lr": 0.001, "parent": None, "names": ["a", "b"]}, _metadata={"flags": {}})
    checkpoint = {
        "epoch": 3,
        "global_step": 99,
        "pytorch-lightning_version": "1.2.9",
        "state_dict": {f"{prefix}{key}": value for key, value in state_dict.items()},
        "callbacks": {"best": torch.tensor(float("inf")), kind: {"score": torch.tensor(1.0)}},
        "optimizer_states": [{"state": {0: {"exp_avg": torch.zeros(2)}}, "param_groups": [{"lr": 0.1}]}],
        "hyper_parameters": settings,
    }
    names = {"omegaconf": types.ModuleType("omegaconf"), module.__name__: module}
    sys.modules.update(names)
    try:
        torch.save(checkpoint, path)
    finally:
        for name in names:
            del sys.modules[name]
    return path


def torchscript(path: Path, module: torch.nn.Module, example: torch.Tensor | None = None) -> Path:
    """Write a TorchScript program: traced with an example of its input, else scripted."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newer releases of torch warn that torch.export is preferred
        program = torch.jit.script(module) if example is None else torch.jit.trace(module, example)
        torch.jit.save(program, path)
    return path


def torch_zip(path: Path, body: bytes, storages: Mapping[str, bytes] = types.MappingProxyType({})) -> Path:
    """Write a zip as torch.save does, with this pickle and these storages."""
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("archive/data.pkl", body)
        file.writestr("archive/byteorder", "little")
        for key, numbers in storages.items():
            file.writestr(f"archive/data/{key}", numbers)
        file.writestr("archive/version", "3\n")
    return path


def pickled(value: Any, protocol: int = 2) -> bytes:
    out = io.BytesIO()
    pickle.Pickler(out, protocol).dump(value)
    return out.getvalue()
