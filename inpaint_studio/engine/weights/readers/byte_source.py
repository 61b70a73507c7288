"""Reading a weights file at any place but never beyond its end, and the limits that every reader keeps."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    import torch

MAX_BYTES = 4 << 30  # of all tensors of a file together
MAX_VALUES = 300_000  # values in all containers
MAX_TENSORS = 20_000
MAX_DEPTH = 100  # containers inside each other
MAX_DIMS = 8
MAX_NAME = 1024  # characters of a tensor's whole name
_MIN_UNPACKED = 64 << 20  # bytes that even a tiny file may unpack to
_MAX_RATIO = 20  # trained weights hardly compress, but the zeros and ones beside them do

DAMAGED = mark("is damaged or cut off; download it again")
TOO_MANY = mark("holds more entries than a weights file has; look for another one")
TOO_DEEP = mark("is nested too deeply for a weights file; look for another one")

_PIECE = 1 << 20  # bytes read at a time
_WINDOW = 1 << 16  # bytes that a cursor buffers


class UnusableFile(Exception):
    """A weights file that cannot be used. Its text continues a sentence that starts with the file's name."""

    def __init__(self, reason: str) -> None:
        """`reason` was worded by `tr` or marked for it."""
        super().__init__(tr(reason))


def max_unpacked_size(size: int) -> int:
    """Give the largest number of bytes that `size` bytes of a file may unpack to.

    Unpacking is decompression, and also tensors that use the same bytes again.
    """
    return min(MAX_BYTES, _MIN_UNPACKED + _MAX_RATIO * size)


def quote(text: str) -> str:
    """Put a name from the file into quotation marks: one line, printable, 60 characters at most."""
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return f"'{text}'" if len(text) <= 60 else f"'{text[:40]}...{text[-15:]}'"


@dataclass(frozen=True, eq=False)
class ByteRange:
    """A part of a file, in bytes, that is read when needed.

    `load` returns a 1-D uint8 tensor of `size` elements in memory of its own.
    """

    size: int
    load: Callable[[], torch.Tensor]


class ByteSource:
    """The bytes of an open file, or of a file inside a zip that is held in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.size = file.seek(0, os.SEEK_END)

    def read_at(self, offset: int, count: int) -> bytes:
        """Read `count` bytes from `offset` on. Raises UnusableFile where the file is too short."""
        self._check(offset, count)
        self.file.seek(offset)
        body = self.file.read(count)
        if len(body) != count:
            raise UnusableFile(DAMAGED)
        return body

    def head(self, count: int) -> bytes:
        """Read the first `count` bytes, or all where there are fewer."""
        return self.read_at(0, min(count, self.size))

    def byte_range(self, offset: int, count: int) -> ByteRange:
        """Describe `count` bytes from `offset` on without reading them. Raises UnusableFile as `read_at`."""
        self._check(offset, count)

        def load() -> torch.Tensor:
            self.file.seek(offset)
            return read_exactly(count, self.file)

        return ByteRange(count, load)

    def _check(self, offset: int, count: int) -> None:
        if offset < 0 or count < 0 or offset + count > self.size:
            raise UnusableFile(DAMAGED)


def read_exactly(count: int, file: Any) -> torch.Tensor:
    """Read the next `count` bytes of an open file into a uint8 tensor. Raises UnusableFile where there are fewer."""
    import torch

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
    """A position in a source that moves forward as it is read."""

    def __init__(self, source: ByteSource, offset: int = 0) -> None:
        self.source = source
        self._window = b""
        self._start = offset  # of the window, in the file
        self._position = 0  # in the window

    @property
    def offset(self) -> int:
        """The position in the file, in bytes."""
        return self._start + self._position

    def skip(self, count: int) -> None:
        """Move forward by `count` bytes. Raises UnusableFile where the file has fewer left."""
        offset = self.offset + count
        if count < 0 or offset > self.source.size:
            raise UnusableFile(DAMAGED)
        self._window, self._start, self._position = b"", offset, 0

    def read(self, count: int) -> bytes:
        """Read the next `count` bytes. Raises UnusableFile where the file has fewer left."""
        end = self._position + count
        if end > len(self._window) or count < 0:
            self._refill(count)
            end = count
        body = self._window[self._position : end]
        self._position = end
        return body

    def read_line(self, most: int = 4096) -> bytes:
        """Read up to the next line feed, without it. Raises UnusableFile where none is within `most` bytes."""
        end = self._window.find(b"\n", self._position)
        if end >= 0:
            return self.read(end - self._position + 1)[:-1]
        length = min(most, self.source.size - self.offset)
        end = self.source.read_at(self.offset, length).find(b"\n")
        if end < 0:
            raise UnusableFile(DAMAGED)
        return self.read(end + 1)[:-1]

    def unpack(self, form: struct.Struct) -> tuple[Any, ...]:
        """Read the next values, laid out as `form` describes."""
        return form.unpack(self.read(form.size))

    def _refill(self, count: int) -> None:
        offset = self.offset
        length = max(count, min(_WINDOW, self.source.size - offset))
        self._window, self._start, self._position = self.source.read_at(offset, length), offset, 0
