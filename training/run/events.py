"""What a training tells whoever watches, and what they may ask of it.

As JSON lines: `started`, `progress`, `sample`, `best`, `saved`, `note`, `paused`, `resumed`, `stopped`, `done` and
`failed`, each with its facts; `estimate` where only the pace is asked for. Commands come one a line on stdin or in the
file ``commands`` of the training's folder, which a window started later can write to: `stop`, `sample`, `save`,
`pause`, `resume`.
"""

from __future__ import annotations

import math
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from inpaint_studio.json_text import to_json

COMMANDS = ("stop", "sample", "save", "pause", "resume")
LOG = "events.jsonl"
ASKED = "commands"
_LOOK_EVERY = 0.3  # s between looks at the file of commands

Listener = Callable[[str, dict[str, Any]], None]


class Events:
    """Passes events on: to the log in the training's folder, and to `listeners` (the terminal, a window, a board)."""

    def __init__(self, folder: Path | None, listeners: list[Listener], first: bool = True) -> None:
        """`first` is whether this process speaks for all; the others are silent."""
        self._listeners = listeners if first else []
        self._log: IO[str] | None = None
        if folder is not None and first:
            with suppress(OSError):
                torn = _is_torn(folder / LOG)
                self._log = (folder / LOG).open("a", encoding="utf-8")
                self._log.write("\n" if torn else "")

    def tell(self, event: str, **facts: Any) -> None:
        """Tell of an event; numbers that are no numbers are told as null."""
        facts = _plain(facts)
        if self._log is not None:
            try:
                self._log.write(to_json({"event": event, **facts}) + "\n")
                self._log.flush()
            except OSError:  # a full disk must not end the training
                self._log = None
        for listener in self._listeners:
            listener(event, facts)


def to_stream(stream: IO[str]) -> Listener:
    """A listener that writes JSON lines; when nobody reads them any more it falls silent."""

    def listener(event: str, facts: dict[str, Any]) -> None:
        with suppress(OSError, ValueError):
            stream.write(to_json({"event": event, **facts}) + "\n")
            stream.flush()

    return listener


class Commands:
    """What was asked of the training since last looked at. Reads stdin in a thread of its own and watches the file."""

    def __init__(self, folder: Path | None, stdin: IO[str] | None) -> None:
        self._asked: set[str] = set()
        self._lock = threading.Lock()
        self._file = folder / ASKED if folder is not None else None
        self._looked = 0.0
        self.paused = False
        if self._file is not None:
            with suppress(OSError):
                self._file.unlink()
        if stdin is not None:
            threading.Thread(target=self._listen, args=(stdin,), name="commands", daemon=True).start()

    def ask(self, command: str) -> None:
        """Ask for `command`; what is none is left out."""
        command = command.strip().lower()
        with self._lock:
            if command in ("pause", "resume"):
                self.paused = command == "pause"
            elif command in COMMANDS:
                self._asked.add(command)

    def take(self, command: str) -> bool:
        """Whether `command` was asked for; then it is not any more."""
        with self._lock:
            there = command in self._asked
            self._asked.discard(command)
            return there

    @property
    def stopping(self) -> bool:
        """Whether the training shall stop; stays so."""
        self._look()
        with self._lock:
            return "stop" in self._asked

    def _look(self) -> None:
        now = time.monotonic()
        if self._file is None or now - self._looked < _LOOK_EVERY:
            return
        self._looked = now
        taken = self._file.with_suffix(".part")
        with suppress(OSError, UnicodeDecodeError):
            self._file.replace(taken)  # what is asked from here on comes into a new file
            lines = taken.read_text(encoding="utf-8")[:4096].splitlines()
            taken.unlink()
            for line in lines:
                self.ask(line)

    def _listen(self, stdin: IO[str]) -> None:
        with suppress(OSError, ValueError):
            for line in stdin:
                self.ask(line)


def _is_torn(log: Path) -> bool:
    """Whether a process died in the middle of its last line."""
    with suppress(OSError), log.open("rb") as file:
        file.seek(-1, os.SEEK_END)  # an empty file has nothing to go back to
        return file.read() != b"\n"
    return False


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value) if isinstance(value, Path) else value


def stdin_commands() -> IO[str] | None:
    """Stdin where somebody may type commands into it: a pipe, not a terminal."""
    return sys.stdin if sys.stdin is not None and not sys.stdin.isatty() else None
