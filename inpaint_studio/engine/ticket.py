"""Progress and cancelling of long jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from inpaint_studio.errors import Cancelled

if TYPE_CHECKING:
    from inpaint_studio.models.base import interface


class Ticket:
    """Reports a job's progress to a listener and lets another thread cancel the job."""

    def __init__(self, listener: Callable[[float, str], None] | None = None) -> None:
        """`listener(fraction, note)` is called in the thread of the job."""
        self._listener = listener
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Make the job's next report raise Cancelled. May be called from any thread."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled.is_set()

    def report(self, fraction: float, note: str = "") -> None:
        """Report that `fraction` in [0, 1] is done; `note` says what comes next. Raises Cancelled after `cancel`."""
        if self.cancelled:
            raise Cancelled
        if self._listener is not None:
            self._listener(min(1.0, max(0.0, fraction)), note)

    def part(self, start: float, end: float) -> PartialTicket:
        """Return a ticket for one step of the job, whose 0..1 is `start`..`end` of this one."""
        return PartialTicket(self, start, end)


class PartialTicket:
    """A ticket for one step of a job."""

    def __init__(self, whole: interface.TicketLike, start: float, end: float) -> None:
        """The step's 0..1 is `start`..`end` of `whole`."""
        self._whole, self._start, self._span = whole, start, end - start

    def report(self, fraction: float, note: str = "") -> None:
        """Report to the whole job that `fraction` in [0, 1] of this step is done."""
        self._whole.report(self._start + self._span * fraction, note)
