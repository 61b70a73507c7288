"""ESPA: Yu et al., Interactive Image Inpainting Using Semantic Guidance (ICPR 2022).

Stage 1 is the authors' code (GooDrYu/Interactive-Image-Inpainting, networks.py): the coarse network of DeepFill v1
(`two_stage`, padded with half a kernel of zeros) with external spatial attention (`layers.attention.espa`) beside its
dilated convolutions, added to them. The attention sees the features inside the hole and a 1 x 1 convolution of the
image outside, both at a quarter of the size. Images are RGB in [-1, 1], 0 in the hole; the result is clipped.

The authors never published stage 2. Their abstract says that the coarse image gives a semantic map which the user
changes, and that a semantic decoder draws the image along it from stage 1's features. How, is a reading of ours:

- The map: scores of every class from the features (3 x 3, then 1 x 1) at a quarter of the size, enlarged bilinearly,
  plus scores from the colours of the coarse image round each pixel, so that its borders follow the image.
- The decoder: blocks of SPADE (`layers.spade`) at a quarter of the size, then one to a half and one to all of it.
  They see the map of the whole image as one plane for each class (nearest neighbours), and the hole. A painted class
  is 1 in its plane, predicted ones are their probabilities, and one more plane says which are painted: so the decoder
  follows the user, and a guess as far as it is sure. The last convolution ends in tanh.

A network of one stage, as the published file is, fills with its coarse image and knows no classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.layers.attention.espa import GRID, ExternalSpatialAttention
from inpaint_studio.layers.cpu.conv import convolve1x1
from inpaint_studio.layers.label_planes import paint_over, to_labels, to_planes
from inpaint_studio.layers.padded_conv import Convolution
from inpaint_studio.layers.spade import SpadeBlock, leak
from inpaint_studio.models.networks import Hints, Inpainter, NetworkOutput, Report
from inpaint_studio.models.networks.two_stage_layers import LayerSpec, decoder, encoder, middle

CHANNELS = 5  # of the input: the image, ones, and the hole
CELL = 4  # px of the image per side of a place of the features


class Reconstruction(NamedTuple):
    """What stage 1 returns."""

    coarse: Tensor  # N x 3 x H x W, RGB in [-1, 1]
    features: Tensor  # N x C x H/4 x W/4, "reconstructed features" of the damaged image


class EspaOutput(NamedTuple):
    """The images of both stages (N x 3 x H x W RGB in [-1, 1]), the scores of classes (N x K x H x W), and the features
    of stage 1 (N x C x H/4 x W/4).

    Without stage 2 there are no scores, and `fine` is `coarse`.
    """

    coarse: Tensor
    fine: Tensor
    scores: Tensor | None
    features: Tensor


class LabelHead(nn.Module):
    """Scores of every class from the features of stage 1 and from its image."""

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.wide = Convolution(4 * width, 2 * width, padding="symmetric")
        self.wide_scores = nn.Conv2d(2 * width, classes, 1)
        self.near = Convolution(3, width, padding="symmetric")
        self.near_scores = nn.Conv2d(width, classes, 1, bias=False)

    def forward(self, features: Tensor, image: Tensor) -> Tensor:
        """Return N x K x H x W; `features` are at a quarter of the size of `image`, N x 3 x H x W."""
        wide = convolve1x1(self.wide(features), self.wide_scores.weight, self.wide_scores.bias)
        near = convolve1x1(self.near(image), self.near_scores.weight)
        return functional.interpolate(wide, scale_factor=float(CELL), mode="bilinear", align_corners=False) + near


class SemanticDecoder(nn.Module):
    """Draws an image from features along a map of classes."""

    def __init__(self, width: int, classes: int, blocks: int) -> None:
        super().__init__()
        w, planes = width, classes + 2
        self.at_quarter = nn.ModuleList(SpadeBlock(4 * w, 4 * w, planes, 2 * w) for _ in range(blocks))
        self.to_half = SpadeBlock(4 * w, 2 * w, planes, 2 * w, up=True)
        self.to_full = SpadeBlock(2 * w, w, planes, w, up=True)
        self.draw = Convolution(w, 3, padding="symmetric", activation="none")

    def forward(self, features: Tensor, planes: Tensor, report: Report) -> Tensor:
        """Return N x 3 x H x W in no fixed range; `planes` is N x K+2 x H x W. Calls `report` after each scale."""
        quarter, half, x = planes[:, :, ::CELL, ::CELL], planes[:, :, ::2, ::2], features
        for block in self.at_quarter:
            x = block(x, quarter)
        report(0.3)
        x = self.to_half(x, quarter, half)
        report(0.6)
        x = self.to_full(x, half, planes)
        drawn: Tensor = self.draw(leak(x))
        report(1.0)
        return drawn


class Espa(Inpainter):
    """`width` is the number of channels of the first layer (even; 32 as in DeepFill v1, for the paper's is unknown).

    `classes` is the number of classes, `blocks` that of SPADE blocks at a quarter of the size. With `fixed` the
    attention refuses other planes than the authors' 64 x 64. Where it is `diffused`, the coarse image is the diffused
    one and what stage 1 draws, the fine image is the coarse one and what stage 2 draws; neither is bounded.
    """

    def __init__(
        self,
        width: int = 32,
        classes: int = 8,
        blocks: int = 2,
        *,
        stages: int = 2,
        fixed: bool = False,
        diffused: bool = False,
    ) -> None:
        super().__init__()
        self.classes, self.stages, self.fixed = classes, stages, fixed
        self.encode = encoder("", CHANNELS, width, 2 * width, 4 * width)
        self.plain, self.dilated = middle("", 4 * width, width)[:2], middle("", 4 * width, width)[2:]
        self.rebuild, self.decode = decoder("", 4 * width, width)[:2], decoder("", 4 * width, width)[2:]
        for layer in (*self.encode, *self.plain, *self.dilated, *self.rebuild, *self.decode):
            how = {"padding": "symmetric", "activation": layer.activation, "up": layer.up}
            self.add_module(layer.name, Convolution(*layer[1:6], **how))  # type: ignore[arg-type]
        self.convc = nn.Conv2d(3, 4 * width, 1, bias=False)
        self.espa = ExternalSpatialAttention(4 * width)
        self.image_layers = ("conv17",)
        if stages == 2:
            self.labels = LabelHead(width, classes)
            self.second = SemanticDecoder(width, classes, blocks)
            self.image_layers = ("conv17", "second.draw")
        self.begin_diffused(diffused)

    # With the paper's conventions

    def forward(self, image: Tensor, hole: Tensor, labels: Tensor | None = None) -> EspaOutput:
        """Run both stages on `image` (N x 3 x H x W RGB in [-1, 1], sides multiples of 4, 16 or more).

        `hole` is N x 1 x H x W, 1 inside. `labels` (N x 1 x H x W) is the map to draw along; where it is 0, and
        everywhere if it is None, the predicted classes are.
        """
        made = self.reconstruct(image, hole)
        if self.stages == 1:
            return EspaOutput(made.coarse, made.coarse, None, made.features)
        scores = self.score(image, hole, made)
        fine = self.refine(hole, made, self.mix(scores, labels))
        return EspaOutput(made.coarse, fine, scores, made.features)

    def reconstruct(self, image: Tensor, hole: Tensor, report: Report | None = None) -> Reconstruction:
        """Run stage 1; arguments as of `forward`."""
        report = report or _ignore
        base = self.diffuse(image, hole)
        shown = image * (1 - hole) if base is None else base
        x = self._through(self.encode, self._to_input(torch.cat([shown, torch.ones_like(hole), hole], 1)))
        report(0.2)
        x = self._through(self.plain, x)
        attended = self._attend(x, self._to_input(shown), hole[:, :, ::CELL, ::CELL].to(x))
        report(0.4)
        x = self._through(self.dilated, x) + attended
        report(0.6)
        features = self._through(self.rebuild, x)
        report(0.8)
        drawn = self._through(self.decode, features).float()
        report(1.0)
        return Reconstruction(drawn.clamp(-1, 1) if base is None else base + drawn, features)

    def score(self, image: Tensor, hole: Tensor, made: Reconstruction) -> Tensor:
        """Return the scores of every class, N x K x H x W float32, from what stage 1 made of `image` and `hole`.

        The coarse image gets no gradients from them.
        """
        seen = torch.where(hole > 0, made.coarse.detach(), image)
        scores: Tensor = self.labels(made.features, self._to_input(seen)).float()
        return scores

    def mix(self, scores: Tensor, labels: Tensor | None) -> Tensor:
        """Return the map that stage 2 sees, N x K+1 x H x W: the class of `labels` (N x 1 x H x W) with 1 where it is
        not 0, else every class with its probability by `scores`, which get no gradients from it; last, 1 where the
        class is that of `labels`."""
        believed = torch.softmax(scores.detach(), 1)
        if labels is None:
            return torch.cat([believed, torch.zeros_like(believed[:, :1])], 1)
        certain = labels > 0
        return torch.cat([torch.where(certain, to_planes(labels, self.classes), believed), certain.float()], 1)

    def refine(self, hole: Tensor, made: Reconstruction, planes: Tensor, report: Report | None = None) -> Tensor:
        """Draw along `planes` (see `mix`) from what stage 1 made: N x 3 x H x W RGB in [-1, 1], float32."""
        shown = self._to_input(torch.cat([planes, hole.float()], 1))
        drawn = self.second(made.features, shown, report or _ignore).float()
        return made.coarse + drawn if self.diffused else torch.tanh(drawn)

    def _attend(self, features: Tensor, shown: Tensor, hole: Tensor) -> Tensor:
        """Return what the attention adds to the dilated convolutions; `hole` has the size of the features."""
        if self.fixed and tuple(features.shape[-2:]) != (GRID, GRID):
            raise ValueError(f"this network takes images of {CELL * GRID} px only")
        # At a quarter of the size, bilinear interpolation is the mean of the middle 2 x 2 of each 4 x 4 px.
        small = functional.avg_pool2d(shown[:, :, 1:, 1:], 2, CELL)
        around = convolve1x1(small, self.convc.weight) * (1 - hole)
        attended: Tensor = self.espa(features * hole + around)
        return attended * hole + around

    def _through(self, some: Sequence[LayerSpec], x: Tensor) -> Tensor:
        for layer in some:
            x = self.get_submodule(layer.name)(x)
        return x

    def _to_input(self, x: Tensor) -> Tensor:
        return x.to(self.dtype, memory_format=torch.channels_last)

    # With the conventions of this program

    def fill(self, image: Tensor, hole: Tensor, hints: Hints, report: Report) -> NetworkOutput:
        """See `Inpainter.fill`; also several images at once, as while training.

        The returned map has the most probable classes, and in the hole those of `hints.labels` where there are some.
        """
        report(0.0)
        scaled = image * 2 - 1
        made = self.reconstruct(scaled, hole, lambda done: report(done / 2))
        coarse = (made.coarse + 1) / 2
        if self.stages == 1:
            report(1.0)
            return NetworkOutput(coarse)
        scores = self.score(scaled, hole, made)
        painted = None if hints.labels is None else hints.labels * hole
        labels = paint_over(to_labels(scores), painted)
        report(0.6)
        if hints.only == "labels":
            return NetworkOutput(image, coarse, labels=labels)
        fine = self.refine(hole, made, self.mix(scores, painted), lambda done: report(0.6 + 0.4 * done))
        return NetworkOutput((fine + 1) / 2, coarse, labels=labels)

    def optimise(self) -> None:
        """Replace every convolution with a border by its faster form for inference, with equal results."""
        for name, layer in list(self.named_modules()):
            if isinstance(layer, Convolution):
                above, _, last = name.rpartition(".")
                self.get_submodule(above).add_module(last, layer.for_inference())
        super().optimise()


def _ignore(_done: float) -> None:
    pass
