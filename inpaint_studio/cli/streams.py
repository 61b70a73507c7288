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
    """Inside, only `sys.stdout` and `sys.stderr` reach the standard streams.

    Native libraries print to files number 1 and 2 by themselves; that is not seen, and does not get into an answer in
    JSON.
    """
    with _silence(2, "stderr"), _silence(1, "stdout"):
        yield


@contextmanager
def _silence(number: int, name: str) -> Iterator[None]:
    """Connect file `number` with the null device, and the stream `name` of `sys` with what was there before."""
    stream = getattr(sys, name)
    if stream is None or stream is not getattr(sys, f"__{name}__"):
        yield
        return
    stream.flush()
    copy = os.dup(number)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, number)
    os.close(null)
    try:
        buffering = 1 if name == "stderr" or stream.isatty() else -1
        with os.fdopen(os.dup(copy), "w", buffering, encoding=stream.encoding, errors=stream.errors) as own:
            setattr(sys, name, own)
            yield
    finally:
        os.dup2(copy, number)
        os.close(copy)
        setattr(sys, name, stream)
