"""Suvorov et al., Resolution-robust Large Mask Inpainting with Fourier Convolutions (WACV 2022).

Absolute error of the known pixels; for the hole an adversarial loss with R1, the discriminator's own features, and
perceptual features (section 2.3, eq. 8; advimman/lama, configs/training). Only patches of the hole count as fakes. The
holes are those of the same configs, which the paper calls large masks. The paper's perceptual features come from a
segmentation network that torchvision does not publish. VGG-19 is used instead; by the paper's table 5 the result is a
little worse (FID 6.29 instead of 5.69).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from inpaint_studio.models.networks import Inpainter
from training.data.batch import Batch
from training.data.masks import Mixture
from training.discriminators import PatchDiscriminator
from training.losses import losses
from training.losses.vgg_input import IMAGENET
from training.recipe import Rate, Recipe, Update, Weight, Width

_LAYERS = ("relu1_2", "relu2_2", "relu3_4", "relu4_4", "relu5_4")


@dataclass(frozen=True)
class LamaSettings:
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


class LamaRecipe(Recipe):
    """The Fourier network with a discriminator of patches."""

    system = "lama"
    batch = 30  # section 3
    mixture = Mixture(kinds={"wide strokes": 0.5, "boxes": 0.5}, coverage=(0.0, 1.0))  # irregular_proba, box_proba
    wants_features = "vgg19"
    vgg_input = IMAGENET  # losses/perceptual.py
    Settings = LamaSettings

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        width = settings.critic_width
        widths = (width, 2 * width, 4 * width, 8 * width, 8 * width)
        self.modules["critic"] = PatchDiscriminator(3, widths, (2, 2, 2, 2, 1), padding=2, norm="batch")

    def optimisers(self) -> dict[str, Optimizer]:
        """Return an Adam each for the generator and the discriminator; fine-tuning uses a tenth of their rates."""
        s, slower = self.settings, 0.1 if self.fine_tuning else 1.0
        return {
            "generator": Adam(self.modules["generator"].parameters(), s.rate * slower),
            "critic": Adam(self.modules["critic"].parameters(), s.critic_rate * slower),
        }

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return one update of the discriminator, then one of the generator."""
        del phase, step
        return [Update("critic", self._discriminator), Update("generator", self._generator)]

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return B x 3 x S x S in [0, 1]: the network's output in the hole, known pixels elsewhere."""
        return torch.where(batch.hole > 0, generator(batch.image, batch.hole), batch.image)

    def _features(self, image: Tensor) -> list[Tensor]:
        discriminator = self.modules["critic"]
        assert isinstance(discriminator, PatchDiscriminator)
        return discriminator.features(image)

    def _compose(self, batch: Batch) -> Tensor:
        composed: Tensor = batch.once("drawn", lambda: self.modules["generator"](batch.image, batch.hole))
        return torch.where(batch.hole > 0, composed, batch.image)

    def _discriminator(self, batch: Batch) -> dict[str, Tensor]:
        real = self._features(batch.image)[-1]
        fake = self._features(self._compose(batch).detach())[-1]
        # Only patches with filled pixels are fakes; the others are equal to the photo.
        drawn = F.interpolate(batch.hole, fake.shape[-2:], mode="bilinear", align_corners=False)
        loss = F.softplus(-real).mean() + (drawn * F.softplus(fake) + (1 - drawn) * F.softplus(-fake)).mean()
        gradient = losses.r1(lambda image: self._features(image)[-1], batch.image)
        return {"critic": loss, "r1": self.settings.r1 * gradient}

    def _generator(self, batch: Batch) -> dict[str, Tensor]:
        s, hole = self.settings, batch.hole
        drawn: Tensor = batch.once("drawn", lambda: self.modules["generator"](batch.image, hole))
        composed = torch.where(hole > 0, drawn, batch.image)
        fake_features = self._features(composed)
        with torch.no_grad():
            real_features = self._features(batch.image)
        terms = {
            "known": s.known * losses.l1(drawn, batch.image, 1 - hole),
            # Over all patches, also those of known pixels (use_unmasked_for_gen).
            "adversarial": s.adversarial * losses.vanilla_generator(fake_features[-1]),
            "feature matching": s.feature_matching
            * losses.feature_matching(fake_features[:-1], real_features[:-1], squared=True),
        }
        if s.hole:
            terms["hole"] = s.hole * losses.l1(drawn, batch.image, hole)
        if self.features is not None:
            fake, real = (self.vgg_maps(image, _LAYERS) for image in (composed, batch.image))
            errors = [F.mse_loss(a, b.detach()) for a, b in zip(fake, real, strict=True)]
            terms["perceptual"] = s.perceptual * torch.stack(errors).mean()
        return terms


recipe = LamaRecipe
