"""The processes of trainings, also those that another window has started."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

# psutil is imported where it is used: the window's first paint does without it.
_ENDED = ("zombie", "dead")  # of psutil's states; their parent has not read the exit status yet
_CLOCK_ERROR = 60.0  # s by which the clock may have been set between two readings of it


def is_alive(process: psutil.Process | None) -> bool:
    """Return whether that very process runs: not one that was given its number later, and not one that has ended."""
    import psutil

    try:
        return process is not None and process.is_running() and process.status() not in _ENDED
    except psutil.Error:
        return False


def find_process(pid: int, arguments: Sequence[str], started_at: float) -> psutil.Process | None:
    """Return the process of that number if it was started with these arguments; None where it has ended.

    The system uses numbers again. Where it does not show a process's arguments, the process must have been there at
    `started_at` (s since 1970).
    """
    import psutil

    try:
        process = psutil.Process(pid)
        if not is_alive(process):
            return None
        try:
            shown = process.cmdline()
        except psutil.AccessDenied:
            shown = []
        if shown:
            matches = shown[len(shown) - len(arguments) :] == list(arguments)
        else:
            matches = process.create_time() <= started_at + _CLOCK_ERROR
    except (psutil.Error, OSError, OverflowError):
        return None
    return process if matches else None
