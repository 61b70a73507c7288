"""Short work off the main thread, its outcome told in the main thread."""

from __future__ import annotations

import logging
import queue
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.errors import StudioError

_log = logging.getLogger(__name__)
PROGRESS_EVERY = 1 / 30  # s; more often than that nobody sees it
_PATIENCE = 1.0  # s for work that changes nothing

_Jobs = queue.SimpleQueue["Callable[[], None] | None"]  # None: there are no more


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
    """Runs functions one after the other in a thread of its own; lives in the main thread.

    The thread does not keep the program from ending: whoever wants its work finished calls `stop`.
    """

    _finished = Signal(object, object)

    def __init__(self, name: str, parent: QObject | None = None, *, reads: bool = False) -> None:
        """`reads`: its work changes nothing, so that `stop` soon gives it up. It may hang on a disk that is gone."""
        super().__init__(parent)
        self._name, self._reads = name, reads
        self._jobs: _Jobs = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        weakref.finalize(self, self._jobs.put, None)
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

        self._jobs.put(job)
        if self._thread is None:
            self._thread = threading.Thread(target=_work_off, args=(self._jobs,), name=self._name, daemon=True)
            self._thread.start()

    def stop(self, finish: bool = False) -> None:
        """Wait for what has begun, and forget the rest (`finish`: wait for that too); no outcome is told any more."""
        self._stopped = True
        if not finish:
            _empty(self._jobs)
        self._jobs.put(None)
        if self._thread is not None:
            self._thread.join(_PATIENCE if self._reads else None)

    @Slot(object, object)
    def _tell(self, told: Callable[[Any], None] | None, value: Any) -> None:
        self._under_way -= 1
        if told is not None and not self._stopped:
            told(value)


def _work_off(jobs: _Jobs) -> None:
    """The thread. It holds nothing of what it was made for but the jobs, so that this may go."""
    while (job := jobs.get()) is not None:
        job()
        del job


def _empty(jobs: _Jobs) -> None:
    with suppress(queue.Empty):
        while True:
            jobs.get_nowait()
