"""Memory and processor cores: what the machine has, and what this process uses or may use."""

from __future__ import annotations

import os
import sys

import psutil


def peak_memory() -> int:
    """Return the largest number of bytes of memory that the process held so far (its resident set)."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource  # psutil has no peak on other systems

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak) if sys.platform == "darwin" else int(peak) * 1024  # bytes on macOS, KiB on Linux


def machine_memory() -> int | None:
    """Return bytes of memory that the machine has; None where the system does not report it."""
    try:
        return int(psutil.virtual_memory().total)
    except (psutil.Error, OSError, RuntimeError):  # for example a Linux container without /proc
        return None


def usable_cores() -> int:
    """Return the number of cores that this process may run on, at least 1.

    Fewer than the machine has where a scheduler or ``taskset`` restricts it; macOS cannot restrict it.
    """
    process = psutil.Process()
    if hasattr(process, "cpu_affinity"):
        try:
            return max(1, len(process.cpu_affinity() or []))
        except (psutil.Error, OSError):
            pass
    return os.cpu_count() or 1
