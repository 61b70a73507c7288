"""Yan et al., Shift-Net: Image Inpainting via Deep Feature Rearrangement (ECCV 2018), with and without flip.

Reconstruction, guidance and adversarial loss (eq. 9). The weights are those of the authors' code
(Zhaoyi-Yan/Shift-Net_pytorch, options): a hundred times the paper's 1, 0.01 and 0.002. Adam's steps do not depend on
such a factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from inpaint_studio.models.networks import Inpainter
from inpaint_studio.models.networks.shift_net import SHIFTED, ShiftNet, ShiftNetOutput
from training import initialise
from training.data.batch import Batch
from training.discriminators import PatchDiscriminator
from training.losses import losses
from training.recipe import Beta, Rate, Recipe, Update, Weight, Width


@dataclass(frozen=True)
class ShiftNetSettings:
    """The numbers of the options."""

    reconstruction: Weight = 100.0  # lambda_A
    guidance: Weight = 1.0  # strength
    adversarial: Weight = 0.2  # gan_weight
    rate: Rate = 0.0002  # lr
    beta1: Beta = 0.5
    critic_width: Width = 64  # ndf


class ShiftNetRecipe(Recipe):
    """The U-Net with shift layer, and a discriminator of patches."""

    system = "shift-net"
    batch = 1
    Settings = ShiftNetSettings

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        width = settings.critic_width
        widths, strides = (width, 2 * width, 4 * width, 8 * width), (2, 2, 2, 1)
        self.modules["critic"] = PatchDiscriminator(
            3, widths, strides, norm="instance", spectral=True, initialise=initialise.normal
        )

    @staticmethod
    def initialise(network: Inpainter) -> None:
        """Draw all weights from a normal distribution of deviation 0.02 (`init_type` and `init_gain`)."""
        initialise.normal(network)

    def optimisers(self) -> dict[str, Optimizer]:
        """Return an Adam each for the generator and the discriminator; fine-tuning lowers their rates."""
        s = self.settings
        betas, slower = (s.beta1, 0.999), 0.1 if self.fine_tuning else 1.0
        return {
            "generator": Adam(self.modules["generator"].parameters(), s.rate * (0.5 if self.fine_tuning else 1), betas),
            "critic": Adam(self.modules["critic"].parameters(), s.rate * slower, betas),
        }

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return one update of the discriminator, then one of the generator."""
        del phase, step
        return [Update("critic", self._discriminator), Update("generator", self._generator)]

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return B x 3 x S x S in [0, 1]: the network's output in the hole, known pixels elsewhere."""
        filled = (generator(2 * batch.image - 1, 1 - batch.hole) + 1) / 2
        return torch.where(batch.hole > 0, filled, batch.image)

    def _draw(self, batch: Batch) -> ShiftNetOutput:
        generator = self.modules["generator"]
        assert isinstance(generator, ShiftNet)
        drawn: ShiftNetOutput = batch.once("drawn", lambda: generator.draw(2 * batch.image - 1, 1 - batch.hole))
        return drawn

    def _discriminator(self, batch: Batch) -> dict[str, Tensor]:
        discriminator = self.modules["critic"]
        real, fake = discriminator(2 * batch.image - 1), discriminator(self._draw(batch).image.detach())
        return {"critic": losses.vanilla_discriminator(real, fake)}

    def _generator(self, batch: Batch) -> dict[str, Tensor]:
        s, drawn = self.settings, self._draw(batch)
        adversarial = losses.vanilla_generator(self.modules["critic"](drawn.image))
        guided = losses.guidance(drawn.decoded, self._true_features(batch), batch.hole)
        return {
            "reconstruction": s.reconstruction * losses.l1(drawn.image, 2 * batch.image - 1),
            "guidance": s.guidance * guided,
            "adversarial": s.adversarial * adversarial,
        }

    @torch.no_grad()
    def _true_features(self, batch: Batch) -> Tensor:
        """Return the encoder's features of the true image; the mask channel has the hole, as in the authors' code."""
        generator = self.modules["generator"]
        assert isinstance(generator, ShiftNet)
        whole = 2 * batch.image - 1
        channels = torch.cat([whole, 1 - batch.hole], 1) if generator.mask_channel else whole
        return generator.encode(channels, SHIFTED)[-1]


recipe = ShiftNetRecipe
