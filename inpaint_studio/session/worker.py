"""The thread in which holes are filled.

The object lives in the main thread; `run` takes requests from a queue and tells by the object's own signals, so every
slot that is a method of a QObject of the main thread runs there. Models stay loaded in this thread. Between requests it
does its chores: it lists the models, and makes those ready that are likely to be wanted next.
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled, StudioError
from inpaint_studio.models.base.interface import Options
from inpaint_studio.session.task_queue import sentence, throttled
from inpaint_studio.session.weights_manager import Described, described

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Request
    from inpaint_studio.models.base.interface import Model
    from inpaint_studio.models.base.registry import Registry

_log = logging.getLogger(__name__)

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
    models_ready = Signal(object, object)  # list[Described], dict of what could not be used: name -> reason

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
        self._requests: queue.SimpleQueue[Job | None] = queue.SimpleQueue()  # None: there may be a chore
        self._lock = threading.Lock()
        self._newest: Ticket | None = None
        self._warming = Ticket()
        self._stopping = False
        self._chosen = "", Options()
        self._stale = True  # the list of models is to be made
        self._models: list[Model] = []  # this and what follows belong to the thread
        self._told: tuple[list[Described], dict[str, str]] | None = None
        self._warm: set[tuple[object, ...]] = set()
        self._word: str | None = None

    def request(self, request: Request | Callable[[], Request]) -> int:
        """Ask for a fill; gives the number its signals carry. Older requests are cancelled, and a warm-up waits.

        A function is called in the thread to make the request: the engine is slow to import the first time.
        """
        number = next(self._numbers)
        ticket = Ticket(throttled(partial(self.progressed.emit, number)))
        with self._lock:
            if self._newest is not None:
                self._newest.cancel()
            self._newest = ticket
        self._requests.put((number, request, ticket))
        self._warming.cancel()
        return number

    def cancel(self) -> None:
        """Cancel what is asked for; `cancelled` follows for each request."""
        with self._lock:
            if self._newest is not None:
                self._newest.cancel()

    def choose(self, name: str, options: Options) -> None:
        """Make the model of that name ready before all others, for fills with such options, once none is asked for."""
        if (name, options) != self._chosen:
            self._chosen = name, options
            self._requests.put(None)
            self._warming.cancel()

    def refresh(self) -> None:
        """List the models anew; `models_ready` follows where they, or their weights, are others than before."""
        self._stale = True
        self._requests.put(None)

    def stop(self) -> None:
        """Cancel everything and wait until the thread has ended."""
        self._stopping = True
        self.cancel()
        self._requests.put(None)
        self._warming.cancel()
        self.wait()

    def run(self) -> None:
        """The thread. Not to be called."""
        idle = False
        while True:
            waiting = self._next(block=idle)
            if waiting is not None:
                self._serve(*waiting)
            elif self._stopping:
                return
            idle = waiting is None and not self._do_chore()

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
            from inpaint_studio.engine.fill.run import fill

            self._fill = fill
        return self._fill

    # Between requests

    def _do_chore(self) -> bool:
        """Do one thing that makes the next fill quick, so that requests come in between; False: nothing is left."""
        if self._stale:
            self._stale = False
            self._list_models()
            return True
        name, options = self._chosen
        for model in self._wanted_warm(name):
            key = _identity(model, options)
            if key not in self._warm:
                self._say(f"Getting {model.traits.title} ready…")
                if self._warm_one(model, options):
                    self._warm.add(key)
                return True
        if self._word is None or self._word.endswith("…"):  # a fault stays to be read
            self._say("")
        return False

    def _list_models(self) -> None:
        try:
            found = self._find_models()
            self._fill_function()
        except Exception as error:
            self._report(error)
            self._say(sentence(error))
            return
        self._models = list(found.models.values())
        told = [described(model) for model in self._models], dict(found.broken)
        if told != self._told:
            self._told = told
            self.models_ready.emit(*told)

    def _find_models(self) -> Registry:
        if self._registry is None:
            from inpaint_studio.engine.model_library import model_library

            self._registry = model_library
        return self._registry()

    def _wanted_warm(self, chosen: str) -> list[Model]:
        """The chosen model first, and those that need no weights: networks are large, and most are never used."""
        ready = [model for model in self._models if not described(model).missing]
        first = [model for model in ready if model.traits.name == chosen]
        return first + [model for model in ready if not model.traits.needs_weights]

    def _warm_one(self, model: Model, options: Options) -> bool:
        """Warm `model` up; False where it was interrupted, and is to be done anew when there is time."""
        self._warming = Ticket()
        if self._stopping or not self._requests.empty():  # it may have come before the ticket was there to be cancelled
            return False
        try:
            if model.traits.needs_weights:  # on the device and in the precision it will be asked for
                from inpaint_studio.engine.fill.warm_up import trial_request

                self._fill_function()(trial_request(model.traits, options), self._warming)
            else:
                model.warm_up(self._warming)
        except Cancelled:
            return False
        except Exception as error:  # it will say so again when it is asked for a fill
            self._report(error)
        return True

    def _say(self, word: str) -> None:
        self._word = word
        self.notice.emit(word)

    def _report(self, error: Exception) -> None:
        if not isinstance(error, StudioError):
            _log.error("the fill thread met a fault", exc_info=error)


def _identity(model: Model, options: Options) -> tuple[object, ...]:
    """What has to be warmed up once: a model, or a network with one set of weights on one device."""
    if not model.traits.needs_weights:
        return (model.traits.name,)
    weights = getattr(model, "weights", None)
    return model.traits.name, weights and weights.path, options.device, options.precision
