"""Zeng et al., Aggregated Contextual Transformations for High-Resolution Image Inpainting (TVCG 2022).

Absolute error of the whole image, perceptual and style losses of VGG-19, and an adversarial loss that a mask guides
(section 3.3 and 3.4; researchmm/AOT-GAN-for-Inpainting, src/loss/loss.py, src/trainer/trainer.py and the defaults of
src/utils/option.py). There is one phase.

SM-PatchGAN follows the paper: its discriminator learns to give 1 to patches of real pixels and 0 to those of the hole,
with a soft border, as a Gaussian filter makes it of the mask; the generator is told only of the hole. The authors' code
has the mask itself as the target of fakes, and another target for real images in each version (their issue 2 asks for
the paper's); the Gaussian (71 px, sigma 10 px), the scores enlarged to the size of the image and the division by the
share of the hole are the code's. Beyond the image's border the code's filter sees no hole, and so does this one. Each
image is divided by the share of its own hole, where the code's mean cancels out.

What differs from their trainer: they update both networks from one drawing with the weights of before; here the
discriminator comes first, and the generator's losses are computed with its new weights. Their images are distorted in
colour, and here cropped and mirrored alone; their holes are NVIDIA's files, here drawn ones of the same coverage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from inpaint_studio.models.networks import Inpainter
from training import initialise
from training.data.batch import Batch
from training.data.masks import Mixture
from training.discriminators import PatchDiscriminator
from training.losses import losses
from training.losses.vgg_input import IMAGENET
from training.recipe import Beta, Rate, Recipe, Update, Weight, Width

_CONTENT = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
_STYLE = ("relu2_2", "relu3_4", "relu4_4", "relu5_2")
_RADIUS, _SIGMA = 35, 10.0  # px of the Gaussian (loss.py, smgan)


@dataclass(frozen=True)
class AotGanSettings:
    """The weights of section 3.4, and the defaults of src/utils/option.py, which has the same."""

    reconstruction: Weight = 1.0  # lambda_rec; rec_loss
    adversarial: Weight = 0.01  # lambda_adv; adv_weight; 0: there is no discriminator
    known: Weight = 1.0  # ours: weight of errors outside the hole; 1 in it
    squared: Weight = 0.0  # ours: what squared errors add to absolute ones, in the range of the network
    perceptual: Weight = 0.1  # lambda_per
    style: Weight = 250.0  # lambda_sty
    rate: Rate = 0.0001  # lrg and lrd
    beta1: Beta = 0.5
    beta2: Beta = 0.999
    critic_width: Width = 64  # src/model/aotgan.py


class AotGanRecipe(Recipe):
    """The generator with a discriminator of patches."""

    system = "aot-gan"
    size = 512  # image_size
    batch = 8  # batch_size
    mixture = Mixture(coverage=(0.01, 0.6))  # of NVIDIA's irregular masks, on which section 4 evaluates, too
    wants_features = "vgg19"
    vgg_input = IMAGENET  # src/loss/common.py, VGG19
    Settings = AotGanSettings

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        if settings.adversarial == 0:
            return
        width = settings.critic_width
        widths, strides = (width, 2 * width, 4 * width, 8 * width), (2, 2, 2, 1)
        self.modules["critic"] = PatchDiscriminator(
            3, widths, strides, spectral=True, bias=False, plain_scores=True, initialise=initialise.normal
        )

    @staticmethod
    def initialise(network: Inpainter) -> None:
        """Draw all weights from a normal distribution of deviation 0.02 (src/model/common.py, `init_weights`)."""
        initialise.normal(network)

    def optimisers(self) -> dict[str, Optimizer]:
        """Return an Adam each for the generator and the discriminator; fine-tuning uses a tenth of their rates."""
        s, slower = self.settings, 0.1 if self.fine_tuning else 1.0
        betas = (s.beta1, s.beta2)
        return {name: Adam(each.parameters(), s.rate * slower, betas) for name, each in self.modules.items()}

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return one update of the discriminator, then one of the generator; the latter without adversarial loss."""
        del phase, step
        if self.settings.adversarial == 0:
            return [Update("generator", self._generator)]
        return [Update("critic", self._discriminator), Update("generator", self._generator)]

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return B x 3 x S x S in [0, 1]: the network's output in the hole, known pixels elsewhere."""
        filled = (generator(2 * batch.image - 1, batch.hole) + 1) / 2
        return torch.where(batch.hole > 0, filled.clamp(0, 1), batch.image)

    def _draw(self, batch: Batch) -> Tensor:
        """Return the network's own output, B x 3 x S x S in [-1, 1]."""
        drawn: Tensor = batch.once("drawn", lambda: self.modules["generator"](2 * batch.image - 1, batch.hole))
        return drawn

    def _compose(self, batch: Batch) -> Tensor:
        return torch.where(batch.hole > 0, self._draw(batch), 2 * batch.image - 1)

    def _score(self, image: Tensor) -> Tensor:
        """Return the scores of patches, enlarged to the size of the image."""
        scores = self.modules["critic"](image)
        return F.interpolate(scores, image.shape[-2:], mode="bilinear", align_corners=True)

    def _discriminator(self, batch: Batch) -> dict[str, Tensor]:
        real = self._score(2 * batch.image - 1)
        fake = self._score(self._compose(batch).detach())
        return {"critic": F.mse_loss(real, torch.ones_like(real)) + F.mse_loss(fake, 1 - soften(batch.hole))}

    def _generator(self, batch: Batch) -> dict[str, Tensor]:
        s, hole, drawn = self.settings, batch.hole, self._draw(batch)
        error = losses.l1(drawn, 2 * batch.image - 1, losses.emphasis(hole, s.known), s.squared)
        terms = {"reconstruction": s.reconstruction * error}
        if s.adversarial:
            missing = (self._score(self._compose(batch)) - 1) ** 2 * hole
            share = hole.mean((1, 2, 3), keepdim=True).clamp_min(1e-6)
            terms["adversarial"] = s.adversarial * (missing / share).mean()
        if self.features is not None:
            names = (*_CONTENT, *_STYLE)
            fake = dict(zip(names, self.vgg_maps((drawn + 1) / 2, names), strict=True))
            with torch.no_grad():
                real = dict(zip(names, self.vgg_maps(batch.image, names), strict=True))
            content, style = ([(fake[name], real[name]) for name in some] for some in (_CONTENT, _STYLE))
            terms["perceptual"] = s.perceptual * losses.perceptual(*zip(*content, strict=True))
            terms["style"] = s.style * losses.style(*zip(*style, strict=True))
        return terms


def soften(hole: Tensor) -> Tensor:
    """Blur the hole, B x 1 x H x W, by a Gaussian; there is none beyond the image's border."""
    places = torch.arange(-_RADIUS, _RADIUS + 1, device=hole.device, dtype=hole.dtype)
    line = torch.exp(-(places**2) / (2 * _SIGMA**2))
    line = line / line.sum()
    across = F.conv2d(hole, line.view(1, 1, 1, -1), padding=(0, _RADIUS))
    return F.conv2d(across, line.view(1, 1, -1, 1), padding=(_RADIUS, 0))


recipe = AotGanRecipe
