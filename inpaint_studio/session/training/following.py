"""A training that another window began: what it writes into its folder, whether it still runs, and how it is asked."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from inpaint_studio.protocol.run_folder import RunFolder, open_regular, send_command
from inpaint_studio.session.training import processes
from inpaint_studio.session.training.run_registry import Noted, all_noted

_CHUNK = 1 << 17  # bytes read at a time


class Followed:
    """A training by the word it left; it may have ended."""

    def __init__(self, word: Noted) -> None:
        self.word = word
        self.tail = Tail(RunFolder(word.folder).events)
        self._ended = not word.running

    @property
    def alive(self) -> bool:
        """Whether it runs, as far as can be told at once: another process may have its number since `make_sure`."""
        return not self._ended and processes.alive(self.word.pid)

    def make_sure(self) -> None:
        """Find out whether the process of that number is it. May take a while; any thread may call it."""
        self._ended = self._ended or not self.word.running

    def ask(self, command: str) -> None:
        """Ask it for something. Raises OSError."""
        send_command(self.word.folder, command)

    def remind(self, command: str) -> None:
        """Ask it once more where nothing lies there to be read: what it found as it began, it threw away."""
        if not RunFolder(self.word.folder).commands.exists():
            with suppress(OSError):
                self.ask(command)


class Tail:
    """Reads a growing file from its beginning, a piece at a time."""

    def __init__(self, path: Path) -> None:
        self._path, self._place = path, 0

    def read(self) -> bytes:
        """The next piece; nothing where there is no more for now."""
        try:
            with open_regular(self._path) as file:
                file.seek(self._place)
                piece = file.read(_CHUNK)
        except OSError:
            return b""
        self._place += len(piece)
        return piece


def left() -> Followed | None:
    """The training that runs without a window, else the newest that ended; None where there is none."""
    found = all_noted()
    return Followed(found[0]) if found else None
