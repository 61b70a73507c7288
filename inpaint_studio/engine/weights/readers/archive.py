"""Zip files: listed and decompressed within limits, in memory, never unpacked to the disk."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any, cast

import torch

from inpaint_studio.engine.weights.readers.byte_source import (
    DAMAGED,
    MAX_BYTES,
    ByteRange,
    ByteSource,
    UnusableFile,
    max_unpacked_size,
    quote,
    read_exactly,
)
from inpaint_studio.texts import tr

_MAX_FILES = 1000  # of a zip that torch did not write
_MAX_READ = 4 << 20  # bytes; enough for a list of about 40 000 entries
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class _BoundedReads:
    """An open file that returns a few megabytes at most per read, so that `zipfile`'s list of entries is bounded."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.seek = file.seek

    def __getattr__(self, name: str) -> Any:
        if name == "tell":  # the one other method that zipfile calls
            return self._file.tell
        raise AttributeError(name)

    def read(self, count: int = -1) -> bytes:
        if count > _MAX_READ:
            raise UnusableFile(tr("is a zip of more files than a weights file has; look for another one"))
        return cast(bytes, self._file.read(_MAX_READ if count < 0 else count))

    def seekable(self) -> bool:
        return True


class Archive:
    """The files in a zip, by name. Raises UnusableFile for a damaged, hostile or unusual zip."""

    def __init__(self, source: ByteSource) -> None:
        try:
            self._zip = zipfile.ZipFile(cast(Any, _BoundedReads(source.file)))
        except (zipfile.BadZipFile, ValueError, EOFError) as error:
            raise UnusableFile(DAMAGED) from error
        self.packed_size = source.size
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in self._zip.infolist():
            _check(entry, source.size)
            if entry.filename in self._entries:
                raise UnusableFile(
                    tr("is a zip with two files named {quote}; look for another one", quote=quote(entry.filename))
                )
            if not entry.is_dir():
                self._entries[entry.filename] = entry
        self.names = list(self._entries)

    def size(self, name: str) -> int:
        """Give the size of a file after decompression, in bytes."""
        return self._entry(name).file_size

    def head(self, name: str, count: int) -> bytes:
        """Read the first `count` bytes of a file, or all where there are fewer."""
        with self._zip.open(self._entry(name)) as file:
            return file.read(count)

    def byte_range(self, name: str) -> ByteRange:
        """Describe a file's bytes without reading them; `load` compares them with the zip's checksum."""
        entry = self._entry(name)

        def load() -> torch.Tensor:
            with self._zip.open(entry) as file:
                whole = read_exactly(entry.file_size, file)
                file.read(1)  # zipfile compares the checksum at the end
            return whole

        return ByteRange(entry.file_size, load)

    def check_few(self) -> None:
        """Raise UnusableFile where there are too many files to look into each."""
        if len(self.names) > _MAX_FILES:
            raise UnusableFile(
                tr("is a zip of very many files; unpack it and choose the one with the network's weights")
            )

    def source(self, name: str, most: int = MAX_BYTES) -> ByteSource:
        """Read a file into memory. Raises UnusableFile where it has more than `most` bytes."""
        if self.size(name) > most:
            raise UnusableFile(
                tr("holds a part ({quote}) that is larger than it can be; look for another file", quote=quote(name))
            )
        body = self.byte_range(name).load()
        return ByteSource(BytesIO(body.numpy().data))

    def _entry(self, name: str) -> zipfile.ZipInfo:
        if name not in self._entries:
            raise UnusableFile(DAMAGED)
        return self._entries[name]


def _check(entry: zipfile.ZipInfo, size: int) -> None:
    """Raise UnusableFile for an entry whose name leads outside, or whose sizes are impossible in `size` bytes."""
    name = entry.filename
    if name.startswith(("/", "\\")) or ":" in name[:2] or ".." in name.replace("\\", "/").split("/"):
        raise UnusableFile(tr("is a zip whose file {quote} leads outside its folder; do not use it", quote=quote(name)))
    if entry.compress_size > size - entry.header_offset:
        raise UnusableFile(DAMAGED)
    if entry.file_size > max_unpacked_size(entry.compress_size):
        raise UnusableFile(
            tr("is a zip whose file {quote} unpacks to far more than weights do; do not use it", quote=quote(name))
        )
    if entry.flag_bits & 1:
        raise UnusableFile(tr("is a zip with a password; unpack it and choose the file inside"))
    if entry.compress_type not in _METHODS or (not entry.compress_type and entry.file_size != entry.compress_size):
        raise UnusableFile(tr("is a zip packed in an unusual way; unpack it and choose the file inside"))
