"""Ctrl+C in the terminal, and a polite kill, close the window as its own button does."""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Slot
from PySide6.QtWidgets import QApplication, QWidget

SIGNALS = (signal.SIGINT, signal.SIGTERM)
INTERRUPTED = 130


class Interrupts(QObject):
    """Listens as long as it lives. The second signal ends the program without asking about unsaved work.

    While Qt waits for events no Python runs, so a handler of Python's own would not be called: the interpreter writes
    the signal's number to a socket, and Qt wakes for that.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window, self._asked = window, False
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)
        self._wakeup = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._handlers = {each: signal.signal(each, lambda _number, _frame: None) for each in SIGNALS}

    def stop(self) -> None:
        """Put everything back as it was."""
        signal.set_wakeup_fd(self._wakeup)
        for each, handler in self._handlers.items():
            signal.signal(each, handler)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    @Slot()
    def _woken(self) -> None:
        if not set(self._reader.recv(64)) & {int(each) for each in SIGNALS}:
            return
        if self._asked:
            QApplication.exit(INTERRUPTED)
        self._asked = True
        self._window.close()
