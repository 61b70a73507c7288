"""How large a build is, and whether it is within its limit."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

MEGABYTE = 1_000_000
UNPACKED = {"cpu": 1000, "lite": 200}  # MB; a CUDA build is as large as its libraries
PACKED = {"cpu": 330}
_LINES = 25


def sizes(folder: Path) -> dict[str, int]:
    """The bytes of each file below `folder`; links count nothing."""
    found = {}
    for base, _folders, files in os.walk(folder):
        for name in files:
            path = Path(base) / name
            if not path.is_symlink():
                found[path.relative_to(folder).as_posix()] = path.stat().st_size
    return found


def largest(files: dict[str, int], count: int = _LINES) -> list[tuple[str, int]]:
    """The largest packages and single files at the top of the build, largest first."""
    groups: dict[str, int] = {}
    for name, size in files.items():
        parts = name.split("/")
        top = parts[1] if parts[0] == "_internal" and len(parts) > 1 else parts[0]
        groups[top] = groups.get(top, 0) + size
    return sorted(groups.items(), key=lambda pair: (-pair[1], pair[0]))[:count]


def table(files: dict[str, int]) -> str:
    """The lines that show the largest things, and all together."""
    rows = [*largest(files), ("all together", sum(files.values()))]
    return "\n".join(f"{size / MEGABYTE:9.1f} MB  {name}" for name, size in rows)


def faults(variant: str, unpacked: int, packed: int | None) -> list[str]:
    """One sentence for each limit that is exceeded."""
    found = []
    for what, size, limits in (("unpacked", unpacked, UNPACKED), ("as an archive", packed, PACKED)):
        limit = limits.get(variant)
        if limit is not None and size is not None and size > limit * MEGABYTE:
            found.append(f"The {variant} build has {size / MEGABYTE:.0f} MB {what}; the limit is {limit} MB.")
    return found


def forbidden(files: Iterable[str], names: Iterable[str]) -> list[str]:
    """The packages of `names` that came inside although they must not."""
    tops = {name.removeprefix("_internal/").split("/")[0] for name in files}
    return sorted(tops & {name for name in names if "." not in name})
