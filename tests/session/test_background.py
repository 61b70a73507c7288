"""Work in the background: told in the main thread, in order, and not at all once it was stopped."""

from __future__ import annotations

import gc
import threading

import pytest

from inpaint_studio.errors import NoWeights, PhotoError
from inpaint_studio.session.task_queue import Background


@pytest.fixture
def background(qtbot):
    del qtbot  # there is an application
    made = Background("test")
    yield made
    made.stop()


def test_outcomes_are_told_in_order_in_the_main_thread(qtbot, background) -> None:
    told: list[tuple] = []

    def done(value) -> None:
        told.append((value, threading.current_thread() is threading.main_thread()))

    for number in range(5):
        background.run(lambda number=number: number, done)
    qtbot.waitUntil(lambda: background.idle)
    assert told == [(number, True) for number in range(5)]


def test_errors_become_sentences(qtbot, background) -> None:
    told: list[str] = []

    def fail(error: Exception) -> None:
        raise error

    for error in (PhotoError("No."), KeyError("x"), NoWeights("None yet.", "See --help.")):
        background.run(lambda error=error: fail(error), None, told.append)
    qtbot.waitUntil(lambda: background.idle)
    assert told == ["No.", "A fault of the program: KeyError: 'x'", "None yet."]


def test_after_stop_nothing_is_run_or_told(qtbot, background) -> None:
    begun, go, told = threading.Event(), threading.Event(), []

    def slow() -> int:
        begun.set()
        go.wait(10)
        return 1

    background.run(slow, told.append)
    background.run(lambda: 2, told.append)
    assert begun.wait(10)
    go.set()
    background.stop()
    background.run(lambda: 3, told.append)
    qtbot.wait(1)  # lets the event loop turn
    assert told == []


def test_what_waits_is_finished_where_that_is_asked_for(background) -> None:
    done: list[int] = []
    for number in range(3):
        background.run(lambda number=number: done.append(number))
    background.stop(finish=True)
    assert done == [0, 1, 2]


def test_work_that_only_reads_is_given_up(qtbot, monkeypatch) -> None:
    monkeypatch.setattr("inpaint_studio.session.task_queue._PATIENCE", 0.01)
    begun, go, told = threading.Event(), threading.Event(), []
    reading = Background("reading", reads=True)

    def hang() -> None:
        begun.set()
        go.wait()

    reading.run(hang, told.append)
    assert begun.wait(10)
    reading.stop()
    (thread,) = [each for each in threading.enumerate() if each.name == "reading"]
    assert thread.daemon
    go.set()
    thread.join(10)
    qtbot.wait(1)  # lets the event loop turn
    assert told == []


def test_the_thread_goes_with_its_object(qtbot) -> None:
    made = Background("forgotten")
    with qtbot.waitSignal(made._finished):
        made.run(lambda: None)
    (thread,) = [each for each in threading.enumerate() if each.name == "forgotten"]
    del made
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()
