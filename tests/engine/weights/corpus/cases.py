"""The table of cases, and helpers that every part of the corpus uses."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

Maker = Callable[[Path], Path]
CASES: dict[str, Maker] = {}
MARK = "ran"
BIG = 1 << 40
HEAD = b"\x80\x02"  # of a pickle of protocol 2


def case(maker: Maker) -> Maker:
    CASES[maker.__name__.replace("_", "-")] = maker
    return maker


def body(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()
