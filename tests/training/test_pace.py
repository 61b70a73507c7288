"""A few steps tell how fast a training would go, and leave nothing."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import pytest

from inpaint_studio.engine.weights import store
from inpaint_studio.errors import InputError, StudioError
from inpaint_studio.protocol.speed import Pace
from tests.training.asking import Ears, asked, process, until
from training.run import speed_test
from training.run.speed_test import estimate


@pytest.fixture
def kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Everything in the home but the cache of decoded photos, and in the folder of temporary ones."""
    monkeypatch.setattr(speed_test, "LEAST", 0.0)
    (home / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(home / "temporary"))
    return lambda: {path for path in home.rglob("*") if home / "cache" not in [path, *path.parents]}


def test_it_tells_the_pace_and_leaves_nothing(home, kept):
    before, ears = kept(), Ears()
    estimate(asked(home, out=None, name=None, steps=None, minutes=10.0), [ears])
    assert [event for event, _ in ears.events] == ["estimate"]
    facts = ears.of("estimate")
    assert (facts["batch"], facts["size"], facts["photos"], facts["held_out"]) == (2, 64, 7, 1)
    assert facts["device"] in ("cpu", "cuda:0")
    assert 0 < facts["seconds_per_step"] < facts["overhead_seconds"]
    found = Pace.told(facts)
    assert found is not None
    assert found.measuring_seconds > 0
    assert kept() == before


def test_steps_that_take_long_are_few(home, kept, monkeypatch):
    del kept
    steps: list[int] = []
    take = speed_test._Trial._step

    def taken(self: Any, batch: Any) -> None:
        steps.append(self.state.step)
        take(self, batch)

    monkeypatch.setattr(speed_test._Trial, "_step", taken)
    estimate(asked(home), [])
    assert steps == [0, 1, 2, 3, 4]  # the last is broken off
    steps.clear()
    monkeypatch.setattr(speed_test, "MOST", 0.0)
    ears = Ears()
    estimate(asked(home), [ears])
    assert steps == [0, 1]
    assert ears.of("estimate")["seconds_per_step"] > 0


def test_the_steps_are_those_in_which_all_networks_learn(home, kept, monkeypatch):
    del kept
    phases: list[str] = []
    take = speed_test._Trial._step

    def taken(self: Any, batch: Any) -> None:
        take(self, batch)
        phases.append(self._phase.name)

    monkeypatch.setattr(speed_test._Trial, "_step", taken)
    estimate(asked(home, model="glcic", steps=None, settings={"critic_width": "4", "size": "64"}), [])
    assert phases[1:] == ["joint"] * 3


def test_asked_to_stop_it_tells_no_pace(home, kept):
    before, ears = kept(), Ears()
    estimate(asked(home), [ears], io.StringIO("stop\n"))
    assert [event for event, _ in ears.events] == ["stopped"]
    assert kept() == before


def test_what_fails_is_told_and_leaves_nothing(home, kept, monkeypatch):
    before, ears = kept(), Ears()
    with pytest.raises(InputError, match="no usable photo"):
        estimate(asked(home, photos=home / "data"), [ears])
    assert not ears.events

    def torn(*_: Any) -> None:
        raise speed_test.Diverged

    monkeypatch.setattr(speed_test._Trial, "_go", torn)
    monkeypatch.setattr(speed_test._Trial, "_back_up", torn)
    with pytest.raises(StudioError, match="no numbers"):
        estimate(asked(home), [ears])
    assert "no numbers" in ears.of("failed")["reason"]
    assert kept() == before


def test_in_a_process_of_its_own(home):
    before = set((home / "data").rglob("*"))
    with process(home, "--estimate") as running:
        facts = until(running, "estimate")
    assert running.returncode == 0
    assert Pace.told(facts) is not None
    assert not (home / "out").exists()
    assert set((home / "data").rglob("*")) == before
    assert len(store.sets()) == 3
