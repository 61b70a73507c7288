"""The priority of a process: work in the background leaves the processor to everything else."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

# psutil is imported where it is used: the window's first paint does without it.
_LOWEST = 19  # of the scale that `nice` uses, from -20


def run_in_background(pid: int | None = None) -> None:
    """Let every other process go before that one (this one by default), its threads and all that it starts later.

    Does what the system allows: on Windows the idle class; elsewhere the lowest priority, and on Linux the policy
    SCHED_IDLE, with which a thread gets the processor only where no other wants it. A process that has ended already
    is left alone.
    """
    import psutil

    with suppress(psutil.Error):
        process = psutil.Process(pid)
        if hasattr(psutil, "IDLE_PRIORITY_CLASS"):
            process.nice(psutil.IDLE_PRIORITY_CLASS)
            return
        process.nice(_LOWEST)
        if hasattr(os, "SCHED_IDLE"):
            _idle_on_linux(process.pid, [thread.id for thread in process.threads()])


def _idle_on_linux(pid: int, threads: list[int]) -> None:
    """Set the policy of each thread, as Linux has one for each; a container may forbid it."""
    # Where Linux schedules by sessions (autogroup), priorities count within a session only. A training that the window
    # starts has a session of its own, so that gets the lowest priority, too. A session shared with a terminal, its
    # programs or the window keeps its own.
    with suppress(OSError):
        if os.getsid(pid) == pid:
            Path(f"/proc/{pid}/autogroup").write_text(str(_LOWEST), encoding="ascii")
    for thread in threads:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, _LOWEST)
            os.sched_setscheduler(thread, os.SCHED_IDLE, os.sched_param(0))
