"""Short work off the main thread, its outcome told in the main thread."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.errors import StudioError

_log = logging.getLogger(__name__)
PROGRESS_EVERY = 1 / 30  # s; more often than that nobody sees it


def sentence(error: BaseException) -> str:
    """What the painter is told of `error`."""
    if isinstance(error, StudioError):
        return error.plain
    if isinstance(error, MemoryError):
        return "The memory of this machine did not suffice; nothing was changed."
    return f"A fault of the program: {type(error).__name__}: {error}"


def throttled(listener: Callable[[float, str], object]) -> Callable[[float, str], None]:
    """`listener` (fraction, note), called no more often than anybody can see."""
    last = 0.0

    def tell(fraction: float, note: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= PROGRESS_EVERY:
            last = now
            listener(fraction, note)

    return tell


class Background(QObject):
    """Runs functions one after the other in a thread of its own; lives in the main thread."""

    _finished = Signal(object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._under_way = 0
        self._stopped = False
        self._finished.connect(self._tell)

    @property
    def idle(self) -> bool:
        """Whether everything asked for was done and told."""
        return self._under_way == 0

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Run `work` there; then, in the main thread, `done(result)` or `failed(sentence)`. Nothing after `stop`."""
        if self._stopped:
            return
        self._under_way += 1

        def job() -> None:
            try:
                told, value = done, work()
            except Exception as error:
                if not isinstance(error, StudioError):
                    _log.exception("work in the background failed")
                told, value = failed, sentence(error)
            try:
                self._finished.emit(told, value)
            except RuntimeError:  # the window went while the work was under way; nobody is left to tell
                _log.debug("nobody is left to tell")

        self._pool.submit(job)

    def stop(self, finish: bool = False) -> None:
        """Wait for what has begun, and forget the rest (`finish`: wait for that too); no outcome is told any more."""
        self._stopped = True
        self._pool.shutdown(wait=True, cancel_futures=not finish)

    @Slot(object, object)
    def _tell(self, told: Callable[[Any], None] | None, value: Any) -> None:
        self._under_way -= 1
        if told is not None and not self._stopped:
            told(value)
