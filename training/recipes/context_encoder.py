"""Pathak et al., Context Encoders: Feature Learning by Inpainting (CVPR 2016).

The squared error of the centre of the image, and a discriminator of the centre alone. A rim of 4 px belongs to the
network's input and output; its error has ten times the weight (section 3.2; pathak22/context-encoder, train.lua).

As there, convolutions have no biases while a network is trained from nothing: train.lua sets them to 0 before each
update. There the generator's adversarial loss still uses the scores from before the discriminator's update of the same
step; here it uses those after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from inpaint_studio.models.networks import Inpainter
from inpaint_studio.models.networks.context_encoder import DRAWN, HIDDEN
from inpaint_studio.models.networks.context_encoder import ContextEncoder as Network
from training import initialise
from training.data.batch import Batch
from training.data.masks import Mixture
from training.discriminators import PatchDiscriminator
from training.losses import losses
from training.recipe import Beta, Rate, Recipe, Update, Weight, Width


@dataclass(frozen=True)
class ContextEncoderSettings:
    """The numbers of train.lua."""

    reconstruction: Weight = 0.999  # wtl2
    adversarial: Weight = 0.001  # 1 - wtl2; 0: there is no discriminator
    overlap: Weight = 10.0  # weight of the rim
    rate: Rate = 0.002  # ten times the discriminator's (section 4)
    critic_rate: Rate = 0.0002
    beta1: Beta = 0.5
    critic_width: Width = 64  # ndf


class ContextEncoderRecipe(Recipe):
    """The encoder-decoder with a discriminator of the centre."""

    system = "context-encoder"
    size = 128
    batch = 64  # batchSize
    mixture = Mixture(kinds={"centre": 1.0}, coverage=(0.0, 1.0))
    Settings = ContextEncoderSettings

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        if not fine_tuning:  # trained weights may have some
            for layer in network.modules():
                if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)) and layer.bias is not None:
                    nn.init.zeros_(layer.bias.requires_grad_(False))
        if settings.adversarial == 0:
            return
        width = settings.critic_width
        widths = (width, 2 * width, 4 * width, 8 * width)
        self.modules["critic"] = PatchDiscriminator(
            3, widths, (2, 2, 2, 2), norm="batch", bias=False, last=(4, 1, 0), initialise=initialise.normal
        )

    @staticmethod
    def initialise(network: Inpainter) -> None:
        """Draw all weights from a normal distribution of deviation 0.02 (train.lua, `weights_init`)."""
        initialise.normal(network)

    def optimisers(self) -> dict[str, Optimizer]:
        """Return an Adam each for the generator and the discriminator; fine-tuning uses a tenth of their rates."""
        s = self.settings
        betas, slower = (s.beta1, 0.999), 0.1 if self.fine_tuning else 1.0
        rates = {"generator": s.rate, "critic": s.critic_rate}
        return {name: Adam(each.parameters(), rates[name] * slower, betas) for name, each in self.modules.items()}

    def least_batch(self, size: int) -> int:
        """Return 2 for any size: the narrowest map of the network is one pixel."""
        del size
        return 2

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return one update of the discriminator, then one of the generator; the latter without adversarial loss."""
        del phase, step
        if self.settings.adversarial == 0:
            return [Update("generator", self._generator)]
        return [Update("critic", self._discriminator), Update("generator", self._generator)]

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return B x 3 x S x S in [0, 1]: the centre is drawn, known pixels are unchanged."""
        filled = batch.image.clone()
        filled[..., DRAWN, DRAWN] = ((generator(self._hide_centre(batch)) + 1) / 2).clamp(0, 1)
        return torch.where(batch.hole > 0, filled, batch.image)

    def _hide_centre(self, batch: Batch) -> Tensor:
        """Return the images in the network's range, without their centre; their holes may be smaller."""
        generator = self.modules["generator"]
        assert isinstance(generator, Network)
        return 2 * generator.hide(batch.image, torch.zeros_like(batch.hole)) - 1

    def _draw(self, batch: Batch) -> Tensor:
        drawn: Tensor = batch.once("drawn", lambda: self.modules["generator"](self._hide_centre(batch)))
        return drawn

    def _discriminator(self, batch: Batch) -> dict[str, Tensor]:
        discriminator, centre = self.modules["critic"], _centre(batch)
        real, fake = discriminator(centre), discriminator(self._draw(batch).detach())
        return {"critic": 2 * losses.vanilla_discriminator(real, fake)}  # their sum: errD_real + errD_fake

    def _generator(self, batch: Batch) -> dict[str, Tensor]:
        drawn, centre = self._draw(batch), _centre(batch)
        inner = slice(HIDDEN.start - DRAWN.start, HIDDEN.stop - DRAWN.start)
        weight = torch.full_like(centre[:, :1], self.settings.overlap)
        weight[..., inner, inner] = 1.0
        error = (weight * (drawn - centre) ** 2).mean()
        s = self.settings
        terms = {"reconstruction": s.reconstruction * error}
        if s.adversarial:
            terms["adversarial"] = s.adversarial * losses.vanilla_generator(self.modules["critic"](drawn))
        return terms


def _centre(batch: Batch) -> Tensor:
    return 2 * batch.image[..., DRAWN, DRAWN] - 1


recipe = ContextEncoderRecipe
