"""How a training ends that somebody or something ends."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from inpaint_studio.errors import StudioError
from training.run.events import Commands

DIVERGED = "The losses were no numbers again and again, even with an eighth of the rate; try other settings."


@contextmanager
def ctrl_c_stops(commands: Commands) -> Iterator[None]:
    """Inside, the first Ctrl+C (or being asked to end) stops the training in order, the second at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: Any) -> None:
        for number in before:
            signal.signal(number, signal.default_int_handler)
        commands.ask("stop")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def sentence(error: BaseException) -> str:
    """Why a training failed, for its event."""
    if isinstance(error, KeyboardInterrupt):
        return "It was interrupted."
    if isinstance(error, StudioError):
        return error.plain
    if isinstance(error, MemoryError):
        return "Memory ran out even for one picture at a time; train at a smaller size."
    words = str(error).splitlines()[0] if str(error) else ""
    return f"A fault of the program: {type(error).__name__}: {words}".rstrip(": ")
