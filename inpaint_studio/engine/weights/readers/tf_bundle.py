"""TensorFlow's checkpoints since 0.12, "tensor bundles": an index of names and places, and shards of numbers."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import dataclass, field

import torch

from inpaint_studio.engine.weights.readers import tf_table
from inpaint_studio.engine.weights.readers.byte_source import (
    DAMAGED,
    MOST_DIMS,
    MOST_TENSORS,
    ByteRange,
    ByteSource,
    UnusableFile,
    quote,
)
from inpaint_studio.engine.weights.readers.file_set import FileSet
from inpaint_studio.engine.weights.readers.tensors import TensorView, add, load_tensors, view
from inpaint_studio.engine.weights.readers.tf_protobuf import fields, signed

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
_NO_NUMBERS = (7, 20, 21)  # strings, and what TensorFlow keeps of its own objects
_LONGEST_INDEX = 4 << 20  # bytes
_LATEST = re.compile(rb'^\s*model_checkpoint_path:\s*"([^"\n]*)"')
_COMPANION = re.compile(r"(.+)\.(?:data-\d{5}-of-\d{5}|meta)")
_SHARD = ".data-{:05d}-of-{:05d}"


@dataclass
class _Entry:
    """What the index says of one tensor."""

    dtype: int = 0
    shape: list[int] = field(default_factory=list)
    shard: int = 0
    start: int = 0
    size: int = 0
    checksum: int | None = None


def names_latest(head: bytes) -> bool:
    """Whether a file that begins so is the one that tells which checkpoint of a folder is the latest."""
    return _LATEST.match(head) is not None


def is_index(files: FileSet, name: str) -> bool:
    """Whether this file is an index, by its content."""
    if not files.has(name) or not 48 <= files.size(name) <= _LONGEST_INDEX:
        return False
    with files.open(name) as source:
        return tf_table.matches(source)


def companion(files: FileSet, name: str) -> str | None:
    """The index that a shard or a graph belongs to, which has no mark of its own inside; None where there is none."""
    found = _COMPANION.fullmatch(name)
    index = f"{found[1]}.index" if found else ""
    return index if found and is_index(files, index) else None


def only_index(files: FileSet) -> str | None:
    """The index in a folder: the latest, as its `checkpoint` says, or the only one. None where there is none."""
    names = files.names()
    for name in names:
        if name.rpartition("/")[2] == "checkpoint" and 0 < files.size(name) < 1 << 16:
            with files.open(name) as source:
                found = _LATEST.match(source.take(0, source.size))
            latest = re.split(r"[/\\]", found[1].decode("utf-8", "replace"))[-1] if found else ""
            index = f"{name.removesuffix('checkpoint')}{latest}.index"
            if is_index(files, index):
                return index
    indices = [name for name in names if is_index(files, name)]
    if len(indices) > 1:
        raise UnusableFile(f"holds {len(indices)} TensorFlow checkpoints; choose the .index file of one")
    return indices[0] if indices else None


def tensors(files: FileSet, index: str) -> dict[str, torch.Tensor]:
    """Every tensor of the bundle with that index."""
    with ExitStack() as stack:
        shards: dict[int, ByteSource] = {}
        listed, count = _listed(stack.enter_context(files.open(index)))
        found: dict[str, TensorView] = {}
        for name, entry in listed.items():
            if entry.shard not in shards:
                shards[entry.shard] = stack.enter_context(files.open(_shard(files, index, entry.shard, count)))
            add(found, name, _view(shards[entry.shard], entry))
        room = sum(shard.size for shard in shards.values())
        if sum(tensor.size for tensor in found.values()) > room:
            raise UnusableFile("claims to hold more numbers than there are; download it again")
        return load_tensors(found, room)


def _listed(source: ByteSource) -> tuple[dict[str, _Entry], int]:
    """What the index says of every tensor of numbers, and how many shards there are."""
    if source.size > _LONGEST_INDEX:
        raise UnusableFile(tf_table.TOO_LONG)
    listed: dict[str, _Entry] = {}
    shards, last = 0, None
    for key, value in tf_table.entries(source):
        if last is not None and key <= last:
            raise UnusableFile(DAMAGED)
        last = key
        if not key:
            shards = _shard_count(value)
        elif (entry := _entry(value)).dtype not in _NO_NUMBERS:
            listed[key.decode()] = entry
        if len(listed) > MOST_TENSORS:
            raise UnusableFile(tf_table.TOO_LONG)
    if not shards:
        raise UnusableFile("is a TensorFlow checkpoint without a header; download it again")
    return listed, shards


def _shard_count(header: bytes) -> int:
    count = 0
    for number, value in fields(header):
        if number == 1 and isinstance(value, bytes):
            raise UnusableFile("is a TensorFlow checkpoint from before 0.12; save it anew with a later TensorFlow")
        if number == 2 and value:
            raise UnusableFile("was saved on a machine of the other byte order; save it anew on this kind of machine")
        count = value if number == 1 and isinstance(value, int) else count
    return count


def _entry(message: bytes) -> _Entry:
    entry = _Entry()
    for number, value in fields(message):
        if number == 7:
            raise UnusableFile("holds a tensor that was saved in slices; save it anew in one piece")
        if isinstance(value, bytes):
            entry.shape = _shape(value) if number == 2 else entry.shape
        elif number in _PLACES:
            setattr(entry, _PLACES[number], signed(value) if number != 6 else value)
    return entry


_PLACES = {1: "dtype", 3: "shard", 4: "start", 5: "size", 6: "checksum"}


def _shape(message: bytes) -> list[int]:
    shape = []
    for number, value in fields(message):
        if number == 2 and isinstance(value, bytes):
            sizes = [size for inner, size in fields(value) if inner == 1]
            shape.append(signed(sizes[-1]) if sizes and isinstance(sizes[-1], int) else 0)
        if len(shape) > MOST_DIMS or number == 3:
            raise UnusableFile(DAMAGED)
    return shape


def _view(shard: ByteSource, entry: _Entry) -> TensorView:
    if entry.dtype not in _TYPES:
        raise UnusableFile(
            f"holds numbers of a kind that no network here computes with (type {entry.dtype}); look for another"
        )
    store = _checked(shard.store(entry.start, entry.size), entry.checksum)
    tensor = view(store, _TYPES[entry.dtype], entry.shape)
    if tensor.size != entry.size:
        raise UnusableFile("holds a tensor of another size than it says; download it again")
    return tensor


def _checked(store: ByteRange, checksum: int | None) -> ByteRange:
    """The same store, compared with its checksum when it is read."""

    def load() -> torch.Tensor:
        raw = store.load()
        if checksum is not None and tf_table.masked_crc32c(raw.numpy()) != checksum:
            raise UnusableFile("holds numbers that do not agree with their checksum; download it again")
        return raw

    return ByteRange(store.size, load)


def _shard(files: FileSet, index: str, number: int, count: int) -> str:
    """The file of that shard: beside the index under its name, or the only one of that number."""
    if not 0 <= number < count:
        raise UnusableFile(DAMAGED)
    end = _SHARD.format(number, count)
    wanted = index.removesuffix(".index") + end
    alike = [wanted] if files.has(wanted) else [name for name in files.names() if name.endswith(end)]
    if len(alike) != 1:
        raise UnusableFile(f"lacks its numbers; put the file {quote(wanted.rpartition('/')[2])} into the same folder")
    return alike[0]
