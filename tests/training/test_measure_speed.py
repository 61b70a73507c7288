"""A few steps measure how fast a training would be, and leave no files."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import pytest

from inpaint_studio.engine.weights import store
from inpaint_studio.errors import InputError, StudioError
from inpaint_studio.protocol.events import EstimateEvent, parse
from inpaint_studio.protocol.speed import Pace
from tests.training.small_runs import EventRecorder, make_request, read_until, start_process
from training.run import measure_speed
from training.run.measure_speed import estimate


@pytest.fixture
def list_files(home: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that lists all files in the home, with the temporary ones and without the cache of photos."""
    monkeypatch.setattr(measure_speed, "LEAST", 0.0)
    (home / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(home / "temporary"))
    return lambda: {path for path in home.rglob("*") if home / "cache" not in [path, *path.parents]}


def test_it_reports_the_speed_and_leaves_no_files(home, list_files):
    before, recorder = list_files(), EventRecorder()
    estimate(make_request(home, output=None, name=None, steps=None, minutes=10.0), [recorder])
    assert recorder.kinds == ["estimate"]
    event = recorder.of("estimate")
    assert (event.batch, event.size, event.photos, event.held_out) == (2, 64, 7, 1)
    assert event.device in ("cpu", "cuda:0")
    assert 0 < event.seconds_per_step < event.overhead_seconds
    found = Pace.from_event(event)
    assert found is not None
    assert found.measuring_seconds > 0
    assert list_files() == before


def test_steps_that_take_long_are_few(home, list_files, monkeypatch):
    del list_files
    steps: list[int] = []
    take = measure_speed._Trial._take_step

    def take_step(self: Any, batch: Any) -> None:
        steps.append(self.state.step)
        take(self, batch)

    monkeypatch.setattr(measure_speed._Trial, "_take_step", take_step)
    estimate(make_request(home), [])
    assert steps == [0, 1, 2, 3, 4]  # the last is broken off
    steps.clear()
    monkeypatch.setattr(measure_speed, "MOST", 0.0)
    recorder = EventRecorder()
    estimate(make_request(home), [recorder])
    assert steps == [0, 1]
    assert recorder.of("estimate").seconds_per_step > 0


def test_the_steps_are_those_that_train_all_networks(home, list_files, monkeypatch):
    del list_files
    phases: list[str] = []
    take = measure_speed._Trial._take_step

    def take_step(self: Any, batch: Any) -> None:
        take(self, batch)
        phases.append(self.phases.current.name)

    monkeypatch.setattr(measure_speed._Trial, "_take_step", take_step)
    estimate(make_request(home, model="glcic", steps=None, settings={"critic_width": "4", "size": "64"}), [])
    assert phases[1:] == ["joint"] * 3


def test_no_speed_is_reported_after_a_stop(home, list_files):
    before, recorder = list_files(), EventRecorder()
    estimate(make_request(home), [recorder], io.StringIO("stop\n"))
    assert recorder.kinds == ["stopped"]
    assert list_files() == before


def test_a_failure_is_reported_and_leaves_no_files(home, list_files, monkeypatch):
    before, recorder = list_files(), EventRecorder()
    with pytest.raises(InputError, match="no usable photo"):
        estimate(make_request(home, photos=home / "data"), [recorder])
    assert not recorder.events

    def diverge(*_: Any) -> None:
        raise measure_speed.Diverged

    monkeypatch.setattr(measure_speed._Trial, "_take_steps", diverge)
    monkeypatch.setattr(measure_speed._Trial, "_go_back", diverge)
    with pytest.raises(StudioError, match="not finite"):
        estimate(make_request(home), [recorder])
    assert "not finite" in recorder.of("failed").reason
    assert list_files() == before


def test_in_a_process_of_its_own(home):
    before = set((home / "data").rglob("*"))
    with start_process(home, "--estimate") as running:
        values = read_until(running, "estimate")
    assert running.returncode == 0
    event = parse(values)
    assert isinstance(event, EstimateEvent)
    assert Pace.from_event(event) is not None
    assert not (home / "out").exists()
    assert set((home / "data").rglob("*")) == before
    assert len(store.sets()) == 3
