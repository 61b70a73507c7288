"""What trainings leave on the disk: the word by which a window started later finds them, until they are put away."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from inpaint_studio import atomic
from inpaint_studio.protocol.events import Facts
from inpaint_studio.session.training import processes
from inpaint_studio.session.training.run_state import BOARD, CHECKPOINT, COMMANDS, LOG, RUN, SAMPLES, home, regular

_LARGEST = 1 << 16  # bytes of run.json


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
    try:
        told = json.loads(_read(folder) or b"")
    except (ValueError, RecursionError):
        return None
    facts = Facts(told if isinstance(told, dict) else {})
    command, pid = facts.told.get("command"), facts.count("pid")
    if not isinstance(command, list) or not all(isinstance(part, str) and "\0" not in part for part in command):
        return None
    if pid < 2:
        return None
    name = facts.text("name") or folder.name
    return Noted(folder, pid, command[1:], facts.text("model"), name, facts.number("begun") or 0.0)


class Word:
    """Word of a process that has only just begun, which leaves its own once it has looked through its photos."""

    def __init__(self, noted: Noted) -> None:
        """Leave it, in place of an older one."""
        self._folder, self._older = noted.folder, _read(noted.folder)
        facts = {"pid": noted.pid, "model": noted.model, "name": noted.name, "begun": noted.begun}
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(self._folder, json.dumps(facts | {"command": ["inpaint-studio", *noted.arguments]}).encode())

    def take_back(self) -> None:
        """Put the older one back, or none: the process never began to train."""
        with suppress(OSError):
            if self._older is None:
                (self._folder / RUN).unlink()
            else:
                _write(self._folder, self._older)


def _read(folder: Path) -> bytes | None:
    """The word in `folder` as it stands there; None where there is none."""
    try:
        with regular(folder / RUN) as file:
            return file.read(_LARGEST)
    except OSError:
        return None


def _write(folder: Path, word: bytes) -> None:
    """Put a word into `folder`, at once or not at all. Raises OSError."""
    atomic.write(folder / RUN, word)


def all_noted() -> list[Noted]:
    """All trainings that windows started and nobody has put away: those that run first, then the newest."""
    try:
        folders = [Path(entry.path) for entry in os.scandir(home()) if entry.is_dir()]
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
    for path in (*(folder / name for name in (RUN, LOG, COMMANDS, CHECKPOINT)), *folder.glob("*.part")):
        with suppress(OSError):
            path.unlink()
    for path in (*(folder / SAMPLES).glob("[0-9][0-9]-*"), *(folder / BOARD).glob("events.out.tfevents.*")):
        with suppress(OSError):
            path.unlink()
    for empty in (folder / SAMPLES, folder / BOARD, folder):
        with suppress(OSError):
            empty.rmdir()
