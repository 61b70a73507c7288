"""A process that fills photos of a batch one after the other, so that each model is loaded once."""

from __future__ import annotations

import contextlib
import queue
import signal
import threading
import time
from multiprocessing.connection import Connection
from typing import Any

from inpaint_studio import fault_watch, language, log_file
from inpaint_studio.engine.batch.job import BatchJob, HowToFill, Outcome
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled

_EVERY = 0.2  # s between two reports of progress


def serve(connection: Connection[Any, Any], how: HowToFill) -> None:
    """Fill every job that comes through `connection`; send fractions while one is filled, and then its outcome.

    It ends with the other end of the connection, also when that program was killed: no worker stays behind.
    """
    for number in (signal.SIGINT, signal.SIGTERM):  # Ctrl+C reaches all processes; the first one decides
        with contextlib.suppress(ValueError, OSError):
            signal.signal(number, signal.SIG_IGN if number == signal.SIGINT else signal.SIG_DFL)
    language.start()
    from inpaint_studio.engine.batch.fill_one import fill_one, prepare  # loads everything that fills need
    from inpaint_studio.engine.machine import allocator

    allocator.tune()
    desk = _Desk(connection)
    threading.Thread(target=desk.receive, daemon=True).start()
    log_file.start("batch")
    with fault_watch.watching("batch"), contextlib.suppress(Cancelled):
        prepare(how, desk.open_ticket())
        desk.send("ready")
        while (job := desk.jobs.get()) is not None:
            desk.send(fill_one(job, how, desk.open_ticket()))


class _Desk:
    """The connection with the program that shares out the jobs."""

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self.jobs: queue.SimpleQueue[BatchJob | None] = queue.SimpleQueue()
        self._connection, self._ticket, self._ended, self._reported = connection, Ticket(), False, 0.0
        self._lock = threading.Lock()

    def receive(self) -> None:
        """Take jobs until the other end is closed; then cancel what is being filled."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                self.jobs.put(self._connection.recv())
        with self._lock:
            self._ended = True
            self._ticket.cancel()
        self.jobs.put(None)

    def open_ticket(self) -> Ticket:
        """Return the ticket of the next job."""
        with self._lock:
            self._ticket = Ticket(self._report)
            if self._ended:
                self._ticket.cancel()
            return self._ticket

    def send(self, answer: Outcome | float | str) -> None:
        """Send an answer; nothing where the other end is closed."""
        with contextlib.suppress(OSError):
            self._connection.send(answer)

    def _report(self, fraction: float, _note: str) -> None:
        now = time.monotonic()
        if now - self._reported >= _EVERY:
            self._reported = now
            self.send(fraction)
