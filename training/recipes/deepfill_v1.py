"""DeepFill v1: Yu et al., Generative Image Inpainting with Contextual Attention (CVPR 2018).

Spatially discounted L1 in the box of the hole and plain L1 outside the hole, for both stages; two Wasserstein critics
with gradient penalty, of the whole image and of the box (section 3; v1.0.0 of JiahuiYu/generative_inpainting,
inpaint.yml, inpaint_model.py and train.py). A step is five updates of the critics and one of the generator, each on a
batch of its own.

The paper's ablation (section 4.2) can be repeated by settings: other kinds of GAN, a refinement without L1, and
perceptual, style and total variation losses, which it found to change little. The paper does not say how it computed
these three; here they are those of PConv (Liu et al. 2018, eq. 3 to 6) for the composed image.

Holes are the authors' boxes; each image has its own, while they draw one for the whole batch. The critics pad as the
network does: as TensorFlow, or for the weights of a port as PyTorch.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from inpaint_studio.errors import InputError
from inpaint_studio.models.networks import Inpainter
from inpaint_studio.models.networks.deepfill_v1 import DeepFillV1 as Network
from inpaint_studio.models.networks.two_stage import TwoStageOutput
from inpaint_studio.texts import mark, tr
from training import initialise
from training.data.batch import Batch
from training.data.masks import Mixture
from training.discriminators import ImageDiscriminator, crop_around_hole, find_squares
from training.losses import discounts, losses
from training.recipe import Beta, Count, Rate, Recipe, Share, Update, Weight, Width

_LAYERS = ("pool1", "pool2", "pool3")  # of VGG-16


@dataclass(frozen=True)
class DeepFillV1Settings:
    """The numbers of inpaint.yml, and the choices of the ablation."""

    gan: str = "wasserstein"  # or vanilla, least squares, hinge
    hole: Weight = 1.2  # L1_LOSS_ALPHA
    coarse: Weight = 1.2  # COARSE_L1_ALPHA: factor of the coarse image, in the hole and outside
    known: Weight = 1.2  # AE_LOSS_ALPHA
    refinement_l1: bool = True  # whether the fine image has an L1 loss
    adversarial: Weight = 0.001  # GAN_LOSS_ALPHA; 0: there are no critics
    squared: Weight = 0.0  # ours: what squared errors add to absolute ones, in the range of the network
    penalty: Weight = 10.0  # WGAN_GP_LAMBDA
    discount: Share = 0.9  # SPATIAL_DISCOUNTING_GAMMA
    discount_from: str = discounts.BOX  # the authors' box round the hole, or the hole's own rim
    perceptual: Weight = 0.0
    style: Weight = 0.0
    total_variation: Weight = 0.0
    critic_steps: Count = 5  # for each update of the generator, with Wasserstein critics (max_iters in train.py)
    fine_tuning_critic_steps: Count = 5  # the same when fine-tuning
    rate: Rate = 0.0001
    beta1: Beta = 0.5
    beta2: Beta = 0.9
    critic_width: Width = 64
    size: Count = 256  # px of the images the critics are built for


class DeepFillV1Recipe(Recipe):
    """The two-stage network with a global and a local critic."""

    system = "deepfill-v1"
    batch = 16
    mixture = Mixture(kinds={"box": 1.0}, coverage=(0.0, 1.0))
    wants_features = "vgg16"
    Settings = DeepFillV1Settings
    # Section 4.2. The weights of the last three are those of PConv (Liu et al. 2018, eq. 7).
    loss_parts = MappingProxyType({
        "wgan-gp": {"gan": "wasserstein", "adversarial": 0.001},
        "vanilla": {"gan": "vanilla", "adversarial": 0.001},
        "lsgan": {"gan": "least squares", "adversarial": 0.001},
        "hinge": {"gan": "hinge", "adversarial": 0.001},
        "perceptual": {"perceptual": 0.05},
        "style": {"style": 120},
        "tv": {"total_variation": 0.1},
    })  # fmt: skip
    plain_losses = MappingProxyType({"adversarial": 0, "perceptual": 0, "style": 0, "total_variation": 0})
    critics = frozenset({"wgan-gp", "vanilla", "lsgan", "hinge"})

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        for what, value, known in (
            ("GAN", settings.gan, tuple(losses.GANS)),
            ("place to discount from", settings.discount_from, (discounts.BOX, discounts.RIM)),
        ):
            if value not in known:
                raise InputError(
                    tr(
                        "There is no {what} '{value}'; there are {names}.",
                        what=what,
                        value=value,
                        names=", ".join(known),
                    )
                )
        assert isinstance(network, Network)
        # Only Wasserstein critics need more steps than the generator.
        steps = settings.fine_tuning_critic_steps if fine_tuning else settings.critic_steps
        self._critic_steps = steps if settings.gan == "wasserstein" else 1
        if settings.adversarial == 0:
            return
        width, side, same = settings.critic_width, settings.size // 2, network.padding == "same"
        glorot = initialise.glorot
        self.modules["global critic"] = ImageDiscriminator(
            3, (width, 2 * width, 4 * width, 4 * width), settings.size, same=same, initialise=glorot
        )
        self.modules["local critic"] = ImageDiscriminator(
            3, (width, 2 * width, 4 * width, 8 * width), side, same=same, initialise=glorot
        )

    def optimisers(self) -> dict[str, Optimizer]:
        """Return an Adam each for the generator and for both critics together."""
        s = self.settings
        betas, slower = (s.beta1, s.beta2), 0.1 if self.fine_tuning else 1.0
        found: dict[str, Optimizer] = {"generator": Adam(self.modules["generator"].parameters(), s.rate, betas)}
        critics = [weight for module in self.discriminators().values() for weight in module.parameters()]
        return found | ({"critics": Adam(critics, s.rate * slower, betas)} if critics else {})

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return the updates of the critics, then one of the generator.

        With several of the critics each update has a batch of its own, as in the authors' code; else both share one.
        Without adversarial loss the generator learns alone.
        """
        del phase, step
        if self.settings.adversarial == 0:
            return [Update("generator", self._generator)]
        if self._critic_steps == 1:
            return [Update("critics", self._critics), Update("generator", self._generator)]
        alone = Update("critics", self._critics_alone, new_batch=True)
        return [*[alone] * self._critic_steps, Update("generator", self._generator, new_batch=True)]

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return B x 3 x S x S in [0, 1]: the fine result in the hole, known pixels elsewhere."""
        drawn: TwoStageOutput = generator(2 * batch.image - 1, batch.hole)
        return torch.where(batch.hole > 0, ((drawn.fine + 1) / 2).clamp(0, 1), batch.image)

    def _draw(self, batch: Batch) -> TwoStageOutput:
        drawn: TwoStageOutput = batch.once("drawn", lambda: self.modules["generator"](2 * batch.image - 1, batch.hole))
        return drawn

    def _parts(self, image: Tensor, batch: Batch) -> tuple[tuple[str, Tensor, Tensor], ...]:
        """Return the name of each critic with its part of `image` and of the hole."""
        side = self.settings.size // 2
        local, near = crop_around_hole(image, batch.hole, side), crop_around_hole(batch.hole, batch.hole, side)
        return (mark("global critic"), image, batch.hole), (mark("local critic"), local, near)

    def _critics_alone(self, batch: Batch) -> dict[str, Tensor]:
        """Return the losses of the critics on a batch that the generator does not learn from: without its graph."""
        with torch.no_grad():
            drawn: TwoStageOutput = self.modules["generator"](2 * batch.image - 1, batch.hole)
        return self._compare(drawn.fine, batch)

    def _critics(self, batch: Batch) -> dict[str, Tensor]:
        return self._compare(self._draw(batch).fine.detach(), batch)

    def _compare(self, fine: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Return the losses of both critics; `fine` has no graph."""
        s, real = self.settings, 2 * batch.image - 1
        fake = torch.where(batch.hole > 0, fine, real)
        found: dict[str, Tensor] = {}
        both = zip(self._parts(real, batch), self._parts(fake, batch), strict=True)
        for (name, true, hole), (_, drawn, _) in both:
            critic = self.modules[name]
            found[name] = losses.GANS[s.gan][0](critic(true), critic(drawn))
            if s.gan == "wasserstein":
                share = torch.rand(len(true), 1, 1, 1, device=true.device)
                found[f"{name} penalty"] = s.penalty * losses.gradient_penalty(critic, true, drawn, hole, share)
        return found

    def _generator(self, batch: Batch) -> dict[str, Tensor]:
        s, real, hole = self.settings, 2 * batch.image - 1, batch.hole
        drawn = self._draw(batch)
        inside, outside = self._discount(hole), (1 - hole) / discounts.share(1 - hole)
        fake = torch.where(hole > 0, drawn.fine, real)
        known = s.coarse * losses.l1(drawn.coarse, real, outside, s.squared)
        terms = {"coarse": s.hole * s.coarse * losses.l1(drawn.coarse, real, inside, s.squared)}
        if s.refinement_l1:
            terms["hole"] = s.hole * losses.l1(drawn.fine, real, inside, s.squared)
            known = known + losses.l1(drawn.fine, real, outside, s.squared)
        terms["known"] = s.known * known
        if s.adversarial:
            scores = [self.modules[name](part) for name, part, _ in self._parts(fake, batch)]
            adversarial = torch.stack([losses.GANS[s.gan][1](score) for score in scores]).sum()
            terms["adversarial"] = s.adversarial * adversarial
        return terms | self._ablation((fake + 1) / 2, batch)

    def _discount(self, hole: Tensor) -> Tensor:
        """Return the weights of the errors round and in the hole, B x 1 x S x S."""
        s = self.settings
        if s.discount_from == discounts.RIM:
            return discounts.weigh_rims(hole, s.discount)
        side = min(s.size // 2, *hole.shape[-2:])
        return discounts.weigh_boxes(hole, find_squares(hole, side), side, s.discount)

    def _ablation(self, composed: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Return the losses that the paper tried and left out, as far as they have a weight."""
        s, terms = self.settings, {}
        if s.perceptual or s.style:
            fake = self.vgg_maps(composed, _LAYERS)
            with torch.no_grad():
                real = self.vgg_maps(batch.image, _LAYERS)
            terms["perceptual"] = s.perceptual * losses.perceptual(fake, real)
            terms["style"] = s.style * losses.style(fake, real)
        if s.total_variation:
            near = nn.functional.max_pool2d(batch.hole, 3, 1, 1)
            terms["total variation"] = s.total_variation * losses.total_variation(composed, near)
        return terms


recipe = DeepFillV1Recipe
