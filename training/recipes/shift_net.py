"""Yan et al., Shift-Net: Image Inpainting via Deep Feature Rearrangement (ECCV 2018), with and without flip.

Reconstruction, guidance and adversarial loss (eq. 9), in the paper's proportions of 1, 0.01 and 0.002; all are a
hundred times as large, as in the authors' code (Zhaoyi-Yan/Shift-Net_pytorch, options). Adam's steps do not depend on
such a factor. The losses that only that code has are settings with a weight of 0: style (there 10) and content (1) of
VGG-16's features, total variation (0) and an absolute error in the hole, discounted towards its middle (400).

Differences from that code: the guidance counts in the hole alone, as in eq. 5 (there a constant is left over outside);
each image has a hole of its own, of any form, where the paper has the centre or random masks; the discriminator and VGG
see the whole image, as there for all holes but rectangles.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from training.losses import discounts, losses
from training.losses.vgg_input import SIGNED
from training.recipe import Beta, Rate, Recipe, Share, Update, Weight, Width

_LAYERS = ("pool1", "pool2", "pool3")  # VGG16FeatureExtractor of util/util.py


@dataclass(frozen=True)
class ShiftNetSettings:
    """The numbers of the options; 0 where the paper has no such loss."""

    reconstruction: Weight = 100.0  # lambda_A
    guidance: Weight = 1.0  # strength
    adversarial: Weight = 0.2  # gan_weight; 0: there is no discriminator
    known: Weight = 1.0  # ours: weight of errors outside the hole; 1 in it
    squared: Weight = 0.0  # ours: what squared errors add to absolute ones, in the range of the network
    masked: Weight = 0.0  # mask_weight_G, 400 there
    discount: Share = 0.9  # of the masked error: the third argument of spatial_discounting_mask
    perceptual: Weight = 0.0  # content_weight, 1 there
    style: Weight = 0.0  # style_weight, 10 there
    total_variation: Weight = 0.0  # tv_weight, 0 there
    rate: Rate = 0.0002  # lr
    beta1: Beta = 0.5
    critic_width: Width = 64  # ndf


class ShiftNetRecipe(Recipe):
    """The U-Net with shift layer, and a discriminator of patches."""

    system = "shift-net"
    batch = 1
    wants_features = "vgg16"
    vgg_input = SIGNED
    Settings = ShiftNetSettings

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        if settings.adversarial == 0:
            return
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
        shares = {"generator": 0.5, "critic": 0.1} if self.fine_tuning else {"generator": 1.0, "critic": 1.0}
        return {
            name: Adam(module.parameters(), s.rate * shares[name], (s.beta1, 0.999))
            for name, module in self.modules.items()
        }

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return one update of the discriminator, then one of the generator; the latter without adversarial loss."""
        del phase, step
        if self.settings.adversarial == 0:
            return [Update("generator", self._generator)]
        return [Update("critic", self._discriminator), Update("generator", self._generator)]

    def compilable(self) -> Sequence[nn.Module]:
        """Return none: the network is used layer by layer, with results in between."""
        return ()

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return B x 3 x S x S in [0, 1]: the network's output in the hole, known pixels elsewhere."""
        filled = (generator(2 * batch.image - 1, 1 - batch.hole) + 1) / 2
        return torch.where(batch.hole > 0, filled.clamp(0, 1), batch.image)

    def _draw(self, batch: Batch) -> ShiftNetOutput:
        generator = self.modules["generator"]
        assert isinstance(generator, ShiftNet)
        drawn: ShiftNetOutput = batch.once("drawn", lambda: generator.draw(2 * batch.image - 1, 1 - batch.hole))
        return drawn

    def _discriminator(self, batch: Batch) -> dict[str, Tensor]:
        discriminator = self.modules["critic"]
        # The fakes first, as there: spectral norm normalises the weights in each pass.
        fake, real = discriminator(self._draw(batch).image.detach()), discriminator(2 * batch.image - 1)
        return {"critic": losses.vanilla_discriminator(real, fake)}

    def _generator(self, batch: Batch) -> dict[str, Tensor]:
        s, drawn, real = self.settings, self._draw(batch), 2 * batch.image - 1
        guided = losses.guidance(drawn.decoded, self._true_features(batch), batch.hole)
        terms = {
            "reconstruction": s.reconstruction
            * losses.l1(drawn.image, real, losses.emphasis(batch.hole, s.known), s.squared),
            "guidance": s.guidance * guided,
        }
        if s.adversarial:
            terms["adversarial"] = s.adversarial * losses.vanilla_generator(self.modules["critic"](drawn.image))
        if s.masked:
            weight = discounts.weigh_holes(batch.hole, s.discount)
            terms["masked"] = s.masked * losses.l1(drawn.image, real, weight)
        if s.total_variation:
            terms["total variation"] = s.total_variation * _variation(drawn.image * batch.hole)
        return terms | self._feature_losses((drawn.image + 1) / 2, batch)

    def _feature_losses(self, drawn: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Return content and style: squared errors of VGG's maps and of their Gram matrices, as far as they count."""
        s = self.settings
        if not (s.perceptual or s.style):
            return {}
        fake = self.vgg_maps(drawn, _LAYERS)
        with torch.no_grad():
            real = self.vgg_maps(batch.image, _LAYERS)
        pairs = list(zip(fake, real, strict=True))
        grams = [(losses.gram(one), losses.gram(other)) for one, other in pairs]
        return {
            "perceptual": s.perceptual * torch.stack([(a - b).square().mean() for a, b in pairs]).sum(),
            "style": s.style * torch.stack([(a - b).square().mean() for a, b in grams]).sum(),
        }

    @torch.no_grad()
    def _true_features(self, batch: Batch) -> Tensor:
        """Return the encoder's features of the true image; the mask channel has the hole, as in the authors' code."""
        generator = self.modules["generator"]
        assert isinstance(generator, ShiftNet)
        whole = 2 * batch.image - 1
        channels = torch.cat([whole, 1 - batch.hole], 1) if generator.mask_channel else whole
        return generator.encode(channels, SHIFTED)[-1]


def _variation(image: Tensor) -> Tensor:
    """Return twice the mean squared difference of neighbours, down and across (`TVLoss` of modules/losses.py)."""
    down, across = image[..., 1:, :] - image[..., :-1, :], image[..., 1:] - image[..., :-1]
    return 2 * (down.square().mean() + across.square().mean())


recipe = ShiftNetRecipe
