"""Ctrl+C and SIGTERM while a command runs."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from inpaint_studio.errors import Interrupted

CANCELLED = 130  # exit status
_AGAIN = 0.02  # s until an exception that Python dropped is raised again
_Handler = Callable[[int, FrameType | None], object]


class Interrupts:
    """Handles both signals in the two parts of a command: loading its modules, and its work.

    `received` is whether a signal came during the work. An exception that follows is its effect: some C extensions
    turn KeyboardInterrupt into an error of their own while they are imported.
    """

    def __init__(self) -> None:
        self.received = False
        self._working = False
        self._number = signal.SIGINT  # of the signal that came last

    @contextmanager
    def exit_at_once(self) -> Iterator[None]:
        """Inside, Ctrl+C ends the process with one line: modules are loaded, nothing needs to be tidied up.

        SIGTERM ends it even where native code never returns to Python.
        """
        with _handle({signal.SIGINT: _exit, signal.SIGTERM: signal.SIG_DFL}):
            yield

    @contextmanager
    def raise_in_work(self) -> Iterator[None]:
        """Inside, both signals raise Interrupted, so that the work undoes what it began.

        Python drops what is raised in a finaliser or in a callback of native code, as numba has many. It is raised
        again then.
        """
        original = sys.unraisablehook

        def raise_again(dropped: sys.UnraisableHookArgs) -> None:
            if not isinstance(dropped.exc_value, Interrupted):
                original(dropped)
                return
            again = threading.Timer(_AGAIN, self._interrupt_main)  # this hook's own errors would be dropped, too
            again.daemon = True
            again.start()

        with _handle({signal.SIGINT: self._raise, signal.SIGTERM: self._raise}):
            self._working, sys.unraisablehook = True, raise_again
            try:
                yield
            finally:
                self._working, sys.unraisablehook = False, original

    def _raise(self, number: int, _frame: FrameType | None) -> None:
        self.received, self._number = True, signal.Signals(number)
        raise Interrupted

    def _interrupt_main(self) -> None:
        if self._working:
            _thread.interrupt_main(self._number)  # the other one may be ignored, as in a job of a script


def _exit(_number: int, _frame: FrameType | None) -> None:
    with suppress(OSError, ValueError, AttributeError):  # no stderr; the status is enough
        os.write(sys.stderr.fileno(), b"inpaint-studio: cancelled\n")  # number 2 may be silenced
    os._exit(CANCELLED)


@contextmanager
def _handle(handlers: dict[signal.Signals, _Handler | signal.Handlers]) -> Iterator[None]:
    """Install handlers and put the former ones back. A signal that the caller of the program ignores stays ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {}
    try:
        for number, handler in handlers.items():
            if signal.getsignal(number) not in (signal.SIG_IGN, None):  # None: set by native code
                before[number] = signal.signal(number, handler)
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
