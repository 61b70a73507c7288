"""Liu et al., Image Inpainting for Irregular Holes Using Partial Convolutions (ECCV 2018).

Six losses (section 3.3, eq. 7) and two phases: the second with a lower rate and the encoder's batch norms frozen, as
the holes' zeros disturb their statistics (section 3.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from inpaint_studio.models.networks import Inpainter
from inpaint_studio.models.networks.partial_conv import DEVIATION, MEAN
from training import losses
from training.recipe import Batch, Phase, Recipe, Turn

_LAYERS = ("pool1", "pool2", "pool3")


@dataclass(frozen=True)
class Settings:
    """The weights of eq. 7 and the rates of section 4.2."""

    valid: float = 1.0
    hole: float = 6.0
    perceptual: float = 0.05
    style: float = 120.0
    total_variation: float = 0.1
    rate: float = 0.0002
    later_rate: float = 0.00005


class PartialConv(Recipe):
    """The U-Net alone; there is no critic."""

    system = "partial-conv"
    batch = 6  # section 4.2
    wants_features = "vgg16"
    Settings = Settings
    phases: tuple[Phase, ...] = (
        Phase("training", 0.5),
        Phase("encoder norms frozen", 0.5),
    )  # equal in naoto0804's port

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        if fine_tuning:
            self.phases = self.phases[1:]
        self._optimiser: Optimizer | None = None

    def optimisers(self) -> dict[str, Optimizer]:
        first = self.settings.later_rate if self.fine_tuning else self.settings.rate
        self._optimiser = Adam(self.modules["generator"].parameters(), first)
        return {"generator": self._optimiser}

    def enter(self, phase: str) -> None:
        if phase != "encoder norms frozen":
            return
        for name, module in self.modules["generator"].named_modules():
            if isinstance(module, nn.BatchNorm2d) and name.startswith("enc"):
                module.eval()
        if self._optimiser is not None:
            for group in self._optimiser.param_groups:
                group["lr"] = min(group["lr"], self.settings.later_rate)

    def turns(self, phase: str, step: int) -> list[Turn]:
        del phase, step
        return [Turn("generator", self._losses)]

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        return torch.where(batch.hole > 0, _drawn(generator, batch), batch.image)

    def _losses(self, batch: Batch) -> dict[str, Tensor]:
        s, hole = self.settings, batch.hole
        drawn = _drawn(self.modules["generator"], batch)
        composed = torch.where(hole > 0, drawn, batch.image)
        near = F.max_pool2d(hole, 3, 1, 1)
        found = {
            "valid": s.valid * losses.l1(_normal(drawn), _normal(batch.image), 1 - hole),
            "hole": s.hole * losses.l1(_normal(drawn), _normal(batch.image), hole),
            "total variation": s.total_variation * losses.total_variation(_normal(composed), near),
        }
        if self.features is not None:
            real, raw, whole = (self.features(picture, _LAYERS) for picture in (batch.image, drawn, composed))
            perceptual = losses.perceptual(raw, real) + losses.perceptual(whole, real)
            found["perceptual"] = s.perceptual * perceptual
            found["style"] = s.style * (losses.style(raw, real) + losses.style(whole, real))
        return found


def _normal(picture: Tensor) -> Tensor:
    """RGB in [0, 1] in the network's own, normalised range, in which the paper's weights are meant."""
    mean, deviation = (torch.tensor(value, device=picture.device)[:, None, None] for value in (MEAN, DEVIATION))
    return (picture - mean) / deviation


def _drawn(generator: nn.Module, batch: Batch) -> Tensor:
    """What the network draws, RGB in [0, 1] by convention."""
    mean, deviation = (torch.tensor(value, device=batch.image.device)[:, None, None] for value in (MEAN, DEVIATION))
    drawn: Tensor = generator(_normal(batch.image), 1 - batch.hole)
    return drawn * deviation + mean


recipe = PartialConv
