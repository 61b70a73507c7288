"""An ablation of a tiny network, that is trained for two steps a variant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from inpaint_studio.protocol.request import TrainingRequest
from tests.training.conftest import home as home
from training.ablation import measure, scenes
from training.ablation.plan import AblationPlan, make_plan

TINY = ("width=2",)


def make_base(home: Path, **options: Any) -> TrainingRequest:
    """What all variants of the tests have in common."""
    values = {
        "model": "deepfill-v1",
        "photos": home / "photos",
        "steps": 2,
        "batch": 2,
        "workers": 0,
        "config": TINY,
        "settings": ("critic_width=1", "critic_steps=1", "rate=0.02", "adversarial=1"),
    }
    return TrainingRequest(**(values | options))


def make_small_plan(
    home: Path, losses: tuple[str, ...] = ("none", "hinge"), seeds: tuple[int, ...] = (0,)
) -> AblationPlan:
    return make_plan(make_base(home), (), losses, seeds)


@pytest.fixture(autouse=True)
def few_crops_and_scenes(monkeypatch: pytest.MonkeyPatch) -> None:
    """One scene and four crops are enough to see that each variant is measured and drawn."""
    monkeypatch.setattr(measure, "CROPS", 4)
    monkeypatch.setattr("training.ablation.pictures.SCENES", scenes.SCENES[:1])
    monkeypatch.setattr("training.ablation.report.SCENES", scenes.SCENES[:1])
    torch.manual_seed(0)
