"""Trainings of a small network in a home folder, in this process or in one of its own, and what they report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inpaint_studio.protocol.events import Event
from inpaint_studio.protocol.request import TrainingRequest

SETTINGS = {"critic_width": "4"}
# L1 at a moderate rate, so that the random networks get better with every step, however few a machine takes. The
# adversarial loss is far too weak to change that; it is there so that there is a discriminator to keep.
LEARNING = SETTINGS | {"adversarial": "0.000001", "rate": "0.001"}


def make_request(home: Path, *, settings: Mapping[str, str] = SETTINGS, **options: Any) -> TrainingRequest:
    """A training of four quick steps on the photos of `home`, except where `options` differ."""
    defaults: dict[str, Any] = {
        "model": "deepfill-v2",
        "photos": home / "photos",
        "output": home / "out",
        "steps": 4,
        "size": 64,
        "batch": 2,
        "settings": tuple(f"{name}={value}" for name, value in settings.items()),
        "workers": 0,
        "evaluate_seconds": 1e9,
        "report_seconds": 0.0,
    }
    return TrainingRequest(**(defaults | options))


class EventRecorder:
    """A listener that keeps every event."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    def of(self, kind: str) -> Any:
        """The first event of that kind."""
        return next(event for event in self.events if event.kind == kind)

    def losses(self) -> dict[int, dict[str, float]]:
        """The losses by step."""
        return {event.step: event.losses for event in self.events if event.kind == "progress"}


def start_process(home: Path, *more: str, **how: Any) -> subprocess.Popen[str]:
    """``inpaint-studio train`` with events on its stdout, and further arguments `more`."""
    command = [sys.executable, "-m", "inpaint_studio", "train", "deepfill-v2", "--photos", str(home / "photos")]
    command += ["-o", str(home / "out"), "--size", "64", "--batch", "2", "--workers", "0", "--set", "critic_width=4"]
    return subprocess.Popen(
        [*command, "--events", *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        **how,
    )


def read_until(process: subprocess.Popen[str], kind: str, step: int = 0) -> dict[str, Any]:
    """Read events up to the first of that kind at `step` or later; returns its values as they are written."""
    assert process.stdout is not None
    for line in process.stdout:
        values = json.loads(line)
        if values["event"] == kind and values.get("step", 0) >= step:
            return dict(values)
    raise AssertionError(f"it ended without '{kind}': {process.stderr.read() if process.stderr else ''}")
