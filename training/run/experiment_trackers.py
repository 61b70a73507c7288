"""Weights & Biases and MLflow: programs that compare many trainings, used only where the user names them.

Both keep everything in the run folder. They send it to a server only where the user's own environment variable
(``WANDB_MODE`` or ``MLFLOW_TRACKING_URI``) names one; their reports about themselves to their makers are off.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from inpaint_studio.protocol.events import StartedEvent
from inpaint_studio.texts import tr

_PROJECT = "inpaint-studio"
_CONFIG = ("model", "system", "base", "photos", "size", "batch", "device", "processes", "steps", "minutes")
_ID = "run-id"  # file with the number that a resumed training continues under
# Where the user did not choose: nothing leaves the machine, and MLflow may write files without a database.
_WANDB = {"WANDB_MODE": "offline", "WANDB_ERROR_REPORTING": "false", "WANDB_SILENT": "true"}
_MLFLOW = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ALLOW_FILE_STORE": "true",
    "MLFLOW_ENABLE_ASYNC_LOGGING": "false",
}


class WandbRun:
    """Writes into ``wandb`` in the run folder, which ``wandb sync`` can send; a back end of `trackers.Tracker`."""

    title = "Weights & Biases"

    def __init__(self) -> None:
        """Raises ImportError where the library is not installed."""
        _set_defaults(_WANDB)
        import wandb

        self._library: Any = wandb
        self._run: Any = None

    def open(self, event: StartedEvent) -> None:
        """Begin a run, or continue that of a resumed training."""
        number = _number(event.folder / "wandb", event.step) or _keep_number(event.folder / "wandb", uuid.uuid4().hex)
        settings = self._library.Settings(console="off", disable_git=True, save_code=False, x_disable_meta=True)
        self._run = self._library.init(
            project=_PROJECT,
            name=event.folder.name,
            id=number,
            resume="allow",
            dir=str(event.folder),
            mode=os.environ["WANDB_MODE"],
            config=_config(event),
            settings=settings,
        )
        # Steps have a column of their own: the library's counter cannot go back to a checkpoint.
        self._run.define_metric("*", step_metric="step")

    def write_values(self, values: Mapping[str, float], step: int) -> None:
        """Write numbers by name."""
        self._run.log({"step": step, **values})

    def write_image(self, name: str, image: np.ndarray, step: int) -> None:
        """Write an image, H x W x 3 uint8."""
        self._run.log({"step": step, name: self._library.Image(image)})

    def write_text(self, text: str, step: int) -> None:
        """Write a sentence into the summary of the run."""
        self._run.summary["note"] = tr("Step {step}: {text}", step=step, text=text)

    def close(self) -> None:
        """Write what is left and end the run."""
        if self._run is not None:
            self._run.finish()


class MlflowRun:
    """Writes into ``mlflow`` in the run folder; a back end of `trackers.Tracker`."""

    title = "MLflow"

    def __init__(self) -> None:
        """Raises ImportError where the library is not installed."""
        _set_defaults(_MLFLOW)
        import mlflow

        self._library: Any = mlflow
        self._client: Any = None
        self._run = ""

    def open(self, event: StartedEvent) -> None:
        """Begin a run, or continue that of a resumed training."""
        folder = event.folder / "mlflow"
        self._run = _number(folder, event.step)
        store = os.environ.get("MLFLOW_TRACKING_URI") or (folder / "runs").absolute().as_uri()
        self._client = self._library.MlflowClient(tracking_uri=store)
        if self._run:
            self._client.set_terminated(self._run, "RUNNING")
            return
        known = self._client.get_experiment_by_name(_PROJECT)
        experiment = known.experiment_id if known is not None else self._client.create_experiment(_PROJECT)
        run = self._client.create_run(experiment, run_name=event.folder.name)
        self._run = _keep_number(folder, run.info.run_id)
        for name, value in _config(event).items():
            self._client.log_param(self._run, name, value)

    def write_values(self, values: Mapping[str, float], step: int) -> None:
        """Write numbers by name."""
        now = round(1000 * time.time())  # ms since 1970
        metrics = [self._library.entities.Metric(name, value, now, step) for name, value in values.items()]
        self._client.log_batch(self._run, metrics=metrics)

    def write_image(self, name: str, image: np.ndarray, step: int) -> None:
        """Write an image, H x W x 3 uint8."""
        self._client.log_image(self._run, image, key=name, step=step)

    def write_text(self, text: str, step: int) -> None:
        """Write a sentence into the description of the run."""
        self._client.set_tag(self._run, "mlflow.note.content", tr("Step {step}: {text}", step=step, text=text))

    def close(self) -> None:
        """End the run."""
        if self._run:
            self._client.set_terminated(self._run)


def _set_defaults(variables: Mapping[str, str]) -> None:
    """Set environment variables that the user has not set; the libraries read them when they are imported."""
    for name, value in variables.items():
        os.environ.setdefault(name, value)


def _number(folder: Path, step: int) -> str:
    """Return the number that a resumed training has in `folder`; empty for a new training, which begins at step 0."""
    file = folder / _ID
    return file.read_text(encoding="utf-8").strip() if step and file.is_file() else ""


def _keep_number(folder: Path, number: str) -> str:
    """Keep the number of a new run in `folder` and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _ID).write_text(number, encoding="utf-8")
    return number


def _config(event: StartedEvent) -> dict[str, Any]:
    """Return what describes a training: no paths and no names of photos."""
    return {name: getattr(event, name) for name in _CONFIG}
