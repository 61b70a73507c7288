"""What a process of this program tells of its work, a line of JSON each.

It is hostile until parsed: lines that are too long, no JSON or of another make are left out, numbers are no nonsense,
and pictures are taken from one folder alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inpaint_studio.json_text import escape_undecodable

ROLES = ("original", "hole", "before", "now")  # of a sample's pictures
MOST_LOSSES = 12

_LONGEST_LINE = 1 << 20  # bytes
_LONGEST_TEXT = 1000  # characters of a sentence
_MOST_SAMPLES = 16
_MOST = 1e9  # of anything that is counted from nothing on: seconds, minutes, dB


class Lines:
    """Gathers what a process writes into lines."""

    def __init__(self) -> None:
        self._rest = b""

    def events(self, data: bytes) -> Iterator[tuple[str, Facts]]:
        """Take in a piece of any size; gives each event that it completed, with its facts."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _LONGEST_LINE:
            self._rest = b""
        for line in lines:
            try:
                told = json.loads(line[:_LONGEST_LINE])
            except (ValueError, RecursionError):
                continue
            if isinstance(told, dict) and isinstance(told.get("event"), str):
                yield told["event"], Facts(told)


class Facts:
    """The facts of an event, each asked for as what it has to be."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told

    def text(self, name: str) -> str:
        value = self.told.get(name)
        return " ".join(value[:_LONGEST_TEXT].split()) if isinstance(value, str) else ""

    def number(self, name: str) -> float | None:
        return _number(self.told.get(name))

    def amount(self, name: str) -> float | None:
        """A number of seconds, minutes or dB; None where nothing can be so much, or less than nothing."""
        value = self.number(name)
        return value if value is not None and 0 <= value < _MOST else None

    def count(self, name: str) -> int:
        value = _number(self.told.get(name))
        return int(value) if value is not None and 0 <= value < 1e12 else 0

    def inner(self, name: str) -> Facts:
        value = self.told.get(name)
        return Facts(value if isinstance(value, dict) else {})

    def numbers(self, name: str) -> dict[str, float]:
        found = {key[:40]: _number(value) for key, value in list(self.inner(name).told.items())[:MOST_LOSSES]}
        return {key: value for key, value in found.items() if value is not None}

    def pictures(self, name: str, folder: Path) -> list[dict[str, Path]]:
        """Pictures by role; only those that lie in `folder`."""
        value = self.told.get(name)
        rows = [row for row in value[:_MOST_SAMPLES] if isinstance(row, dict)] if isinstance(value, list) else []
        whole = [row for row in rows if all(_lies_in(row.get(role), folder) for role in ROLES)]
        return [{role: folder / Path(row[role]).name for role in ROLES} for row in whole]


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def _lies_in(value: object, folder: Path) -> bool:
    written = Path(escape_undecodable(str(folder)))  # as events write it
    return isinstance(value, str) and len(value) < 4096 and "\0" not in value and Path(value).parent == written
