"""DeepFill v2: Yu et al., Free-Form Image Inpainting with Gated Convolution (ICCV 2019).

L1 of both stages over the whole image and SN-PatchGAN with the hinge loss, with equal weights (section 3.3; v2.0.0 of
JiahuiYu/generative_inpainting, inpaint.yml and inpaint_model.py). Holes are a box together with strokes. A network with
a sketch channel is trained with sketches, which its discriminator takes too. It pads as the network does: as
TensorFlow, or for the weights of a port as PyTorch.

The authors draw a batch for each of the two updates of a step; here both use the same, which saves one pass of the
generator. Their sketches are edges found by HED; here they are drawn from the photo (`training.data.sketches`).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from inpaint_studio.models.networks import Inpainter
from inpaint_studio.models.networks.deepfill_v2 import DeepFillV2 as Network
from inpaint_studio.models.networks.two_stage import TwoStageOutput
from training import initialise
from training.data.batch import Batch
from training.data.masks import Mixture
from training.discriminators import PatchDiscriminator
from training.losses import losses
from training.recipe import Beta, Rate, Recipe, Update, Weight, Width


@dataclass(frozen=True)
class DeepFillV2Settings:
    """The numbers of inpaint.yml."""

    reconstruction: Weight = 1.0  # l1_loss_alpha, of the fine image
    coarse: Weight = 1.0  # the same for the coarse image
    adversarial: Weight = 1.0  # gan_loss_alpha; 0: there is no discriminator
    known: Weight = 1.0  # ours: weight of errors outside the hole; 1 in it
    squared: Weight = 0.0  # ours: what squared errors add to absolute ones, in the range of the network
    rate: Rate = 0.0001
    beta1: Beta = 0.5
    beta2: Beta = 0.999
    critic_width: Width = 64


class DeepFillV2Recipe(Recipe):
    """The gated network with a discriminator of patches; each patch has many scores."""

    system = "deepfill-v2"
    batch = 16
    mixture = Mixture(kinds={"brush and rectangle": 1.0}, coverage=(0.0, 1.0))  # mean coverage 0.31
    Settings = DeepFillV2Settings
    loss_parts = MappingProxyType({"hinge": {"adversarial": 1.0}})
    plain_losses = MappingProxyType({"adversarial": 0})
    critics = frozenset({"hinge"})

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        assert isinstance(network, Network)
        if network.sketch:
            self.wants_sketch = "hand"
        width, same = settings.critic_width, network.padding == "same"
        if settings.adversarial == 0:
            return
        self.modules["critic"] = PatchDiscriminator(
            4 + network.sketch,
            (width, 2 * width, 4 * width, 4 * width, 4 * width),
            (2, 2, 2, 2, 2),
            kernel=5,
            padding=2,
            spectral=True,
            scores=4 * width,
            last=(5, 2, 2),
            same=same,
            activate_scores=True,
            initialise=initialise.glorot,
        )

    def optimisers(self) -> dict[str, Optimizer]:
        """Return an Adam each for the generator and the discriminator."""
        s, slower = self.settings, 0.1 if self.fine_tuning else 1.0
        return {
            name: Adam(module.parameters(), s.rate * (slower if name == "critic" else 1.0), (s.beta1, s.beta2))
            for name, module in self.modules.items()
        }

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return one update of the discriminator and one of the generator; without adversarial loss only the second."""
        del phase, step
        if self.settings.adversarial == 0:
            return [Update("generator", self._generator)]
        return [Update("critic", self._discriminator), Update("generator", self._generator)]

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return B x 3 x S x S in [0, 1]: the fine result in the hole, known pixels elsewhere."""
        drawn: TwoStageOutput = generator(2 * batch.image - 1, batch.hole, _lines(batch))
        return torch.where(batch.hole > 0, ((drawn.fine + 1) / 2).clamp(0, 1), batch.image)

    def _draw(self, batch: Batch) -> TwoStageOutput:
        generator = self.modules["generator"]
        drawn: TwoStageOutput = batch.once("drawn", lambda: generator(2 * batch.image - 1, batch.hole, _lines(batch)))
        return drawn

    def _score(self, images: list[Tensor], batch: Batch) -> Tensor:
        """Return the discriminator's scores of `images`, variants of those of `batch`, in their order."""
        lines = _lines(batch)
        known = [batch.hole] if lines is None else [batch.hole, lines]
        scores: Tensor = self.modules["critic"](torch.cat([torch.cat([each, *known], 1) for each in images]))
        return scores

    def _compose(self, batch: Batch) -> Tensor:
        return torch.where(batch.hole > 0, self._draw(batch).fine, 2 * batch.image - 1)

    def _discriminator(self, batch: Batch) -> dict[str, Tensor]:
        # Both in one pass, as in the authors' code: then spectral norm normalises the weights once.
        real, fake = self._score([2 * batch.image - 1, self._compose(batch).detach()], batch).chunk(2)
        return {"critic": losses.hinge_discriminator(real, fake)}

    def _generator(self, batch: Batch) -> dict[str, Tensor]:
        s, real, drawn = self.settings, 2 * batch.image - 1, self._draw(batch)
        weight = losses.emphasis(batch.hole, s.known)
        terms = {
            "reconstruction": s.reconstruction * losses.l1(drawn.fine, real, weight, s.squared),
            "coarse": s.coarse * losses.l1(drawn.coarse, real, weight, s.squared),
        }
        if s.adversarial:
            adversarial = losses.hinge_generator(self._score([self._compose(batch)], batch))
            terms["adversarial"] = s.adversarial * adversarial
        return terms


def _lines(batch: Batch) -> Tensor | None:
    """Return the sketch inside the hole, as the network takes it."""
    return batch.guides["sketch"] * batch.hole if "sketch" in batch.guides else None


recipe = DeepFillV2Recipe
