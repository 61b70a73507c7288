"""How long a training goes on, where it stands, and how it ends before its time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class Stopped(Exception):
    """The person asked for the training to end; the state is that of the turn that was about to begin."""


class Diverged(Exception):
    """A loss is no number any more."""


@dataclass
class Plan:
    """How long and how a recipe is run."""

    steps: int | None = None  # None: until the time is over or somebody stops it
    seconds: float | None = None
    evaluate_every: float = 60.0  # s
    save_every: float = 300.0  # s
    report_every: float = 0.5  # s
    patience: int | None = None  # held-out measurements without a better one, after which it ends; None: never
    average: float = 0.999
    least_steps: int = 1  # for the phases of a training that is bounded by time alone


@dataclass
class State:
    """Where a training stands, beside the tensors."""

    step: int = 0
    turn: int = 0  # of the step, where it was stopped within one
    phase: int = 0
    phase_start: int = 0  # step
    parts: int = 1  # into which each batch is divided
    rate: float = 1.0  # factor of all rates
    failures: int = 0
    seconds: float = 0.0
    best: float | None = None  # PSNR in the hole, dB
    since_best: int = 0
    before: dict[str, float] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    recipe: dict[str, Any] = field(default_factory=dict)  # what it must have been begun with
