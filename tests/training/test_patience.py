"""Patience: how many measurements without a better one a phase, and in the end the training, is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
import torch

from tests.training.test_recipes import small_recipe
from tests.training.test_trainer import SmallTraining
from training.recipe import Phase
from training.run import trainer


@dataclass
class Measured:
    """Stands in for a measurement: all crops are filled with the same PSNR, in dB."""

    psnr: float
    images: torch.Tensor = field(default_factory=lambda: torch.zeros(1, 3, 8, 8))

    @property
    def crops(self) -> dict[str, list[float]]:
        return {"psnr": [self.psnr] * 3, "l1": [0.1] * 3}

    def values(self) -> dict[str, float]:
        return {"psnr": self.psnr, "l1": 0.1}


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The decibels of the measurements to come, the last of which stays."""
    coming: list[float] = []
    monkeypatch.setattr(trainer, "measure", lambda *_: Measured(coming.pop(0) if len(coming) > 1 else coming[0]))
    return coming


def run(folder: Any, phases: tuple[Phase, ...], steps: int, patience: int) -> tuple[SmallTraining, list[str]]:
    """Train GLCIC with a measurement after each step; return the training, and the phase of each step."""
    recipe = small_recipe("glcic")
    recipe.phases = phases
    small = SmallTraining(folder, recipe, steps=steps, patience=patience)

    def measure_now(event: Any) -> None:
        if event.kind == "progress":
            small.commands.add("sample")

    small.react = measure_now
    assert small.trainer.run() == "done"
    return small, list({event.step: event.phase for event in small.of("progress")}.values())


def test_each_phase_has_its_own_patience_and_a_discriminators_phase_none(tmp_path, measured) -> None:
    """The shares are 3, 2 and 3 steps. None gets better, so patience ends the first and the last one after two."""
    measured += [20.0]
    phases = (Phase("completion", 0.375), Phase("critic", 0.25), Phase("joint", 0.375))
    small, shown = run(tmp_path, phases, 8, 2)
    assert shown == ["completion"] * 2 + ["critic"] * 3 + ["joint"] * 2
    assert [event.step for event in small.of("best")] == [0]


def test_a_better_measurement_starts_the_count_once_more(tmp_path, measured) -> None:
    """21 dB after the third step is better than 20; equal ones are not."""
    measured += [20.0, 20.0, 20.0, 21.0, 21.0]
    small, shown = run(tmp_path, (Phase("completion", 1.0),), 20, 3)
    assert len(shown) == 6
    assert [event.step for event in small.of("best")] == [0, 3]
    assert small.trainer.state.best == 21.0


def test_what_a_phase_taught_last_is_measured_before_a_phase_in_which_nothing_is_decided(tmp_path, measured) -> None:
    """Nobody asks for a measurement here; only the ends of phases and of the training bring one."""
    measured += [20.0, 23.0, 22.0, 21.0]
    recipe = small_recipe("glcic")
    recipe.phases = (Phase("completion", 0.375), Phase("critic", 0.25), Phase("joint", 0.375))
    small = SmallTraining(tmp_path, recipe, steps=8)
    assert small.trainer.run() == "done"
    assert [event.step for event in small.of("best")] == [0, 3]
    assert small.trainer.state.best_at["phase"] == "completion"
    assert measured == [21.0]  # the start, the end of "completion", and the end
