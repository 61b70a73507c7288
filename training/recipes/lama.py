"""Suvorov et al., Resolution-robust Large Mask Inpainting with Fourier Convolutions (WACV 2022).

Known pixels by their absolute error; the hole by an adversarial loss with R1, whose critic takes the patches of the
hole alone for fakes, by the critic's own features, and by perceptual features (section 2.3, eq. 8; advimman/lama,
configs/training). The holes are those of the same configs, which the paper calls large masks.
The paper's perceptual features are those of a segmentation network that is not published with torchvision; VGG-19
stands in for it, which its table 5 finds a little behind (FID 6.29 against 5.69).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from inpaint_studio.models.networks import Inpainter
from training.bounds import Rate, Weight, Width
from training.data.masks import Mixture
from training.discriminators import PatchCritic
from training.losses import losses
from training.recipe import Batch, Recipe, Turn

_LAYERS = ("relu1_2", "relu2_2", "relu3_4", "relu4_4", "relu5_4")


@dataclass(frozen=True)
class Settings:
    """The weights of eq. 8 and the rates of section 3; `known` is l1.weight_known of the configs."""

    known: Weight = 10.0
    hole: Weight = 0.0  # l1.weight_missing
    adversarial: Weight = 10.0  # kappa
    perceptual: Weight = 30.0  # alpha
    feature_matching: Weight = 100.0  # beta
    r1: Weight = 0.001  # gamma
    rate: Rate = 0.001
    critic_rate: Rate = 0.0001
    critic_width: Width = 64


class Lama(Recipe):
    """The Fourier network against a critic of patches."""

    system = "lama"
    batch = 30  # section 3
    mixture = Mixture(kinds={"wide strokes": 0.5, "boxes": 0.5}, coverage=(0.0, 1.0))  # irregular_proba, box_proba
    wants_features = "vgg19"
    Settings = Settings

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        width = settings.critic_width
        widths = (width, 2 * width, 4 * width, 8 * width, 8 * width)
        self.modules["critic"] = PatchCritic(3, widths, (2, 2, 2, 2, 1), padding=2, norm="batch")

    def optimisers(self) -> dict[str, Optimizer]:
        s, slower = self.settings, 0.1 if self.fine_tuning else 1.0
        return {
            "generator": Adam(self.modules["generator"].parameters(), s.rate * slower),
            "critic": Adam(self.modules["critic"].parameters(), s.critic_rate * slower),
        }

    def turns(self, phase: str, step: int) -> list[Turn]:
        del phase, step
        return [Turn("critic", self._critic), Turn("generator", self._generator)]

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        return torch.where(batch.hole > 0, generator(batch.image, batch.hole), batch.image)

    def _features(self, picture: Tensor) -> list[Tensor]:
        critic = self.modules["critic"]
        assert isinstance(critic, PatchCritic)
        return critic.features(picture)

    def _composed(self, batch: Batch) -> Tensor:
        composed: Tensor = batch.once("drawn", lambda: self.modules["generator"](batch.image, batch.hole))
        return torch.where(batch.hole > 0, composed, batch.image)

    def _critic(self, batch: Batch) -> dict[str, Tensor]:
        real = self._features(batch.image)[-1]
        fake = self._features(self._composed(batch).detach())[-1]
        # Only patches that hold something drawn are fakes; the others are as true as the photo.
        drawn = F.interpolate(batch.hole, fake.shape[-2:], mode="bilinear", align_corners=False)
        told = F.softplus(-real).mean() + (drawn * F.softplus(fake) + (1 - drawn) * F.softplus(-fake)).mean()
        slope = losses.r1(lambda picture: self._features(picture)[-1], batch.image)
        return {"critic": told, "r1": self.settings.r1 * slope}

    def _generator(self, batch: Batch) -> dict[str, Tensor]:
        s, hole = self.settings, batch.hole
        drawn: Tensor = batch.once("drawn", lambda: self.modules["generator"](batch.image, hole))
        composed = torch.where(hole > 0, drawn, batch.image)
        shown = self._features(composed)
        with torch.no_grad():
            true = self._features(batch.image)
        found = {
            "known": s.known * losses.l1(drawn, batch.image, 1 - hole),
            # Over all patches, those of what is known too (use_unmasked_for_gen).
            "adversarial": s.adversarial * losses.vanilla_generator(shown[-1]),
            "feature matching": s.feature_matching * losses.feature_matching(shown[:-1], true[:-1], squared=True),
        }
        if s.hole:
            found["hole"] = s.hole * losses.l1(drawn, batch.image, hole)
        if self.features is not None:
            fake, real = (self.features(picture, _LAYERS) for picture in (composed, batch.image))
            errors = [F.mse_loss(a, b.detach()) for a, b in zip(fake, real, strict=True)]
            found["perceptual"] = s.perceptual * torch.stack(errors).mean()
        return found


recipe = Lama
