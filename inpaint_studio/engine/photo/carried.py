"""What a photo file holds beside pixels, camera data, profile and XMP: pieces that saving puts back as they were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import IO

LIMIT = 64 << 20  # bytes of all pieces of one file; hostile files may claim any amount

_BLOCK = 4 << 20  # bytes that are moved at a time


@dataclass(frozen=True)
class Extra:
    """A segment of a JPEG, a chunk of a PNG or WebP, or a tag of a TIFF."""

    name: str  # "COM", "APP13"; the four letters of a chunk; the number of a tag
    data: bytes
    late: bool = False  # a chunk that stands behind the pixels
    kind: int = 0  # the type of a tag's values, as TIFF 6.0 numbers them


@dataclass(frozen=True)
class Carried:
    """The pieces of a file in their order, and what of them other formats can hold too."""

    format: str = ""  # Pillow's name of the format that the pieces belong to
    pieces: tuple[Extra, ...] = ()
    order: str = "<"  # of the bytes in the tags of a TIFF
    resources: bytes = b""  # Photoshop's image resources, among them IPTC data; without the head of a segment
    texts: tuple[tuple[str, str], ...] = ()  # names and texts of notes, which most formats can hold
    skipped: bool = False  # whether pieces were left out because there were too many bytes

    def with_pieces(self, pieces: Iterable[Extra]) -> Carried:
        """Return a copy with other pieces."""
        return replace(self, pieces=tuple(pieces))


def within_limit(pieces: Iterable[Extra]) -> tuple[tuple[Extra, ...], bool]:
    """Return the pieces up to `LIMIT` bytes, and whether some were left out."""
    kept, total, skipped = [], 0, False
    for piece in pieces:
        total += len(piece.data)
        if total > LIMIT:
            skipped = True
            break
        kept.append(piece)
    return tuple(kept), skipped


def splice(file: IO[bytes], start: int, end: int, content: bytes) -> None:
    """Replace the bytes from `start` to `end` of a file that is open for reading and writing; the rest moves."""
    shift = len(content) - (end - start)
    size = file.seek(0, 2)
    if shift > 0:  # from the end, so that nothing is overwritten before it was read
        place = size
        while place > end:
            length = min(_BLOCK, place - end)
            place -= length
            _move(file, place, length, shift)
    elif shift < 0:
        for place in range(end, size, _BLOCK):
            _move(file, place, min(_BLOCK, size - place), shift)
        file.truncate(size + shift)
    file.seek(start)
    file.write(content)


def _move(file: IO[bytes], place: int, length: int, shift: int) -> None:
    file.seek(place)
    block = file.read(length)
    file.seek(place + shift)
    file.write(block)
