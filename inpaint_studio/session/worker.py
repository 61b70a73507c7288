"""The thread in which holes are filled.

The object lives in the main thread. `run` takes requests from a queue and only emits the object's own signals, so slots
that are methods of QObjects run in the main thread. Models stay loaded in this thread. Between requests it lists the
models and loads those that are likely to be used next.
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, Signal

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled, StudioError
from inpaint_studio.models.base.interface import Options
from inpaint_studio.session.reporting import IDLE, Status, describe_error, name_error, throttle
from inpaint_studio.session.weights_manager import ModelInfo, describe
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Request
    from inpaint_studio.models.base.interface import Model
    from inpaint_studio.models.base.registry import Registry

_log = logging.getLogger(__name__)
_STOP_TIMEOUT = 10.0  # s
_abandoned: list[FillWorker] = []  # threads that did not stop: Qt aborts the program where such an object is deleted

FillFunction = Callable[[Any, Ticket], Any]


class FillWorker(QThread):
    """Fills holes one after another; the newest request cancels the older ones.

    Each request is answered by exactly one of `fillFinished`, `failed` and `cancelled`, whatever a model raises.
    """

    fillStarted = Signal(int)
    progressed = Signal(int, float, str)
    fillFinished = Signal(int, object)  # Result
    failed = Signal(int, str)
    cancelled = Signal(int)
    status = Signal(object)  # Status: what the thread does between fills
    modelsListed = Signal(object, object)  # list[ModelInfo], dict of what cannot be used: name -> reason

    def __init__(
        self,
        fill: FillFunction | None = None,
        registry: Callable[[], Registry] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`fill` and `registry` replace those of the engine, which are imported in the thread."""
        super().__init__(parent)
        self._fill, self._registry = fill, registry
        self._numbers = itertools.count(1)
        self._requests: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()  # None: look for other work
        self._lock = threading.Lock()  # for what follows, up to `_models`
        self._newest: Ticket | None = None
        self._warm_up: Ticket = Ticket()
        self._stopping = False
        self._chosen = "", Options()
        self._outdated = True  # the list of models
        self._models: list[tuple[Model, ModelInfo]] = []  # this and what follows are used by the thread alone
        self._listed: tuple[list[ModelInfo], dict[str, str]] | None = None
        self._warm: set[tuple[object, ...]] = set()
        self._status: Status | None = None

    def request(self, request: Request | Callable[[], Request]) -> int:
        """Request a fill; gives the number that its signals carry. Older requests are cancelled.

        A function is called in the thread to make the request, for example where that imports the engine.
        """
        number = next(self._numbers)
        ticket = Ticket(throttle(partial(self.progressed.emit, number)))
        with self._lock:
            if self._newest is not None:
                self._newest.cancel()
            self._newest = ticket
        self._requests.put((number, request, ticket))
        self._interrupt()
        return number

    def cancel(self) -> None:
        """Cancel the newest request; `cancelled` follows."""
        with self._lock:
            if self._newest is not None:
                self._newest.cancel()

    def choose(self, name: str, options: Options) -> None:
        """Load the model of that name before all others, for fills with such options, once no fill is requested."""
        with self._lock:
            if (name, options) == self._chosen:
                return
            self._chosen = name, options
        self._requests.put(None)
        self._interrupt()

    def refresh(self) -> None:
        """List the models again; `modelsListed` follows where they or their weights have changed."""
        with self._lock:
            self._outdated = True
        self._requests.put(None)

    def stop(self, timeout: float | None = None) -> bool:
        """Cancel everything and wait up to `timeout` (default: 10) seconds for the thread; whether it has ended.

        Where it has not, the object is kept until the program ends, which has to do so by `os._exit`.
        """
        with self._lock:
            self._stopping = True
        self.cancel()
        self._requests.put(None)
        self._interrupt()
        seconds = 0.0 if self in _abandoned else _STOP_TIMEOUT if timeout is None else timeout
        ended = self.wait(QDeadlineTimer(round(1000 * seconds)))
        if not ended and self not in _abandoned:
            _log.error("the fill thread did not stop within %g s", seconds)
            self.setParent(None)
            _abandoned.append(self)
        return ended

    def run(self) -> None:
        """Serve requests until `stop`. Qt calls it in the thread; do not call it."""
        idle = False
        while True:
            job = self._next(block=idle)
            if job is not None:
                self._serve(*job)
                del job  # and all it refers to, such as the candidates of its hole
                idle = False
            elif self._is_stopping():
                return
            else:
                idle = not self._prepare()

    def _is_stopping(self) -> bool:
        with self._lock:
            return self._stopping

    def _interrupt(self) -> None:
        """Stop loading a model: there is something more urgent."""
        with self._lock:
            self._warm_up.cancel()

    def _next(self, block: bool) -> _Job | None:
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
            if ticket.cancelled:  # after the last time that the model looked
                raise Cancelled
        except Cancelled:
            self.cancelled.emit(number)
        except BaseException as error:  # a plug-in may even raise SystemExit
            _log_fault(error)
            self.failed.emit(number, describe_error(error))
        else:
            self.fillFinished.emit(number, result)

    def _fill_function(self) -> FillFunction:
        if self._fill is None:
            from inpaint_studio.engine.fill.run import fill

            self._fill = fill
        return self._fill

    # Between requests

    def _prepare(self) -> bool:
        """Do one thing that makes the next fill faster, so that requests come in between; False: nothing is left."""
        try:
            return self._list_models() or self._warm_up_next()
        except BaseException as error:  # wait for the next request rather than try the same again
            _log_fault(error)
            self._report(Status.result(describe_error(error), about=("model",)))
            return False

    def _list_models(self) -> bool:
        """List the models where the list is outdated; whether it was."""
        with self._lock:
            outdated, self._outdated = self._outdated, False
        if not outdated:
            return False
        found = self._find_models()
        self._fill_function()
        models, broken = [], dict(found.broken)
        for name, model in found.models.items():
            try:
                models.append((model, describe(model)))
            except BaseException as error:  # of a plug-in
                _log_fault(error)
                broken[name] = name_error(error)
        self._models = models
        listed = [info for _, info in models], broken
        if listed != self._listed:
            self._listed = listed
            self.modelsListed.emit(*listed)
        return True

    def _find_models(self) -> Registry:
        if self._registry is None:
            from inpaint_studio.engine.model_library import model_library

            self._registry = model_library
        return self._registry()

    def _warm_up_next(self) -> bool:
        """Warm up one model that is not yet; False where there is none."""
        with self._lock:
            name, options = self._chosen
        for model, info in self._order(name):
            key = _identity(info, options)
            if key not in self._warm:
                self._report(Status.working(tr("Getting {title} ready…", title=info.title)))
                if self._warm_up_one(model, info, options):
                    self._warm.add(key)
                return True
        if self._status is None or self._status.kind == "working":  # an error stays to be read
            self._report(IDLE)
        return False

    def _order(self, chosen: str) -> list[tuple[Model, ModelInfo]]:
        """Return the chosen model first, then those without weights: networks are large, and most are never used."""
        ready = [pair for pair in self._models if not pair[1].missing]
        first = [pair for pair in ready if pair[1].name == chosen]
        return first + [pair for pair in ready if not pair[1].traits.needs_weights]

    def _warm_up_one(self, model: Model, info: ModelInfo, options: Options) -> bool:
        """Warm `model` up; False where it was interrupted and has to be done again."""
        ticket = Ticket()
        with self._lock:
            self._warm_up = ticket
            if self._stopping or not self._requests.empty():  # it may have come before there was a ticket to cancel
                return False
        try:
            if info.traits.needs_weights:  # on the device and in the precision of its fills
                from inpaint_studio.engine.fill.warm_up import trial_request

                self._fill_function()(trial_request(model.traits, options), ticket)
            else:
                model.warm_up(ticket)
        except Cancelled:
            return False
        except BaseException as error:  # the next fill with it reports the same
            _log_fault(error)
        return True

    def _report(self, status: Status) -> None:
        self._status = status
        self.status.emit(status)


_Job = tuple[int, "Request | Callable[[], Request]", Ticket]


def _log_fault(error: BaseException) -> None:
    if not isinstance(error, StudioError):
        _log.error("an error in the fill thread", exc_info=error)


def _identity(info: ModelInfo, options: Options) -> tuple[object, ...]:
    """Return the key of what is warmed up once: a model, or a network with one set of weights on one device."""
    if not info.traits.needs_weights:
        return (info.name,)
    return info.name, info.weights and info.weights.path, options.device, options.precision
