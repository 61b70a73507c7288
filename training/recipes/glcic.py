"""Iizuka, Simo-Serra and Ishikawa, Globally and Locally Consistent Image Completion (SIGGRAPH 2017).

Three phases (section 4, algorithm 1): the completion network alone with the squared error in the hole, the context
discriminator alone, then both against each other. The discriminator takes the whole image and a square of half its
side: round the hole of a completed image, anywhere in a true one, which has none (section 3.3). For the comparison of
figure 2 it may see one of the two alone. The hole of a network that is trained from nothing has the mean colour of the
photos (section 4), which is kept with its weights. Holes are rectangles of 96 to 128 px in images of 256 px, so that
they fit into that square (README of satoshiiizuka/siggraph2017_inpainting; the code of the training is not published).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

import torch
from torch import Tensor, nn
from torch.optim import Adadelta, Optimizer

from inpaint_studio.errors import InputError
from inpaint_studio.models.networks import Inpainter
from inpaint_studio.texts import tr
from training.data.batch import Batch
from training.data.masks import Mixture
from training.discriminators import GlobalLocalDiscriminator, Views, crop_anywhere, crop_around_hole
from training.losses import losses
from training.recipe import Count, Phase, Rate, Recipe, Update, Weight, Width


@dataclass(frozen=True)
class GlcicSettings:
    """The paper's numbers."""

    adversarial: Weight = 0.0004  # alpha of eq. 4; 0: no discriminator, and the first phase alone
    reconstruction: Weight = 1.0  # of the squared error, eq. 2
    views: str = "both"  # what the discriminator sees: both, global or local
    # Whether the completion network maximises log D in place of minimising log(1 - D) (eq. 4), which hardly teaches it
    # once the discriminator is sure.
    non_saturating: bool = False
    rate: Rate = 1.0  # of ADADELTA (section 4), which adapts its steps
    critic_rate: Rate = 1.0
    critic_width: Width = 64  # channels of the discriminator's first layers (table 2)
    size: Count = 256  # px of the images the discriminator is built for


class GlcicRecipe(Recipe):
    """The completion network against its context discriminator."""

    system = "glcic"
    batch = 96  # section 4
    mixture = Mixture(kinds={"half rectangle": 1.0}, coverage=(0.0, 1.0))
    wants_mean_colour = True
    Settings = GlcicSettings
    # T_C = 90,000, T_D = 10,000 of T_train = 500,000 steps (section 4).
    phases: tuple[Phase, ...] = (
        Phase("completion", 0.18, steps=90_000),
        Phase("critic", 0.02, steps=10_000),
        Phase("joint", 0.80, steps=400_000),
    )

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        if settings.views not in get_args(Views):
            raise InputError(
                tr(
                    "There is no view '{views}'; there are {names}.",
                    views=settings.views,
                    names=", ".join(get_args(Views)),
                )
            )
        if settings.adversarial == 0:
            self.phases = (Phase("completion", 1.0),)
            return
        self.modules["critic"] = GlobalLocalDiscriminator(
            settings.size, settings.size // 2, settings.critic_width, views=settings.views
        )
        if fine_tuning:  # the network is trained already; first the discriminator is trained alone
            self.phases = (Phase("critic", 0.1, steps=10_000), Phase("joint", 0.9, steps=400_000))

    def optimisers(self) -> dict[str, Optimizer]:
        """Return an Adadelta each for the generator and the discriminator."""
        rates = {"generator": self.settings.rate, "critic": self.settings.critic_rate}
        return {name: Adadelta(each.parameters(), lr=rates[name]) for name, each in self.modules.items()}

    def least_batch(self, size: int) -> int:
        """Return 2 for sizes up to 64 px where there is a discriminator, else 1."""
        return 2 if size <= 64 and self.settings.adversarial else 1  # the discriminator halves it six times

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return the update of the generator, of the discriminator, or in the last phase of both."""
        del step
        if phase == "completion":
            return [Update("generator", self._reconstruction)]
        if phase == "critic":
            return [Update("critic", self._discriminator_alone)]
        return [Update("critic", self._discriminator), Update("generator", self._joint)]

    def teaches_generator(self, phase: str) -> bool:
        """Return whether the completion network learns: in all phases but the discriminator's own."""
        return phase != "critic"

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return B x 3 x S x S in [0, 1]: the network's output in the hole, known pixels elsewhere."""
        filled: Tensor = generator(batch.image, batch.hole)
        return torch.where(batch.hole > 0, filled.clamp(0, 1), batch.image)

    def _draw(self, batch: Batch) -> Tensor:
        drawn: Tensor = batch.once("drawn", lambda: self.modules["generator"](batch.image, batch.hole))
        return drawn

    def _reconstruction(self, batch: Batch) -> dict[str, Tensor]:
        error = losses.mse_in(self._draw(batch), batch.image, batch.hole)
        return {"reconstruction": self.settings.reconstruction * error}

    def _score(self, completed: Tensor, batch: Batch) -> Tensor:
        local = crop_around_hole(completed, batch.hole, self.settings.size // 2)
        scores: Tensor = self.modules["critic"](completed, local)
        return scores

    def _discriminator_alone(self, batch: Batch) -> dict[str, Tensor]:
        """Return the discriminator's loss on a batch that the generator does not learn from: without its graph."""
        with torch.no_grad():
            drawn = self.modules["generator"](batch.image, batch.hole)
        return self._compare(drawn, batch)

    def _discriminator(self, batch: Batch) -> dict[str, Tensor]:
        return self._compare(self._draw(batch).detach(), batch)

    def _compare(self, drawn: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Return the discriminator's loss; `drawn` has no graph."""
        fake = self._score(torch.where(batch.hole > 0, drawn, batch.image), batch)
        real = self.modules["critic"](batch.image, crop_anywhere(batch.image, self.settings.size // 2))
        return {"critic": 2 * losses.vanilla_discriminator(real, fake)}

    def _joint(self, batch: Batch) -> dict[str, Tensor]:
        scores = self._score(torch.where(batch.hole > 0, self._draw(batch), batch.image), batch)
        s = self.settings
        # log(1 - D) of a score is the softplus of it, negated.
        fooled = losses.vanilla_generator(scores) if s.non_saturating else -nn.functional.softplus(scores).mean()
        return self._reconstruction(batch) | {"adversarial": s.adversarial * fooled}


recipe = GlcicRecipe
