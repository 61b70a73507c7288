"""Where the files of one checkpoint lie together: a folder, or a zip."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Protocol

from inpaint_studio.engine.weights.readers.archive import Archive
from inpaint_studio.engine.weights.readers.byte_source import ByteSource, UnusableFile, max_unpacked_size

_MOST_FILES = 10_000


class FileSet(Protocol):
    """Files by name."""

    def names(self) -> list[str]: ...

    def has(self, name: str) -> bool: ...

    def size(self, name: str) -> int: ...

    @contextmanager
    def open(self, name: str) -> Iterator[ByteSource]: ...


class FolderFiles:
    """The plain files of a folder on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        found = list(islice(self._path.iterdir(), _MOST_FILES + 1))
        if len(found) > _MOST_FILES:
            raise UnusableFile("stands for a folder of very many files; put the checkpoint into one of its own")
        return sorted(path.name for path in found if path.is_file())

    def has(self, name: str) -> bool:
        return (self._path / name).is_file()

    def size(self, name: str) -> int:
        return (self._path / name).stat().st_size

    @contextmanager
    def open(self, name: str) -> Iterator[ByteSource]:
        with (self._path / name).open("rb") as file:
            yield ByteSource(file)


class ZipFiles:
    """The files of a zip, each held in memory while it is open."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._left = max_unpacked_size(archive.packed)  # bytes that may still be unfolded

    def names(self) -> list[str]:
        return self._archive.names

    def has(self, name: str) -> bool:
        return name in self._archive.names

    def size(self, name: str) -> int:
        return self._archive.size(name)

    @contextmanager
    def open(self, name: str) -> Iterator[ByteSource]:
        self._left -= self.size(name)
        if self._left < 0:
            raise UnusableFile("is a zip that unfolds to far more than weights do; do not use it")
        yield self._archive.source(name)
