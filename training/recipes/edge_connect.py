"""Nazeri et al., EdgeConnect: Generative Image Inpainting with Adversarial Edge Learning (ICCV Workshops 2019).

Two generators: G1 draws edges, G2 the image. Five phases (section 4.2): G1 with the edges that Canny finds, then at a
tenth of the rate; G2 with the true edges; at a tenth of the rate G2 with the edges that G1 draws; both together at a
hundredth, without the discriminator of edges. Loss weights are those of section 3 (eq. 5 and 11) and of the authors'
config.yml.example. The paper ends a phase when its losses stop falling, and so does a training without a length; the
shares of one with a length are our choice.

Networks, ranges, losses and initial weights are those of knazeri/edge-connect (src/networks.py, models.py, loss.py,
edge_connect.py). What differs from its trainer, and why:

- A discriminator is updated before the generator's losses are computed; there both come from the same pass, and newer
  releases of PyTorch refuse that. Its spectral norm takes a step at each pass, and begins with 15 steps.
- The reconstruction is divided by the share of the hole in its own image, there by that of the batch: a loss that is a
  mean over images can be computed in parts.
- "both" is the paper's: G1 learns from the losses of the image alone, at a hundredth of the rate. The code's MODEL 4
  keeps the discriminator of edges and its losses, at the rate of the file.
- The rates of phases are the paper's; the code has the one of its file. Both discriminators follow at D2G_LR of them.
- Holes are drawn by the program; there they are files or halves and squares (MASK). Crops are cut at random, there
  images are scaled to 256 px; both are mirrored at random. Canny gets the whole image in training (sigma 2), and only
  what is around the hole when it is filled, as in theirs.
- Measured and saved is a moving average, as for all networks here; there the last weights. EDGE_THRESHOLD, PSNR and
  precision are numbers to report there; here PSNR is that of the filled hole in the image (`complete`).
- MODEL 3's choice of true edges for half the steps is switched off there ("if True or ..."), and is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from inpaint_studio.errors import InputError
from inpaint_studio.models.networks import Hints, Inpainter
from inpaint_studio.models.networks.edge_connect import EdgeConnect as Network
from inpaint_studio.texts import mark, tr
from training import initialise, spectral
from training.data.batch import Batch
from training.discriminators import PatchDiscriminator
from training.losses import losses
from training.losses.vgg_input import PLAIN
from training.recipe import Beta, Phase, Rate, Recipe, Update, Weight, Width

_EDGES_SLOWLY = mark("edges at a tenth of the rate")
_CONTENT = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
_STYLE = ("relu2_2", "relu3_4", "relu4_4", "relu5_2")
_GREY = (0.2125, 0.7154, 0.0721)  # weights of R, G and B (Rec. 709), as in the search for edges


@dataclass(frozen=True)
class EdgeConnectSettings:
    """The weights of eq. 5 and 11, the rates of section 4.2, and the names of config.yml.example."""

    # lambda_adv,1; models.py has no factor. 0: no discriminator of edges, and nothing of its features
    edge_adversarial: Weight = 1.0
    feature_matching: Weight = 10.0  # lambda_FM; FM_LOSS_WEIGHT
    reconstruction: Weight = 1.0  # lambda_l1; L1_LOSS_WEIGHT
    adversarial: Weight = 0.1  # lambda_adv,2; INPAINT_ADV_LOSS_WEIGHT; 0: no discriminator of images
    perceptual: Weight = 0.1  # lambda_p; CONTENT_LOSS_WEIGHT
    style: Weight = 250.0  # lambda_s; STYLE_LOSS_WEIGHT
    edges: Weight = 0.0  # ours: the cross entropy of G1's edges, for a training without their discriminator
    known: Weight = 1.0  # ours: weight of errors outside the hole; 1 in it
    squared: Weight = 0.0  # ours: what squared errors add to absolute ones, in the range of the network
    rate: Rate = 0.0001  # LR
    plateau_rate: Rate = 0.00001  # after the losses stopped falling
    joint_rate: Rate = 0.000001  # of both together
    critic_share: Rate = 0.1  # of the generator's rate; D2G_LR
    beta2: Beta = 0.9  # BETA2; BETA1 is 0
    critic_width: Width = 64  # src/networks.py


class EdgeConnectRecipe(Recipe):
    """Two generators, each with a discriminator of patches."""

    system = "edge-connect"
    batch = 8  # BATCH_SIZE
    wants_sketch = "canny"
    wants_features = "vgg19"
    vgg_input = PLAIN  # src/models.py: images in [0, 1] as they are
    trained_config = MappingProxyType({"merge": True})
    Settings = EdgeConnectSettings
    phases: tuple[Phase, ...] = (
        Phase("edges", 0.25, until_plateau=True),
        Phase(_EDGES_SLOWLY, 0.1, until_plateau=True),
        Phase(mark("image along true edges"), 0.35, until_plateau=True),
        Phase(mark("image along drawn edges"), 0.2, until_plateau=True),
        Phase("both", 0.1, until_plateau=True),
    )

    def __init__(
        self, network: Inpainter, settings: Any, features: nn.Module | None = None, fine_tuning: bool = False
    ) -> None:
        super().__init__(network, settings, features, fine_tuning)
        spectral.normalise(self._generators.edge.normalised_layers())
        if settings.edge_adversarial == 0 and settings.edges == 0:
            raise InputError(tr("Without an adversarial loss only 'edges' teaches where edges are; set it above 0."))
        width = settings.critic_width
        weights = {"edge critic": settings.edge_adversarial, "critic": settings.adversarial}
        for name, channels in ((mark("edge critic"), 2), ("critic", 3)):
            if weights[name] == 0:
                continue
            widths, strides = (width, 2 * width, 4 * width, 8 * width), (2, 2, 2, 1)
            self.modules[name] = PatchDiscriminator(
                channels, widths, strides, spectral=True, bias=False, initialise=initialise.normal
            )
        if fine_tuning:
            # Both are trained already: only the parts at the lower rate are left.
            self.phases = tuple(
                Phase(name, share, until_plateau=True)
                for name, share in ((_EDGES_SLOWLY, 0.3), (mark("image along drawn edges"), 0.7))
            )
        self._optimisers: dict[str, Optimizer] = {}
        self._entered = self.phases[0].name  # the phase whose rates the optimisers have

    @property
    def _generators(self) -> Network:
        generator = self.modules["generator"]
        assert isinstance(generator, Network)
        return generator

    @staticmethod
    def initialise(network: Inpainter) -> None:
        """Draw all weights from a normal distribution of deviation 0.02 (src/networks.py, `init_weights`)."""
        initialise.normal(network)

    def compilable(self) -> Sequence[nn.Module]:
        """Return both generators: the network that has them is not called itself."""
        return (self._generators.edge, self._generators.inpaint)

    def optimisers(self) -> dict[str, Optimizer]:
        """Return an Adam each for both generators and the discriminators."""
        s, rate = self.settings, self._rate(self._entered)
        parts: dict[str, nn.Module] = {"edge generator": self._generators.edge, "generator": self._generators.inpaint}
        parts |= self.discriminators()
        self._optimisers = {
            name: Adam(part.parameters(), rate * (s.critic_share if "critic" in name else 1.0), (0.0, s.beta2))
            for name, part in parts.items()
        }
        return self._optimisers

    def enter(self, phase: str) -> None:
        """Set the rates of the phase."""
        # A factor, so that a rate that was halved before stays halved.
        change = self._rate(phase) / self._rate(self._entered)
        for optimiser in self._optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] *= change
        self._entered = phase

    def updates(self, phase: str, step: int) -> list[Update]:
        """Return the updates of the edges, of the image, or in the last phase of both; of a critic if there is one."""
        del step
        edges = [Update(mark("edge generator"), self._edges)]
        if "edge critic" in self.modules:
            edges.insert(0, Update(mark("edge critic"), self._edge_discriminator))
        image = [Update("generator", self._image(phase))]
        if "critic" in self.modules:
            image.insert(0, Update("critic", self._discriminator(phase)))
        # The last phase has no discriminator of edges (section 4.2).
        both = [Update(mark("edge generator"), self._image(phase)), *image]
        return {"edges": edges, _EDGES_SLOWLY: edges, "both": both}.get(phase, image)

    def teaches_generator(self, phase: str) -> bool:
        """Return whether fills can get better: not while G1 learns edges for a G2 that is not trained yet."""
        return self.fine_tuning or phase not in ("edges", _EDGES_SLOWLY)

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return B x 3 x S x S in [0, 1], filled as for the user: along the edges that the first generator predicts.

        The edges around the hole are those that are found without its content, unlike those of the batch.
        """
        assert isinstance(generator, Network)
        drawn = generator.fill(batch.image, batch.hole, Hints(), lambda _: None).output
        return torch.where(batch.hole > 0, drawn.clamp(0, 1), batch.image)

    def _rate(self, phase: str) -> float:
        s = self.settings
        if phase == "both":
            return float(s.joint_rate)
        return float(s.rate if phase in ("edges", mark("image along true edges")) else s.plateau_rate)

    # Edges

    def _predict(self, batch: Batch) -> Tensor:
        predicted: Tensor = batch.once(
            "edges", lambda: self._generators.predict(_grey(batch.image), _sketch(batch), batch.hole)
        )
        return predicted

    def _edge_features(self, edges: Tensor, batch: Batch) -> list[Tensor]:
        discriminator = self.modules["edge critic"]
        assert isinstance(discriminator, PatchDiscriminator)
        return discriminator.features(torch.cat([_grey(batch.image), edges], 1))

    def _edge_discriminator(self, batch: Batch) -> dict[str, Tensor]:
        real = self._edge_features(_sketch(batch), batch)[-1]
        fake = self._edge_features(self._predict(batch).detach(), batch)[-1]
        return {"edge critic": losses.vanilla_discriminator(real, fake)}

    def _edges(self, batch: Batch) -> dict[str, Tensor]:
        s, terms = self.settings, {}
        if s.edges:
            terms["edges"] = s.edges * losses.cross_entropy(self._predict(batch), _sketch(batch))
        if s.edge_adversarial == 0:
            return terms
        fake = self._edge_features(self._predict(batch), batch)
        with torch.no_grad():
            real = self._edge_features(_sketch(batch), batch)
        # The authors' code sums over all five convolutions, also the last one, which gives the scores.
        matched = len(fake) * losses.feature_matching(fake, real)
        return terms | {
            "edge feature matching": s.feature_matching * matched,
            "edge adversarial": s.edge_adversarial * losses.vanilla_generator(fake[-1]),
        }

    def _compose_edges(self, batch: Batch) -> Tensor:
        """Return the edges that G2 draws along: the true ones outside the hole, and those of G1 inside."""
        drawn = self._generators.predict(_grey(batch.image), _sketch(batch), batch.hole)
        return self._generators.combine(drawn, _sketch(batch), batch.hole)

    # The image

    def _complete_image(self, batch: Batch, phase: str) -> Tensor:
        def complete() -> Tensor:
            if phase == "both":
                edges = self._compose_edges(batch)
            elif phase == "image along drawn edges":
                with torch.no_grad():
                    edges = self._compose_edges(batch)
            else:
                edges = _sketch(batch)
            return self._generators.complete(batch.image, edges, batch.hole)

        # In the last phase G1 was updated just before, so its edges are drawn again.
        completed: Tensor = complete() if phase == "both" else batch.once("image", complete)
        return completed

    def _discriminator(self, phase: str) -> Any:
        def compute(batch: Batch) -> dict[str, Tensor]:
            discriminator = self.modules["critic"]
            real, fake = discriminator(batch.image), discriminator(self._complete_image(batch, phase).detach())
            return {"critic": losses.vanilla_discriminator(real, fake)}

        return compute

    def _image(self, phase: str) -> Any:
        def compute(batch: Batch) -> dict[str, Tensor]:
            s, hole = self.settings, batch.hole
            drawn = self._complete_image(batch, phase)
            composed = torch.where(hole > 0, drawn, batch.image)
            # Divided by the share of the hole, so that small holes have the same weight: by that of each image, so that
            # a batch can be divided, while the authors' models.py takes that of the batch.
            inverse_share = 1 / hole.mean((1, 2, 3), keepdim=True).clamp_min(1e-3)
            weight = losses.emphasis(hole, s.known)
            weight = inverse_share if weight is None else weight * inverse_share
            error = losses.l1(drawn, batch.image, weight, s.squared)
            terms = {"reconstruction": s.reconstruction * error}
            if s.adversarial:
                terms["adversarial"] = s.adversarial * losses.vanilla_generator(self.modules["critic"](drawn))
            if self.features is not None:
                fake, real = (self.vgg_maps(p, _CONTENT) for p in (drawn, batch.image))
                terms["perceptual"] = s.perceptual * losses.perceptual(fake, real)
                inside, true = (self.vgg_maps(p * hole, _STYLE) for p in (composed, batch.image))
                terms["style"] = s.style * losses.style(inside, true)
            return terms

        return compute


def _sketch(batch: Batch) -> Tensor:
    return batch.guides["sketch"]  # `wants_sketch`


def _grey(image: Tensor) -> Tensor:
    weights = torch.tensor(_GREY, device=image.device)[:, None, None]
    return (image * weights).sum(1, keepdim=True)


recipe = EdgeConnectRecipe
