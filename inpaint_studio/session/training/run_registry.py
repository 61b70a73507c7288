"""What trainings leave on the disk: the word by which a window started later finds them, until they are put away."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from inpaint_studio.protocol.run_folder import RunFolder, RunRecord, read_record, runs_dir, write_record
from inpaint_studio.session.training import processes


class Noted(NamedTuple):
    """What a training left word of when it began."""

    folder: Path
    pid: int
    arguments: list[str]  # of the command line, from "train" on
    model: str
    name: str
    begun: float  # seconds since 1970

    @property
    def running(self) -> bool:
        return processes.is_running(self.pid, self.arguments)


def noted(folder: Path) -> Noted | None:
    """The word that a training which a window had started left in `folder`; None where there is none."""
    word = _noted(folder)
    return word if word is not None and word.arguments[:1] == ["train"] and "--events" in word.arguments else None


def _noted(folder: Path) -> Noted | None:
    """The word that whatever process left in `folder`."""
    record = RunRecord.parse(read_record(folder) or b"")
    if record is None:
        return None
    name = record.name or folder.name
    return Noted(folder, record.pid, record.arguments, record.model, name, record.started_at)


class Word:
    """Word of a process that has only just begun, which leaves its own once it has looked through its photos."""

    def __init__(self, noted: Noted) -> None:
        """Leave it, in place of an older one."""
        self._folder, self._older = noted.folder, read_record(noted.folder)
        command = ["inpaint-studio", *noted.arguments]
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            RunRecord(noted.pid, command, noted.model, noted.name, noted.begun).write(self._folder)

    def take_back(self) -> None:
        """Put the older one back, or none: the process never began to train."""
        with suppress(OSError):
            if self._older is None:
                RunFolder(self._folder).record.unlink()
            else:
                write_record(self._folder, self._older)


def all_noted() -> list[Noted]:
    """All trainings that windows started and nobody has put away: those that run first, then the newest."""
    try:
        folders = [Path(entry.path) for entry in os.scandir(runs_dir()) if entry.is_dir()]
    except OSError:
        return []
    found = [word for folder in folders if (word := noted(folder)) is not None]
    return sorted(found, key=lambda word: (not word.running, -word.begun))


def put_away(folder: Path, pids: Collection[int]) -> None:
    """Remove what a training wrote into its folder, and nothing else.

    `pids` are the numbers of its processes. Where the folder has become that of another training since, or one runs
    in it, nothing is removed.
    """
    word = _noted(folder)
    if word is not None and (word.pid not in pids or word.running):
        return
    run = RunFolder(folder)
    for path in run.files():
        with suppress(OSError):
            path.unlink()
    for empty in run.folders():
        with suppress(OSError):
            empty.rmdir()
