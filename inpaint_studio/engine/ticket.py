"""Progress and cancelling: what every long job takes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from inpaint_studio.errors import Cancelled

if TYPE_CHECKING:
    from inpaint_studio.models.base import interface


class Ticket:
    """A job's line to whoever waits for it. `cancel` may be called from any thread."""

    def __init__(self, listener: Callable[[float, str], None] | None = None) -> None:
        """`listener(fraction, note)` is called in the thread of the job."""
        self._listener = listener
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop at its next report."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def report(self, fraction: float, note: str = "") -> None:
        """Tell that `fraction` in [0, 1] is done; raises Cancelled once `cancel` was called."""
        if self.cancelled:
            raise Cancelled
        if self._listener is not None:
            self._listener(min(1.0, max(0.0, fraction)), note)

    def part(self, start: float, end: float) -> PartialTicket:
        """A ticket for a step of the job, whose 0..1 is `start`..`end` of this one."""
        return PartialTicket(self, start, end)


class PartialTicket:
    """A step's view of a job's ticket."""

    def __init__(self, whole: interface.TicketLike, start: float, end: float) -> None:
        self._whole, self._start, self._span = whole, start, end - start

    def report(self, fraction: float, note: str = "") -> None:
        self._whole.report(self._start + self._span * fraction, note)
