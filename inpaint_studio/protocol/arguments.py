"""What a training is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from inpaint_studio.protocol.speed import EVALUATE_EVERY

SCRATCH = "scratch"  # in place of weights: begin with none


@dataclass(frozen=True)
class Training:
    """What is to be trained, on what, and for how long."""

    model: str  # a system, or a set of weights to go on from
    photos: Path
    out: Path | None = None  # folder of checkpoint and samples; None: one in the data folder
    weights: str | None = None  # to begin with; None: those of `model` where it has some
    name: str | None = None  # of the set that comes of it
    steps: int | None = None
    minutes: float | None = None
    size: int | None = None  # px
    batch: int | None = None
    devices: int = 1
    nodes: int = 1
    precision: str = "auto"
    settings: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()  # terms
    vgg: Path | None = None
    resume: bool = False
    seed: int = 0
    workers: int | None = None
    patience: int | None = None
    save_minutes: float = 5.0
    evaluate_seconds: float = EVALUATE_EVERY
    report_seconds: float = 0.5
