"""The fill thread: the newest request wins, it goes on after every error, and reports only by signals."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import numpy as np
import pytest
from PySide6.QtCore import QObject, QThread, Slot

from inpaint_studio.engine.fill.request import Request
from inpaint_studio.errors import NoSource
from inpaint_studio.models.base.interface import Options, Traits
from inpaint_studio.models.base.registry import Registry
from inpaint_studio.session.worker import FillWorker
from tests.session.fake_library import FakeLibrary, Network, weights
from tests.session.relay import relay


class Listener(QObject):
    """Records the signals it receives, and in which thread."""

    def __init__(self, worker: FillWorker) -> None:
        super().__init__()
        self.answers: list[tuple] = []
        self.threads: set[bool] = set()
        worker.fillFinished.connect(self.finished)
        worker.failed.connect(self.failed)
        worker.cancelled.connect(self.cancelled)

    def _note(self, *what) -> None:
        self.answers.append(what)
        self.threads.add(QThread.currentThread() is self.thread())

    @Slot(int, object)
    def finished(self, number, result) -> None:
        self._note("finished", number, result.seed)

    @Slot(int, str)
    def failed(self, number, sentence) -> None:
        self._note("failed", number, sentence)

    @Slot(int)
    def cancelled(self, number) -> None:
        self._note("cancelled", number)


def request(seed: int = 0) -> Request:
    hole = np.zeros((20, 30), bool)
    hole[5:9, 5:9] = True
    return Request(np.zeros((20, 30, 3), np.uint8), hole, options=Options(seed=seed))


@pytest.fixture
def worker(qtbot, filler):
    del qtbot  # there is an application
    made = FillWorker(fill=filler, registry=Registry)
    made.start()
    yield made
    filler.go.set()
    made.stop()


def test_a_fill_is_made_in_the_thread_and_reported_in_the_main_one(qtbot, worker, filler) -> None:
    listener = Listener(worker)
    number = worker.request(request(5))
    qtbot.waitUntil(lambda: bool(listener.answers))
    assert listener.answers == [("finished", number, 5)]
    assert listener.threads == {True}
    assert threading.get_ident() not in filler.threads


def test_a_request_may_be_made_in_the_thread(qtbot, worker) -> None:
    listener = Listener(worker)
    made_in: list[int] = []

    def make() -> Request:
        made_in.append(threading.get_ident())
        return request(6)

    worker.request(make)
    qtbot.waitUntil(lambda: bool(listener.answers))
    assert listener.answers[0][2] == 6
    assert made_in != [threading.get_ident()]


def test_the_newest_request_wins(qtbot, worker, filler) -> None:
    listener = Listener(worker)
    filler.go.clear()
    with qtbot.waitSignal(relay(worker).fillStarted):
        first = worker.request(request(1))
    second, third = worker.request(request(2)), worker.request(request(3))
    filler.go.set()
    qtbot.waitUntil(lambda: len(listener.answers) == 3)
    assert listener.answers == [("cancelled", first), ("cancelled", second), ("finished", third, 3)]
    assert [made.options.seed for made in filler.requests] == [1, 3]  # the second was never begun


def test_cancel_stops_at_the_next_report(qtbot, worker, filler) -> None:
    listener = Listener(worker)
    filler.go.clear()
    with qtbot.waitSignal(relay(worker).fillStarted):
        number = worker.request(request())
    worker.cancel()
    qtbot.waitUntil(lambda: bool(listener.answers))
    assert listener.answers == [("cancelled", number)]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (NoSource("Nothing is left to fill from."), "Nothing is left to fill from."),
        (ZeroDivisionError("by zero"), "A fault of the program: ZeroDivisionError: by zero"),
        (MemoryError(), "The memory of this machine did not suffice; nothing was changed."),
    ],
)
def test_after_an_error_the_thread_goes_on(qtbot, worker, filler, fault, sentence) -> None:
    listener = Listener(worker)
    filler.fault = fault
    number = worker.request(request())
    qtbot.waitUntil(lambda: bool(listener.answers))
    assert listener.answers == [("failed", number, sentence)]
    filler.fault = None
    worker.request(request(4))
    qtbot.waitUntil(lambda: len(listener.answers) == 2)
    assert listener.answers[1][0] == "finished"


def test_progress_is_reported_at_most_thirty_times_a_second(qtbot) -> None:
    def chatter(_request, ticket):
        for step in range(5000):
            ticket.report(step / 5000, "Talking")
        raise NoSource("Enough.")

    worker = FillWorker(fill=chatter, registry=Registry)
    emitted: list[float] = []
    relay(worker).progressed.connect(lambda _number, fraction, _note: emitted.append(fraction))
    worker.start()
    with qtbot.waitSignal(relay(worker).failed):
        worker.request(request())
    worker.stop()
    assert 1 <= len(emitted) < 500
    assert emitted == sorted(emitted)


class Model:
    """A model that only warms up."""

    def __init__(self, name: str, fault: Exception | None = None) -> None:
        self.traits = Traits(name, name.title(), "A fake.")
        self.fault = fault
        self.warmed = False

    def warm_up(self, _ticket) -> None:
        if self.fault is not None:
            raise self.fault
        self.warmed = True


def test_every_model_is_warmed_up_even_where_one_fails(qtbot, filler) -> None:
    models = [Model("one", ValueError("broken")), Model("two")]
    found = Registry({model.traits.name: model for model in models}, {"stranger": "ImportError: no"})
    worker = FillWorker(fill=filler, registry=lambda: found)
    words: list[str] = []
    relay(worker).status.connect(lambda status: words.append(status.text))
    with qtbot.waitSignal(relay(worker).modelsListed) as ready:
        worker.start()
    qtbot.waitUntil(lambda: "" in words)
    worker.stop()
    described, broken = ready.args
    assert [each.name for each in described] == ["one", "two"]
    assert broken == {"stranger": "ImportError: no"}
    assert models[1].warmed
    assert words == ["Getting One ready…", "Getting Two ready…", ""]


def test_a_fill_requested_before_the_start_comes_before_the_warm_up(qtbot, filler) -> None:
    model = Model("one")
    worker = FillWorker(fill=filler, registry=lambda: Registry({"one": model}))
    order: list[str] = []
    relay(worker).fillFinished.connect(lambda *_: order.append("fill"))
    relay(worker).status.connect(lambda status: order.append(status.text))
    worker.request(request())
    worker.start()
    qtbot.waitUntil(lambda: "" in order)
    worker.stop()
    assert order == ["fill", "Getting One ready…", ""]


def test_stop_ends_a_fill_that_is_under_way(qtbot, filler) -> None:
    worker = FillWorker(fill=filler, registry=Registry)
    worker.start()
    filler.go.clear()
    with qtbot.waitSignal(relay(worker).fillStarted):
        worker.request(request())
    worker.stop()
    assert worker.isFinished()


# Networks, and the list of models


def began(filler) -> list[str]:
    return [made.model for made in filler.requests]


def test_of_the_networks_only_the_chosen_one_is_warmed_up(qtbot, filler) -> None:
    library = FakeLibrary(Model("built-in"), Network("second", "Second", weights("b")))
    library.kept["a"] = weights("a")
    worker = FillWorker(fill=filler, registry=library.registry)
    words: list[str] = []
    relay(worker).status.connect(lambda status: words.append(status.text))
    worker.choose("net", Options())
    worker.start()
    qtbot.waitUntil(lambda: "" in words)
    assert words == ["Getting Net ready…", "Getting Built-In ready…", ""]
    words.clear()
    worker.choose("second", Options())
    qtbot.waitUntil(lambda: "" in words)
    worker.choose("other", Options())  # has no weights
    worker.choose("net", Options())  # is warm
    with qtbot.waitSignal(relay(worker).fillFinished):
        worker.request(request())
    worker.stop()
    assert words[:2] == ["Getting Second ready…", ""]
    assert began(filler) == ["net", "second", "auto"]


def test_a_request_interrupts_a_warm_up_which_is_taken_up_again(qtbot, filler) -> None:
    library = FakeLibrary()
    library.kept["a"] = weights("a")
    worker = FillWorker(fill=filler, registry=library.registry)
    listener, words = Listener(worker), []
    relay(worker).status.connect(lambda status: words.append(status.text))
    filler.go.clear()
    worker.choose("net", Options())
    worker.start()
    qtbot.waitUntil(lambda: began(filler) == ["net"])
    number = worker.request(request(7))
    qtbot.waitUntil(lambda: began(filler)[:2] == ["net", "auto"])
    filler.go.set()
    qtbot.waitUntil(lambda: "" in words)
    worker.stop()
    assert listener.answers == [("finished", number, 7)]  # the end of the warm-up is not reported
    assert began(filler) == ["net", "auto", "net"]


def test_another_choice_interrupts_a_warm_up(qtbot, filler) -> None:
    library = FakeLibrary(Network("second", "Second", weights("b")))
    library.kept["a"] = weights("a")
    worker = FillWorker(fill=filler, registry=library.registry)
    filler.go.clear()
    worker.choose("net", Options())
    worker.start()
    qtbot.waitUntil(lambda: began(filler) == ["net"])
    worker.choose("second", Options())
    qtbot.waitUntil(lambda: began(filler) == ["net", "second"])
    worker.stop()


def test_the_models_are_listed_again_only_where_they_changed(qtbot, filler) -> None:
    library = FakeLibrary()
    worker = FillWorker(fill=filler, registry=library.registry)
    emitted: list[list[str]] = []
    relay(worker).modelsListed.connect(lambda models, _broken: emitted.append([model.mark for model in models]))
    with qtbot.waitSignal(relay(worker).modelsListed):
        worker.start()
    worker.refresh()
    with qtbot.waitSignal(relay(worker).fillFinished):  # the list was made again before
        worker.request(request())
    library.kept["a"] = weights("a", licence="unclear")
    with qtbot.waitSignal(relay(worker).modelsListed):
        worker.refresh()
    worker.stop()
    assert emitted == [["no weights", "no weights"], ["non-commercial", "no weights"]]


# Plug-ins with faults of any kind


class Faulty(Model):
    """A plug-in whose traits cannot be read once it is registered."""

    def __init__(self, error: BaseException) -> None:
        super().__init__("faulty")
        self.error = error

    def __getattribute__(self, name: str):
        if name == "traits":
            raise super().__getattribute__("error")
        return super().__getattribute__(name)


class Nameless(Model):
    """A plug-in whose traits lack nearly all fields."""

    def __init__(self) -> None:
        super().__init__("nameless")
        self.traits = type("Partial", (), {"name": "nameless"})()


def raise_(error: BaseException):
    raise error


ERRORS = [ValueError("no"), SystemExit(3), KeyboardInterrupt(), AssertionError()]


@pytest.mark.parametrize("model", [Faulty(ZeroDivisionError("by zero")), Faulty(SystemExit(1)), Nameless()])
def test_a_plug_in_that_cannot_be_described_is_listed_as_broken(qtbot, filler, model) -> None:
    good = Model("good")
    worker = FillWorker(fill=filler, registry=lambda: Registry({"good": good, "bad": model}))
    listener = Listener(worker)
    with qtbot.waitSignal(relay(worker).modelsListed) as listed:
        worker.start()
    models, broken = listed.args
    assert [each.name for each in models] == ["good"]
    assert list(broken) == ["bad"]
    number = worker.request(request(5))
    qtbot.waitUntil(lambda: bool(listener.answers))
    assert listener.answers == [("finished", number, 5)]
    qtbot.waitUntil(lambda: good.warmed)
    assert worker.stop()


@pytest.mark.parametrize("error", ERRORS)
def test_every_exception_of_a_fill_is_reported_and_the_thread_goes_on(qtbot, worker, filler, error) -> None:
    listener = Listener(worker)
    filler.fault = error
    number = worker.request(request())
    qtbot.waitUntil(lambda: bool(listener.answers))
    assert listener.answers[0][:2] == ("failed", number)
    filler.fault = None
    worker.request(request(4))
    qtbot.waitUntil(lambda: len(listener.answers) == 2)
    assert listener.answers[1][0] == "finished"


@pytest.mark.parametrize("error", ERRORS)
def test_after_an_exception_between_fills_the_thread_goes_on(qtbot, filler, error) -> None:
    known = [lambda: raise_(error), lambda: Registry({"one": Model("one", error), "two": Model("two")})]
    worker = FillWorker(fill=filler, registry=lambda: known[0]())
    listener = Listener(worker)
    with qtbot.waitSignal(relay(worker).status) as status:
        worker.start()
    assert status.args[0].kind == "result"
    number = worker.request(lambda: raise_(error))
    qtbot.waitUntil(lambda: bool(listener.answers))
    assert listener.answers[0][:2] == ("failed", number)
    del known[0]
    with qtbot.waitSignal(relay(worker).status, check_params_cb=lambda status: status.text == "Getting Two ready…"):
        worker.refresh()
    worker.request(request(2))
    qtbot.waitUntil(lambda: len(listener.answers) == 2)
    assert listener.answers[1][0] == "finished"
    assert worker.stop()


def test_a_thread_that_does_not_stop_is_waited_for_a_while_alone(qtbot) -> None:
    go, begun = threading.Event(), threading.Event()

    def hang(_request, _ticket):
        begun.set()
        go.wait(60)
        raise NoSource("Enough.")

    worker = FillWorker(fill=hang, registry=Registry)
    worker.start()
    worker.request(request())
    assert begun.wait(10)
    assert not worker.stop(timeout=0.05)
    assert not worker.stop()  # at once: it was waited for already
    assert not worker.isFinished()
    go.set()
    qtbot.waitUntil(worker.isFinished)
    assert worker.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="exit codes of signals")
def test_the_program_ends_though_a_fill_does_not(tmp_path) -> None:
    """Qt aborts a program that deletes the object of a running thread."""
    script = """
import sys, threading
from PySide6.QtCore import QCoreApplication
from inpaint_studio.models.base.registry import Registry
from inpaint_studio.session import worker as module
from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.ui import app as window_app
begun = threading.Event()
def hang(request, ticket):
    begun.set()
    threading.Event().wait()
app = QCoreApplication([])
module._STOP_TIMEOUT = 0.1
worker = module.FillWorker(hang, Registry)
session = Session(Settings(), worker)
session.start()
worker.request(lambda: None)
assert begun.wait(20)
window_app.end_program(7, session.close())
"""
    environment = os.environ | {"INPAINT_STUDIO_CONFIG": str(tmp_path), "INPAINT_STUDIO_DATA": str(tmp_path)}
    ended = subprocess.run([sys.executable, "-c", script], env=environment, timeout=120, capture_output=True)
    assert ended.returncode == 7, ended.stderr.decode()
