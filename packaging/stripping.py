"""Take symbol tables out of a build's libraries (Linux)."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

_ELF = b"\x7fELF"


def strip_all(folder: Path) -> int:
    """Strip the libraries below `folder` that gain by it; return the bytes gained.

    ``strip`` damages libraries whose headers were moved by patchelf, as wheels have them: each result is checked, and
    such a library stays as it was.
    """
    if shutil.which("strip") is None:
        return 0
    gained = 0
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or not _is_library(path):
            continue
        part = path.with_name(f".{path.name}.part")
        done = subprocess.run(
            ["strip", "--strip-unneeded", "-o", str(part), str(path)], capture_output=True, check=False
        )
        if done.returncode == 0 and part.stat().st_size < path.stat().st_size and is_loadable(part):
            gained += path.stat().st_size - part.stat().st_size
            shutil.copymode(path, part)
            part.replace(path)
        part.unlink(missing_ok=True)
    return gained


def is_loadable(path: Path) -> bool:
    """Return whether the loader can map the library: each segment's place in the file fits its place in memory."""
    done = subprocess.run(["readelf", "-lW", str(path)], capture_output=True, text=True, check=False)
    segments = re.findall(r"^\s*LOAD\s+(0x\w+)\s+(0x\w+)\s+.*\s(0x\w+)\s*$", done.stdout, re.MULTILINE)
    return bool(segments) and all((int(at, 16) - int(to, 16)) % int(step, 16) == 0 for at, to, step in segments)


def _is_library(path: Path) -> bool:
    if ".so" not in path.name:
        return False
    with path.open("rb") as file:
        return file.read(4) == _ELF
