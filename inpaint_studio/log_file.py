"""The log of a process: a file of its own in the state folder, made when there is something to write.

Several windows, trainings and batches run at once, so that no two write to one file. A file that has grown large is
continued in a new one, and the oldest files are deleted.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from pathlib import Path

from inpaint_studio import paths
from inpaint_studio.redaction import describe_error, redact
from inpaint_studio.texts import Text

FOLDER = "logs"
_OWN = ("inpaint_studio", "training")
_BYTES = 1_000_000  # of one file
_KEPT = 12  # files, of all processes together
_DAY_AND_TIME = "%Y%m%d-%H%M%S"


def start(kind: str) -> LogFile:
    """Write what the program logs to a file whose name begins with `kind`; gives the handler."""
    handler = LogFile(kind)
    for name in _OWN:
        logger = logging.getLogger(name)
        logger.setLevel(logging.INFO)
        for other in [each for each in logger.handlers if isinstance(each, LogFile)]:
            logger.removeHandler(other)
        logger.addHandler(handler)
    return handler


class LogFile(logging.Handler):
    """Opens its file at the first record. Where no folder can be written, there is none, and nothing is written."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind
        self._file: logging.Handler | None = None
        self._opened = False
        self.path: Path | None = None  # of the file, once there is one
        self.setFormatter(PlainFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; an error of the disk is not reported, as the report would fail as well."""
        if not self._opened:
            self._opened = True
            with contextlib.suppress(OSError):
                self._open()
        if self._file is not None:
            self._file.emit(record)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
        super().close()

    def _open(self) -> None:
        from logging.handlers import RotatingFileHandler  # here, as it takes 20 ms of the start of the window

        folder = paths.writable_state(FOLDER)
        if folder is None:
            return
        path = folder / f"{self._kind}-{time.strftime(_DAY_AND_TIME)}-{os.getpid()}.log"
        file = RotatingFileHandler(path, maxBytes=_BYTES, backupCount=2, encoding="utf-8", errors="replace")
        file.handleError = _ignore  # type: ignore[method-assign]
        file.setFormatter(self.formatter)
        self.path, self._file = path, file
        prune(folder, _KEPT)


def _ignore(record: logging.LogRecord) -> None:
    """Report nothing: the disk is full, and the report would fail as well."""
    del record


class PlainFormatter(logging.Formatter):
    """Words a record without names of files: of its arguments only numbers are written (see `redaction`)."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the time, the level, the module and the sentence; of an error also its place in the code."""
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.created))
        lines = [f"{when} {record.levelname} {record.name}: {_message(record)}"]
        if record.exc_info and record.exc_info[1] is not None:
            lines.append(describe_error(record.exc_info[1]))
        return "\n".join(lines)


def _message(record: logging.LogRecord) -> str:
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    text = record.msg.code if isinstance(record.msg, Text) else record.msg
    if record.name.split(".")[0] not in _OWN:
        text = redact(text)
    if not isinstance(record.args, tuple) or not record.args:
        return text
    try:
        return text % tuple(value if isinstance(value, int | float) else "…" for value in record.args)
    except (TypeError, ValueError):
        return text


def prune(folder: Path, kept: int, pattern: str = "*.log*") -> None:
    """Delete the oldest files of a folder with names like `pattern`, so that `kept` are left."""

    def when(path: Path) -> float:
        try:
            return path.stat().st_mtime
        except OSError:
            return 0.0

    with contextlib.suppress(OSError):
        for path in sorted(folder.glob(pattern), key=when, reverse=True)[kept:]:
            with contextlib.suppress(OSError):  # another process has it open, on Windows
                path.unlink()


def newest(folder: Path) -> Path | None:
    """Return the log written last in a folder, None where there is none."""
    try:
        return max(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, default=None)
    except OSError:
        return None
