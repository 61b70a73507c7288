"""The thread in which holes are filled.

The object lives in the main thread; `run` takes requests from a queue and tells by the object's own signals, so every
slot that is a method of a QObject of the main thread runs there. Models stay loaded in this thread.
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled, StudioError
from inpaint_studio.session.background import sentence

if TYPE_CHECKING:
    from inpaint_studio.engine.fill import Request
    from inpaint_studio.models.registry import Registry

_log = logging.getLogger(__name__)
PROGRESS_EVERY = 1 / 30  # s; more often than that nobody sees it

FillFunction = Callable[[Any, Ticket], Any]
Job = tuple[int, "Request | Callable[[], Request]", Ticket]


class FillWorker(QThread):
    """Fills holes one after the other; the newest request cancels the older one."""

    fillStarted = Signal(int)
    progressed = Signal(int, float, str)
    finished_fill = Signal(int, object)  # Result
    failed = Signal(int, str)
    cancelled = Signal(int)
    notice = Signal(str)  # what the thread is doing beside fills; empty when done
    models_ready = Signal(object, object)  # list[Traits], dict of what could not be used: name -> reason

    def __init__(
        self,
        fill: FillFunction | None = None,
        registry: Callable[[], Registry] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`fill` and `registry` stand in for the engine's own, which are imported in the thread."""
        super().__init__(parent)
        self._fill, self._registry = fill, registry
        self._numbers = itertools.count(1)
        self._requests: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._newest: Ticket | None = None
        self._warming = Ticket()
        self._stopping = False

    def request(self, request: Request | Callable[[], Request]) -> int:
        """Ask for a fill; gives the number its signals carry. Older requests are cancelled.

        A function is called in the thread to make the request: the engine is slow to import the first time.
        """
        number = next(self._numbers)
        ticket = Ticket(self._throttled(number))
        with self._lock:
            if self._newest is not None:
                self._newest.cancel()
            self._newest = ticket
        self._requests.put((number, request, ticket))
        return number

    def cancel(self) -> None:
        """Cancel what is asked for; `cancelled` follows for each request."""
        with self._lock:
            if self._newest is not None:
                self._newest.cancel()

    def stop(self) -> None:
        """Cancel everything and wait until the thread has ended."""
        self._stopping = True
        self._warming.cancel()
        self.cancel()
        self._requests.put(None)
        self.wait()

    def run(self) -> None:
        """The thread. Not to be called."""
        chores: Iterator[bool] | None = self._warm_up()
        while True:
            waiting = self._next(block=False) if chores is not None else self._next(block=True)
            if waiting is not None:
                self._serve(*waiting)
            elif self._stopping:
                return
            elif chores is not None and next(chores, None) is None:
                chores = None

    def _next(self, block: bool) -> Job | None:
        try:
            return self._requests.get(block=block)
        except queue.Empty:
            return None

    def _serve(self, number: int, request: Request | Callable[[], Request], ticket: Ticket) -> None:
        try:
            if ticket.cancelled:
                raise Cancelled
            self.fillStarted.emit(number)
            result = self._fill_function()(request() if callable(request) else request, ticket)
            if ticket.cancelled:  # the model was done before it looked again
                raise Cancelled
        except Cancelled:
            self.cancelled.emit(number)
        except Exception as error:
            self._report(error)
            self.failed.emit(number, sentence(error))
        else:
            self.finished_fill.emit(number, result)

    def _fill_function(self) -> FillFunction:
        if self._fill is None:
            from inpaint_studio.engine.fill import fill

            self._fill = fill
        return self._fill

    def _throttled(self, number: int) -> Callable[[float, str], None]:
        last = 0.0

        def listener(fraction: float, note: str) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= PROGRESS_EVERY:
                last = now
                self.progressed.emit(number, fraction, note)

        return listener

    def _warm_up(self) -> Iterator[bool]:
        """Make the first fill quick, one step for each `next`, so that requests come in between."""
        try:
            yield True  # whoever asked before the thread was there goes first
            found = self._find_models()
            self._fill_function()
            self.models_ready.emit([model.traits for model in found.models.values()], dict(found.broken))
            for model in list(found.models.values()):
                yield True
                self.notice.emit(f"Getting {model.traits.title} ready…")
                self._warm_one(model)
            yield True
        except Exception as error:
            self._report(error)
            self.notice.emit(sentence(error))
        else:
            self.notice.emit("")

    def _find_models(self) -> Registry:
        if self._registry is None:
            from inpaint_studio.models.registry import registry

            self._registry = registry
        return self._registry()

    def _warm_one(self, model: Any) -> None:
        try:
            model.warm_up(self._warming)
        except Cancelled:
            pass
        except Exception as error:  # it will say so again when it is asked for a fill
            self._report(error)

    def _report(self, error: Exception) -> None:
        if not isinstance(error, StudioError):
            _log.error("the fill thread met a fault", exc_info=error)
