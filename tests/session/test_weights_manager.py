"""The descriptions of models for the window, licences to accept before use, and jobs that import weights."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from inpaint_studio.engine.photo.photo import photo_from_array
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.session.raster import HOLE
from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.task_queue import TaskQueue
from inpaint_studio.session.weights_manager import ModelInfo, WeightsManager, describe
from inpaint_studio.session.worker import FillWorker
from tests.session.fake_library import FETCHED, FakeLibrary, Network, weights
from tests.session.test_session import Box, stroke


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest.fixture
def stock(qtbot, library) -> Iterator[WeightsManager]:
    del qtbot  # there is an application
    io = TaskQueue("io")
    made = WeightsManager(io, library)
    yield made
    library.gate.set()
    library.fetching.set()
    made.close()
    io.stop()


@pytest.fixture
def studied(qtbot, tmp_path, filler, photo, library) -> Iterator[Session]:
    """A session that has listed the models of the fake library."""
    made = Session(Settings(tmp_path / "settings.toml"), FillWorker(filler, library.registry), library)
    made.document.load(photo_from_array(photo))
    with qtbot.waitSignal(made.models.changed):
        made.start()
    yield made
    for gate in (filler.go, library.gate, library.fetching):
        gate.set()
    made.close()


def record(signal) -> list:
    emitted: list = []
    signal.connect(lambda *arguments: emitted.append(arguments[0] if len(arguments) == 1 else arguments))
    return emitted


# Descriptions


def test_what_a_model_lacks_is_described() -> None:
    class BuiltIn:
        traits = Traits("plain", "Plain", "No weights.")

    class OwnWay:
        traits = Traits("own", "Own", "Finds its weights by itself.", needs_weights=True)

    bare, full = Network("net", "Net"), Network("net", "Net", weights("a", licence="unlicensed"))
    assert [(each.missing, each.mark) for each in map(describe, (BuiltIn(), OwnWay(), bare, full))] == [
        (False, ""),
        (False, ""),
        (True, "no weights"),
        (False, "non-commercial"),
    ]


# Imports and downloads


def test_an_import_is_reported_in_the_main_thread(qtbot, stock, library) -> None:
    arrived: list[tuple[str, bool]] = []
    busy: list[int] = []
    stock.arrived.connect(lambda imported, downloaded: arrived.append((imported.weights.name, downloaded)))
    stock.jobsChanged.connect(lambda: busy.append(len(stock.jobs)))
    with qtbot.waitSignal(stock.changed):
        stock.import_files([Path("net_edge.pth"), Path("net_paint.pth")])
    assert library.imported == [["net_edge.pth", "net_paint.pth"]]
    assert arrived == [("net-1", False)]
    assert busy == [1, 0]
    assert threading.get_ident() not in library.threads


def test_a_file_that_is_not_known_is_a_sentence(qtbot, stock, library) -> None:
    changed = record(stock.changed)
    with qtbot.waitSignal(stock.failed) as failed:
        stock.import_files([Path("letter.pth")])
    assert failed.args == ["letter.pth is not known."]
    assert not changed
    assert not library.kept


def test_a_job_reports_progress_and_can_be_cancelled(qtbot, stock, library) -> None:
    library.fetching.clear()
    with qtbot.waitSignal(stock.progressed) as progressed:
        stock.get(FETCHED)
    job = progressed.args[0]
    assert (job.system, job.fraction, job.note) == ("net", 0.25, "Fetching net.pth: 4 of 16 MB")
    assert stock.job_for("net") is job
    with qtbot.waitSignal(stock.status) as statuses:
        stock.cancel(job)
    assert [status.text for status in statuses.args] == ["Getting net.pth was cancelled."]
    assert not stock.jobs
    assert not library.kept


def test_an_import_does_not_wait_for_a_download(qtbot, stock, library) -> None:
    library.fetching.clear()
    stock.get(FETCHED)
    with qtbot.waitSignal(stock.arrived) as arrived:
        stock.import_files([Path("net.pth")])
    assert arrived.args[0].weights.name == "net-1"
    assert [job.text for job in stock.jobs] == ["Getting net.pth"]


def test_what_is_being_fetched_is_not_fetched_twice(qtbot, stock, library) -> None:
    library.fetching.clear()
    stock.get(FETCHED)
    stock.get(FETCHED)
    assert len(stock.jobs) == 1
    stock.pause(stock.jobs[0])
    stock.get(FETCHED)  # it goes on where it was paused
    assert [job.paused for job in stock.jobs] == [True, False]
    library.fetching.set()
    qtbot.waitUntil(lambda: not stock.jobs)


def test_closing_cancels_running_jobs(qtbot, library) -> None:
    library.fetching.clear()
    io = TaskQueue("io")
    stock = WeightsManager(io, library)
    with qtbot.waitSignal(stock.progressed):
        stock.get(FETCHED)
    stock.close()
    assert io.stop()
    assert not library.kept


def test_sets_are_listed_renamed_removed_and_exported(qtbot, stock, library, tmp_path) -> None:
    library.kept["a"] = weights("a")
    with qtbot.waitSignal(stock.listed) as listed:
        stock.list_sets()
    assert [kept.weights.name for kept in listed.args[0]] == ["a"]
    with qtbot.waitSignal(stock.changed):
        stock.rename("a", "b")
    with qtbot.waitSignal(stock.failed):
        stock.rename("b", "not a name")
    with qtbot.waitSignal(stock.status) as statuses:
        stock.export("b", tmp_path / "b.onnx")
    assert [status.text for status in statuses.args] == ["Saved b.onnx. It takes pictures of any size."]
    with qtbot.waitSignal(stock.changed):
        stock.remove("b")
    assert not library.kept


# The choice


def test_a_network_without_weights_does_not_fill_and_loses_nothing(studied, filler) -> None:
    stroke(studied, Box(20, 30, 60, 90))
    hole = studied.document.raster(HOLE).copy()
    statuses, hindered = record(studied.status), record(studied.fills.blocked)
    studied.models.name = "net"
    assert not studied.fills.start()
    assert [status.text for status in statuses] == ["Net has no weights yet; get or import them in the Model panel."]
    assert len(hindered) == 1
    assert not studied.fills.is_busy
    assert (studied.document.raster(HOLE) == hole).all()
    assert not filler.requests


def test_imported_weights_are_chosen_and_reported(qtbot, studied) -> None:
    statuses = record(studied.status)
    studied.weights.import_files([Path("net.pth")])
    qtbot.waitUntil(lambda: studied.models.name == "net")
    assert [status.text for status in statuses] == [
        "Imported: Net (plain). These weights are for non-commercial use only (CC BY-NC 4.0).",
    ]
    assert studied.models.chosen is not None
    assert studied.models.chosen.mark == "non-commercial"


def test_a_licence_is_shown_once_for_each_set(qtbot, studied, filler, tmp_path) -> None:
    stroke(studied, Box(20, 30, 60, 90))
    studied.weights.import_files([Path("net.pth")])
    qtbot.waitUntil(lambda: studied.models.name == "net")
    assert not studied.fills.start()
    assert "licence" in studied.models.blocked_reason
    assert not filler.requests  # not even to warm it up
    studied.models.accept_licence()
    with qtbot.waitSignal(studied.fills.filled):
        assert studied.fills.start()
    assert filler.requests[0].model == "net"
    studied.settings.save()
    assert "net-1: non-commercial, CC BY-NC 4.0" in Settings(tmp_path / "settings.toml").get("accepted_licences")
    studied.weights.import_files([Path("net_other.pth")])
    qtbot.waitUntil(lambda: studied.models.chosen.weights.name == "net-2")
    assert not studied.models.licence_accepted


def test_a_choice_whose_licence_was_not_accepted_is_not_kept(qtbot, studied, tmp_path) -> None:
    studied.weights.import_files([Path("net.pth")])
    qtbot.waitUntil(lambda: studied.models.name == "net")
    studied.close()
    assert Settings(tmp_path / "settings.toml").get("model") == "auto"


def test_a_model_whose_only_set_was_removed_gives_way_to_the_one_before(qtbot, studied) -> None:
    before = studied.models.name
    studied.weights.import_files([Path("net.pth")])
    qtbot.waitUntil(lambda: studied.models.name == "net")
    studied.weights.remove("net-1")
    qtbot.waitUntil(lambda: studied.models.name != "net")
    assert studied.models.name == before
    studied.models.name = "net"
    assert studied.models.chosen.missing


def test_networks_use_the_device_and_the_precision_of_the_settings(qtbot, studied, library, filler) -> None:
    library.kept["a"] = weights("a")
    studied.worker.refresh()
    qtbot.waitUntil(lambda: not studied.models.listed[0].missing)
    studied.settings.set("device", "cuda:1")
    studied.settings.set("precision", "16")
    assert studied.models.options(3).device == "auto"  # the built-in fillers have no use for a card
    studied.models.name = "net"
    options = studied.models.options(3)
    assert (options.device, options.precision, options.seed) == ("cuda:1", "bfloat16", 3)
    qtbot.waitUntil(lambda: any(made.options.device == "cuda:1" for made in filler.requests))  # warmed up there


def test_described_models_compare_by_what_they_are() -> None:
    one, two = Network("net", "Net", weights("a")), Network("net", "Net", weights("a"))
    assert describe(one) == describe(two) != describe(Network("net", "Net"))
    assert isinstance(describe(one), ModelInfo)
