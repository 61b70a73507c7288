"""Why the program does not start on this machine: faults of the installation and of the machine, in a sentence each."""

from __future__ import annotations

import errno
import logging
import os
import platform
import re
import sys
from pathlib import Path

from inpaint_studio import atomic, build_info, log_file, paths, start_face
from inpaint_studio.errors import StartFault
from inpaint_studio.texts import tr

_log = logging.getLogger(__name__)
_LIBRARY = re.compile(
    r"([\w.+-]+\.(?:so|dylib)[\w.]*)[\"']?: (?:cannot open|file too short|invalid ELF)|([\w.-]+\.dll)\b"
)
_NEEDED = "sse4_2"  # of the processor: Qt and NumPy are built for it (x86-64-v2)
_CPU_INFO = Path("/proc/cpuinfo")
_HEAD = 4096  # characters of it, which tell of the first core
LIBRARIES = "libraries.txt"  # in the resources of a packed program: size and place of each library


def explain(error: BaseException) -> StartFault | None:
    """Return why the program cannot start, where the machine or the installation is the reason; else None."""
    if isinstance(error, StartFault):
        return error
    text = str(error)
    if "baseline optimizations" in text:  # NumPy's words
        return StartFault(old_processor())
    if isinstance(error, ImportError):
        library = _LIBRARY.search(text)
        if library is not None:
            name = library[1] or library[2]
            return StartFault(
                tr("The library {name} of the system is missing or damaged; install it again.", name=name)
            )
        part = error.name or "?"
        return StartFault(tr("The program is damaged: its part {name} is missing. Install it again.", name=part))
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        reason = atomic.explain_write_error(error)
        return StartFault(tr("The program cannot start: {reason}.", reason=reason))
    return None


def show_fault(fault: StartFault, error: BaseException | None = None) -> None:
    """Write a fault and the `error` behind it to the log, and show its sentence with the place of the log."""
    log = log_file.start("start")
    _log.error(fault.code, exc_info=error)
    log.close()
    sentence = str(fault)
    start_face.show(sentence if log.path is None else tr("{sentence} Log: {path}", sentence=sentence, path=log.path))


def check_machine() -> None:
    """Look for what would end the process without a word. Raises StartFault with the sentence."""
    text = processor_fault()
    if text is None and build_info.frozen():
        text = damage(paths.resources() / LIBRARIES)
    if text is not None:
        raise StartFault(text)


def damage(libraries: Path) -> str | None:
    """Return a sentence where a library of the packed program is missing or cut off: to load it ends the process.

    `libraries` lists them, a line each: the size in bytes, and the place below the folder above.
    """
    try:
        lines = libraries.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None  # a build that somebody made in another way
    top = str(libraries.parents[1])
    for line in lines:
        size, _, place = line.partition(" ")
        try:
            whole = os.stat(f"{top}/{place}").st_size == int(size)  # noqa: PTH116 - hundreds of them, at every start
        except OSError:
            whole = False
        if not whole:
            name = place.rpartition("/")[2]
            return tr("The program is damaged: its part {name} is missing or cut off. Install it again.", name=name)
    return None


def processor_fault(cpu_info: Path = _CPU_INFO) -> str | None:
    """Return a sentence where the processor lacks what Qt and NumPy are built for."""
    if platform.machine() not in ("x86_64", "AMD64") or not sys.platform.startswith("linux"):
        return None
    try:
        with cpu_info.open(encoding="utf-8", errors="replace") as file:
            flags = re.search(r"^flags\s*:(.*)", file.read(_HEAD), re.MULTILINE)
    except OSError:
        return None
    return old_processor() if flags is not None and _NEEDED not in flags[1].split() else None


def old_processor() -> str:
    """Return the sentence about a processor that is too old."""
    return tr("The processor of this computer is too old for the program: it lacks {name}.", name="SSE 4.2")
