"""Liu et al., Image Inpainting for Irregular Holes Using Partial Convolutions (ECCV 2018).

Six losses (section 3.3, eq. 7) and two phases: the second with a lower rate and frozen batch norms in the encoder,
because the zeros of the holes change their statistics (section 3.2). Its authors published no training; what the paper
leaves open is as in naoto0804/pytorch-inpainting-with-partial-conv (loss.py, opt.py, train.py): means over all values,
of images normalised by ImageNet's mean and deviation, which VGG-16 gets, too.

That port differs in two ways that leave the gradients as they are: it computes the total variation over the whole
image, where differences of known pixels are constant, and divides a partial convolution by the number of known values
without the size of the window, which a batch norm undoes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from inpaint_studio.models.networks import Inpainter
from inpaint_studio.models.networks.partial_conv import DEVIATION, MEAN, PartialConvUNet
from inpaint_studio.texts import mark
from training import initialise
from training.data.batch import Batch
from training.losses import losses
from training.losses.vgg_input import IMAGENET
from training.recipe import Phase, Rate, Recipe, Update, Weight

_LAYERS = ("pool1", "pool2", "pool3")


@dataclass(frozen=True)
class PartialConvSettings:
    """The weights of eq. 7 (LAMBDA_DICT of opt.py) and the rates of section 4.2."""

    valid: Weight = 1.0
    hole: Weight = 6.0
    perceptual: Weight = 0.05  # prc
    style: Weight = 120.0  # of both style losses
    total_variation: Weight = 0.1  # tv
    squared: Weight = 0.0  # ours: what squared errors add to absolute ones, in the range of the network
    rate: Rate = 0.0002  # lr
    later_rate: Rate = 0.00005  # lr_finetune


class PartialConvRecipe(Recipe):
    """The U-Net; there is no discriminator."""

    system = "partial-conv"
    batch = 6  # section 4.2
    wants_features = "vgg16"
    vgg_input = IMAGENET  # which its network gets, too
    Settings = PartialConvSettings
    # Two equal parts of the 1,000,000 steps of naoto0804's port (train.py, max_iter); the paper names days alone.
    phases: tuple[Phase, ...] = (
        Phase("training", 0.5, steps=500_000),
        Phase(mark("encoder norms frozen"), 0.5, steps=500_000),
    )

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        if fine_tuning:
            self.phases = self.phases[1:]
        assert isinstance(network, PartialConvUNet)
        self._depth = network.depth
        self._to_network, self._to_colours = network.normalise, network.to_colours
        self._optimiser: Optimizer | None = None
        # The rate of the last phase that `enter` was called with.
        self._rate = settings.later_rate if fine_tuning else settings.rate

    @staticmethod
    def initialise(network: Inpainter) -> None:
        """Draw the weights as He et al. do (section 4.2; naoto0804's net.py)."""
        initialise.kaiming(network)

    def optimisers(self) -> dict[str, Optimizer]:
        """Return one Adam for the generator."""
        self._optimiser = Adam(self.modules["generator"].parameters(), self._rate)
        return {"generator": self._optimiser}

    def enter(self, phase: str) -> None:
        """Set the rate of the phase; freeze the encoder's batch norms in the last one."""
        frozen = phase == "encoder norms frozen"
        for name, module in self.modules["generator"].named_modules():
            if isinstance(module, nn.BatchNorm2d) and name.startswith("enc"):
                module.train(not frozen)
        rate = self.settings.later_rate if frozen else self.settings.rate
        if self._optimiser is not None:
            for group in self._optimiser.param_groups:
                group["lr"] *= rate / self._rate  # a factor, so that a rate that was halved before stays halved
        self._rate = rate

    def least_batch(self, size: int) -> int:
        """Return 2 where the encoder's last map is one pixel and its norms are not frozen, else 1."""
        # Frozen norms need no mean of the batch. The maps of the decoder are larger than the encoder's last one.
        return 2 if size >> self._depth == 1 and not self.fine_tuning else 1

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return one update of the generator."""
        del phase, step
        return [Update("generator", self._losses)]

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return B x 3 x S x S in [0, 1]: the network's output in the hole, known pixels elsewhere."""
        return torch.where(batch.hole > 0, self._draw(generator, batch).clamp(0, 1), batch.image)

    def _draw(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return the network's output as RGB in [0, 1]."""
        return self._to_colours(generator(self._to_network(batch.image), 1 - batch.hole))

    def _losses(self, batch: Batch) -> dict[str, Tensor]:
        s, hole = self.settings, batch.hole
        drawn = self._draw(self.modules["generator"], batch)
        composed = torch.where(hole > 0, drawn, batch.image)
        near = F.max_pool2d(hole, 3, 1, 1)
        terms = {
            "valid": s.valid * losses.l1(_normalise(drawn), _normalise(batch.image), 1 - hole, s.squared),
            "hole": s.hole * losses.l1(_normalise(drawn), _normalise(batch.image), hole, s.squared),
            "total variation": s.total_variation * losses.total_variation(_normalise(composed), near),
        }
        if self.features is not None:
            real, raw, whole = (self.vgg_maps(image, _LAYERS) for image in (batch.image, drawn, composed))
            perceptual = losses.perceptual(raw, real) + losses.perceptual(whole, real)
            terms["perceptual"] = s.perceptual * perceptual
            terms["style"] = s.style * (losses.style(raw, real) + losses.style(whole, real))
        return terms


def _normalise(image: Tensor) -> Tensor:
    """Return RGB in [0, 1] in ImageNet's normalised range, for which the paper's weights of losses are meant."""
    mean, deviation = (torch.tensor(value, device=image.device)[:, None, None] for value in (MEAN, DEVIATION))
    return (image - mean) / deviation


recipe = PartialConvRecipe
