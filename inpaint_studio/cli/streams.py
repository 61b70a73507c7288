"""The standard streams: closed ones, full ones, and libraries that print on their own."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def ensure_standard_streams() -> None:
    """Open the null device in place of a standard stream that the caller closed.

    Otherwise a file that is opened later gets the stream's number, and messages are written into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open to the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file's name may hold what the terminal cannot show


def discard_stdout() -> None:
    """Send what is still to be written to stdout to the null device, so that the interpreter's end does not fail."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


@contextmanager
def silence_libraries() -> Iterator[None]:
    """Inside, only `sys.stderr` reaches stderr. Native decoders, which print to file number 2, are not seen."""
    if sys.stderr is not sys.__stderr__ or sys.stderr is None:
        yield
        return
    original = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    os.close(null)
    with os.fdopen(original, "w", buffering=1) as sys.stderr:
        try:
            yield
        finally:
            os.dup2(original, 2)
            sys.stderr = sys.__stderr__
