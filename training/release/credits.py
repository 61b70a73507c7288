"""``CREDITS.md`` beside the shipped weights: the sources and licences of the photos that they were trained on."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from inpaint_studio import atomic
from training.release.collection import CreditedPhoto

FILE = "CREDITS.md"
_HEAD = """\
# Credits of the shipped weights

The weights in this folder were trained on the photos of the following sources. No photo is in this folder. Thanks to
all who took them and gave them away.
"""
_SECTION = re.compile(r"^## List (?P<mark>[0-9a-f]{8})\b.*$", re.MULTILINE)


def mark_of(photos: Sequence[CreditedPhoto]) -> str:
    """Return the name of the list of these photos: equal for equal lists."""
    return hashlib.sha256(_list(photos).encode()).hexdigest()[:8]


def write(folder: Path, photos: Sequence[CreditedPhoto], users: Mapping[str, str]) -> None:
    """Put the list of `photos` into the file in `folder`; lists that no set in `users` has any more are removed.

    `users` gives each shipped set's list by the name of the set. Raises OSError.
    """
    path = folder / FILE
    lists = _read(path) | {mark_of(photos): _list(photos)}
    parts = [_HEAD]
    for mark, text in sorted(lists.items()):
        names = sorted(name for name, other in users.items() if other == mark)
        if names:
            parts.append(f"## List {mark}: photos of {', '.join(names)}\n\n{text.strip()}\n")
    atomic.write(path, "\n".join(parts))


def _read(path: Path) -> dict[str, str]:
    """Return the lists in the file by their marks; none where there is no such file. Raises OSError."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return {}
    heads = list(_SECTION.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return {head["mark"]: text[head.end() : end].strip() + "\n" for head, end in zip(heads, ends, strict=True)}


def _list(photos: Sequence[CreditedPhoto]) -> str:
    """Return one line a source and licence; where photos have credits of their own, these follow it."""
    groups: dict[tuple[str, str], list[CreditedPhoto]] = defaultdict(list)
    for photo in photos:
        groups[photo.source or "source not stated", photo.licence].append(photo)
    lines = []
    for (source, licence), members in sorted(groups.items()):
        number = "1 photo" if len(members) == 1 else f"{len(members)} photos"
        lines.append(f"- {_plain(source)}: {number}, {_plain(licence)}")
        own = sorted({_plain(each.attribution) for each in members if each.attribution not in ("", source)})
        lines += [f"  - {text}" for text in own]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Return the text without what Markdown would read as a heading, a link or HTML."""
    return re.sub(r"[<>\[\]`*#]", "", text).strip()
