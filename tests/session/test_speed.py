"""The timing of a few steps before a training: requested, replaced, delayed by a fill, cancelled, and its results."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtCore import QObject, Signal

from inpaint_studio.cli.parser import parser
from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.session.training.speed import Estimate, SpeedEstimator
from tests.session.fake_training import LACKING
from tests.session.training_runs import MODEL, PATIENCE, SETTINGS, make_request, prepare, pretend


class Stand(QObject):
    """Replaces the fill controller and the training controller."""

    busy = Signal(bool)
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.is_busy = self.running = False

    def fill(self, on: bool) -> None:
        self.is_busy = on
        self.busy.emit(on)


@pytest.fixture
def stand(qtbot: Any) -> Stand:
    del qtbot  # there is an application
    return Stand()


@pytest.fixture
def estimating(stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SpeedEstimator]:
    prepare(tmp_path, monkeypatch)
    pretend(monkeypatch)
    made = SpeedEstimator(stand, stand)
    made._timer.setInterval(1)
    yield made
    made.close()


def answered(qtbot: Any, estimating: SpeedEstimator, folder: Path, **how: Any) -> Estimate:
    with qtbot.waitSignal(estimating.estimated, timeout=PATIENCE) as results:
        estimating.estimate(make_request(folder, **how))
    found: Estimate = results.args[0]
    return found


def begun(qtbot: Any, estimating: SpeedEstimator, folder: Path) -> int:
    """Request a timing that does not end, and wait for it; return the number of its process."""
    estimating.estimate(make_request(folder, settings=("pretend=endless",)))
    qtbot.waitUntil(
        lambda: estimating._process is not None and estimating._process._found is not None, timeout=PATIENCE
    )
    return int(estimating._process.processId())


def is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def gone(qtbot: Any, pid: int) -> None:
    qtbot.waitUntil(lambda: not is_alive(pid), timeout=PATIENCE)


def test_the_result_of_a_timing_is_reported(qtbot, estimating, tmp_path):
    found = answered(qtbot, estimating, tmp_path, batch=3)
    assert (found.pace.seconds_per_step, found.pace.batch, found.pace.photos) == (2.0, 3, 7)
    assert (found.size, found.device) == (256, "cpu")
    assert found.pace.steps(600) == 290
    assert not estimating.busy


def test_the_command_is_that_of_the_training_without_its_length(tmp_path):
    request = make_request(tmp_path, minutes=10.0, seed=3, patience=4, without_losses=("perceptual", "style"))
    arguments = request.estimate_command()
    options = parser().parse_args(arguments)
    assert options.estimate
    assert (options.model, options.photos, options.size, options.batch) == (MODEL, tmp_path / "photos", 64, 2)
    assert (options.settings, options.workers) == (list(SETTINGS), 0)
    timed = TrainingRequest.from_options(options)
    assert timed.without_losses == ("perceptual", "style")
    assert (timed.name, timed.steps, timed.minutes, timed.patience) == (None, None, 1.0, None)
    assert options.events


def test_the_newest_request_wins(qtbot, estimating, tmp_path):
    pid = begun(qtbot, estimating, tmp_path)
    assert answered(qtbot, estimating, tmp_path, batch=7).pace.batch == 7
    gone(qtbot, pid)


def test_an_equal_request_continues_the_timing(qtbot, estimating, tmp_path):
    pid = begun(qtbot, estimating, tmp_path)
    estimating.estimate(make_request(tmp_path, settings=("pretend=endless",), name="another", minutes=3.0))
    assert estimating._process.processId() == pid
    assert os.getpriority(os.PRIO_PROCESS, pid) == 19


@pytest.mark.parametrize("how", ["cancelled", "trained", "closed"])
def test_a_timing_ends_when_its_result_is_not_needed(qtbot, estimating, stand, tmp_path, how):
    pid = begun(qtbot, estimating, tmp_path)
    results = []
    estimating.estimated.connect(results.append)
    estimating.failed.connect(results.append)
    if how == "cancelled":
        estimating.cancel()
    elif how == "trained":
        stand.running = True
        stand.changed.emit()
    else:
        estimating.close()
    assert not estimating.busy
    gone(qtbot, pid)
    qtbot.waitUntil(lambda: not estimating.children()[1:], timeout=PATIENCE)  # the process; the timer stays
    assert results == []


def test_a_fill_interrupts_a_timing(qtbot, estimating, stand, tmp_path):
    pid = begun(qtbot, estimating, tmp_path)
    stand.fill(True)
    gone(qtbot, pid)
    estimating.estimate(make_request(tmp_path))
    estimating._start()  # its time has come in the middle of the fill
    assert estimating.busy
    assert estimating._process is None
    with qtbot.waitSignal(estimating.estimated, timeout=PATIENCE):
        stand.fill(False)


def test_nothing_is_timed_beside_a_training(estimating, stand, tmp_path):
    stand.running = True
    estimating.estimate(make_request(tmp_path))
    estimating._start()
    assert estimating._process is None


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        ("features", LACKING),
        ("silent", "The timing ended without a result."),
        ("torn", "The timing ended without a result."),
    ],
)
def test_the_reason_for_no_estimate_is_reported(qtbot, estimating, tmp_path, way, sentence):
    with qtbot.waitSignal(estimating.failed, timeout=PATIENCE) as results:
        estimating.estimate(make_request(tmp_path, settings=(f"pretend={way}",)))
    assert results.args == [sentence]


def test_that_it_was_ended_from_outside_is_reported(qtbot, estimating, tmp_path):
    pid = begun(qtbot, estimating, tmp_path)
    with qtbot.waitSignal(estimating.failed, timeout=PATIENCE) as results:
        os.kill(pid, 9)
    assert results.args[0].startswith("The timing was ended from outside")


def test_the_error_for_a_missing_program_is_one_sentence(qtbot, estimating, tmp_path, monkeypatch):
    monkeypatch.setattr("inpaint_studio.session.training.process.program", lambda: [str(tmp_path / "gone")])
    with qtbot.waitSignal(estimating.failed, timeout=PATIENCE) as results:
        estimating.estimate(make_request(tmp_path))
    assert results.args[0].startswith("The timing could not be started")


# With a real process


def test_a_real_timing_measures_this_machine_and_leaves_nothing(qtbot, stand, tmp_path, monkeypatch):
    prepare(tmp_path, monkeypatch, MODEL)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    made = SpeedEstimator(stand, stand)
    try:
        found = answered(qtbot, made, tmp_path)
    finally:
        made.close()
    assert 0 < found.pace.seconds_per_step < 60
    assert (found.pace.batch, found.pace.photos) == (2, 7)
    assert (found.size, found.device.partition(":")[0] in ("cpu", "cuda", "mps")) == (64, True)
    assert not (tmp_path / "data" / "training").exists()
    assert list((tmp_path / "temporary").glob("inpaint-studio*")) == []  # torch keeps a folder of its own
