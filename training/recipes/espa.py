"""Yu et al., Interactive Image Inpainting Using Semantic Guidance (ICPR 2022).

The authors published neither losses nor settings; only stage 1 of the network and the discriminator of patches are in
their code (GooDrYu/Interactive-Image-Inpainting, networks.py). Everything else here is a reading of ours:

- Stage 1: absolute error of the coarse image, and a hinge loss with the authors' discriminator: four convolutions of
  kernel 4 and stride 2 with 64 to 512 channels and instance norm, then one that scores patches. (Theirs has a row and a
  column of zeros more before the last one.)
- The map: cross entropy of the predicted classes with the true ones, in the whole image.
- Stage 2: absolute error, perceptual and style losses as in EdgeConnect, whose medium is edges, and the hinge loss of a
  critic of pairs, an image with its map: true images with maps of other classes are fakes, too.
- The decoder draws along the true map of the hole (teacher forcing), and in 3 of 10 steps along the predicted one, as
  it does for a user who paints nothing. So it neither trusts a map blindly nor meets predicted ones for the first time
  in use. Outside the hole it always sees the predicted map, as in use.
- Every hole is drawn once more, painted with another class of the photo; its colours should be those that this class
  has outside the hole (`training.losses.painted`). So a class that the photo did not have there has a meaning, too.
- Both stages are trained at once, by Adam with the rates of EdgeConnect.

A network of stage 1 alone has the losses of stage 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from inpaint_studio.layers.label_planes import to_planes
from inpaint_studio.models.networks import Hints, Inpainter
from inpaint_studio.models.networks.espa import Espa as Network
from inpaint_studio.models.networks.espa import EspaOutput, Reconstruction
from training import initialise
from training.data.batch import Batch
from training.discriminators import PatchDiscriminator
from training.losses import labels as label_losses
from training.losses import losses
from training.losses.painted import choose_painted, colour_difference
from training.losses.vgg_input import PLAIN
from training.recipe import Beta, Rate, Recipe, Share, Update, Weight, Width

_CONTENT = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
_STYLE = ("relu2_2", "relu3_4", "relu4_4", "relu5_2")


@dataclass(frozen=True)
class EspaSettings:
    """Weights and rates; the paper's are not known, so all are ours or EdgeConnect's."""

    coarse: Weight = 1.0  # of the error of the coarse image
    reconstruction: Weight = 1.0  # of the error of the fine image
    known: Weight = 1.0  # weight of errors outside the hole; 1 in it
    squared: Weight = 0.0  # what squared errors add to absolute ones, in the range of the network
    labels: Weight = 0.1  # of the cross entropy of the predicted map
    predicted: Share = 0.3  # of the steps in which the decoder draws along the predicted map
    painted: Weight = 0.1  # of the colours in holes that are painted with another class
    adversarial: Weight = 0.1  # of both stages; 0: there are no discriminators
    perceptual: Weight = 0.1  # as in EdgeConnect
    style: Weight = 250.0  # as in EdgeConnect
    rate: Rate = 0.0001
    critic_share: Rate = 0.1  # of the generator's rate; as in EdgeConnect
    beta1: Beta = 0.0  # as in EdgeConnect
    beta2: Beta = 0.9  # as in EdgeConnect
    critic_width: Width = 64  # networks.py


class EspaRecipe(Recipe):
    """Both stages with a discriminator each: of patches, and of patches with their classes."""

    system = "espa"
    batch = 8
    wants_labels = True
    wants_features = "vgg19"
    vgg_input = PLAIN
    trained_config = MappingProxyType({"grid": "free"})
    Settings = EspaSettings

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        assert isinstance(network, Network)
        self._classes, self._stages = network.classes, network.stages
        if settings.adversarial == 0:
            return
        width = settings.critic_width
        widths = (width, 2 * width, 4 * width, 8 * width)
        self.modules["coarse critic"] = PatchDiscriminator(
            3, widths, (2, 2, 2, 2), norm="instance", initialise=initialise.glorot
        )
        if network.stages == 2:
            self.modules["critic"] = PatchDiscriminator(
                3 + network.classes, widths[:3], (2, 2, 1), spectral=True, initialise=initialise.glorot
            )

    @property
    def _network(self) -> Network:
        generator = self.modules["generator"]
        assert isinstance(generator, Network)
        return generator

    @staticmethod
    def initialise(network: Inpainter) -> None:
        """Give every convolution Glorot's weights, as in DeepFill, whose coarse network stage 1 is."""
        initialise.glorot(network)

    def optimisers(self) -> dict[str, Optimizer]:
        """Return an Adam each for the generator and for both discriminators together."""
        s = self.settings
        betas, slower = (s.beta1, s.beta2), 0.1 if self.fine_tuning else 1.0
        found: dict[str, Optimizer] = {"generator": Adam(self.modules["generator"].parameters(), s.rate, betas)}
        critics = [weight for module in self.discriminators().values() for weight in module.parameters()]
        return found | ({"critics": Adam(critics, s.rate * s.critic_share * slower, betas)} if critics else {})

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return one update of the discriminators, if there are any, then one of the generator.

        The share of steps that draw along the predicted map is spread evenly: with 0.3 they are steps 3, 6 and 9 of 10.
        """
        del phase

        def generator(batch: Batch) -> dict[str, Tensor]:
            return self._generator(batch, step)

        def critics(batch: Batch) -> dict[str, Tensor]:
            return self._critics(batch, step)

        found = [Update("generator", generator)]
        return [Update("critics", critics), *found] if self.discriminators() else found

    def draws_along_predicted(self, step: int) -> bool:
        """Return whether the decoder draws along the predicted map in that step."""
        share = float(self.settings.predicted) + 1e-9  # so that ten times 0.3 are 3
        return floor((step + 1) * share) > floor(step * share)

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return B x 3 x S x S in [0, 1], filled along the predicted map, as for a user who paints nothing."""
        assert isinstance(generator, Network)
        drawn = generator.fill(batch.image, batch.hole, Hints(), lambda _: None).output
        return torch.where(batch.hole > 0, drawn.clamp(0, 1), batch.image)

    def _draw(self, batch: Batch, step: int) -> EspaOutput:
        # Outside the hole a user paints nothing, so the predicted classes are there in each step.
        along = None if self.draws_along_predicted(step) else _labels(batch) * batch.hole
        drawn: EspaOutput = batch.once(
            "drawn", lambda: self.modules["generator"](2 * batch.image - 1, batch.hole, along)
        )
        return drawn

    def _planes(self, batch: Batch) -> Tensor:
        return to_planes(_labels(batch), self._classes)

    def _critics(self, batch: Batch, step: int) -> dict[str, Tensor]:
        real, drawn = 2 * batch.image - 1, self._draw(batch, step)
        coarse, critic = torch.where(batch.hole > 0, drawn.coarse, real).detach(), self.modules["coarse critic"]
        found = {"coarse critic": losses.hinge_discriminator(critic(real), critic(coarse))}
        if self._stages == 2:
            fine, planes = torch.where(batch.hole > 0, drawn.fine, real).detach(), self._planes(batch)
            made = label_losses.join_pair(fine, planes)
            pairs = label_losses.join_pair(real, planes), made, label_losses.swap_pair(real, planes, made, step)
            true, fake, wrong = map(self.modules["critic"], pairs)
            found["critic"] = label_losses.pair_critic(true, (fake, wrong))
        return found

    def _generator(self, batch: Batch, step: int) -> dict[str, Tensor]:
        s, real, hole = self.settings, 2 * batch.image - 1, batch.hole
        drawn = self._draw(batch, step)
        weight = losses.emphasis(hole, s.known)
        terms = {"coarse": s.coarse * losses.l1(drawn.coarse, real, weight, s.squared)}
        if s.adversarial:
            scores = self.modules["coarse critic"](torch.where(hole > 0, drawn.coarse, real))
            terms["coarse adversarial"] = s.adversarial * losses.hinge_generator(scores)
        if drawn.scores is None:
            return terms
        terms["reconstruction"] = s.reconstruction * losses.l1(drawn.fine, real, weight, s.squared)
        if s.labels:
            terms["labels"] = s.labels * label_losses.cross_entropy(drawn.scores, _labels(batch))
        if s.painted:
            terms["painted"] = s.painted * self._painted(batch, drawn, step)
        fine = torch.where(hole > 0, drawn.fine, real)
        if s.adversarial:
            pair = label_losses.join_pair(fine, self._planes(batch))
            terms["adversarial"] = s.adversarial * label_losses.pair_generator(self.modules["critic"](pair))
        return terms | self._feature_losses((fine + 1) / 2, batch)

    def _painted(self, batch: Batch, drawn: EspaOutput, step: int) -> Tensor:
        """Return the loss of the colours of holes that are painted with another class; stage 1 does not learn of it."""
        labels, hole = _labels(batch), batch.hole
        painted = choose_painted(labels, hole, self._classes, step)
        assert drawn.scores is not None
        made = Reconstruction(drawn.coarse.detach(), drawn.features.detach())
        fine = self._network.refine(hole, made, self._network.mix(drawn.scores, painted * hole))
        return colour_difference(fine, 2 * batch.image - 1, hole, labels, painted)

    def _feature_losses(self, composed: Tensor, batch: Batch) -> dict[str, Tensor]:
        if self.features is None:
            return {}
        names, s = (*_CONTENT, *_STYLE), self.settings
        fake = dict(zip(names, self.vgg_maps(composed, names), strict=True))
        with torch.no_grad():
            real = dict(zip(names, self.vgg_maps(batch.image, names), strict=True))
        content, style = ([(fake[name], real[name]) for name in some] for some in (_CONTENT, _STYLE))
        return {
            "perceptual": s.perceptual * losses.perceptual(*zip(*content, strict=True)),
            "style": s.style * losses.style(*zip(*style, strict=True)),
        }


def _labels(batch: Batch) -> Tensor:
    """Return the map of classes of the batch; in one that has none no class is known."""
    return batch.guides.get("labels", torch.zeros_like(batch.hole))


recipe = EspaRecipe
