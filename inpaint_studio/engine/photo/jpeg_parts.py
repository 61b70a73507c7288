"""Take a JPEG file apart: its segments, its components, and its scans with the tables that are in force there.

T.81 is the standard, ITU-T T.81 (1992); annex B defines the segments.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.photo.jpeg_huffman import HuffmanTable, UnusualJpegError, parse_tables

_ALONE = (0x01, *range(0xD0, 0xD8))  # markers without a body
_FRAMES = {0xC0: "sequential", 0xC1: "sequential", 0xC2: "progressive"}  # with Huffman codes; others are not read
_OTHER_FRAMES = (0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xDC, 0xDE)
_SOS, _DQT, _DHT, _DRI, _EOI = 0xDA, 0xDB, 0xC4, 0xDD, 0xD9
_MOST_BLOCKS = 10  # in an MCU (T.81, B.2.3)


@dataclass
class Component:
    """One plane of a JPEG: luma, chroma or an ink. Its blocks stand in rows of `across`, from block `first` on."""

    number: int
    h: int  # samples across for every `most_h` of the photo
    v: int
    table: int  # number of its quantisation table
    first: int = 0
    across: int = 0  # blocks in memory: whole MCUs
    down: int = 0
    own_across: int = 0  # blocks that cover the photo: those of a scan of this component alone
    own_down: int = 0
    steps: NDArray[np.int64] | None = None  # quantisation, 64 in zigzag order, from its first scan on


@dataclass(frozen=True)
class Scan:
    """One scan: which components, which coefficients, and where its codes are in the file."""

    header: bytes  # the whole SOS segment
    components: tuple[int, ...]  # indices
    slots: tuple[tuple[int, int], ...]  # numbers of the DC and the AC table of each component
    tables: dict[int, HuffmanTable]  # those in force, by class * 16 + number
    first: int  # coefficients in zigzag order, the last included
    last: int
    high: int  # bits of successive approximation
    low: int
    interval: int  # MCUs between restarts, 0: none
    start: int  # of its codes in the file
    end: int


@dataclass
class Parts:
    """A JPEG file in parts, in their order. Segments are whole, with their marker; tables of codes are in the scans."""

    width: int = 0
    height: int = 0
    kind: str = ""  # sequential or progressive
    most_h: int = 1
    most_v: int = 1
    components: list[Component] = field(default_factory=list)
    order: list[bytes | Scan] = field(default_factory=list)
    jfif: bool = False
    adobe: int | None = None  # the colour transform that an Adobe segment names

    @property
    def blocks(self) -> int:
        """The number of blocks in memory."""
        return sum(each.across * each.down for each in self.components)


def take_apart(data: bytes) -> Parts:
    """Read the structure of a JPEG file up to its end marker. Raises UnusualJpegError where its blocks are not read."""
    if data[:2] != b"\xff\xd8":
        raise UnusualJpegError("no JPEG")
    reader = _Reader(data)
    while reader.step():
        pass
    if not reader.parts.components or not any(isinstance(each, Scan) for each in reader.parts.order):
        raise UnusualJpegError("no picture")
    if any(each.steps is None for each in reader.parts.components):
        raise UnusualJpegError("a component without a scan")
    return reader.parts


class _Reader:
    """Reads one segment after another, with the tables and settings that hold from it on."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 2
        self._codes: dict[int, HuffmanTable] = {}
        self._steps: dict[int, NDArray[np.int64]] = {}
        self._interval = 0
        self.parts = Parts()

    def step(self) -> bool:
        """Read a segment; False at the end of the picture."""
        at = self._data.find(b"\xff", self._at)
        while 0 <= at < len(self._data) - 1 and self._data[at + 1] == 0xFF:
            at += 1
        if at < 0 or at + 2 > len(self._data):
            raise UnusualJpegError("cut off")
        marker = self._data[at + 1]
        if at != self._at and marker not in (_EOI,) and self._data[self._at : at].strip(b"\xff"):
            raise UnusualJpegError("bytes between segments")
        if marker == _EOI:
            return False
        if marker in _ALONE:
            self._at = at + 2
            return True
        length = int.from_bytes(self._data[at + 2 : at + 4], "big")
        segment = self._data[at : at + 2 + length]
        if length < 2 or len(segment) < length + 2:
            raise UnusualJpegError("cut off")
        self._at = at + 2 + length
        if marker == _DHT:
            self._codes = self._codes | parse_tables(segment[4:])
        elif marker == _SOS:
            self._read_scan(segment)
        else:
            self._read_other(marker, segment[4:])
            self.parts.order.append(segment)
        return True

    def _read_other(self, marker: int, body: bytes) -> None:
        if marker in _FRAMES:
            self._read_frame(_FRAMES[marker], body)
        elif marker in _OTHER_FRAMES:
            raise UnusualJpegError("another kind of JPEG")
        elif marker == _DQT:
            self._read_steps(body)
        elif marker == _DRI:
            self._interval = int.from_bytes(body[:2], "big")
        elif marker == 0xE0 and body[:5] == b"JFIF\0":
            self.parts.jfif = True
        elif marker == 0xEE and body[:5] == b"Adobe" and len(body) >= 12:
            self.parts.adobe = body[11]

    def _read_steps(self, body: bytes) -> None:
        at = 0
        while at < len(body):
            wide, number = body[at] >> 4, body[at] & 15
            size = 128 if wide else 64
            values = np.frombuffer(body[at + 1 : at + 1 + size], ">u2" if wide else "u1")
            if len(values) != 64 or values.min() < 1:
                raise UnusualJpegError("a damaged table")
            self._steps[number] = values.astype(np.int64)
            at += 1 + size

    def _read_frame(self, kind: str, body: bytes) -> None:
        parts = self.parts
        if parts.components or len(body) < 6 or body[0] != 8 or len(body) < 6 + 3 * body[5] or body[5] not in (1, 3, 4):
            raise UnusualJpegError("another kind of JPEG")
        parts.kind = kind
        parts.height, parts.width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
        for at in range(6, 6 + 3 * body[5], 3):
            parts.components.append(Component(body[at], body[at + 1] >> 4, body[at + 1] & 15, body[at + 2]))
        found = parts.components
        if not (parts.width and parts.height and all(1 <= each.h <= 4 and 1 <= each.v <= 4 for each in found)):
            raise UnusualJpegError("a damaged size")
        if len({each.number for each in found}) < len(found):
            raise UnusualJpegError("components with the same number")
        parts.most_h, parts.most_v = max(each.h for each in found), max(each.v for each in found)
        first = 0
        for each in found:
            if parts.most_h % each.h or parts.most_v % each.v:
                raise UnusualJpegError("samples that cover no whole pixels")
            each.first = first
            each.across = _cover(parts.width, 8 * parts.most_h) * each.h
            each.down = _cover(parts.height, 8 * parts.most_v) * each.v
            each.own_across = _cover(_cover(parts.width * each.h, parts.most_h), 8)
            each.own_down = _cover(_cover(parts.height * each.v, parts.most_v), 8)
            first += each.across * each.down

    def _read_scan(self, segment: bytes) -> None:
        parts, body = self.parts, segment[4:]
        count = body[0] if body else 0
        if not 1 <= count <= len(parts.components) or len(body) < 4 + 2 * count:
            raise UnusualJpegError("a damaged scan")
        numbers = {each.number: index for index, each in enumerate(parts.components)}
        chosen = [numbers.get(body[1 + 2 * each], -1) for each in range(count)]
        slots = tuple((body[2 + 2 * each] >> 4, body[2 + 2 * each] & 15) for each in range(count))
        found = [parts.components[index] for index in chosen]
        if min(chosen) < 0 or len(set(chosen)) < count or max(max(pair) for pair in slots) > 3:
            raise UnusualJpegError("a damaged scan")
        if count > 1 and sum(each.h * each.v for each in found) > _MOST_BLOCKS:
            raise UnusualJpegError("too many blocks in an MCU")
        first, last, approximation = body[1 + 2 * count : 4 + 2 * count]
        if not _is_sound(parts.kind, count, first, last, approximation):
            raise UnusualJpegError("a damaged scan")
        for each in found:
            if each.steps is None:
                each.steps = self._steps.get(each.table)
            if each.steps is None:
                raise UnusualJpegError("no quantisation")
        start = self._at
        self._at = _end_of_codes(self._data, start)
        high, low = approximation >> 4, approximation & 15
        scan = Scan(segment, tuple(chosen), slots, self._codes, first, last, high, low, self._interval, start, self._at)
        parts.order.append(scan)


def _cover(length: int, step: int) -> int:
    """Return how many steps cover a length."""
    return -(-length // step)


def _is_sound(kind: str, count: int, first: int, last: int, approximation: int) -> bool:
    """Return whether a scan may have these parameters (T.81, B.2.3 and G.1.1.1.1)."""
    if kind == "sequential":
        return (first, last, approximation) == (0, 63, 0)
    high, low = approximation >> 4, approximation & 15
    alone = last == 0 if first == 0 else first <= last <= 63 and count == 1
    return alone and low <= 13 and high in (0, low + 1)


def _end_of_codes(data: bytes, start: int) -> int:
    """Return where the codes that begin at `start` end: at the first marker that is not a restart."""
    at = data.find(b"\xff", start)
    while at >= 0:
        following = data[at + 1] if at + 1 < len(data) else -1
        if following < 0:
            break
        if following != 0 and not 0xD0 <= following <= 0xD7 and following != 0xFF:
            return at
        at = data.find(b"\xff", at + (1 if following == 0xFF else 2))
    raise UnusualJpegError("cut off")
