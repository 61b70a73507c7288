"""Sargsyan et al., MI-GAN: A Simple Baseline for Image Inpainting on Mobile Devices (ICCV 2023), without distillation.

The authors train the network to imitate a large one (CoModGAN) at all sizes from 32 px up. Here the true image is the
target instead: the absolute error and the non-saturating loss with R1 (configs of Picsart-AI-Research/MI-GAN).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from inpaint_studio.errors import InputError
from inpaint_studio.models.networks import Inpainter
from inpaint_studio.models.networks.mi_gan import MiGan as Network
from training.data.batch import Batch
from training.data.masks import Mixture
from training.discriminators import ResidualDiscriminator
from training.losses import losses
from training.recipe import Beta, Count, Rate, Recipe, Update, Weight, Width


@dataclass(frozen=True)
class MiGanSettings:
    """The numbers of the configs; the reconstruction's weight is that of their distillation."""

    reconstruction: Weight = 2.0
    adversarial: Weight = 1.0
    r1: Weight = 10.0  # gamma
    r1_every: Count = 16  # steps between R1 penalties, whose weight is multiplied by it (Karras et al. 2020, B)
    rate: Rate = 0.001
    beta1: Beta = 0.0
    beta2: Beta = 0.99
    critic_base: Count = 32768  # channels of the discriminator times px
    critic_most: Width = 512


class MiGanRecipe(Recipe):
    """The network with StyleGAN2's discriminator, which takes the hole as a fourth channel."""

    system = "mi-gan"
    batch = 32
    mixture = Mixture(kinds={"mixed shapes": 1.0}, coverage=(0.0, 1.0))  # hole_range of places2.yaml
    Settings = MiGanSettings

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        assert isinstance(network, Network)
        self.size = max(network.sizes)
        if settings.critic_base < self.size:
            raise InputError(f"'critic_base' must be {self.size} or more, not {settings.critic_base}.")
        self.modules["critic"] = ResidualDiscriminator(4, self.size, settings.critic_base, settings.critic_most)

    def optimisers(self) -> dict[str, Optimizer]:
        """Return an Adam each for the generator and the discriminator; fine-tuning uses a tenth of their rates."""
        s = self.settings
        betas, slower = (s.beta1, s.beta2), 0.1 if self.fine_tuning else 1.0
        return {
            "generator": Adam(self.modules["generator"].parameters(), s.rate * slower, betas),
            "critic": Adam(self.modules["critic"].parameters(), s.rate * slower, betas),
        }

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return one update of the discriminator, in every `r1_every`-th step with R1, then one of the generator."""
        del phase
        with_r1 = step % self.settings.r1_every == 0
        discriminator = self._discriminator_with_r1 if with_r1 else self._discriminator
        return [Update("critic", discriminator), Update("generator", self._generator)]

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return B x 3 x S x S in [0, 1]: the network's output in the hole, known pixels elsewhere."""
        filled = (generator(2 * batch.image - 1, 1 - batch.hole) + 1) / 2
        return torch.where(batch.hole > 0, filled, batch.image)

    def _compose(self, batch: Batch) -> Tensor:
        def draw() -> Tensor:
            real = 2 * batch.image - 1
            return torch.where(batch.hole > 0, self.modules["generator"](real, 1 - batch.hole), real)

        composed: Tensor = batch.once("composed", draw)
        return composed

    def _score(self, image: Tensor, batch: Batch) -> Tensor:
        scores: Tensor = self.modules["critic"](torch.cat([0.5 - batch.hole, image], 1))
        return scores

    def _discriminator(self, batch: Batch) -> dict[str, Tensor]:
        real = self._score(2 * batch.image - 1, batch)
        fake = self._score(self._compose(batch).detach(), batch)
        return {"critic": 2 * losses.vanilla_discriminator(real, fake)}

    def _discriminator_with_r1(self, batch: Batch) -> dict[str, Tensor]:
        gradient = losses.r1(lambda image: self._score(image, batch), 2 * batch.image - 1)
        return self._discriminator(batch) | {"r1": self.settings.r1_every * self.settings.r1 / 2 * gradient}

    def _generator(self, batch: Batch) -> dict[str, Tensor]:
        s, composed = self.settings, self._compose(batch)
        return {
            "reconstruction": s.reconstruction * losses.l1(composed, 2 * batch.image - 1),
            "adversarial": s.adversarial * losses.vanilla_generator(self._score(composed, batch)),
        }


recipe = MiGanRecipe
