"""Zip files: only listed and inflated within bounds, never unpacked to disk."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any, cast

import torch

from inpaint_studio.engine.weights.readers.byte_source import (
    DAMAGED,
    MOST_BYTES,
    ByteRange,
    ByteSource,
    UnusableFile,
    max_unpacked_size,
    quote,
    read_exactly,
)

_MOST_FILES = 1000  # of a zip that torch did not write
_MOST_AT_ONCE = 4 << 20  # bytes; a list of some 40 000 entries is as long
_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class _Careful:
    """An open file that hands out no more than a few megabytes at a time, so that a list of entries is bounded."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def read(self, count: int = -1) -> bytes:
        if count > _MOST_AT_ONCE:
            raise UnusableFile("is a zip of more files than a weights file has; look for another one")
        return cast(bytes, self._file.read(_MOST_AT_ONCE if count < 0 else count))

    def seekable(self) -> bool:
        return True


class Archive:
    """The files in a zip, by name. Raises UnusableFile where the zip is no good."""

    def __init__(self, source: ByteSource) -> None:
        try:
            self._zip = zipfile.ZipFile(cast(Any, _Careful(source.file)))
        except (zipfile.BadZipFile, ValueError, EOFError) as error:
            raise UnusableFile(DAMAGED) from error
        self.packed = source.size
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in self._zip.infolist():
            _check(entry, source.size)
            if entry.filename in self._entries:
                raise UnusableFile(f"is a zip with two files named {quote(entry.filename)}; look for another one")
            if not entry.is_dir():
                self._entries[entry.filename] = entry
        self.names = list(self._entries)

    def size(self, name: str) -> int:
        return self._entry(name).file_size

    def start(self, name: str, count: int) -> bytes:
        """The first bytes of a file."""
        with self._zip.open(self._entry(name)) as file:
            return file.read(count)

    def store(self, name: str) -> ByteRange:
        """A file's bytes, read when they are wanted; checked against the zip's checksum."""
        entry = self._entry(name)

        def load() -> torch.Tensor:
            with self._zip.open(entry) as file:
                whole = read_exactly(entry.file_size, file)
                file.read(1)  # the checksum is compared at the end
            return whole

        return ByteRange(entry.file_size, load)

    def check_few(self) -> None:
        """Raises UnusableFile where there are more files than one may look into one by one."""
        if len(self.names) > _MOST_FILES:
            raise UnusableFile("is a zip of very many files; unpack it and choose the one with the network's weights")

    def source(self, name: str, most: int = MOST_BYTES) -> ByteSource:
        """A file's bytes in memory. Raises UnusableFile where they are more than `most`."""
        if self.size(name) > most:
            raise UnusableFile(f"holds a part ({quote(name)}) that is larger than it can be; look for another file")
        body = self.store(name).load()
        return ByteSource(BytesIO(body.numpy().data))

    def _entry(self, name: str) -> zipfile.ZipInfo:
        if name not in self._entries:
            raise UnusableFile(DAMAGED)
        return self._entries[name]


def _check(entry: zipfile.ZipInfo, size: int) -> None:
    """Raises UnusableFile for an entry whose name leads outside, or that claims what cannot be."""
    name = entry.filename
    if name.startswith(("/", "\\")) or ":" in name[:2] or ".." in name.replace("\\", "/").split("/"):
        raise UnusableFile(f"is a zip whose file {quote(name)} leads outside its folder; do not use it")
    if entry.compress_size > size - entry.header_offset:
        raise UnusableFile(DAMAGED)
    if entry.file_size > max_unpacked_size(entry.compress_size):
        raise UnusableFile(f"is a zip whose file {quote(name)} unfolds to far more than weights do; do not use it")
    if entry.flag_bits & 1:
        raise UnusableFile("is a zip with a password; unpack it and give the file inside")
    if entry.compress_type not in _KINDS or (not entry.compress_type and entry.file_size != entry.compress_size):
        raise UnusableFile("is a zip packed in an unusual way; unpack it and give the file inside")
