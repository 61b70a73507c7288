"""The signals of a fill thread, emitted again in the main thread, for tests to wait on.

pytest-qt connects plain Python methods and drops them when the wait ends. A signal that another thread has queued by
then is delivered to memory that is free: this crashed, or called a method of some other object. A signal that is
connected to a signal has no such receiver.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from inpaint_studio.session.worker import FillWorker


class Relay(QObject):
    """Emits every signal of `worker` again in the thread that made it."""

    fillStarted = Signal(int)
    progressed = Signal(int, float, str)
    fillFinished = Signal(int, object)
    failed = Signal(int, str)
    cancelled = Signal(int)
    status = Signal(object)
    modelsListed = Signal(object, object)

    def __init__(self, worker: FillWorker) -> None:
        super().__init__(worker)
        for name, value in vars(Relay).items():
            if isinstance(value, Signal):
                getattr(worker, name).connect(getattr(self, name))


def relay(worker: FillWorker) -> Relay:
    """Return the relay of `worker`, which lives as long as the worker."""
    found = worker.findChild(Relay)
    return found if found is not None else Relay(worker)
