"""Photos, a small network and the settings with which a real training takes a moment: for tests of fine-tuning."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.session.session import Session
from inpaint_studio.session.training.controller import TrainingController
from inpaint_studio.session.training.run_state import Run
from tests.models.weighted import install
from tests.synthetic import photo

MODEL = "deepfill-v2"
PATIENCE = 240_000  # ms; a process starts and imports torch
# L1 alone at a moderate rate: the small network gets better with every step, however few a machine takes.
SETTINGS = ("critic_width=4", "adversarial=0", "rate=0.001")


def prepare(folder: Path, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """A data folder with small networks of these names, processes of one thread, and eight photos in ``photos``."""
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(folder / "data"))
    monkeypatch.setenv("INPAINT_STUDIO_CACHE", str(folder / "cache"))
    monkeypatch.setenv("TORCH_HOME", str(folder / "torch"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    if names:
        install(folder / "data", *names)
    (folder / "photos").mkdir()
    for number in range(8):
        Image.fromarray(np.roll(photo(96, 120), 11 * number, 1)).save(folder / "photos" / f"{number}.png")


def make_request(folder: Path, **how: Any) -> TrainingRequest:
    """A training of the small network, without an end unless one is named."""
    plain: dict[str, Any] = {"model": MODEL, "photos": folder / "photos", "name": "mine", "size": 64, "batch": 2}
    return TrainingRequest(**(plain | {"workers": 0, "settings": SETTINGS} | how))


def pretend(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start `fake_training` in place of the real process."""
    program = [sys.executable, "-m", "tests.session.fake_training"]
    monkeypatch.setattr("inpaint_studio.session.training.process.program", lambda: program)


def another_window(session: Session) -> TrainingController:
    """The controller of a window that is opened beside the session's."""
    return TrainingController(session.models, session.fills, session.weights, session.queues)


def until(qtbot: Any, signal_: Any, true: Callable[[], bool]) -> None:
    """Wait until `true()` holds; it is checked now and after each of the signals."""
    if not true():
        with qtbot.waitSignal(signal_, timeout=PATIENCE, check_params_cb=lambda *_: true()):
            pass


def kill(tuning: TrainingController) -> None:
    """End the training's process as the system does when memory runs out."""
    assert tuning._process is not None
    os.kill(tuning._process.processId(), signal.SIGKILL)


def begin(qtbot: Any, tuning: TrainingController, home: Path, step: int, **how: Any) -> Run:
    """Start a training and wait for that step."""
    tuning.start(make_request(home, **how))
    until(qtbot, tuning.progressed, lambda: tuning.run is not None and tuning.run.step >= step)
    assert tuning.run is not None
    return tuning.run


def end(qtbot: Any, tuning: TrainingController) -> None:
    until(qtbot, tuning.ended, lambda: not tuning.running)


def finished(tuning: TrainingController) -> None:
    """Close it and end its process in any case."""
    if tuning._process is not None:
        tuning._process.kill()
        tuning._process.waitForFinished()
    tuning.close()
