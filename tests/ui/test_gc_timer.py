"""Cyclic garbage with objects of Qt is collected in the main thread, even if other threads make garbage."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject, QTimer

from inpaint_studio.ui.gc_timer import GcTimer

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def collector() -> Iterator[GcTimer]:
    made = GcTimer()
    yield made
    made.stop()


class Cycle(QObject):
    """Garbage as soon as no reference is left; it records the thread that collects it."""

    def __init__(self, threads: list[threading.Thread]) -> None:
        super().__init__()
        self.timer, self.itself, self.threads = QTimer(self), self, threads

    def __del__(self) -> None:
        self.threads.append(threading.current_thread())


def litter() -> None:
    """Far more cyclic garbage than makes the interpreter collect all generations."""
    for _ in range(200_000):
        cycle: list[Any] = []
        cycle.append(cycle)


def in_a_thread() -> None:
    thread = threading.Thread(target=litter)
    thread.start()
    thread.join()


@pytest.mark.usefixtures("collector")
def test_it_goes_in_the_main_thread(qtbot):
    threads: list[threading.Thread] = []
    Cycle(threads)
    in_a_thread()
    assert threads == []
    qtbot.waitUntil(lambda: bool(threads))
    assert threads == [threading.main_thread()]


def test_without_it_another_thread_would(collector):
    collector.stop()
    threads: list[threading.Thread] = []
    cycle: list[Any] = []  # of no Qt object, which would do harm
    teller = type("Teller", (), {"__del__": lambda _: threads.append(threading.current_thread())})()
    cycle += [cycle, teller]
    del cycle, teller
    in_a_thread()
    assert [each is threading.main_thread() for each in threads] == [False]


def test_what_is_old_goes_too_but_not_all_the_time(collector, monkeypatch):
    collections: list[int] = []
    monkeypatch.setattr(gc, "get_count", lambda: (701, 11, 11))
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    monkeypatch.setattr(gc, "collect", lambda generation=2: collections.append(generation))
    now = 1000.0

    def monotonic() -> float:
        nonlocal now
        now += 0.01
        return now

    monkeypatch.setattr("inpaint_studio.ui.gc_timer.time.monotonic", monotonic)
    collector.collect()
    collector.collect()
    now += 2
    collector.collect()
    assert collections == [2, 1, 2]


def test_nothing_is_looked_through_where_nothing_is_due(collector, monkeypatch):
    monkeypatch.setattr(gc, "get_count", lambda: (700, 10, 10))
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    monkeypatch.setattr(gc, "collect", lambda *_: pytest.fail("nothing was due"))
    collector.collect()
