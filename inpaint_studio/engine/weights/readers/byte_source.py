"""A file that is read at places, never beyond its end."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

import torch

from inpaint_studio.engine.weights.readers.limits import DAMAGED, Broken

_PIECE = 1 << 20  # bytes asked for at a time
_WINDOW = 1 << 16  # bytes a cursor holds


@dataclass(frozen=True, eq=False)
class Store:
    """A run of bytes that holds numbers; `load` gives them as uint8, in memory of their own."""

    size: int
    load: Callable[[], torch.Tensor]


class Source:
    """The bytes of a file, or of a file inside a zip that is held in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.size = file.seek(0, os.SEEK_END)

    def take(self, at: int, count: int) -> bytes:
        """These bytes. Raises Broken where the file has not all of them."""
        self._check(at, count)
        self.file.seek(at)
        body = self.file.read(count)
        if len(body) != count:
            raise Broken(DAMAGED)
        return body

    def store(self, at: int, count: int) -> Store:
        """The same, read when it is wanted."""
        self._check(at, count)

        def load() -> torch.Tensor:
            self.file.seek(at)
            return filled(count, self.file)

        return Store(count, load)

    def _check(self, at: int, count: int) -> None:
        if at < 0 or count < 0 or at + count > self.size:
            raise Broken(DAMAGED)


def filled(count: int, file: Any) -> torch.Tensor:
    """The next `count` bytes of an open file as uint8. Raises Broken where they are not there."""
    whole = torch.empty(count, dtype=torch.uint8)
    memory = whole.numpy().data
    done = 0
    while done < count:
        piece = file.read(min(_PIECE, count - done))
        if not piece:
            raise Broken(DAMAGED)
        memory[done : done + len(piece)] = piece
        done += len(piece)
    return whole


class Cursor:
    """A place in a source that moves on as it is read."""

    def __init__(self, source: Source, at: int = 0) -> None:
        self.source = source
        self._window = b""
        self._start = at  # of the window, in the file
        self._place = 0  # in the window

    @property
    def at(self) -> int:
        return self._start + self._place

    def skip(self, count: int) -> None:
        """Leaves out so many bytes, which must be there."""
        at = self.at + count
        if count < 0 or at > self.source.size:
            raise Broken(DAMAGED)
        self._window, self._start, self._place = b"", at, 0

    def take(self, count: int) -> bytes:
        """The next bytes. Raises Broken where the file has not so many."""
        end = self._place + count
        if end > len(self._window) or count < 0:
            self._refill(count)
            end = count
        body = self._window[self._place : end]
        self._place = end
        return body

    def line(self, most: int = 4096) -> bytes:
        """The bytes up to the next line feed, without it."""
        end = self._window.find(b"\n", self._place)
        if end >= 0:
            return self.take(end - self._place + 1)[:-1]
        length = min(most, self.source.size - self.at)
        end = self.source.take(self.at, length).find(b"\n")
        if end < 0:
            raise Broken(DAMAGED)
        return self.take(end + 1)[:-1]

    def unpack(self, form: struct.Struct) -> tuple[Any, ...]:
        return form.unpack(self.take(form.size))

    def _refill(self, count: int) -> None:
        at = self.at
        length = max(count, min(_WINDOW, self.source.size - at))
        self._window, self._start, self._place = self.source.take(at, length), at, 0
