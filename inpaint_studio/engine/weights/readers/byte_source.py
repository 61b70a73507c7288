"""A file that is read at places, never beyond its end."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

import torch

MOST_BYTES = 4 << 30  # of all tensors of a file together
MOST_OBJECTS = 300_000  # values in all containers
MOST_TENSORS = 20_000
DEEPEST = 100  # containers inside each other
MOST_DIMS = 8
LONGEST_NAME = 1024  # signs of a tensor's whole name
_LEAST_ALLOWANCE = 64 << 20  # bytes that even a tiny file may unfold to
_MOST_FOLD = 20  # numbers of trained networks hardly shrink when packed; zeros and ones beside them do

DAMAGED = "is damaged or cut off; download it again"
TOO_MANY = "holds more entries than a weights file has; look for another one"
TOO_DEEP = "is nested too deeply for a weights file; look for another one"
_PIECE = 1 << 20  # bytes asked for at a time
_WINDOW = 1 << 16  # bytes a cursor holds


class UnusableFile(Exception):
    """A weights file that cannot be used. Its text follows the file's name: what is wrong, and what to do."""


def max_unpacked_size(packed: int) -> int:
    """Into how many bytes so many bytes of a file may unfold: by inflating, or as tensors that repeat their numbers."""
    return min(MOST_BYTES, _LEAST_ALLOWANCE + _MOST_FOLD * packed)


def quote(text: str) -> str:
    """A name out of the file as it may stand in a sentence."""
    text = "".join(sign if sign.isprintable() else "?" for sign in text)
    return f"'{text}'" if len(text) <= 60 else f"'{text[:40]}...{text[-15:]}'"


@dataclass(frozen=True, eq=False)
class ByteRange:
    """A run of bytes that holds numbers; `load` gives them as uint8, in memory of their own."""

    size: int
    load: Callable[[], torch.Tensor]


class ByteSource:
    """The bytes of a file, or of a file inside a zip that is held in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.size = file.seek(0, os.SEEK_END)

    def take(self, at: int, count: int) -> bytes:
        """These bytes. Raises UnusableFile where the file has not all of them."""
        self._check(at, count)
        self.file.seek(at)
        body = self.file.read(count)
        if len(body) != count:
            raise UnusableFile(DAMAGED)
        return body

    def store(self, at: int, count: int) -> ByteRange:
        """The same, read when it is wanted."""
        self._check(at, count)

        def load() -> torch.Tensor:
            self.file.seek(at)
            return read_exactly(count, self.file)

        return ByteRange(count, load)

    def _check(self, at: int, count: int) -> None:
        if at < 0 or count < 0 or at + count > self.size:
            raise UnusableFile(DAMAGED)


def read_exactly(count: int, file: Any) -> torch.Tensor:
    """The next `count` bytes of an open file as uint8. Raises UnusableFile where they are not there."""
    whole = torch.empty(count, dtype=torch.uint8)
    memory = whole.numpy().data
    done = 0
    while done < count:
        piece = file.read(min(_PIECE, count - done))
        if not piece:
            raise UnusableFile(DAMAGED)
        memory[done : done + len(piece)] = piece
        done += len(piece)
    return whole


class Cursor:
    """A place in a source that moves on as it is read."""

    def __init__(self, source: ByteSource, at: int = 0) -> None:
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
            raise UnusableFile(DAMAGED)
        self._window, self._start, self._place = b"", at, 0

    def take(self, count: int) -> bytes:
        """The next bytes. Raises UnusableFile where the file has not so many."""
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
            raise UnusableFile(DAMAGED)
        return self.take(end + 1)[:-1]

    def unpack(self, form: struct.Struct) -> tuple[Any, ...]:
        return form.unpack(self.take(form.size))

    def _refill(self, count: int) -> None:
        at = self.at
        length = max(count, min(_WINDOW, self.source.size - at))
        self._window, self._start, self._place = self.source.take(at, length), at, 0
