"""Liao et al., Image Inpainting Guided by Coherence Priors of Semantics and Textures (CVPR 2021).

The paper trains the image and its segmentation at every scale, with an adversarial loss and two coherence losses: one
for the structure of the whole, one for local texture. Neither its formulas nor code were at hand, so weights, rates and
the following are readings of ours:

- The structure is judged by a discriminator of pairs: of an image with its label map. Its fakes are the completed image
  with the predicted classes, and the true image with the map of other classes.
- Texture: `training.losses.texture`.
- The network is shown painted classes in a share of the steps, as the user may paint them: those of the hole or of the
  whole image, all of them or every other one. So it learns both to predict classes and to follow them.

Label maps come from the user or from clustering (`training.labels`). Images without one are learned from, too: then the
losses of classes are 0, and the discriminator sees images alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from inpaint_studio.layers.label_planes import find_majority, to_planes
from inpaint_studio.models.networks import Inpainter
from inpaint_studio.models.networks.coherence import Coherence as Network
from inpaint_studio.models.networks.coherence import CoherenceOutput
from training import initialise
from training.data.batch import Batch
from training.discriminators import PatchDiscriminator
from training.losses import labels as label_losses
from training.losses import losses
from training.losses.texture import texture_coherence
from training.recipe import Beta, Rate, Recipe, Share, Update, Weight, Width

_ROUND = 10  # steps, of which a share has painted classes


@dataclass(frozen=True)
class CoherenceSettings:
    """All numbers are ours."""

    reconstruction: Weight = 1.0  # of the full size
    coarse: Weight = 1.0  # the mean of the smaller scales
    labels: Weight = 0.2  # cross entropy of the classes, the mean of all scales
    adversarial: Weight = 0.1  # of pairs of image and label map; 0: there is no discriminator
    texture: Weight = 0.1  # non-local coherence of patches
    known: Weight = 1.0  # weight of errors of the image outside the hole; 1 in it
    squared: Weight = 0.0  # what squared errors add to absolute ones, in the range of the network
    painted: Share = 0.5  # of the steps: true classes are shown
    rate: Rate = 0.0001
    beta1: Beta = 0.5
    beta2: Beta = 0.9
    critic_width: Width = 64


class CoherenceRecipe(Recipe):
    """The network, and a discriminator of pairs."""

    system = "coherence"
    wants_labels = True
    Settings = CoherenceSettings

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        assert isinstance(network, Network)
        self.classes = network.classes
        if settings.adversarial == 0:
            return
        width = settings.critic_width
        widths, strides = (width, 2 * width, 4 * width, 8 * width), (2, 2, 2, 1)
        self.modules["critic"] = PatchDiscriminator(
            3 + self.classes, widths, strides, spectral=True, initialise=initialise.normal
        )

    def optimisers(self) -> dict[str, Optimizer]:
        """Return an Adam each for the generator and the discriminator; fine-tuning lowers their rates."""
        s = self.settings
        shares = {"generator": 0.5, "critic": 0.1} if self.fine_tuning else {"generator": 1.0, "critic": 1.0}
        return {
            name: Adam(module.parameters(), s.rate * shares[name], (s.beta1, s.beta2))
            for name, module in self.modules.items()
        }

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return one update of the discriminator, then one of the generator; the latter without adversarial loss."""
        del phase
        generator = Update("generator", partial(self._generator, step))
        if self.settings.adversarial == 0:
            return [generator]
        return [Update("critic", partial(self._discriminator, step)), generator]

    def compilable(self) -> Sequence[nn.Module]:
        """Return none: the propagation has another size for each hole."""
        return ()

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return B x 3 x S x S in [0, 1], filled as for a user who paints no classes."""
        filled = (generator(2 * batch.image - 1, batch.hole).image + 1) / 2
        return torch.where(batch.hole > 0, filled.clamp(0, 1), batch.image)

    def _draw(self, step: int, batch: Batch) -> CoherenceOutput:
        def draw() -> Any:
            shown = show_painted(_labels(batch), batch.hole, step, self.settings.painted)
            return self.modules["generator"](2 * batch.image - 1, batch.hole, shown)

        drawn: CoherenceOutput = batch.once("drawn", draw)
        return drawn

    def _truth(self, batch: Batch) -> Tensor:
        return to_planes(_labels(batch), self.classes)

    def _completed_pair(self, step: int, batch: Batch) -> Tensor:
        """Return the completed image with the classes that were predicted for it; those of the truth outside."""
        drawn, truth = self._draw(step, batch), self._truth(batch)
        image = torch.where(batch.hole > 0, drawn.image, 2 * batch.image - 1)
        odds = torch.softmax(drawn.scores[-1], 1) * label_losses.find_labelled(truth)
        return label_losses.join_pair(image, torch.where(batch.hole > 0, odds, truth))

    def _discriminator(self, step: int, batch: Batch) -> dict[str, Tensor]:
        critic, truth, real = self.modules["critic"], self._truth(batch), 2 * batch.image - 1
        made = self._completed_pair(step, batch).detach()
        swapped = label_losses.swap_pair(real, truth, made, step)
        scores = critic(label_losses.join_pair(real, truth))
        return {"critic": label_losses.pair_critic(scores, [critic(made), critic(swapped)])}

    def _generator(self, step: int, batch: Batch) -> dict[str, Tensor]:
        s, drawn, truth = self.settings, self._draw(step, batch), self._truth(batch)
        *coarse, full = [self._error(image, batch) for image in drawn.images]
        maps = [find_majority(truth, (scores.shape[-2], scores.shape[-1])) for scores in drawn.scores]
        entropies = [label_losses.cross_entropy(*pair) for pair in zip(drawn.scores, maps, strict=True)]
        terms = {
            "reconstruction": s.reconstruction * full,
            "coarse": s.coarse * torch.stack(coarse).mean(),
            "labels": s.labels * torch.stack(entropies).mean(),
        }
        if s.texture:
            found = texture_coherence(drawn.image, 2 * batch.image - 1, batch.hole, _labels(batch))
            terms["texture"] = s.texture * found
        if s.adversarial:
            scores = self.modules["critic"](self._completed_pair(step, batch))
            terms["adversarial"] = s.adversarial * label_losses.pair_generator(scores)
        return terms

    def _error(self, image: Tensor, batch: Batch) -> Tensor:
        """Return the error of one scale against the true image of its size."""
        size = image.shape[-2], image.shape[-1]
        real, hole = (F.adaptive_avg_pool2d(plane, size) for plane in (2 * batch.image - 1, batch.hole))
        return losses.l1(image, real, losses.emphasis(hole, self.settings.known), self.settings.squared)


def show_painted(labels: Tensor, hole: Tensor, step: int, share: float) -> Tensor:
    """Return the part of the true `labels` (B x 1 x S x S) that is shown to the network in a step; 0 elsewhere.

    In a `share` of every ten steps something is shown; from ten to ten in turn all classes in the hole, every other
    class there, all classes everywhere, and every other class everywhere. It depends on the step alone, so that parts
    of a batch see what the whole batch does.
    """
    tens, one = divmod(step, _ROUND)
    if one >= round(_ROUND * share):
        return torch.zeros_like(labels)
    shown = labels if tens % 4 >= 2 else labels * (hole > 0)
    return shown * ((labels + one) % 2 < 1) if tens % 2 else shown


def _labels(batch: Batch) -> Tensor:
    """Return the label map of the images; 0 everywhere where there is none."""
    found = batch.guides.get("labels")
    return torch.zeros_like(batch.hole) if found is None else found


recipe = CoherenceRecipe
