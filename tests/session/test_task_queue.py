"""Tasks in other threads: their outcomes come in the main thread, in order, and not after `stop`."""

from __future__ import annotations

import gc
import sys
import threading

import pytest
from PySide6.QtGui import QImage

from inpaint_studio.errors import NoWeights, PhotoError
from inpaint_studio.session.task_queue import TaskQueue


@pytest.fixture
def queue(qtbot):
    del qtbot  # there is an application
    made = TaskQueue("test")
    yield made
    made.stop()


def test_outcomes_are_reported_in_order_in_the_main_thread(qtbot, queue) -> None:
    outcomes: list[tuple] = []

    def done(value) -> None:
        outcomes.append((value, threading.current_thread() is threading.main_thread()))

    for number in range(5):
        queue.run(lambda number=number: number, done)
    qtbot.waitUntil(queue.is_idle)
    assert outcomes == [(number, True) for number in range(5)]


def test_errors_become_sentences(qtbot, queue) -> None:
    sentences: list[str] = []

    def fail(error: BaseException) -> None:
        raise error

    class Unprintable(Exception):
        def __str__(self) -> str:
            raise ValueError

    errors = (PhotoError("No."), KeyError("x"), NoWeights("None yet.", "See --help."), SystemExit(3), Unprintable())
    for error in errors:
        queue.run(lambda error=error: fail(error), None, sentences.append)
    qtbot.waitUntil(queue.is_idle)
    fault = "A fault of the program:"
    assert sentences == ["No.", f"{fault} KeyError: 'x'", "None yet.", f"{fault} SystemExit: 3", f"{fault} Unprintable"]


def test_a_slow_task_delays_its_own_lane_alone(qtbot, queue) -> None:
    go, outcomes = threading.Event(), []
    slow, fast = queue.lane("slow"), queue.lane("fast")
    slow.run(lambda: go.wait(10) and "slow", outcomes.append)
    slow.run(lambda: "second", outcomes.append)
    fast.run(lambda: "fast", outcomes.append)
    qtbot.waitUntil(lambda: fast.idle)
    assert outcomes == ["fast"]
    assert not slow.idle
    go.set()
    qtbot.waitUntil(lambda: slow.idle)
    assert outcomes == ["fast", "slow", "second"]


def test_a_lane_runs_again_after_its_thread_has_ended(qtbot, queue, monkeypatch) -> None:
    monkeypatch.setattr("inpaint_studio.session.task_queue._KEEP_THREAD", 0.0)
    outcomes: list[int] = []
    for number in range(200):
        queue.run(lambda number=number: number, outcomes.append)
        if not number % 3:
            qtbot.waitUntil(queue.is_idle)
    qtbot.waitUntil(queue.is_idle)
    assert outcomes == list(range(200))


def test_after_stop_nothing_is_run_or_reported(qtbot, queue) -> None:
    begun, go, outcomes = threading.Event(), threading.Event(), []

    def slow() -> int:
        begun.set()
        go.wait(10)
        return 1

    queue.run(slow, outcomes.append)
    queue.run(lambda: outcomes.append(2))
    assert begun.wait(10)
    go.set()
    assert queue.stop()
    queue.run(lambda: outcomes.append(3))
    qtbot.wait(1)  # lets the event loop turn
    assert outcomes == []


def test_tasks_that_must_finish_are_finished(qtbot) -> None:
    del qtbot  # there is an application
    queue = TaskQueue("test", timeout=0.0)
    begun, go, outcomes = threading.Event(), threading.Event(), []

    def save() -> None:
        begun.set()
        go.wait(10)
        outcomes.append("first")

    queue.run(save, must_finish=True)
    queue.run(lambda: outcomes.append("dropped"))
    queue.run(lambda: outcomes.append("second"), must_finish=True)
    assert begun.wait(10)
    threading.Timer(0.05, go.set).start()
    assert queue.stop()
    assert outcomes == ["first", "second"]


def test_a_task_that_does_not_end_in_time_is_abandoned(qtbot) -> None:
    begun, go, outcomes = threading.Event(), threading.Event(), []
    queue = TaskQueue("reading", timeout=0.01)

    def hang() -> None:
        begun.set()
        go.wait()

    queue.run(hang, outcomes.append)
    assert begun.wait(10)
    assert not queue.stop()
    (thread,) = [each for each in threading.enumerate() if each.name == "reading"]
    assert thread.daemon
    go.set()
    thread.join(10)
    qtbot.wait(1)  # lets the event loop turn
    assert outcomes == []


def test_the_thread_ends_with_its_queue(qtbot) -> None:
    made = TaskQueue("forgotten")
    with qtbot.waitSignal(made._finished):
        made.run(lambda: None)
    (thread,) = [each for each in threading.enumerate() if each.name == "forgotten"]
    del made
    gc.collect()
    thread.join(5)
    assert not thread.is_alive()


def test_calls_of_qt_that_return_nothing_keep_the_reference_count_of_none() -> None:
    """A program may run for days: losing one reference to None in each queued call would end in a crash."""
    image = QImage(2, 2, QImage.Format.Format_RGB32)
    before = sys.getrefcount(None)
    for _ in range(2000):
        image.fill(0)
    assert sys.getrefcount(None) > before - 1000
