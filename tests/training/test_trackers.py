"""Figures go to the trackers that the user names, and an error of one ends it, not the training."""

from __future__ import annotations

import os
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from inpaint_studio.errors import InputError
from tests.training.small_runs import EventRecorder, make_request
from training.run import trackers
from training.run.experiment_trackers import MlflowRun, WandbRun
from training.run.trackers import make_trackers
from training.run.train import train


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No choices of this machine, and none that a test leaves behind."""
    monkeypatch.setattr(os, "environ", os.environ.copy())
    for name in ("WANDB_MODE", "MLFLOW_TRACKING_URI", "MLFLOW_DISABLE_TELEMETRY", "WANDB_ERROR_REPORTING"):
        os.environ.pop(name, None)


class FakeWandb(ModuleType):
    """What the program uses of wandb; keeps every call."""

    def __init__(self) -> None:
        super().__init__("wandb")
        self.started: list[dict[str, Any]] = []
        self.logged: list[dict[str, Any]] = []
        self.summary: dict[str, str] = {}
        self.finished = 0

    def Settings(self, **chosen: Any) -> dict[str, Any]:
        return chosen

    def Image(self, image: np.ndarray) -> np.ndarray:
        return image

    def init(self, **how: Any) -> FakeWandb:
        self.started.append(how | {"reports": os.environ["WANDB_ERROR_REPORTING"]})
        return self

    def define_metric(self, name: str, step_metric: str) -> None:
        assert (name, step_metric) == ("*", "step")

    def log(self, values: dict[str, Any]) -> None:
        self.logged.append(values)

    def finish(self) -> None:
        self.finished += 1


@pytest.fixture
def wandb(monkeypatch: pytest.MonkeyPatch) -> FakeWandb:
    fake = FakeWandb()
    monkeypatch.setitem(sys.modules, "wandb", fake)
    return fake


class FakeMlflow(ModuleType):
    """What the program uses of mlflow; keeps every call."""

    def __init__(self) -> None:
        super().__init__("mlflow")
        self.entities = SimpleNamespace(Metric=lambda name, value, _now, step: (name, value, step))
        self.stores: list[str] = []
        self.params: dict[str, Any] = {}
        self.metrics: list[tuple[str, tuple[str, float, int]]] = []
        self.images: list[tuple[str, int, tuple[int, ...]]] = []
        self.states: list[tuple[str, str]] = []
        self.runs = 0

    def MlflowClient(self, tracking_uri: str) -> FakeMlflow:
        self.stores.append(tracking_uri)
        assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
        return self

    def get_experiment_by_name(self, _name: str) -> None:
        return None

    def create_experiment(self, name: str) -> str:
        return name

    def create_run(self, _experiment: str, run_name: str) -> Any:
        self.runs += 1
        return SimpleNamespace(info=SimpleNamespace(run_id=f"{run_name}-{self.runs}"))

    def log_param(self, _run: str, name: str, value: Any) -> None:
        self.params[name] = value

    def log_batch(self, run: str, metrics: list[tuple[str, float, int]]) -> None:
        self.metrics += [(run, metric) for metric in metrics]

    def log_image(self, _run: str, image: np.ndarray, key: str, step: int) -> None:
        self.images.append((key, step, image.shape))

    def set_tag(self, _run: str, name: str, value: str) -> None:
        self.params[name] = value

    def set_terminated(self, run: str, status: str = "FINISHED") -> None:
        self.states.append((run, status))


def test_weights_and_biases_stays_offline_unless_the_user_chose_another_mode(home, wandb):
    recorder = EventRecorder()
    train(make_request(home, steps=2, log=("wandb",)), [recorder])
    (started,) = wandb.started
    assert (started["mode"], started["dir"], started["reports"]) == ("offline", str(home / "out"), "false")
    assert started["config"]["system"] == "deepfill-v2"
    assert str(home) not in str(started["config"])
    losses = [values for values in wandb.logged if "losses/reconstruction" in values]
    assert losses[0] == {"step": 1, "rate": 1.0} | {
        f"losses/{name}": value for name, value in recorder.losses()[1].items()
    }
    assert any("held-out/psnr" in values for values in wandb.logged)
    assert next(values["held-out/01"].shape for values in wandb.logged if "held-out/01" in values) == (64, 256, 3)
    assert wandb.finished == 1
    assert not (home / "out" / "tensorboard").exists()  # only what was named


def test_a_mode_that_the_user_chose_is_kept(home, wandb):
    os.environ["WANDB_MODE"] = "disabled"
    train(make_request(home, steps=1, log=("wandb",)), [])
    assert wandb.started[0]["mode"] == "disabled"


def test_a_resumed_training_continues_its_run_and_a_new_one_begins_another(home, wandb, monkeypatch):
    mlflow = FakeMlflow()
    monkeypatch.setitem(sys.modules, "mlflow", mlflow)
    for steps, resume in ((1, False), (2, True), (1, False)):
        train(make_request(home, steps=steps, resume=resume, log=("wandb", "mlflow")), [])
    first, second, third = (started["id"] for started in wandb.started)
    assert first == second != third
    assert [state for state in mlflow.states if state[1] == "RUNNING"] == [("out-1", "RUNNING")]
    assert [run for run, state in mlflow.states if state == "FINISHED"] == ["out-1", "out-1", "out-2"]


def test_mlflow_writes_into_the_run_folder(home, monkeypatch):
    mlflow = FakeMlflow()
    monkeypatch.setitem(sys.modules, "mlflow", mlflow)
    recorder = EventRecorder()
    train(make_request(home, steps=2, log=("mlflow",)), [recorder])
    assert mlflow.stores == [(home / "out" / "mlflow" / "runs").as_uri()]
    assert mlflow.params["batch"] == 2
    assert mlflow.params["mlflow.note.content"] == f"Step 0: {recorder.of('note').text}"
    assert ("out-1", ("losses/reconstruction", recorder.losses()[1]["reconstruction"], 1)) in mlflow.metrics
    assert mlflow.images[0] == ("held-out/01", 0, (64, 256, 3))


def test_nothing_is_imported_that_was_not_named(home, monkeypatch):
    for name in ("wandb", "mlflow"):
        monkeypatch.setitem(sys.modules, name, None)
    recorder = EventRecorder()
    train(make_request(home, steps=1, log=("none",)), [recorder])
    assert recorder.of("done").step == 1
    assert not (home / "out" / "tensorboard").exists()
    assert make_trackers(("none",)) == []


@pytest.mark.parametrize("name", ["wandb", "mlflow", "tensorboard"])
def test_a_named_library_that_is_missing_is_reported_before_anything_is_written(home, monkeypatch, name):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard" if name == "tensorboard" else name, None)
    with pytest.raises(InputError, match=rf"pip install 'inpaint-studio\[{trackers.TRACKERS[name].extra}\]'"):
        train(make_request(home, log=(name,)), [])
    assert not (home / "out" / "checkpoint.pt").exists()


def test_an_unknown_name_is_refused():
    with pytest.raises(InputError, match="'paper'; write tensorboard, wandb, mlflow or none"):
        make_trackers(("tensorboard", "paper"))


@pytest.mark.parametrize("when", ["init", "log"])
def test_an_error_ends_the_tracker_with_a_note(home, wandb, monkeypatch, when):
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("no route to host.\nsecond line")

    monkeypatch.setattr(wandb, when, fail)
    recorder = EventRecorder()
    train(make_request(home, steps=2, log=("wandb",)), [recorder])
    assert recorder.of("done").step == 2
    notes = [event.text for event in recorder.events if event.kind == "note"]
    assert "Weights & Biases failed (no route to host); the training continues without it." in notes
    assert len([note for note in notes if "failed" in note]) == 1
    assert wandb.finished == (when == "log")


def test_an_error_at_the_end_leaves_the_last_event_the_last(home, wandb, monkeypatch):
    def fail() -> None:
        raise OSError("disk full")

    monkeypatch.setattr(wandb, "finish", fail)
    recorder = EventRecorder()
    train(make_request(home, steps=1, log=("wandb",)), [recorder])
    assert recorder.kinds[-1] == "done"


@pytest.mark.parametrize(("library", "back_end"), [("wandb", WandbRun), ("mlflow", MlflowRun)])
def test_the_real_library_writes_files(home, library, back_end):
    pytest.importorskip(library)
    assert back_end().title
    recorder = EventRecorder()
    for steps, resume in ((2, False), (3, True)):
        train(make_request(home, steps=steps, resume=resume, log=(library,)), [recorder])
    assert not [event for event in recorder.events if event.kind == "note" and "failed" in event.text]
    written = {path.name for path in (home / "out" / library).rglob("*") if path.is_file()}
    assert any(name.endswith(".wandb") for name in written) if library == "wandb" else "reconstruction" in written
