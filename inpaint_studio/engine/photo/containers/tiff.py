"""The tags of a TIFF's first directory that stay true when its pixels change: read them, and add them to another TIFF.

The numbers are those of TIFF 6.0, of its supplements, and of the list of registered tags.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import IO

from inpaint_studio.engine.photo import resources
from inpaint_studio.engine.photo.carried import LIMIT, Carried, Extra, within_limit

IPTC, RESOURCES, LAYERS, SEALED = 33723, 34377, 37724, 52545  # LAYERS: Photoshop's, SEALED: content credentials

# Tags about the layout of the file or of its pixels, which its writer sets.
_LAYOUT = (*range(254, 260), 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 284, 288, 289, 290, 291)
_MORE_LAYOUT = (292, 293, 297, 300, 317, 320, 321, 322, 323, 324, 325, 326, 327, 328, 330, 332, 334, 336, 338)
_SAMPLES = (339, 340, 341, 342, 343, 347, *range(512, 522), 529, 530, 531, 532, 559, 32996, 32997, 32998, 34016)
_OTHER_FIELDS = (270, 271, 272, 305, 306, 315, 33432, 700, 34675, 34665, 34853, 40965)
_NOT_CARRIED = frozenset(
    (*_LAYOUT, *_MORE_LAYOUT, *_SAMPLES, *_OTHER_FIELDS, IPTC, RESOURCES, LAYERS, 50341, 50740, 50831, 50784)
)
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_HALVES = (5, 10)  # two numbers of four bytes
_LED_ELSEWHERE = (13, 18)  # places of further directories, which are not carried
_LONG_NUMBERS = (16, 17)  # only in a BigTIFF


def read(file: IO[bytes]) -> Carried:
    """Read the tags of the first directory that belong to no other field of `Meta`, as unknown as they are."""
    file.seek(0)
    head = file.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = head[2:4] in (b"+\0", b"\0+")
    start = struct.unpack_from(order + ("Q" if big else "I"), head, 8 if big else 4)[0]
    size = file.seek(0, 2)
    file.seek(start)
    (count,) = struct.unpack(order + ("Q" if big else "H"), file.read(8 if big else 2))
    length = 20 if big else 12
    table = file.read(min(count, 65535) * length)
    found, held = [], {}
    for place in range(0, len(table) - length + 1, length):
        tag, kind = struct.unpack_from(order + "HH", table, place)
        (number,) = struct.unpack_from(order + ("Q" if big else "I"), table, place + 4)
        total = number * _SIZES.get(kind, 0)
        inline = table[place + (12 if big else 8) : place + length]
        if total > len(inline):
            at = struct.unpack(order + ("Q" if big else "I"), inline)[0]
            if total > LIMIT or at + total > size:
                continue
            file.seek(at)
            inline = file.read(total)
        data = inline[:total]
        held[tag] = data
        if tag not in _NOT_CARRIED and data and kind not in (*_LED_ELSEWHERE, *_LONG_NUMBERS):
            found.append(Extra(str(tag), data, kind=kind))
    pieces, skipped = within_limit(found)
    blocks = held.get(RESOURCES, b"")
    if IPTC in held and not resources.iptc(blocks):
        blocks += resources.from_iptc(held[IPTC].rstrip(b"\0"))
    return Carried("TIFF", pieces, order, resources=blocks, skipped=skipped)


def holds(file: IO[bytes], tag: int) -> bool:
    """Return whether the first directory has this tag."""
    file.seek(0)
    head = file.read(8)
    order = "<" if head[:2] == b"II" else ">"
    if head[2:4] not in (b"*\0", b"\0*"):
        return False
    return tag in entries(file, order, struct.unpack(order + "I", head[4:])[0])


def add(file: IO[bytes], pieces: Iterable[Extra], order: str = "<") -> None:
    """Add tags to the first directory of the TIFF in `file`, which is open for reading and writing.

    `order`: that of the bytes in `pieces`, which are turned to the file's. The file's own tags of the same numbers are
    replaced. Pillow cannot do it: its writer of compressed TIFFs takes no directories within the directory.
    """
    file.seek(0)
    head = file.read(8)
    own = "<" if head[:2] == b"II" else ">"
    start = struct.unpack(own + "I", head[4:])[0]
    directory = entries(file, own, start)
    after = file.read(4)  # the next page
    for piece in pieces:
        data = piece.data if order == own else _swap(piece.data, piece.kind)
        count = len(data) // _SIZES[piece.kind]
        if len(data) > 4:
            place = file.seek(0, 2)
            place += file.write(bytes(place % 2))
            file.write(data)
            data = struct.pack(own + "I", place)
        entry = struct.pack(own + "HHI", int(piece.name), piece.kind, count) + data.ljust(4, b"\0")
        directory[int(piece.name)] = entry
    write_directory(file, own, directory, after)


def write_directory(file: IO[bytes], order: str, directory: dict[int, bytes], after: bytes) -> None:
    """Write a directory at the end of the file, and make it the first one; `after`: the place of the next, 4 bytes."""
    place = file.seek(0, 2)
    place += file.write(bytes(place % 2))
    file.write(struct.pack(order + "H", len(directory)))
    file.write(b"".join(directory[tag] for tag in sorted(directory)) + after)
    file.seek(4)
    file.write(struct.pack(order + "I", place))


def entries(file: IO[bytes], order: str, place: int) -> dict[int, bytes]:
    """Return the twelve bytes of every entry of the directory at `place`, by tag; `file` stands behind them then."""
    file.seek(place)
    (count,) = struct.unpack(order + "H", file.read(2))
    entries = [file.read(12) for _ in range(count)]
    return {struct.unpack(order + "H", entry[:2])[0]: entry for entry in entries if len(entry) == 12}


def _swap(data: bytes, kind: int) -> bytes:
    """Turn the bytes of each number round."""
    size = 4 if kind in _HALVES else _SIZES[kind]
    return b"".join(data[n : n + size][::-1] for n in range(0, len(data), size)) if size > 1 else data
