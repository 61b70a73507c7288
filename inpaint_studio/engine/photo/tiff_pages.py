"""Keep the other pages of a TIFF when its first one is saved again: each is copied, with its data as it lies there.

The numbers are those of TIFF 6.0, its supplements, and of BigTIFF.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO, NamedTuple

from inpaint_studio.texts import tr

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_HALVES = (5, 10)  # two numbers of four bytes
_LONG, _LONG8, _IFD, _SHORT = 4, 16, 13, 3
_DATA = {273: 279, 324: 325, 513: 514}  # where strips, tiles and JPEG data are -> how long they are
_DIRECTORIES = (330, 34665, 34853, 40965)  # tags that lead to others: smaller pictures, camera, GPS, interoperability
_FREE = (288, 289)  # unused bytes of the old file
_OLD_JPEG = (519, 520, 521)  # tables that lie about the file
_KIND_OF_PAGE, _OLD_KIND = 254, 255
_MOST_PAGES = 10000
_MOST_TAGS = 1_000_000  # read in a file; directories of hostile ones lie over each other
_DEEPEST = 4  # directories within directories


class _Entry(NamedTuple):
    """One tag of a directory: the type of its values, and where they are in the file."""

    kind: int
    start: int
    size: int  # bytes


Directory = dict[int, _Entry]


class _Reader:
    """A TIFF in memory."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.order = "<" if data[:2] == b"II" else ">"
        self._tags_left = _MOST_TAGS
        self._big = data[2:4] in (b"+\0", b"\0+")
        self.first = self._number(8, "Q") if self._big else self._number(4, "I")

    def _number(self, place: int, kind: str) -> int:
        (value,) = struct.unpack_from(self.order + kind, self.data, place)
        return int(value)

    def directory(self, place: int) -> tuple[Directory, int]:
        """Return the directory at `place`, and where the next is. Raises struct.error, OverflowError, ValueError."""
        width, head, inline = (20, 8, 8) if self._big else (12, 2, 4)
        count = self._number(place, "Q" if self._big else "H")
        self._tags_left -= count
        if count > 65535 or self._tags_left < 0:
            raise ValueError("too many tags")
        found: Directory = {}
        for at in range(place + head, place + head + width * count, width):
            tag, kind, number = struct.unpack_from(self.order + ("HHQ" if self._big else "HHI"), self.data, at)
            size = _SIZES.get(kind, 0) * number
            value = at + width - inline
            if size > inline:
                value = self._number(value, "Q" if self._big else "I")
            if size and size <= len(self.data) - value:
                found[tag] = _Entry(kind, value, size)
        return found, self._number(place + head + width * count, "Q" if self._big else "I")

    def values(self, entry: _Entry) -> bytes:
        """Return the values of an entry in the order of this file."""
        return self.data[entry.start : entry.start + entry.size]

    def numbers(self, entry: _Entry) -> list[int]:
        """Return the values of an entry that holds whole numbers."""
        letter = {_SHORT: "H", _LONG: "I", _IFD: "I", _LONG8: "Q", 18: "Q"}[entry.kind]
        return list(struct.unpack(f"{self.order}{entry.size // _SIZES[entry.kind]}{letter}", self.values(entry)))

    def pages(self) -> Iterator[int]:
        """List where the directories of the pages after the first are."""
        seen = {self.first}
        _, place = self.directory(self.first)
        while place and place not in seen and len(seen) < _MOST_PAGES:
            seen.add(place)
            yield place
            _, place = self.directory(place)


class _Writer:
    """Writes directories and data at the end of a TIFF that is open to read and write, and links the pages."""

    def __init__(self, file: IO[bytes], order: str, limit: int) -> None:
        """`limit`: bytes to write at most, as the pages of a hostile file may all have the same data."""
        self._file, self._order, self._left = file, order, limit
        self._link = 4  # where the place of the next page is to be written

    def skip_pages(self, reader: _Reader) -> None:
        """Go on behind the first page, which is there already."""
        self._file.seek(reader.first)
        (count,) = struct.unpack(self._order + "H", self._file.read(2))
        self._link = reader.first + 2 + 12 * count

    def copy_page(self, reader: _Reader, place: int) -> None:
        """Copy the page whose directory is at `place`, and link it."""
        copied = self._copy(reader, place, 0)
        self._file.seek(self._link)
        self._file.write(struct.pack(self._order + "I", copied[0]))
        self._link = copied[1]

    def _copy(self, reader: _Reader, place: int, depth: int) -> tuple[int, int]:
        """Copy a directory; return where it is, and where the place of the next is to be written."""
        source, _ = reader.directory(place)
        if depth > _DEEPEST or any(tag in source for tag in _OLD_JPEG):
            raise ValueError("a directory of another kind")
        packed = []
        for tag, entry in sorted(source.items()):
            if tag in _FREE:
                continue
            if tag in _DATA:
                lengths = reader.numbers(source[_DATA[tag]])
                starts = reader.numbers(entry)
                if len(lengths) != len(starts):
                    raise ValueError("strips without lengths")
                places = [self._append(reader.data[at : at + size]) for at, size in zip(starts, lengths, strict=True)]
                packed.append(self._pack(tag, _LONG, struct.pack(f"{self._order}{len(places)}I", *places)))
            elif tag in _DIRECTORIES:
                places = [self._copy(reader, each, depth + 1)[0] for each in reader.numbers(entry)]
                packed.append(self._pack(tag, _LONG, struct.pack(f"{self._order}{len(places)}I", *places)))
            else:
                packed.append(self._pack(tag, *self._convert(reader, entry)))
        written = self._append(struct.pack(self._order + "H", len(packed)) + b"".join(packed) + bytes(4))
        return written, written + 2 + 12 * len(packed)

    def _convert(self, reader: _Reader, entry: _Entry) -> tuple[int, bytes]:
        """Return the values in this file's order, and with four bytes where BigTIFF has eight."""
        kind, data = entry.kind, reader.values(entry)
        if kind in (_LONG8, 18):
            return _LONG, struct.pack(f"{self._order}{len(data) // 8}I", *reader.numbers(entry))
        size = 4 if kind in _HALVES else _SIZES[kind]
        if reader.order != self._order and size > 1:
            data = b"".join(data[at : at + size][::-1] for at in range(0, len(data), size))
        return kind, data

    def _pack(self, tag: int, kind: int, data: bytes) -> bytes:
        count = len(data) // _SIZES[kind]
        if len(data) > 4:
            data = struct.pack(self._order + "I", self._append(data))
        return struct.pack(self._order + "HHI", tag, kind, count) + data.ljust(4, b"\0")

    def _append(self, data: bytes) -> int:
        """Write data at an even place; return that."""
        self._left -= len(data)
        if self._left < 0:
            raise ValueError("more data than the file has")
        place = self._file.seek(0, 2)
        place += self._file.write(bytes(place % 2))
        self._file.write(data)
        return place


def keep_pages(file: IO[bytes], source: bytes) -> tuple[str, ...]:
    """Add the pages after the first of the TIFF `source` to the TIFF in `file`, which has one page.

    Smaller copies of the first page are left out: they show the old pixels. Returns sentences about what was left out.
    Raises OSError.
    """
    notes: list[str] = []
    written = b""
    try:
        reader = _Reader(source)
        places = list(reader.pages())
        if not places:
            return ()
        file.seek(0)
        written = file.read()
        kept = [place for place in places if not _is_smaller_copy(reader, place)]
        if len(kept) < len(places):
            notes.append(tr("A smaller copy of the photo within the file showed the old pixels and was left out."))
        if kept:
            _add(file, written, reader, kept)
    except (ValueError, KeyError, OverflowError, struct.error):  # damaged, or of a kind that lies about the file
        if written:
            file.seek(0)
            file.truncate()
            file.write(written)
        notes.append(tr("The other pages of the file could not be kept."))
    return tuple(notes)


def _add(file: IO[bytes], written: bytes, reader: _Reader, places: list[int]) -> None:
    first = _Reader(written)
    limit = 2 * (len(reader.data) + len(written)) + 65536
    writer = _Writer(file, reader.order, limit)
    if first.order == reader.order:
        writer.skip_pages(first)
    else:  # the samples of a page lie in the order of its file, so the first page, of 8 bits, is the one to convert
        file.seek(0)
        file.truncate()
        file.write((b"II" if reader.order == "<" else b"MM") + struct.pack(reader.order + "HI", 42, 0))
        writer.copy_page(first, first.first)
    for place in places:
        writer.copy_page(reader, place)


def _is_smaller_copy(reader: _Reader, place: int) -> bool:
    directory, _ = reader.directory(place)
    kind = directory.get(_KIND_OF_PAGE)
    if kind is not None:
        return bool(reader.numbers(kind)[0] & 1)
    old = directory.get(_OLD_KIND)
    return old is not None and reader.numbers(old)[0] == 2
