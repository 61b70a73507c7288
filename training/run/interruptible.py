"""Checks for a request to stop inside long operations: layers, waiting for a batch, and Ctrl+C."""

from __future__ import annotations

import atexit
import queue
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from training.data.batch import Batch
from training.run.events import Commands

_CHECK_EVERY = 0.1  # s, while waiting for a batch


def add_hooks(modules: Iterable[nn.Module], check: Callable[[], None]) -> None:
    """Make every layer call `check` in its forward and backward pass; `check` may raise.

    On a processor a step of a large network takes many seconds; with these checks it can be stopped within.
    """

    def before(*_: Any) -> None:
        check()

    def after(_module: nn.Module, _inputs: Any, output: Any) -> None:
        if isinstance(output, Tensor) and output.requires_grad:
            output.register_hook(before)  # type: ignore[no-untyped-call]

    for module in modules:
        for layer in module.modules():
            layer.register_forward_pre_hook(before)
            layer.register_forward_hook(after)
        for parameter in module.parameters():
            if parameter.requires_grad:
                parameter.register_post_accumulate_grad_hook(before)  # type: ignore[no-untyped-call]


def iterate(batches: Iterator[Batch], check: Callable[[], None]) -> Iterator[Batch]:
    """Yield the batches, each made in another thread while this one calls `check`, which may raise.

    The first batch takes until the processes that load photos have started. A batch that is being made when
    `check` raises is dropped.
    """
    requests: queue.SimpleQueue[bool] = queue.SimpleQueue()
    results: queue.SimpleQueue[tuple[Batch | None, BaseException | None]] = queue.SimpleQueue()
    threading.Thread(target=_make, args=(batches, requests, results), name="batches", daemon=True).start()
    waiting = False
    try:
        while True:
            requests.put(waiting := True)
            batch, error = _wait(results, check)
            waiting = False
            if error is not None:
                raise error
            if batch is None:
                return
            yield batch
    finally:
        requests.put(False)
        if waiting:
            atexit.register(_ignore_ended_workers)


def _wait(results: queue.SimpleQueue[Any], check: Callable[[], None]) -> Any:
    while True:
        try:
            return results.get(timeout=_CHECK_EVERY)
        except queue.Empty:
            check()


def _make(batches: Iterator[Batch], requests: queue.SimpleQueue[bool], results: queue.SimpleQueue[Any]) -> None:
    while requests.get():
        try:
            results.put((next(batches, None), None))
        except BaseException as error:
            results.put((None, error))


def _ignore_ended_workers() -> None:
    """Restore the default handler of SIGCHLD: torch's would report workers that ended as an error."""
    if hasattr(signal, "SIGCHLD"):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)


@contextmanager
def stop_on_signal(commands: Commands) -> Iterator[None]:
    """Inside, the first Ctrl+C (or SIGTERM) sends the command `stop` and the second one `stop now`.

    Both leave the training in order, so it can be resumed. The third one raises KeyboardInterrupt, wherever it is.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    steps = ["stop", "stop now"]

    def stop(_number: int, _frame: Any) -> None:
        commands.add(steps.pop(0))
        if not steps:
            for number in before:
                signal.signal(number, signal.default_int_handler)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
