"""The files of one checkpoint that lie together: in a folder, or in a zip."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Protocol

from inpaint_studio.engine.weights.readers.archive import Archive
from inpaint_studio.engine.weights.readers.byte_source import ByteSource, UnusableFile, max_unpacked_size
from inpaint_studio.texts import tr

_MAX_FILES = 10_000


class FileSet(Protocol):
    """Files by name."""

    def names(self) -> list[str]:
        """List the names of all files. Raises UnusableFile where there are far too many."""
        ...

    def has(self, name: str) -> bool:
        """Return whether there is such a file."""
        ...

    def size(self, name: str) -> int:
        """Give the size of a file in bytes."""
        ...

    @contextmanager
    def open(self, name: str) -> Iterator[ByteSource]:
        """Open a file for the block. Raises UnusableFile where it unpacks to too much."""
        ...


class FolderFiles:
    """The files of a folder on the disk, without those of folders inside it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        """See `FileSet`; sorted."""
        found = list(islice(self._path.iterdir(), _MAX_FILES + 1))
        if len(found) > _MAX_FILES:
            raise UnusableFile(tr("is in a folder of very many files; put the checkpoint into a folder of its own"))
        return sorted(path.name for path in found if path.is_file())

    def has(self, name: str) -> bool:
        """See `FileSet`."""
        return (self._path / name).is_file()

    def size(self, name: str) -> int:
        """See `FileSet`."""
        return (self._path / name).stat().st_size

    @contextmanager
    def open(self, name: str) -> Iterator[ByteSource]:
        """See `FileSet`."""
        with (self._path / name).open("rb") as file:
            yield ByteSource(file)


class ZipFiles:
    """The files of a zip, each held in memory while it is open."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._bytes_left = max_unpacked_size(archive.packed_size)

    def names(self) -> list[str]:
        """See `FileSet`; in the order of the zip."""
        return self._archive.names

    def has(self, name: str) -> bool:
        """See `FileSet`."""
        return name in self._archive.names

    def size(self, name: str) -> int:
        """See `FileSet`; the size after decompression."""
        return self._archive.size(name)

    @contextmanager
    def open(self, name: str) -> Iterator[ByteSource]:
        """See `FileSet`; every opening counts towards the limit of the whole zip."""
        self._bytes_left -= self.size(name)
        if self._bytes_left < 0:
            raise UnusableFile(tr("is a zip that unpacks to far more than weights do; do not use it"))
        yield self._archive.source(name)
