"""TensorFlow's checkpoints since 0.12, "tensor bundles": an index of names and places, and shards of numbers.

Source: tensorflow/core/util/tensor_bundle, tensorflow/core/protobuf/tensor_bundle.proto
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import dataclass, field

import torch

from inpaint_studio.engine.weights.readers import tf_table
from inpaint_studio.engine.weights.readers.byte_source import (
    DAMAGED,
    MAX_DIMS,
    MAX_TENSORS,
    ByteRange,
    ByteSource,
    UnusableFile,
    quote,
)
from inpaint_studio.engine.weights.readers.file_set import FileSet
from inpaint_studio.engine.weights.readers.tensors import TensorView, add_tensor, load_tensors, make_view
from inpaint_studio.engine.weights.readers.tf_protobuf import read_fields, to_signed
from inpaint_studio.texts import tr

_TYPES = {
    1: torch.float32,
    2: torch.float64,
    3: torch.int32,
    4: torch.uint8,
    5: torch.int16,
    6: torch.int8,
    9: torch.int64,
    10: torch.bool,
    14: torch.bfloat16,
    19: torch.float16,
}
_NOT_NUMBERS = (7, 20, 21)  # strings, and what TensorFlow stores of its own objects
_FIELDS = {1: "dtype", 3: "shard", 4: "start", 5: "size", 6: "checksum"}
_MAX_INDEX = 4 << 20  # bytes
_LATEST = re.compile(rb'^\s*model_checkpoint_path:\s*"([^"\n]*)"')
_PART = re.compile(r"(.+)\.(?:data-\d{5}-of-\d{5}|meta)")
_SHARD = ".data-{:05d}-of-{:05d}"


@dataclass
class _Entry:
    """An entry of the index: type, shape and place of one tensor."""

    dtype: int = 0
    shape: list[int] = field(default_factory=list)
    shard: int = 0
    start: int = 0
    size: int = 0
    checksum: int | None = None


def is_state_file(head: bytes) -> bool:
    """Return whether a file that begins so is the `checkpoint` file, which names the latest checkpoint of a folder."""
    return _LATEST.match(head) is not None


def is_index(files: FileSet, name: str) -> bool:
    """Return whether this file is an index, by its content."""
    if not files.has(name) or not 48 <= files.size(name) <= _MAX_INDEX:
        return False
    with files.open(name) as source:
        return tf_table.matches(source)


def index_beside(files: FileSet, name: str) -> str | None:
    """Find the index to a shard or a graph, which are known by their names alone; None where there is none."""
    found = _PART.fullmatch(name)
    index = f"{found[1]}.index" if found else ""
    return index if found and is_index(files, index) else None


def find_index(files: FileSet) -> str | None:
    """Find the index in a folder: the latest, as its `checkpoint` file has it, or the only one.

    None where there is none. Raises UnusableFile where there are several.
    """
    names = files.names()
    for name in names:
        if name.rpartition("/")[2] == "checkpoint" and 0 < files.size(name) < 1 << 16:
            with files.open(name) as source:
                found = _LATEST.match(source.read_at(0, source.size))
            latest = re.split(r"[/\\]", found[1].decode("utf-8", "replace"))[-1] if found else ""
            index = f"{name.removesuffix('checkpoint')}{latest}.index"
            if is_index(files, index):
                return index
    indices = [name for name in names if is_index(files, name)]
    if len(indices) > 1:
        raise UnusableFile(
            tr("holds {count} TensorFlow checkpoints; choose the .index file of one", count=len(indices))
        )
    return indices[0] if indices else None


def read(files: FileSet, index: str) -> dict[str, torch.Tensor]:
    """Read every tensor of the checkpoint with that index. Raises UnusableFile."""
    with ExitStack() as stack:
        shards: dict[int, ByteSource] = {}
        entries, count = _read_index(stack.enter_context(files.open(index)))
        found: dict[str, TensorView] = {}
        for name, entry in entries.items():
            if entry.shard not in shards:
                shards[entry.shard] = stack.enter_context(files.open(_find_shard(files, index, entry.shard, count)))
            add_tensor(found, name, _view(shards[entry.shard], entry))
        size = sum(shard.size for shard in shards.values())
        if sum(tensor.size for tensor in found.values()) > size:
            raise UnusableFile(tr("claims to hold more numbers than there are; download it again"))
        return load_tensors(found, size)


def _read_index(source: ByteSource) -> tuple[dict[str, _Entry], int]:
    """Return the entries of all tensors of numbers by name, and the number of shards."""
    if source.size > _MAX_INDEX:
        raise UnusableFile(tf_table.TOO_LONG)
    entries: dict[str, _Entry] = {}
    shards, last = 0, None
    for key, value in tf_table.read_entries(source):
        if last is not None and key <= last:
            raise UnusableFile(DAMAGED)
        last = key
        if not key:
            shards = _count_shards(value)
        elif (entry := _read_entry(value)).dtype not in _NOT_NUMBERS:
            entries[key.decode()] = entry
        if len(entries) > MAX_TENSORS:
            raise UnusableFile(tf_table.TOO_LONG)
    if not shards:
        raise UnusableFile(tr("is a TensorFlow checkpoint without a header; download it again"))
    return entries, shards


def _count_shards(header: bytes) -> int:
    count = 0
    for number, value in read_fields(header):
        if number == 1 and isinstance(value, bytes):
            raise UnusableFile(tr("is a TensorFlow checkpoint from before 0.12; save it again with a later TensorFlow"))
        if number == 2 and value:
            raise UnusableFile(
                tr("was saved on a machine of the other byte order; save it again on this kind of machine")
            )
        count = value if number == 1 and isinstance(value, int) else count
    return count


def _read_entry(message: bytes) -> _Entry:
    entry = _Entry()
    for number, value in read_fields(message):
        if number == 7:
            raise UnusableFile(tr("holds a tensor that was saved in slices; save it again in one piece"))
        if isinstance(value, bytes):
            entry.shape = _read_shape(value) if number == 2 else entry.shape
        elif number in _FIELDS:
            setattr(entry, _FIELDS[number], to_signed(value) if number != 6 else value)
    return entry


def _read_shape(message: bytes) -> list[int]:
    shape = []
    for number, value in read_fields(message):
        if number == 2 and isinstance(value, bytes):
            sizes = [size for inner, size in read_fields(value) if inner == 1]
            shape.append(to_signed(sizes[-1]) if sizes and isinstance(sizes[-1], int) else 0)
        if len(shape) > MAX_DIMS or number == 3:
            raise UnusableFile(DAMAGED)
    return shape


def _view(shard: ByteSource, entry: _Entry) -> TensorView:
    if entry.dtype not in _TYPES:
        raise UnusableFile(
            tr(
                "holds numbers of a type that no network here computes with (type {dtype}); look for another",
                dtype=entry.dtype,
            )
        )
    data = _with_checksum(shard.byte_range(entry.start, entry.size), entry.checksum)
    tensor = make_view(data, _TYPES[entry.dtype], entry.shape)
    if tensor.size != entry.size:
        raise UnusableFile(tr("holds a tensor whose size does not agree with its shape; download it again"))
    return tensor


def _with_checksum(data: ByteRange, checksum: int | None) -> ByteRange:
    """Return the same bytes, compared with their checksum when they are read."""

    def load() -> torch.Tensor:
        raw = data.load()
        if checksum is not None and tf_table.masked_crc32c(raw.numpy()) != checksum:
            raise UnusableFile(tr("holds numbers that do not agree with their checksum; download it again"))
        return raw

    return ByteRange(data.size, load)


def _find_shard(files: FileSet, index: str, number: int, count: int) -> str:
    """Return the file of that shard: the one named like the index, else the only one of that number."""
    if not 0 <= number < count:
        raise UnusableFile(DAMAGED)
    end = _SHARD.format(number, count)
    expected = index.removesuffix(".index") + end
    found = [expected] if files.has(expected) else [name for name in files.names() if name.endswith(end)]
    if len(found) != 1:
        raise UnusableFile(
            tr("lacks its numbers; put the file {quote} into the same folder", quote=quote(expected.rpartition("/")[2]))
        )
    return found[0]
