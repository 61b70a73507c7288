"""A few steps measure how fast a training would be, and leave no files."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from inpaint_studio.engine.weights import store
from inpaint_studio.errors import InputError, StudioError
from inpaint_studio.protocol.events import EstimateEvent, parse
from inpaint_studio.protocol.speed import Pace
from tests.training.small_runs import EventRecorder, make_request, read_until, start_process
from tests.training.test_recipes import small_recipe
from tests.training.test_trainer import SmallTraining
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


@pytest.fixture
def taken(list_files: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Phase and number of each step that is taken."""
    del list_files
    steps: list[tuple[str, int]] = []
    take = measure_speed._Trial._take_this_step

    def take_step(self: Any, step: int, draw: Any) -> None:
        steps.append((self.phases.current.name, step))
        take(self, step, draw)

    monkeypatch.setattr(measure_speed._Trial, "_take_this_step", take_step)
    return steps


def test_steps_that_take_long_are_few(home, taken, monkeypatch):
    monkeypatch.setattr(measure_speed, "MOST", float("inf"))
    estimate(make_request(home), [])
    assert len(taken) == 4
    taken.clear()
    monkeypatch.setattr(measure_speed, "MOST", 0.0)
    recorder = EventRecorder()
    estimate(make_request(home), [recorder])
    assert len(taken) == 1
    assert recorder.of("estimate").seconds_per_step > 0


def test_without_a_length_the_first_phase_is_timed_and_else_all_of_them(home, taken, monkeypatch):
    monkeypatch.setattr(measure_speed, "MOST", 0.0)
    request = make_request(home, model="glcic", weights="scratch", settings={"critic_width": "4", "size": "64"})
    estimate(replace(request, steps=None), [])
    assert taken == [("completion", 0)]
    taken.clear()
    estimate(request, [])
    assert taken == [("completion", 0), ("critic", 0), ("joint", 0)]


class Stepper(measure_speed._Trial):
    """Times of a clock that only steps move on: each takes the next of `lasting`, s."""

    lasting: Iterator[float]
    now = 0.0

    def _take_this_step(self, step: int, draw: Any) -> None:
        del draw
        self.state.step += 1
        type(self).now += 16.0 if step == 0 and len(self.recipe.cycle("all")) > 1 else next(self.lasting)


@pytest.mark.parametrize(
    ("name", "plan", "lasting", "expected"),
    [
        ("mi-gan", {"steps": 8}, repeat(1.0), (16 + 15 * 1) / 16),  # R1 in every 16th step
        ("glcic", {"steps": 8}, [1.0, 10.0, 4.0], 0.18 * 1 + 0.02 * 10 + 0.8 * 4),
        ("glcic", {"steps": None, "seconds": 8.0}, [1.0, 10.0, 4.0], 1 / (0.18 / 1 + 0.02 / 10 + 0.8 / 4)),
        ("glcic", {"steps": None}, [1.0], 1.0),
        ("deepfill-v1", {"steps": 8}, [3.0], 3.0),
    ],
)
def test_a_step_is_the_mean_over_cycles_and_phases(tmp_path, monkeypatch, name, plan, lasting, expected):
    monkeypatch.setattr(measure_speed, "MOST", 0.0)
    monkeypatch.setattr(measure_speed, "time", SimpleNamespace(monotonic=lambda: Stepper.now))
    small = SmallTraining(tmp_path, small_recipe(name), **plan)
    trial = small.trainer
    trial.__class__ = Stepper
    trial.lasting = iter(lasting)
    assert trial._take_steps(iter(())) == "done"
    assert trial.seconds == pytest.approx(expected)
    assert trial.first == pytest.approx(1.0 if name == "glcic" else expected)


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
