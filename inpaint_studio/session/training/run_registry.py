"""The trainings on the disk: records by which a later window finds them, and what it reads from and writes to them.

Everything here reads or writes files, and belongs into a task.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from inpaint_studio.protocol.request import COMMAND, EVENTS
from inpaint_studio.protocol.run_folder import (
    RunFolder,
    RunRecord,
    open_regular,
    read_record,
    runs_dir,
    send_command,
    write_record,
)
from inpaint_studio.session.training.processes import find_process, is_alive

if TYPE_CHECKING:
    import psutil

LONGEST_NAME = 40  # characters, with a number at its end
_CHUNK = 1 << 17  # bytes read at a time


class RecordedRun(NamedTuple):
    """A training that a window has started, by its record."""

    folder: Path
    record: RunRecord

    @property
    def name(self) -> str:
        """The name of the weights that are to come of it."""
        return self.record.name or self.folder.name

    def process(self) -> psutil.Process | None:
        """Return the process that trains; None where it has ended."""
        return find_process(self.record.pid, self.record.arguments, self.record.started_at)


def find_record(folder: Path) -> RecordedRun | None:
    """Return the training in `folder` that a window has started; None where there is none."""
    record = RunRecord.parse(read_record(folder) or b"")
    if record is None or record.arguments[:1] != [COMMAND] or EVENTS not in record.arguments:
        return None
    return RecordedRun(folder, record)


def list_runs() -> list[RecordedRun]:
    """Return all trainings that windows have started and that have files: running ones first, then the newest."""
    try:
        folders = [Path(entry.path) for entry in os.scandir(runs_dir()) if entry.is_dir()]
    except OSError:
        return []
    found = [run for folder in folders if (run := find_record(folder)) is not None]
    return sorted(found, key=lambda run: (run.process() is None, -run.record.started_at))


class ProvisionalRecord:
    """The record of a process that was just started. The process writes its own when it has found its photos."""

    def __init__(self, run: RecordedRun) -> None:
        self._run = run
        self._previous: bytes | None = None

    def write(self) -> None:
        """Write it, in place of the record of an earlier training in that folder."""
        self._previous = read_record(self._run.folder)
        with suppress(OSError):
            self._run.folder.mkdir(parents=True, exist_ok=True)
            self._run.record.write(self._run.folder)

    def withdraw(self) -> None:
        """Restore the earlier record, or none: the process never began to train."""
        with suppress(OSError):
            if self._previous is None:
                RunFolder(self._run.folder).record.unlink()
            else:
                write_record(self._run.folder, self._previous)


def remove_files(folder: Path, pids: Collection[int]) -> None:
    """Remove what a training wrote into its folder, and nothing else.

    `pids` are the numbers of its processes. Where the folder belongs to another training by now, or one runs in it,
    nothing is removed.
    """
    record = RunRecord.parse(read_record(folder) or b"")
    if record is not None and (record.pid not in pids or RecordedRun(folder, record).process() is not None):
        return
    run = RunFolder(folder)
    for path in run.files():
        with suppress(OSError):
            path.unlink()
    for empty in run.folders():
        with suppress(OSError):
            empty.rmdir()


def settle_files(folder: Path, record: ProvisionalRecord | None, unstarted: bool, pids: frozenset[int]) -> bool:
    """Tidy the run folder after the end of a training; gives whether it can be resumed.

    `record` is withdrawn. `unstarted`: the process has failed before its first step; then nothing stays of the folder,
    unless an earlier process has left a checkpoint.
    """
    if record is not None:
        record.withdraw()
    resumable = RunFolder(folder).checkpoint.is_file()
    if unstarted and not resumable:
        remove_files(folder, pids)
    return resumable


def plain_name(model: str, folder: Path | None) -> str:
    """Return a name for the weights of that model after training on that folder: lower-case letters, digits and "-"."""
    words = re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-") if folder is not None else ""
    return f"{model}-{words or 'tuned'}"[: LONGEST_NAME - 4].strip("-")


class FoundRun:
    """A training that another window has started: its events, its process and its commands. It may have ended."""

    def __init__(self, run: RecordedRun) -> None:
        self.run = run
        self.resumable = RunFolder(run.folder).checkpoint.is_file()
        self._events = EventsFile(RunFolder(run.folder).events)
        self._process = run.process()

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return is_alive(self._process)

    def read(self) -> tuple[bytes, bool]:
        """Return the next piece of its events, and whether it may write more."""
        alive = self.alive  # first: what it wrote before its end is then in the file
        return self._events.read(), alive

    def send(self, command: str) -> None:
        """Send it a command. Raises OSError."""
        send_command(self.run.folder, command)

    def send_again(self, command: str) -> None:
        """Send it a command again if none is waiting to be read: it removes those that it finds at its start."""
        if not RunFolder(self.run.folder).commands.exists():
            with suppress(OSError):
                self.send(command)


class EventsFile:
    """Reads a growing file from its beginning, a piece at a time."""

    def __init__(self, path: Path) -> None:
        self._path, self._position = path, 0

    def read(self) -> bytes:
        """Return the next piece; empty where there is no more for now."""
        try:
            with open_regular(self._path) as file:
                file.seek(self._position)
                piece = file.read(_CHUNK)
        except OSError:
            return b""
        self._position += len(piece)
        return piece


def find_run() -> FoundRun | None:
    """Return the training that runs without a window, else the newest that has ended; None where there is none."""
    runs = list_runs()
    return FoundRun(runs[0]) if runs else None
