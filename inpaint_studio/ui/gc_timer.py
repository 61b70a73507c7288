"""Cyclic garbage is collected in the main thread alone.

The interpreter collects in whichever thread happens to allocate, and what it destroys there may be windows and timers.
Qt allows that in their own thread only: elsewhere timers are lost, and sooner or later the program crashes or hangs.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer, Slot

_EVERY = 1000  # ms
_SHARE = 0.01  # of the time, at most, for looking through everything that lives
_LONG = 0.02  # s, from which on a look holds up what is painted


class Collector(QObject):
    """Collects in the thread it lives in, from now on until `stop`; nothing is collected by itself meanwhile."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._not_before = 0.0  # for a look through everything, as time.monotonic tells it
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def stop(self) -> None:
        """Leave collecting to the interpreter again."""
        self._timer.stop()
        gc.enable()

    @Slot()
    def collect(self) -> None:
        """Collect what is due by the interpreter's own thresholds."""
        due = [count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if due[2] and time.monotonic() >= self._not_before:
            self._collect_all()
        elif any(due):
            gc.collect(1 if due[1] or due[2] else 0)

    def _collect_all(self) -> None:
        begun = time.monotonic()
        gc.collect()
        ended = time.monotonic()
        self._not_before = ended + (ended - begun) / _SHARE
        if ended - begun > _LONG:  # what lives are packages for the most part: they are not looked through again
            gc.freeze()
