"""Say why the program does not start, also where it was started by a double click and nobody reads a terminal.

Nothing but Python's own library is used: it has to work where the program is damaged.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

QUIET = "INPAINT_STUDIO_NO_DIALOG"  # set in the environment, sentences are only printed
_TITLE = "Inpaint Studio"
_PATIENCE = 3.0  # s in which a program that cannot show anything has ended
# How the programs of desktops show a sentence, the best first.
_COMMANDS: dict[str, Callable[[str], list[str]]] = {
    "zenity": lambda text: ["--error", "--no-markup", f"--title={_TITLE}", f"--text={text}"],
    "kdialog": lambda text: ["--title", _TITLE, "--error", text],
    "xmessage": lambda text: ["-center", "-title", _TITLE, text],
    "notify-send": lambda text: [_TITLE, text],
}


def show(sentence: str) -> None:
    """Print a sentence on stderr, and show it in a dialog of the desktop where no terminal shows it."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            print(f"inpaint-studio: {' '.join(sentence.split())}", file=sys.stderr, flush=True)
    if not os.environ.get(QUIET) and not _has_terminal():
        show_dialog(sentence)


def _has_terminal() -> bool:
    for stream in (sys.stderr, sys.stdout, sys.stdin):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            if stream.isatty():
                return True
    return False


def show_dialog(sentence: str) -> bool:
    """Show a sentence in a dialog of the desktop; returns whether one was found."""
    if sys.platform == "win32":
        import ctypes

        error_sign = 0x10
        return bool(ctypes.windll.user32.MessageBoxW(None, sentence, _TITLE, error_sign))
    if sys.platform == "darwin":
        script = "on run words\ndisplay alert (item 1 of words) message (item 2 of words) as critical\nend run"
        return _try(["osascript", "-e", script, _TITLE, sentence])
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        return False
    found = ((shutil.which(name), make) for name, make in _COMMANDS.items())
    return any(_try([program, *make(sentence)]) for program, make in found if program is not None)


def _try(command: list[str]) -> bool:
    """Start a program that shows a dialog; it may stay after this process. Returns whether it seems to show it."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return process.wait(_PATIENCE) == 0
    except subprocess.TimeoutExpired:
        return True  # the user reads it
    except OSError:
        return False


def watch_start(crashed: Callable[[Path], bool], file: Path, sentence: str) -> Callable[[], None]:
    """Let another process show `sentence` if this one crashes, as a broken driver makes it, before it is on the screen.

    `crashed` finds out from `file` whether it has. Returns what ends the watch. On Linux only: other systems show a
    dialog of their own after a crash.
    """
    if not sys.platform.startswith("linux"):
        return lambda: None
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        if os.fork() != 0:
            os._exit(0)  # so that nobody has to wait for the other
        try:
            os.close(writer)
            os.setsid()  # Ctrl+C is not for it
            if os.read(reader, 1) == b"" and crashed(file):  # this process has ended without another sign
                show(sentence)
        finally:
            os._exit(0)
    os.close(reader)
    os.waitpid(child, 0)

    def end() -> None:
        with contextlib.suppress(OSError):
            os.write(writer, b".")
            os.close(writer)

    return end
