"""Tasks off the main thread, whose outcome is reported in the main thread."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.errors import StudioError
from inpaint_studio.session.reporting import describe_error

_log = logging.getLogger(__name__)
_KEEP_THREAD = 10.0  # s that a thread waits for its next task before it ends


class _Task(NamedTuple):
    run: Callable[[], None]
    must_finish: bool


class _Worker:
    """The tasks of one lane and the thread that runs them. It does not refer to its queue, which may be deleted."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._changed = threading.Condition()
        self._tasks: deque[_Task] = deque()
        self._thread: threading.Thread | None = None
        self._must_finish = False  # the task that runs now
        self._closed = False

    def add(self, task: _Task) -> None:
        with self._changed:
            self._tasks.append(task)
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Remove the waiting tasks, except those that must finish; the thread ends after its last task."""
        with self._changed:
            self._closed = True
            self._tasks = deque(task for task in self._tasks if task.must_finish)
            self._changed.notify()

    def join(self, timeout: float) -> bool:
        """Wait for the thread, without limit where a task must finish; whether it has ended."""
        with self._changed:
            thread, needed = self._thread, self._must_finish or bool(self._tasks)
        if thread is not None:
            thread.join(None if needed else max(0.0, timeout))
        return thread is None or not thread.is_alive()

    def _run(self) -> None:
        while (task := self._next()) is not None:
            task.run()
            del task  # and all it refers to

    def _next(self) -> _Task | None:
        with self._changed:
            self._must_finish = False
            if not self._tasks and not self._closed:
                self._changed.wait(_KEEP_THREAD)
            if not self._tasks:
                self._thread = None
                return None
            task = self._tasks.popleft()
            self._must_finish = task.must_finish
            return task


class TaskQueue(QObject):
    """Runs tasks in threads; lives in the main thread.

    Tasks of one lane run one after another, in the order in which they were added. Lanes run beside each other, so that
    a slow task delays only its own lane.
    """

    _finished = Signal(object, object)

    def __init__(self, name: str, parent: QObject | None = None, *, timeout: float = 10.0) -> None:
        """`timeout`: seconds that `stop` waits for tasks that need not finish, for example on an unreachable disk."""
        super().__init__(parent)
        self._name, self._timeout = name, timeout
        self._workers: dict[str, _Worker] = {}
        self._pending: dict[str, int] = {}  # tasks by lane whose outcome was not reported yet
        self._stopped = False
        weakref.finalize(self, _close, self._workers)
        self._finished.connect(self._on_finished)

    def lane(self, name: str) -> Lane:
        """Return the part of this queue with that name."""
        return Lane(self, name)

    def is_idle(self, lane: str = "") -> bool:
        """Return whether the outcome of every task of that lane was reported."""
        return not self._pending.get(lane)

    def run(
        self,
        task: Callable[[], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[str], None] | None = None,
        *,
        lane: str = "",
        must_finish: bool = False,
    ) -> None:
        """Run `task` in a thread; then, in the main thread, `done(result)` or `failed(sentence)`.

        `must_finish`: `stop` waits until it was run. After `stop` nothing is run or reported.
        """
        if self._stopped:
            return
        self._pending[lane] = self._pending.get(lane, 0) + 1

        def run() -> None:
            outcome, value = done, None
            try:
                value = task()
            except BaseException as error:  # also SystemExit of third-party code: the lane goes on
                if not isinstance(error, StudioError):
                    _log.error("a task of the queue '%s' failed", self._name, exc_info=error)
                outcome, value = failed, describe_error(error)
            try:
                self._finished.emit((lane, outcome), value)
            except RuntimeError:  # the window was deleted while the task ran
                _log.debug("the queue was deleted before a task of it ended")

        if lane not in self._workers:
            self._workers[lane] = _Worker(f"{self._name} {lane}".strip())
        self._workers[lane].add(_Task(run, must_finish))

    def stop(self) -> bool:
        """Report no outcome any more, and wait for the tasks: those that must finish without limit, others `timeout`.

        False where a task still runs. Its thread does not keep the program from ending.
        """
        self._stopped = True
        for worker in self._workers.values():
            worker.close()
        until = time.monotonic() + self._timeout
        ended = [worker.join(until - time.monotonic()) for worker in self._workers.values()]
        return all(ended)

    @Slot(object, object)
    def _on_finished(self, reported: tuple[str, Callable[[Any], None] | None], value: Any) -> None:
        lane, outcome = reported
        self._pending[lane] -= 1
        if outcome is not None and not self._stopped:
            outcome(value)


class Lane(NamedTuple):
    """Adds tasks to one lane of a queue."""

    queue: TaskQueue
    name: str

    @property
    def idle(self) -> bool:
        """Whether the outcome of every task was reported."""
        return self.queue.is_idle(self.name)

    def run(
        self,
        task: Callable[[], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[str], None] | None = None,
        *,
        must_finish: bool = False,
    ) -> None:
        """See `TaskQueue.run`."""
        self.queue.run(task, done, failed, lane=self.name, must_finish=must_finish)


class TaskQueues:
    """The queues of a session: `io` reads and writes files, `memory` computes, `reads` may be given up at any time."""

    def __init__(self, parent: QObject | None = None) -> None:
        self.io = TaskQueue("io", parent)
        self.memory = TaskQueue("memory", parent)
        self.reads = TaskQueue("reads", parent, timeout=1.0)

    def stop(self) -> bool:
        """Stop all of them; whether every task has ended."""
        ended = [queue.stop() for queue in (self.memory, self.reads, self.io)]
        return all(ended)


def _close(workers: dict[str, _Worker]) -> None:
    for worker in workers.values():
        worker.close()
