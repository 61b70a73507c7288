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
from inpaint_studio.models.networks.partial_conv import DEVIATION, MEAN, PartialConvUNet
from training.bounds import Rate, Weight
from training.losses import losses
from training.recipe import Batch, Phase, Recipe, Turn

_LAYERS = ("pool1", "pool2", "pool3")


@dataclass(frozen=True)
class Settings:
    """The weights of eq. 7 and the rates of section 4.2."""

    valid: Weight = 1.0
    hole: Weight = 6.0
    perceptual: Weight = 0.05
    style: Weight = 120.0
    total_variation: Weight = 0.1
    rate: Rate = 0.0002
    later_rate: Rate = 0.00005


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
        assert isinstance(network, PartialConvUNet)
        self._depth = network.depth
        self._optimiser: Optimizer | None = None
        self._rate = settings.later_rate if fine_tuning else settings.rate  # of the phase that was entered last

    def optimisers(self) -> dict[str, Optimizer]:
        self._optimiser = Adam(self.modules["generator"].parameters(), self._rate)
        return {"generator": self._optimiser}

    def enter(self, phase: str) -> None:
        frozen = phase == "encoder norms frozen"
        for name, module in self.modules["generator"].named_modules():
            if isinstance(module, nn.BatchNorm2d) and name.startswith("enc"):
                module.train(not frozen)
        rate = self.settings.later_rate if frozen else self.settings.rate
        if self._optimiser is not None:
            for group in self._optimiser.param_groups:
                group["lr"] *= rate / self._rate  # in proportion, so that one that was halved on the way stays so
        self._rate = rate

    def least_batch(self, size: int) -> int:
        # Frozen norms need no mean, and the decoder's meet no map as small as the encoder's last.
        return 2 if size >> self._depth == 1 and not self.fine_tuning else 1

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
