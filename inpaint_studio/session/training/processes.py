"""Processes of this program that it did not start itself, or wants to run below everything else."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_NICE = 10  # of 19: whatever the person does goes first
_PROC = Path("/proc")

if sys.platform == "win32":
    import ctypes

    _SET, _QUERY, _RUNNING, _BELOW_NORMAL = 0x0200, 0x1000, 259, 0x4000

    def lower(pid: int) -> None:
        """Let everything else go before that process."""
        handle = ctypes.windll.kernel32.OpenProcess(_SET, False, pid)
        if handle:
            ctypes.windll.kernel32.SetPriorityClass(handle, _BELOW_NORMAL)
            ctypes.windll.kernel32.CloseHandle(handle)

    def alive(pid: int) -> bool:
        """Whether there is a process of that number."""
        handle = ctypes.windll.kernel32.OpenProcess(_QUERY, False, pid)
        if not handle:
            return False
        code = ctypes.c_ulong()
        ctypes.windll.kernel32.GetExitCodeProcess(handle, ctypes.byref(code))
        ctypes.windll.kernel32.CloseHandle(handle)
        return code.value == _RUNNING

else:

    def lower(pid: int) -> None:
        """Let everything else go before that process."""
        with suppress(OSError):  # it may have ended already
            os.setpriority(os.PRIO_PROCESS, pid, _NICE)

    def alive(pid: int) -> bool:
        """Whether there is a process of that number that has not ended."""
        if (_PROC / "self").exists():
            try:
                state = (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
            except (OSError, IndexError):
                return False
            return state not in "ZX"  # ended, but nobody has asked how
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


def is_running(pid: int, arguments: Sequence[str]) -> bool:
    """Whether the process of that number runs, and was given just these arguments (a number is used again).

    Where the system does not tell a process's arguments, that it runs must do.
    """
    if not alive(pid):
        return False
    if (_PROC / "self").exists():
        try:
            given = (_PROC / str(pid) / "cmdline").read_bytes().split(b"\0")[:-1]
        except OSError:
            return False
        wanted = [os.fsencode(argument) for argument in arguments]
        return given[len(given) - len(wanted) :] == wanted
    if sys.platform == "win32":
        return True
    import subprocess

    try:
        shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return True
    return os.fsencode(" ".join(arguments)) in shown.stdout
