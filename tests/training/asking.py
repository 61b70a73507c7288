"""How tests ask for a training of a small network in such a home, here or in a process of its own, and listen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from inpaint_studio.protocol.arguments import Training

SETTINGS = {"critic_width": "4"}


def asked(home: Path, **how: Any) -> Training:
    plain: dict[str, Any] = {
        "model": "deepfill-v2",
        "photos": home / "photos",
        "out": home / "out",
        "steps": 4,
        "size": 64,
        "batch": 2,
        "settings": SETTINGS,
        "workers": 0,
        "evaluate_seconds": 1e9,
        "report_seconds": 0.0,
    }
    return Training(**(plain | how))


class Ears:
    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, event: str, facts: dict[str, Any]) -> None:
        self.events.append((event, facts))

    def of(self, event: str) -> dict[str, Any]:
        return next(facts for kind, facts in self.events if kind == event)


def process(home: Path, *more: str, **how: Any) -> subprocess.Popen[str]:
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


def until(running: subprocess.Popen[str], event: str, step: int = 0) -> dict[str, Any]:
    assert running.stdout is not None
    for line in running.stdout:
        told = json.loads(line)
        if told["event"] == event and told.get("step", 0) >= step:
            return dict(told)
    raise AssertionError(f"it ended without '{event}': {running.stderr.read() if running.stderr else ''}")
