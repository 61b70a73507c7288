"""Collect cyclic garbage in the main thread only.

The interpreter collects in any thread that allocates, and may destroy windows and timers there. Qt allows that only in
their own thread: elsewhere timers are lost, and the program crashes or hangs sooner or later.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer, Slot

_INTERVAL = 1000  # ms
_MAX_SHARE = 0.01  # of the time, at most, for full collections
_LONG = 0.02  # s: a full collection that takes longer delays painting


class GcTimer(QObject):
    """Collects in its own thread until `stop`; the automatic collection is off meanwhile."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._not_before = 0.0  # the earliest time of the next full collection, of time.monotonic
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def stop(self) -> None:
        """Switch the automatic collection on again."""
        self._timer.stop()
        gc.enable()

    @Slot()
    def collect(self) -> None:
        """Collect the generations that are due by the interpreter's own thresholds."""
        due = [count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if due[2] and time.monotonic() >= self._not_before:
            self._collect_all()
        elif any(due):
            gc.collect(1 if due[1] or due[2] else 0)

    def _collect_all(self) -> None:
        start = time.monotonic()
        gc.collect()
        end = time.monotonic()
        self._not_before = end + (end - start) / _MAX_SHARE
        if end - start > _LONG:  # most objects belong to imported packages: exclude them from now on
            gc.freeze()
