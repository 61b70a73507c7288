"""Suvorov et al., Resolution-robust Large Mask Inpainting with Fourier Convolutions (WACV 2022).

Absolute error of the known pixels; for the hole an adversarial loss with R1, the discriminator's own features, and
perceptual features (section 2.3, eq. 8; advimman/lama, configs/training/lama-fourier.yaml and saicinpainting/training).
The discriminator and VGG get the network's own output, known pixels included (`image_to_discriminator`). Only patches
of the hole count as fakes. The holes are those of the same configs, which the paper calls large masks.

The paper's perceptual features come from a segmentation network that torchvision does not publish. Here they are those
of the authors' own comparison with VGG-19 (table 5: FID 6.29 instead of 5.69), as ablv2_work_no_segmpl_vgg.yaml and
losses/perceptual.py compute them: of known pixels alone, with pools that take means.

What differs from the authors' trainer: they update the generator first and draw again for the discriminator; here one
drawing serves both, the discriminator first. Their data are distorted at random, and here cropped alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from inpaint_studio.errors import InputError
from inpaint_studio.models.networks import Inpainter
from inpaint_studio.texts import tr
from training.data.batch import Batch
from training.data.masks import Mixture
from training.discriminators import PatchDiscriminator
from training.losses import losses
from training.losses.vgg import VggFeatures
from training.losses.vgg_input import IMAGENET
from training.recipe import Rate, Recipe, Update, Weight, Width

# The activations of the first 30 layers (losses/perceptual.py).
_LAYERS: tuple[str, ...] = (
    *("relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1", "relu3_2", "relu3_3", "relu3_4"),
    *("relu4_1", "relu4_2", "relu4_3", "relu4_4", "relu5_1"),
)


@dataclass(frozen=True)
class LamaSettings:
    """The weights and rates of configs/training/lama-fourier.yaml, which are those of eq. 8 and section 3."""

    known: Weight = 10.0  # l1.weight_known
    hole: Weight = 0.0  # l1.weight_missing
    adversarial: Weight = 10.0  # kappa; adversarial.weight; 0: no discriminator, and nothing of its features
    squared: Weight = 0.0  # ours: what squared errors add to absolute ones, in the range of the network
    # perceptual.weight is 0.03 in ablv2_work_no_segmpl_vgg.yaml, times the sum over the 10 images of a graphics card.
    perceptual: Weight = 0.3
    feature_matching: Weight = 100.0  # beta; feature_matching.weight
    r1: Weight = 0.001  # gamma; adversarial.gp_coef
    rate: Rate = 0.001  # optimizers.generator.lr
    critic_rate: Rate = 0.0001  # optimizers.discriminator.lr
    critic_width: Width = 64  # ndf


class LamaRecipe(Recipe):
    """The Fourier network with a discriminator of patches. Its weights start as PyTorch sets them, as the authors'."""

    system = "lama"
    batch = 30  # section 3
    mixture = Mixture(kinds={"wide strokes": 0.5, "boxes": 0.5}, coverage=(0.0, 1.0))  # irregular_proba, box_proba
    wants_features = "vgg19"
    vgg_input = IMAGENET  # losses/perceptual.py
    Settings = LamaSettings
    # The L1 of the hole, which the paper leaves to the critic, stays in all variants: without a critic nothing else
    # teaches the hole.
    loss_parts = MappingProxyType({
        "vanilla": {"adversarial": 10.0, "feature_matching": 100.0},
        "perceptual": {"perceptual": 0.3},
    })  # fmt: skip
    plain_losses = MappingProxyType({"adversarial": 0, "feature_matching": 0, "perceptual": 0, "hole": 10.0})
    critics = frozenset({"vanilla"})

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        if isinstance(features, VggFeatures):
            features.take_means()
        if settings.adversarial == 0:
            if settings.hole == 0:
                raise InputError(tr("Without an adversarial loss only 'hole' teaches the hole; set it above 0."))
            return
        width = settings.critic_width
        widths = (width, 2 * width, 4 * width, 8 * width, 8 * width)
        # configs/training/discriminator/pix2pixhd_nlayer.yaml: four layers that halve, ndf 64.
        self.modules["critic"] = PatchDiscriminator(3, widths, (2, 2, 2, 2, 1), padding=2, norm="batch")

    def optimisers(self) -> dict[str, Optimizer]:
        """Return an Adam each for the generator and the discriminator; fine-tuning uses a tenth of their rates."""
        s, slower = self.settings, 0.1 if self.fine_tuning else 1.0
        rates = {"generator": s.rate, "critic": s.critic_rate}
        return {name: Adam(each.parameters(), rates[name] * slower) for name, each in self.modules.items()}

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return one update of the discriminator, then one of the generator; the latter without adversarial loss."""
        del phase, step
        if self.settings.adversarial == 0:
            return [Update("generator", self._generator)]
        return [Update("critic", self._discriminator), Update("generator", self._generator)]

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return B x 3 x S x S in [0, 1]: the network's output in the hole, known pixels elsewhere."""
        return torch.where(batch.hole > 0, generator(batch.image, batch.hole).clamp(0, 1), batch.image)

    def _features(self, image: Tensor) -> list[Tensor]:
        discriminator = self.modules["critic"]
        assert isinstance(discriminator, PatchDiscriminator)
        return discriminator.features(image)

    def _draw(self, batch: Batch) -> Tensor:
        drawn: Tensor = batch.once("drawn", lambda: self.modules["generator"](batch.image, batch.hole))
        return drawn

    def _discriminator(self, batch: Batch) -> dict[str, Tensor]:
        photo = batch.image.detach().requires_grad_(True)
        with losses.in_float32(photo):  # for R1
            real = self._features(photo)[-1]
        fake = self._features(self._draw(batch).detach())[-1]
        # Only patches with filled pixels are fakes (mask_as_fake_target); the hole is scaled by the nearest pixel.
        hole = F.interpolate(batch.hole, fake.shape[-2:], mode="nearest")
        loss = F.softplus(-real).mean() + (hole * F.softplus(fake) + (1 - hole) * F.softplus(-fake)).mean()
        return {"critic": loss, "r1": self.settings.r1 * losses.gradient_at(photo, real)}

    def _generator(self, batch: Batch) -> dict[str, Tensor]:
        s, hole, drawn = self.settings, batch.hole, self._draw(batch)
        terms = {"known": s.known * losses.l1(drawn, batch.image, 1 - hole, s.squared)}
        if s.adversarial:
            fake = self._features(drawn)
            with torch.no_grad():
                real = self._features(batch.image)
            # Over all patches, also those of known pixels (use_unmasked_for_gen).
            terms["adversarial"] = s.adversarial * losses.vanilla_generator(fake[-1])
            matching = losses.feature_matching(fake[:-1], real[:-1], squared=True)
            terms["feature matching"] = s.feature_matching * matching
        if s.hole:
            terms["hole"] = s.hole * losses.l1(drawn, batch.image, hole, s.squared)
        if self.features is not None:
            terms["perceptual"] = s.perceptual * self._perceptual(drawn, batch)
        return terms

    def _perceptual(self, drawn: Tensor, batch: Batch) -> Tensor:
        """Return the sum over layers of the mean squared difference of features, 0 where they are of the hole."""
        errors = []
        for fake, real in zip(self.vgg_maps(drawn, _LAYERS), self.vgg_maps(batch.image, _LAYERS), strict=True):
            hole = F.interpolate(batch.hole, fake.shape[-2:], mode="bilinear", align_corners=False)
            errors.append(((fake - real.detach()) ** 2 * (1 - hole)).mean())
        return torch.stack(errors).sum()


recipe = LamaRecipe
