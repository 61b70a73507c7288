"""Reading of Qt's compiled catalogues (``.qm``) without Qt, so that the command line starts as fast as it did.

The layout is that of Qt's ``qtranslator.cpp``: a magic number, then sections of a tag, a length and their bytes. Only
the section with the messages is read; numbers are big-endian.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
_MESSAGES = 0x69  # the tag of the section

# The tags inside the messages.
_END, _SOURCE_16, _TRANSLATION, _CONTEXT_16, _OBSOLETE, _SOURCE, _CONTEXT, _COMMENT = range(1, 9)


def read(file: Path) -> dict[str, tuple[str, ...]]:
    """Return the translations by their source text: one, or one for each form of the plural.

    Raises OSError where `file` cannot be read, and ValueError where it is not such a catalogue.
    """
    data = file.read_bytes()
    if not data.startswith(MAGIC):
        raise ValueError("it is no catalogue of Qt")
    try:
        return dict(_messages(_section(data, _MESSAGES)))
    except (IndexError, UnicodeDecodeError) as error:
        raise ValueError("the catalogue is damaged") from error


def _section(data: bytes, tag: int) -> bytes:
    """Return the bytes of a section; none where it is missing."""
    place = len(MAGIC)
    while place < len(data):
        size = _length(data, place + 1)
        if data[place] == tag:
            return data[place + 5 : place + 5 + size]
        place += 5 + size
    return b""


def _messages(data: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    place = 0
    source: str | None = None
    forms: list[str] = []
    while place < len(data):
        tag = data[place]
        place += 1
        if tag == _END:
            if source and forms:
                yield source, tuple(forms)
            source, forms = None, []
        elif tag == _OBSOLETE:
            place += 4
        elif tag in (_TRANSLATION, _SOURCE_16, _CONTEXT_16, _SOURCE, _CONTEXT, _COMMENT):
            size = _length(data, place)
            size = 0 if size == 0xFFFFFFFF else size  # a form that was not translated
            text = data[place + 4 : place + 4 + size]
            place += 4 + size
            if tag == _TRANSLATION:
                forms.append(text.decode("utf-16-be"))
            elif tag == _SOURCE:
                source = text.decode("utf-8")
        else:
            raise ValueError("the catalogue is damaged")


def _length(data: bytes, place: int) -> int:
    if place + 4 > len(data):
        raise IndexError
    return int.from_bytes(data[place : place + 4], "big")
