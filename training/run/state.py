"""The length of a training, its progress, and the moving average of its weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from training import spectral
from training.run.plateau import PlateauRule


@dataclass
class Plan:
    """How long and how a recipe is run."""

    steps: int | None = None  # None: until the time is over or the user stops it
    seconds: float | None = None
    evaluate_every: float = 60.0  # s
    save_every: float = 300.0  # s
    report_every: float = 0.5  # s
    best_by: str = "psnr"  # the figure that decides which weights are best
    keep_best: int = 1  # files of the best weights in the run folder
    patience: int | None = None  # measurements in a row without a better one, after which it ends; None: never
    ema_decay: float = 0.999
    schedule: str = "constant"  # of the learning rates, see `Schedule`
    warm_up: int = 0  # steps at the start of each phase until the full rate
    compile: bool = False  # the networks, see `compilation`
    clip: float | None = None  # largest norm of the gradients of an update; None: they are left as they are
    plateau: PlateauRule = field(default_factory=PlateauRule)  # by which phases end in a training without a length

    @property
    def has_length(self) -> bool:
        """Whether its steps or its time are limited."""
        return self.steps is not None or self.seconds is not None


@dataclass
class TrainingState:
    """The numbers of a training, without its tensors. A checkpoint keeps all of them, so it continues bit for bit."""

    step: int = 0  # steps taken
    update: int = 0  # updates made of the next step, where the training was stopped within one
    batches: int = 0  # used up; so the next update has the batch of this number, counted from 0
    generator_steps: int = 0  # steps in which the generator learned
    phase: int = 0
    phase_start: int = 0  # step
    plateau: dict[str, float] = field(default_factory=dict)  # of the losses in this phase, see `PlateauRule`
    parts: int = 1  # into which each batch is divided
    rate: float = 1.0  # factor of all learning rates
    failures: int = 0  # times that it went back to a checkpoint
    seconds: float = 0.0
    measured_step: int = 0  # at the last measurement
    decided: int = 0  # measurements after the start that could find better weights
    best: float | None = None  # PSNR of the best weights in the holes of the held-out crops, dB
    best_figures: dict[str, float] = field(default_factory=dict)  # all of that measurement
    best_step: int = 0  # 0: nothing better than the start was found
    best_crops: list[float] = field(default_factory=list)  # the figure that decides, crop by crop
    before_crops: list[float] = field(default_factory=list)  # the same at the start
    kept: list[tuple[str, float]] = field(default_factory=list)  # files of the best weights, and their figure
    since_best: int = 0  # measurements in this phase
    before: dict[str, float] = field(default_factory=dict)  # figures at the start: psnr (dB), l1 and others
    others_before: dict[str, float] = field(default_factory=dict)  # of other photos, at the start
    others: dict[str, float] = field(default_factory=dict)  # the same with the best weights, at the end
    best_at: dict[str, Any] = field(default_factory=dict)  # the `Moment` of the best weights; empty: none yet
    measured_at: dict[str, Any] = field(default_factory=dict)  # the `Moment` of the newest measurement
    warm_up: dict[str, int] = field(default_factory=dict)  # updates that discriminators make alone still, by optimiser
    warm_up_began: dict[str, float] = field(default_factory=dict)  # `seconds` at the first of them
    untrained: list[str] = field(default_factory=list)  # discriminators that were new when it began
    taught: list[str] = field(default_factory=list)  # optimisers that have made an update
    run: str = ""  # a random mark of this training, from its start on; a resumed one keeps it
    identity: dict[str, Any] = field(default_factory=dict)  # what must be equal when it is resumed

    def progress(self, plan: Plan) -> float:
        """Return the share of a training with a length that is done, 0 to 1 and beyond."""
        if plan.steps is not None:
            return self.step / max(1, plan.steps)
        return self.seconds / max(1e-6, plan.seconds or 0.0)


class MovingAverage:
    """An exponential moving average of a network's weights, which fills better than the weights themselves.

    The decay grows to `decay` as (1 + n) / (10 + n) after n updates, so that the start has little weight (Tarvainen and
    Valpola 2017, with the warm-up of TensorFlow's ExponentialMovingAverage). Where layers train with spectral norm, the
    weights that they compute with are averaged: `network` has plain ones.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = spectral.plain_copy(network)
        self.decay = decay
        self.updates = 0

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Move towards the plain weights of `network`; buffers, such as running statistics, are copied."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        current = spectral.plain_tensors(network)
        averages, buffers = dict(self.network.named_parameters()), dict(self.network.named_buffers())
        if averages:
            # One call for all: on a graphics card a few kernels instead of one for each tensor.
            torch._foreach_lerp_(list(averages.values()), [current[name] for name in averages], 1 - decay)
        for name, buffer in buffers.items():
            buffer.copy_(current[name])
