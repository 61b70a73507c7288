"""The moving average of a generator's weights, which fills better than the weights themselves while they swing."""

from __future__ import annotations

import copy

import torch
from torch import nn


class Average:
    """Weights that follow a network's slowly: after n updates by at most `decay`, at first faster so that the start is
    soon forgotten (Tarvainen and Valpola 2017, with the warm start of TensorFlow's ExponentialMovingAverage)."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self.decay = decay
        self.updates = 0

    @torch.no_grad()
    def follow(self, network: nn.Module) -> None:
        """Take a step towards `network`; running statistics are taken over as they are."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for own, other in zip(self.network.parameters(), network.parameters(), strict=True):
            own.lerp_(other, 1 - decay)
        for kept, shown in zip(self.network.buffers(), network.buffers(), strict=True):
            kept.copy_(shown)
