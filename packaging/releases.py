"""The releases of CHANGELOG.md, for the packages that list them, and the version that is built."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_HEAD = re.compile(r"##\s+\[?(\d+\.\d+\.\d+[^\s\]]*)\]?\s*(?:[-–—(]\s*)?(\d{4}-\d\d-\d\d|unreleased)?", re.IGNORECASE)


@dataclass(frozen=True)
class Release:
    """One section of the change log. `date` is empty while it is not released."""

    version: str
    date: str
    changes: tuple[str, ...]


def version() -> str:
    """Return the version of the sources."""
    text = (ROOT / "inpaint_studio" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise ValueError("inpaint_studio/__init__.py has no line with the version")
    return found[1]


def read(text: str) -> list[Release]:
    """Return the sections with a version, in the order of the file: the newest first."""
    found: list[Release] = []
    for section in re.split(r"^(?=## )", text, flags=re.MULTILINE):
        head = _HEAD.match(section)
        if head is not None:
            date = head[2] or ""
            found.append(Release(head[1], "" if date.lower() == "unreleased" else date, _changes(section)))
    return found


def releases() -> list[Release]:
    """Return the releases in CHANGELOG.md."""
    return read((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))


def _changes(section: str) -> tuple[str, ...]:
    """Return the points of a section, each on one line and without signs of Markdown."""
    points = re.findall(r"^[-*] (.*(?:\n(?:[ \t]+\S.*))*)", section, re.MULTILINE)
    return tuple(re.sub(r"\s+", " ", re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", point)).strip() for point in points)
