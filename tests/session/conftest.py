"""A session on a small photo, with a fill function whose results and duration the test controls."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inpaint_studio.engine.fill.request import Request, Result
from inpaint_studio.engine.flow.flow import Flow
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.photo import photo_from_array
from inpaint_studio.models.base.registry import Registry
from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.training.controller import TrainingController
from inpaint_studio.session.worker import FillWorker
from tests.session.training_runs import finished, prepare, pretend


class FakeFiller:
    """Fills with a grey that encodes the seed; waits in the fill thread until the test releases it."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.go = threading.Event()
        self.go.set()
        self.fault: Exception | None = None
        self.threads: set[int] = set()

    def __call__(self, request: Request, ticket) -> Result:
        self.requests.append(request)
        self.threads.add(threading.get_ident())
        ticket.report(0.1, "Searching")
        while not self.go.wait(0.002):
            ticket.report(0.5, "Waiting")
        ticket.report(0.9)
        if self.fault is not None:
            raise self.fault
        pixels = request.pixels.copy()
        pixels[request.hole] = self.grey(request.options.seed)
        box = Box.of(request.hole)
        assert box is not None
        size = (box.height, box.width)
        offsets = np.full((2, *size), 1, np.int16)
        flow = Flow(box, offsets, np.ones(size, np.float16), request.hole[box.slices].copy(), request.hole.shape)
        deep = None
        if request.deep is not None:
            deep = request.deep.copy()
            deep[request.hole] = self.grey(request.options.seed) * 257 + 1
        seed = request.options.seed
        return Result(pixels, flow, request.model, "cpu", seed, 0.01, 0.01, [], ["A word."], deep=deep)

    @staticmethod
    def grey(seed: int) -> int:
        return 10 + seed


@pytest.fixture
def filler() -> FakeFiller:
    return FakeFiller()


@pytest.fixture
def photo() -> np.ndarray:
    return np.random.default_rng(3).integers(100, 256, (300, 400, 3), np.uint8)


@pytest.fixture
def session(qtbot, tmp_path, filler, photo) -> Iterator[Session]:
    del qtbot  # there is an application
    worker = FillWorker(fill=filler, registry=Registry)
    made = Session(Settings(tmp_path / "settings.toml"), worker)
    made.document.load(photo_from_array(photo))
    made.start()
    yield made
    filler.go.set()
    made.close()


@pytest.fixture
def choosing(qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A session whose trainings are run by `fake_training`."""
    del qtbot  # there is an application
    prepare(tmp_path, monkeypatch)
    pretend(monkeypatch)
    made = Session(Settings(tmp_path / "settings.toml"), FillWorker(registry=Registry))
    yield made
    finished(made.training)
    made.close()


@pytest.fixture
def pretended(choosing: Session) -> TrainingController:
    return choosing.training
