"""Where a training looks whether somebody wants it to stop, besides between the parts of a step."""

from __future__ import annotations

import atexit
import queue
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from torch import Tensor, nn

from training.recipe import Batch

_LOOK_EVERY = 0.1  # s, while a batch is waited for


def within(modules: Iterable[nn.Module], look: Callable[[], None]) -> None:
    """Has every layer call `look`, which may raise, on the way there and back: a step of a large network takes many
    seconds on a processor."""

    def there(*_: Any) -> None:
        look()

    def and_back(_module: nn.Module, _given: Any, shown: Any) -> None:
        if isinstance(shown, Tensor) and shown.requires_grad:
            shown.register_hook(there)  # type: ignore[no-untyped-call]

    for module in modules:
        for part in module.modules():
            part.register_forward_pre_hook(there)
            part.register_forward_hook(and_back)
        for parameter in module.parameters():
            if parameter.requires_grad:
                parameter.register_post_accumulate_grad_hook(there)  # type: ignore[no-untyped-call]


def awaited(batches: Iterator[Batch], look: Callable[[], None]) -> Iterator[Batch]:
    """The batches, each made in another thread while this one calls `look`, which may raise: the first may take as long
    as it takes the processes that load photos to start. One that is still being made then is nobody's any more."""
    asked: queue.SimpleQueue[bool] = queue.SimpleQueue()
    made: queue.SimpleQueue[tuple[Batch | None, BaseException | None]] = queue.SimpleQueue()
    threading.Thread(target=_make, args=(batches, asked, made), name="batches", daemon=True).start()
    waiting = False
    try:
        while True:
            asked.put(waiting := True)
            batch, error = _look_until(made, look)
            waiting = False
            if error is not None:
                raise error
            if batch is None:
                return
            yield batch
    finally:
        asked.put(False)
        if waiting:
            atexit.register(_end_quietly)


def _look_until(made: queue.SimpleQueue[Any], look: Callable[[], None]) -> Any:
    while True:
        try:
            return made.get(timeout=_LOOK_EVERY)
        except queue.Empty:
            look()


def _make(batches: Iterator[Batch], asked: queue.SimpleQueue[bool], made: queue.SimpleQueue[Any]) -> None:
    while asked.get():
        try:
            made.put((next(batches, None), None))
        except BaseException as error:
            made.put((None, error))


def _end_quietly() -> None:
    """Lets the processes that load photos end with the program: torch takes it for a fault of theirs, and says so."""
    if hasattr(signal, "SIGCHLD"):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
