"""Sargsyan et al., MI-GAN: A Simple Baseline for Image Inpainting on Mobile Devices (ICCV 2023), without distillation.

The non-saturating loss with R1, and the absolute error in the hole (Picsart-AI-Research/MI-GAN:
configs/experiment/migan_places256.yaml, lib/experiments/loss.py and migan_default.py). The authors' error is that to a
large network (CoModGAN) which this one imitates, at all sizes from 32 px up; here the true image is the target instead,
at the full size alone, as the smaller images are parts of a sum. Their layers are sums of nine kernels of which only
the direction counts; here the network has the plain kernels of the published weights, which begin with the same length.
Each step trains the discriminator before the generator, so that both use the same fill; the authors' order is the
other one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from inpaint_studio.errors import InputError
from inpaint_studio.models.networks import Inpainter
from inpaint_studio.models.networks.mi_gan import MiGan as Network
from inpaint_studio.texts import tr
from training import initialise
from training.data.batch import Batch
from training.data.masks import Mixture
from training.losses import losses
from training.recipe import Beta, Count, Rate, Recipe, Update, Weight, Width
from training.residual_discriminator import ResidualDiscriminator


@dataclass(frozen=True)
class MiGanSettings:
    """The numbers of the configuration; the reconstruction's weight is that of their distillation."""

    reconstruction: Weight = 2.0  # image_level_kd_kwargs.weight
    adversarial: Weight = 1.0  # 0: there is no discriminator
    squared: Weight = 0.0  # ours: what squared errors add to absolute ones, in the range of the network
    r1: Weight = 10.0  # r1_gamma
    r1_every: Count = 16  # d_reg_interval: steps between R1 penalties, whose weight is multiplied by it
    regularise_every: Count = 4  # g_reg_interval: nothing is added to the generator, but its Adam is slower
    rate: Rate = 0.001
    beta1: Beta = 0.0
    beta2: Beta = 0.99
    critic_base: Count = 32768  # ch_base: channels of the discriminator times px
    critic_most: Width = 512  # ch_max


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
        if settings.adversarial == 0:
            return
        if settings.critic_base < self.size:
            raise InputError(
                tr(
                    "'critic_base' must be {size} or more, not {critic_base}.",
                    size=self.size,
                    critic_base=settings.critic_base,
                )
            )
        self.modules["critic"] = ResidualDiscriminator(4, self.size, settings.critic_base, settings.critic_most)

    @staticmethod
    def initialise(network: Inpainter) -> None:
        """Give every filter length 1 in a random direction, as its authors' layers normalise it."""
        initialise.unit_filters(network)

    def optimisers(self) -> dict[str, Optimizer]:
        """Return an Adam each for the generator and the discriminator; fine-tuning uses a tenth of their rates.

        Both are slowed down as by lazy regularisation (Karras et al. 2020, appendix B; `mb_ratio` in migan_default.py).
        """
        s = self.settings
        slower = 0.1 if self.fine_tuning else 1.0

        def adam(name: str, interval: int) -> Adam:
            ratio = interval / (interval + 1)
            betas = (s.beta1**ratio, s.beta2**ratio)
            return Adam(self.modules[name].parameters(), s.rate * slower * ratio, betas)

        intervals = {"generator": s.regularise_every, "critic": s.r1_every}
        return {name: adam(name, intervals[name]) for name in self.modules}

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return one update of the discriminator, in every `r1_every`-th step one for R1, then one of the generator.

        Without adversarial loss the generator learns alone.
        """
        del phase
        if self.settings.adversarial == 0:
            return [Update("generator", self._generator)]
        lazy = [Update("critic", self._r1)] if step % self.settings.r1_every == 0 and self.settings.r1 else []
        return [Update("critic", self._discriminator), *lazy, Update("generator", self._generator)]

    def cycle(self, phase: str) -> Mapping[int, int]:
        """Return one step with R1 and `r1_every` - 1 without."""
        del phase
        s = self.settings
        others = s.r1_every - 1 if s.r1 and s.adversarial else 0
        return {0: 1, 1: others} if others else {0: 1}

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return B x 3 x S x S in [0, 1]: the network's output in the hole, known pixels elsewhere."""
        filled = (generator(2 * batch.image - 1, 1 - batch.hole) + 1) / 2
        return torch.where(batch.hole > 0, filled.clamp(0, 1), batch.image)

    def _compose(self, batch: Batch) -> Tensor:
        def draw() -> Tensor:
            real = 2 * batch.image - 1
            return torch.where(batch.hole > 0, self.modules["generator"](real, 1 - batch.hole), real)

        composed: Tensor = batch.once("composed", draw)
        return composed

    def _score(self, image: Tensor, batch: Batch) -> Tensor:
        scores: Tensor = self.modules["critic"](_with_mask(image, batch))
        return scores

    def _discriminator(self, batch: Batch) -> dict[str, Tensor]:
        real = self._score(2 * batch.image - 1, batch)
        fake = self._score(self._compose(batch).detach(), batch)
        return {"critic": 2 * losses.vanilla_discriminator(real, fake)}

    def _r1(self, batch: Batch) -> dict[str, Tensor]:
        # The gradient is taken with respect to all four channels, as there.
        gradient = losses.r1(self.modules["critic"], _with_mask(2 * batch.image - 1, batch))
        return {"r1": self.settings.r1_every * self.settings.r1 / 2 * gradient}

    def _generator(self, batch: Batch) -> dict[str, Tensor]:
        s, composed = self.settings, self._compose(batch)
        error = losses.l1(composed, 2 * batch.image - 1, squared=s.squared)
        terms = {"reconstruction": s.reconstruction * error}
        if s.adversarial:
            terms["adversarial"] = s.adversarial * losses.vanilla_generator(self._score(composed, batch))
        return terms


def _with_mask(image: Tensor, batch: Batch) -> Tensor:
    """Return what the discriminator takes: the mask, 0.5 where known and -0.5 in the hole, then the image."""
    return torch.cat([0.5 - batch.hole, image], 1)


recipe = MiGanRecipe
