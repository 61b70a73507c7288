"""Watches one process for faults: exceptions that nothing handles, and crashes in native code.

A crash leaves no time to write a report. So each watched process keeps a small file beside the reports, in which
faulthandler writes the stacks of all threads. A process that ends as it should deletes it; the next start of the
program makes a report of what the others have left.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from inpaint_studio import __version__, fault_reports
from inpaint_studio.redaction import describe_error, describe_threads, name_error, shorten_dump

_log = logging.getLogger(__name__)
_PAINTED = "painted"
_ACTION = "action: "
_CRASHED = ("Fatal Python error", "Windows fatal exception")
_LAST = 20  # actions that a report names
_COUNTED = (2, 10, 100, 1000)  # a fault that comes again is counted in its report at these numbers


class FaultWatch:
    """The watch of this process. `listener` is called with each new report, in the thread that has failed."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.facts: dict[str, str] = {"Process": kind}
        self.listener: Callable[[Path], None] | None = None
        self.path: Path | None = None  # of the file for a crash
        self._file: IO[bytes] | None = None
        self._actions: deque[str] = deque(maxlen=_LAST)
        self._counts: Counter[str] = Counter()
        self._reports: dict[str, Path] = {}
        self._lock = threading.Lock()
        self._former: tuple[Any, Any, Any] | None = None

    def start(self) -> None:
        """Watch from now on. A process in which faulthandler is in use already keeps it as it is."""
        self._former = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread
        sys.unraisablehook = self._on_unraisable
        folder = None if faulthandler.is_enabled() else fault_reports.folder()
        if folder is None:
            return
        with contextlib.suppress(OSError):
            self.path = folder / f"running-{os.getpid()}.txt"
            self._file = self.path.open("wb", buffering=0)
            self._write(f"kind: {self.kind}\nversion: {__version__}\n")
            faulthandler.enable(self._file)

    def end(self) -> None:
        """Stop watching: the process ends as it should."""
        if self._former is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._former
            self._former = None
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._file = None
            fault_reports.delete(self.path)  # type: ignore[arg-type]

    def note_painted(self) -> None:
        """Remember that the window is on the screen: a later crash is none of the start."""
        self._write(f"{_PAINTED}\n")

    def note_action(self, name: str) -> None:
        """Remember the action that the user has chosen, by its name in the program."""
        self._actions.append(name)
        self._write(f"{_ACTION}{name}\n")

    def report(self, error: BaseException) -> Path | None:
        """Write a report about an error that nothing handles; the same one again is counted in the same report."""
        with self._lock:
            stack = describe_error(error)
            self._counts[stack] += 1
            count, before = self._counts[stack], self._reports.get(stack)
            if before is not None and count not in _COUNTED:
                return before
            if before is not None and not before.exists():  # the user has deleted it
                return None
            times = f"\nIt has come {count} times." if count > 1 else ""
            sections = [
                ("Fault", name_error(error) + times),
                ("Program", fault_reports.describe_program(self.facts)),
                ("Last actions", "\n".join(self._actions)),
                ("Error", stack),
                ("Threads", describe_threads()),
            ]
            path = fault_reports.write(sections, new=False, path=before)
            if path is not None:
                self._reports[stack] = path
        if before is None:
            _log.error("a fault of the program", exc_info=error)
            if path is not None and self.listener is not None:
                self.listener(path)
        return path

    def _on_exception(self, kind: Any, error: BaseException, traceback: Any) -> None:
        assert self._former is not None
        if isinstance(error, Exception):
            self.report(error)
        self._former[0](kind, error, traceback)

    def _on_thread(self, arguments: threading.ExceptHookArgs) -> None:
        assert self._former is not None
        if isinstance(arguments.exc_value, Exception):
            self.report(arguments.exc_value)
        self._former[1](arguments)

    def _on_unraisable(self, arguments: sys.UnraisableHookArgs) -> None:
        assert self._former is not None
        if isinstance(arguments.exc_value, Exception):
            self.report(arguments.exc_value)
        self._former[2](arguments)

    def _write(self, text: str) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError, ValueError):  # a full disk
                self._file.write(text.encode())


_present: FaultWatch | None = None


@contextlib.contextmanager
def watching(kind: str) -> Iterator[FaultWatch]:
    """Watch this process inside the block."""
    global _present
    watch = _present = FaultWatch(kind)
    watch.start()
    try:
        yield watch
    finally:
        _present = None
        watch.end()


def note_action(name: str) -> None:
    """Remember an action for the report of a fault, where this process is watched."""
    if _present is not None:
        _present.note_action(name)


def report(error: BaseException) -> Path | None:
    """Write a report about an error that a command ends with, where this process is watched."""
    return None if _present is None else _present.report(error)


def has_crashed(path: Path) -> bool:
    """Return whether a process has written a crash to its file."""
    return any(sign in fault_reports.read(path) for sign in _CRASHED)


def collect() -> bool:
    """Make a new report of each crash that processes have left; returns whether one was a window that never showed."""
    folder = fault_reports.folder()
    left = [] if folder is None else [path for path in folder.glob("running-*.txt") if not _runs(path)]
    early = False
    for path in left:
        claimed = path.with_name(f"taken-{os.getpid()}-{path.name}")
        try:
            path.rename(claimed)  # another start may take it as well, and only one can
        except OSError:
            continue
        text = fault_reports.read(claimed)
        starts = [place for sign in _CRASHED if (place := text.find(sign)) >= 0]
        if starts:
            early |= _report_crash(text[: min(starts)].splitlines(), text[min(starts) :])
        fault_reports.delete(claimed)
    return early


def _report_crash(before: list[str], dump: str) -> bool:
    facts = dict(line.split(": ", 1) for line in before if line.startswith(("kind: ", "version: ")))
    shown, window = _PAINTED in before, facts.get("kind") == "window"
    actions = [line.removeprefix(_ACTION) for line in before if line.startswith(_ACTION)]
    when = "while it ran" if shown or not window else "before its window was on the screen"
    known = {"Process": facts.get("kind", ""), "Version that crashed": facts.get("version", "")}
    sections = [
        ("Fault", f"The program crashed {when}."),
        ("Program", fault_reports.describe_program(known)),
        ("Last actions", "\n".join(actions[-_LAST:])),
        ("Threads", shorten_dump(dump)),
    ]
    fault_reports.write(sections, new=True)
    return window and not shown


def _runs(path: Path) -> bool:
    """Return whether the process that a file belongs to still runs."""
    import psutil  # here, as files are rarely left

    try:
        process = psutil.Process(int(path.stem.removeprefix("running-")))
        return bool(process.create_time() <= path.stat().st_mtime + 1)  # else its number has been given again
    except (ValueError, OSError, psutil.Error):
        return False
