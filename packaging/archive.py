"""Write a build as one .tar.zst: the same bytes from the same files, and whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import IO

LEVEL = 19


def compressor(threads: int) -> list[str] | None:
    """The command that compresses with zstd; None where there is none."""
    program = shutil.which("zstd")
    return [program, "-q", f"-{LEVEL}", "--long=27", f"-T{threads}", "-c"] if program else None


def write(folder: Path, target: Path, date: int, command: list[str]) -> None:
    """Pack the folder into `target`; every file gets the time `date`. It is written beside and renamed."""
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as file:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=file)
            assert process.stdin is not None
            with process.stdin as pipe:
                _write_tar(folder, pipe, date)
            if process.wait() != 0:
                raise OSError(f"{command[0]} ended with status {process.returncode}")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _write_tar(folder: Path, pipe: IO[bytes], date: int) -> None:
    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = date
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with tarfile.open(fileobj=pipe, mode="w|", format=tarfile.GNU_FORMAT) as tar:
        tar.add(folder, folder.name, recursive=False, filter=plain)
        for base, folders, files in os.walk(folder):
            folders.sort()
            links = [name for name in folders if (Path(base) / name).is_symlink()]
            for name in sorted([*files, *folders]):
                path = Path(base) / name
                tar.add(path, str(folder.name / path.relative_to(folder)), recursive=False, filter=plain)
            folders[:] = [name for name in folders if name not in links]
