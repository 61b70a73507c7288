"""How a training reports its events, and how it takes commands.

`inpaint_studio.protocol.events` declares both. Commands come one a line, on stdin or in the file ``commands`` of the
run folder, which a window started later can write to.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TypeAlias

from inpaint_studio.protocol.events import COMMANDS, Event, encode
from inpaint_studio.protocol.run_folder import RunFolder

_CHECK_EVERY = 0.3  # s between two checks of the file of commands
_LONGEST_FILE = 4096  # characters of the file of commands that are read

Listener: TypeAlias = Callable[[Event], None]


class Reporter:
    """Passes events on: to the log in the run folder, and to `listeners` (the terminal, a window, trackers)."""

    def __init__(self, folder: Path | None, listeners: Sequence[Listener], first: bool = True) -> None:
        """`first` is whether this process reports for all; the others report nothing."""
        self._listeners = listeners if first else ()
        self._log: IO[str] | None = None
        if folder is not None and first:
            log = RunFolder(folder).events
            with suppress(OSError):
                cut_off = _ends_within_line(log)
                self._log = log.open("a", encoding="utf-8")
                self._log.write("\n" if cut_off else "")

    def emit(self, event: Event) -> None:
        """Report `event`. A full disk ends the log, not the training."""
        if self._log is not None:
            try:
                self._log.write(encode(event) + "\n")
                self._log.flush()
            except OSError:
                self._log = None
        for listener in self._listeners:
            listener(event)


def write_to(stream: IO[str]) -> Listener:
    """Return a listener that writes events as lines of JSON; once the stream is closed they are dropped."""

    def listener(event: Event) -> None:
        with suppress(OSError, ValueError):
            stream.write(encode(event) + "\n")
            stream.flush()

    return listener


class Commands:
    """The commands that came and were not taken yet. Reads stdin in a thread of its own and watches the file."""

    def __init__(self, folder: Path | None, stdin: IO[str] | None) -> None:
        self._pending: set[str] = set()
        # Reentrant: a signal handler adds "stop" in the main thread, which may hold it at that moment.
        self._lock = threading.RLock()
        self._file = RunFolder(folder).commands if folder is not None else None
        self._checked_at = 0.0
        self.paused = False
        if self._file is not None:
            with suppress(OSError):
                self._file.unlink()
        if stdin is not None:
            threading.Thread(target=self._read_stdin, args=(stdin,), name="commands", daemon=True).start()

    def add(self, command: str) -> None:
        """Add one command; any other text is ignored."""
        command = command.strip().lower()
        with self._lock:
            if command in ("pause", "resume"):
                self.paused = command == "pause"
            elif command in COMMANDS:
                self._pending.add(command)

    def take(self, command: str) -> bool:
        """Return whether `command` is pending, and remove it."""
        with self._lock:
            is_pending = command in self._pending
            self._pending.discard(command)
            return is_pending

    @property
    def stopping(self) -> bool:
        """Whether the training has to stop; stays true."""
        self._read_file()
        with self._lock:
            return not self._pending.isdisjoint(("stop", "stop now"))

    @property
    def stopping_now(self) -> bool:
        """Whether it has to stop at once, without measuring what it learned last; stays true."""
        self._read_file()
        with self._lock:
            return "stop now" in self._pending

    def _read_file(self) -> None:
        now = time.monotonic()
        if self._file is None or now - self._checked_at < _CHECK_EVERY:
            return
        self._checked_at = now
        taken = self._file.with_suffix(".part")
        with suppress(OSError, UnicodeDecodeError):
            self._file.replace(taken)  # commands from here on go into a new file
            lines = taken.read_text(encoding="utf-8")[:_LONGEST_FILE].splitlines()
            taken.unlink()
            for line in lines:
                self.add(line)

    def _read_stdin(self, stdin: IO[str]) -> None:
        with suppress(OSError, ValueError):
            for line in _lines(stdin):
                self.add(line)


def _lines(stdin: IO[str]) -> Iterator[str]:
    """Yield the lines of `stdin`, of its descriptor where it has one.

    A thread that waits in a buffered file holds its lock, and Python may abort where the program ends meanwhile.
    """
    try:
        descriptor = stdin.fileno()
    except (AttributeError, OSError, ValueError):  # any iterable of lines
        yield from stdin
        return
    rest = b""
    while content := os.read(descriptor, _LONGEST_FILE):
        *lines, rest = (rest + content).split(b"\n")
        rest = rest[-_LONGEST_FILE:]
        yield from (line.decode(errors="replace") for line in lines)
    yield rest.decode(errors="replace")


def _ends_within_line(log: Path) -> bool:
    """Return whether a process ended in the middle of its last line."""
    with suppress(OSError), log.open("rb") as file:
        file.seek(-1, os.SEEK_END)  # raises for an empty file
        return file.read() != b"\n"
    return False


def stdin_commands() -> IO[str] | None:
    """Return stdin where commands can come from it: from a pipe, not from a terminal."""
    return sys.stdin if sys.stdin is not None and not sys.stdin.isatty() else None
