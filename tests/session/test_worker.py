"""The fill thread: the newest request wins, whatever happens it lives on, and it only speaks by signals."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import QObject, QThread, Slot

from inpaint_studio.engine.fill.request import Request
from inpaint_studio.errors import NoSource
from inpaint_studio.models.base.interface import Options, Traits
from inpaint_studio.models.base.registry import Registry
from inpaint_studio.session.worker import FillWorker
from tests.session.sets import Network, Shelves, weights


class Listener(QObject):
    """Writes down what it is told, and in which thread."""

    def __init__(self, worker: FillWorker) -> None:
        super().__init__()
        self.told: list[tuple] = []
        self.threads: set[bool] = set()
        worker.fillFinished.connect(self.finished)
        worker.failed.connect(self.failed)
        worker.cancelled.connect(self.cancelled)

    def _note(self, *what) -> None:
        self.told.append(what)
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


def test_a_fill_is_made_in_the_thread_and_told_in_the_main_one(qtbot, worker, filler) -> None:
    listener = Listener(worker)
    number = worker.request(request(5))
    qtbot.waitUntil(lambda: bool(listener.told))
    assert listener.told == [("finished", number, 5)]
    assert listener.threads == {True}
    assert threading.get_ident() not in filler.threads


def test_a_request_may_be_made_in_the_thread(qtbot, worker) -> None:
    listener = Listener(worker)
    made_in: list[int] = []

    def make() -> Request:
        made_in.append(threading.get_ident())
        return request(6)

    worker.request(make)
    qtbot.waitUntil(lambda: bool(listener.told))
    assert listener.told[0][2] == 6
    assert made_in != [threading.get_ident()]


def test_the_newest_request_wins(qtbot, worker, filler) -> None:
    listener = Listener(worker)
    filler.go.clear()
    with qtbot.waitSignal(worker.fillStarted):
        first = worker.request(request(1))
    second, third = worker.request(request(2)), worker.request(request(3))
    filler.go.set()
    qtbot.waitUntil(lambda: len(listener.told) == 3)
    assert listener.told == [("cancelled", first), ("cancelled", second), ("finished", third, 3)]
    assert [made.options.seed for made in filler.requests] == [1, 3]  # the second was never begun


def test_cancel_stops_at_the_next_report(qtbot, worker, filler) -> None:
    listener = Listener(worker)
    filler.go.clear()
    with qtbot.waitSignal(worker.fillStarted):
        number = worker.request(request())
    worker.cancel()
    qtbot.waitUntil(lambda: bool(listener.told))
    assert listener.told == [("cancelled", number)]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (NoSource("Nothing is left to fill from."), "Nothing is left to fill from."),
        (ZeroDivisionError("by zero"), "A fault of the program: ZeroDivisionError: by zero"),
        (MemoryError(), "The memory of this machine did not suffice; nothing was changed."),
    ],
)
def test_after_an_error_the_thread_lives_on(qtbot, worker, filler, fault, sentence) -> None:
    listener = Listener(worker)
    filler.fault = fault
    number = worker.request(request())
    qtbot.waitUntil(lambda: bool(listener.told))
    assert listener.told == [("failed", number, sentence)]
    filler.fault = None
    worker.request(request(4))
    qtbot.waitUntil(lambda: len(listener.told) == 2)
    assert listener.told[1][0] == "finished"


def test_progress_is_told_at_most_thirty_times_a_second(qtbot) -> None:
    def chatter(_request, ticket):
        for step in range(5000):
            ticket.report(step / 5000, "Talking")
        raise NoSource("Enough.")

    worker = FillWorker(fill=chatter, registry=Registry)
    told: list[float] = []
    worker.progressed.connect(lambda _number, fraction, _note: told.append(fraction))
    worker.start()
    with qtbot.waitSignal(worker.failed):
        worker.request(request())
    worker.stop()
    assert 1 <= len(told) < 500
    assert told == sorted(told)


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
    worker.status.connect(lambda status: words.append(status.text))
    with qtbot.waitSignal(worker.modelsListed) as ready:
        worker.start()
    qtbot.waitUntil(lambda: "" in words)
    worker.stop()
    described, broken = ready.args
    assert [each.name for each in described] == ["one", "two"]
    assert broken == {"stranger": "ImportError: no"}
    assert models[1].warmed
    assert words == ["Getting One ready…", "Getting Two ready…", ""]


def test_a_fill_asked_before_the_start_comes_before_the_warm_up(qtbot, filler) -> None:
    model = Model("one")
    worker = FillWorker(fill=filler, registry=lambda: Registry({"one": model}))
    order: list[str] = []
    worker.fillFinished.connect(lambda *_: order.append("fill"))
    worker.status.connect(lambda status: order.append(status.text))
    worker.request(request())
    worker.start()
    qtbot.waitUntil(lambda: "" in order)
    worker.stop()
    assert order == ["fill", "Getting One ready…", ""]


def test_stop_ends_a_fill_that_is_under_way(qtbot, filler) -> None:
    worker = FillWorker(fill=filler, registry=Registry)
    worker.start()
    filler.go.clear()
    with qtbot.waitSignal(worker.fillStarted):
        worker.request(request())
    worker.stop()
    assert worker.isFinished()


# Networks, and the list of models


def began(filler) -> list[str]:
    return [made.model for made in filler.requests]


def test_of_the_networks_only_the_chosen_one_is_warmed_up(qtbot, filler) -> None:
    shelves = Shelves(Model("built-in"), Network("second", "Second", weights("b")))
    shelves.kept["a"] = weights("a")
    worker = FillWorker(fill=filler, registry=shelves.shelf)
    words: list[str] = []
    worker.status.connect(lambda status: words.append(status.text))
    worker.choose("net", Options())
    worker.start()
    qtbot.waitUntil(lambda: "" in words)
    assert words == ["Getting Net ready…", "Getting Built-In ready…", ""]
    words.clear()
    worker.choose("second", Options())
    qtbot.waitUntil(lambda: "" in words)
    worker.choose("other", Options())  # has no weights
    worker.choose("net", Options())  # is warm
    with qtbot.waitSignal(worker.fillFinished):
        worker.request(request())
    worker.stop()
    assert words[:2] == ["Getting Second ready…", ""]
    assert began(filler) == ["net", "second", "auto"]


def test_a_request_interrupts_a_warm_up_which_is_taken_up_again(qtbot, filler) -> None:
    shelves = Shelves()
    shelves.kept["a"] = weights("a")
    worker = FillWorker(fill=filler, registry=shelves.shelf)
    listener, words = Listener(worker), []
    worker.status.connect(lambda status: words.append(status.text))
    filler.go.clear()
    worker.choose("net", Options())
    worker.start()
    qtbot.waitUntil(lambda: began(filler) == ["net"])
    number = worker.request(request(7))
    qtbot.waitUntil(lambda: began(filler)[:2] == ["net", "auto"])
    filler.go.set()
    qtbot.waitUntil(lambda: "" in words)
    worker.stop()
    assert listener.told == [("finished", number, 7)]  # nobody hears of the warm-up's end
    assert began(filler) == ["net", "auto", "net"]


def test_another_choice_interrupts_a_warm_up(qtbot, filler) -> None:
    shelves = Shelves(Network("second", "Second", weights("b")))
    shelves.kept["a"] = weights("a")
    worker = FillWorker(fill=filler, registry=shelves.shelf)
    filler.go.clear()
    worker.choose("net", Options())
    worker.start()
    qtbot.waitUntil(lambda: began(filler) == ["net"])
    worker.choose("second", Options())
    qtbot.waitUntil(lambda: began(filler) == ["net", "second"])
    worker.stop()


def test_the_models_are_told_again_only_where_they_changed(qtbot, filler) -> None:
    shelves = Shelves()
    worker = FillWorker(fill=filler, registry=shelves.shelf)
    told: list[list[str]] = []
    worker.modelsListed.connect(lambda models, _broken: told.append([model.mark for model in models]))
    with qtbot.waitSignal(worker.modelsListed):
        worker.start()
    worker.refresh()
    with qtbot.waitSignal(worker.fillFinished):  # by now the list was made anew
        worker.request(request())
    shelves.kept["a"] = weights("a", licence="unclear")
    with qtbot.waitSignal(worker.modelsListed):
        worker.refresh()
    worker.stop()
    assert told == [["no weights", "no weights"], ["licence unclear", "no weights"]]
