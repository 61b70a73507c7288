"""Close the window on SIGINT (Ctrl+C in the terminal) and SIGTERM, as its close button does."""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Slot
from PySide6.QtWidgets import QApplication, QWidget

SIGNALS = (signal.SIGINT, signal.SIGTERM)
INTERRUPTED = 130


class SignalHandler(QObject):
    """Handles signals until `stop`. The second signal ends the program without a question about unsaved work.

    While Qt waits for events, no Python code runs, so a signal handler in Python would not be called. Therefore the
    interpreter writes the number of the signal to a socket, which wakes Qt.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window, self._closing = window, False
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_readable)
        self._wakeup = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._handlers = {each: signal.signal(each, lambda _number, _frame: None) for each in SIGNALS}

    def stop(self) -> None:
        """Restore the signal handlers that were there before."""
        signal.set_wakeup_fd(self._wakeup)
        for each, handler in self._handlers.items():
            signal.signal(each, handler)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    @Slot()
    def _on_readable(self) -> None:
        if not set(self._reader.recv(64)) & {int(each) for each in SIGNALS}:
            return
        if self._closing:
            QApplication.exit(INTERRUPTED)
        self._closing = True
        self._window.close()
