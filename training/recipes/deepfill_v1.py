"""DeepFill v1: Yu et al., Generative Image Inpainting with Contextual Attention (CVPR 2018).

Spatially discounted L1 in the hole and plain L1 outside, for both stages; two Wasserstein critics with gradient
penalty, of the whole image and of the square round the hole (section 3; v1.0.0 of JiahuiYu/generative_inpainting,
inpaint.yml and inpaint_model.py). The kind of GAN is a setting, as in the paper's ablation (section 4.2). Holes are
rectangles like theirs; each image has its own, while the authors draw one for the whole batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from inpaint_studio.errors import InputError
from inpaint_studio.models.networks import Inpainter
from inpaint_studio.models.networks.two_stage import TwoStageOutput
from training.data.batch import Batch
from training.data.masks import Mixture
from training.discriminators import ImageDiscriminator, crop_around_hole
from training.losses import losses
from training.recipe import Beta, Count, Rate, Recipe, Share, Update, Weight, Width


@dataclass(frozen=True)
class DeepFillV1Settings:
    """The numbers of inpaint.yml."""

    gan: str = "wasserstein"  # or vanilla, least squares, hinge
    hole: Weight = 1.2  # L1_LOSS_ALPHA
    coarse: Weight = 1.2  # COARSE_L1_ALPHA: factor of the coarse image, in the hole and outside
    known: Weight = 1.2  # AE_LOSS_ALPHA
    adversarial: Weight = 0.001  # GAN_LOSS_ALPHA
    penalty: Weight = 10.0  # WGAN_GP_LAMBDA
    discount: Share = 0.9  # SPATIAL_DISCOUNTING_GAMMA
    critic_steps: Count = 5  # for each step of the generator
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
    Settings = DeepFillV1Settings

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        if settings.gan not in losses.GANS:
            raise InputError(f"There is no GAN '{settings.gan}'; there are {', '.join(losses.GANS)}.")
        width = settings.critic_width
        widths = (width, 2 * width, 4 * width, 4 * width)
        self.modules["global critic"] = ImageDiscriminator(3, widths, settings.size)
        self.modules["local critic"] = ImageDiscriminator(3, widths, settings.size // 2)
        # Only Wasserstein critics need more steps than the generator, and only with an untrained network.
        self._steps_per_update = settings.critic_steps if settings.gan == "wasserstein" and not fine_tuning else 1

    def optimisers(self) -> dict[str, Optimizer]:
        """Return an Adam each for the generator and for both critics together."""
        s = self.settings
        betas, slower = (s.beta1, s.beta2), 0.1 if self.fine_tuning else 1.0
        critics = [*self.modules["global critic"].parameters(), *self.modules["local critic"].parameters()]
        return {
            "generator": Adam(self.modules["generator"].parameters(), s.rate, betas),
            "critics": Adam(critics, s.rate * slower, betas),
        }

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return one update of the critics; in every `critic_steps`-th step of WGAN also one of the generator."""
        del phase
        critics = [Update("critics", self._critics)]
        if (step + 1) % self._steps_per_update == 0:
            return [*critics, Update("generator", self._generator)]
        return critics

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return B x 3 x S x S in [0, 1]: the fine result in the hole, known pixels elsewhere."""
        drawn: TwoStageOutput = generator(2 * batch.image - 1, batch.hole)
        return torch.where(batch.hole > 0, (drawn.fine + 1) / 2, batch.image)

    def _draw(self, batch: Batch) -> TwoStageOutput:
        drawn: TwoStageOutput = batch.once("drawn", lambda: self.modules["generator"](2 * batch.image - 1, batch.hole))
        return drawn

    def _parts(self, image: Tensor, batch: Batch) -> tuple[tuple[str, Tensor, Tensor], ...]:
        """Return the name of each critic with its part of `image` and of the hole."""
        side = self.settings.size // 2
        local, near = crop_around_hole(image, batch.hole, side), crop_around_hole(batch.hole, batch.hole, side)
        return ("global critic", image, batch.hole), ("local critic", local, near)

    def _critics(self, batch: Batch) -> dict[str, Tensor]:
        s, real = self.settings, 2 * batch.image - 1
        fake = torch.where(batch.hole > 0, self._draw(batch).fine.detach(), real)
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
        inside, outside = hole / _share(hole), (1 - hole) / _share(1 - hole)
        weight = losses.discount(hole, s.discount) * inside
        fake = torch.where(hole > 0, drawn.fine, real)
        scores = [self.modules[name](part) for name, part, _ in self._parts(fake, batch)]
        adversarial = torch.stack([losses.GANS[s.gan][1](score) for score in scores]).sum()
        return {
            "hole": s.hole * losses.l1(drawn.fine, real, weight),
            "coarse": s.hole * s.coarse * losses.l1(drawn.coarse, real, weight),
            "known": s.known
            * (losses.l1(drawn.fine, real, outside) + s.coarse * losses.l1(drawn.coarse, real, outside)),
            "adversarial": s.adversarial * adversarial,
        }


def _share(where: Tensor) -> Tensor:
    """Return the share of each image that `where` covers, B x 1 x 1 x 1."""
    return where.mean((1, 2, 3), keepdim=True).clamp_min(1e-3)


recipe = DeepFillV1Recipe
