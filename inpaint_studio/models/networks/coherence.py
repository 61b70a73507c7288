"""Coherence priors (Liao et al., Image Inpainting Guided by Coherence Priors of Semantics and Textures, CVPR 2021).

What its abstract and figure 2 state: an encoder and a decoder are shared by two tasks; at each scale of the decoder two
heads draw the image and its segmentation; between scales, semantic-wise attention propagation (SWAP) refines texture
with features of the same class. A context inference module (CIM) fills in the deepest features before the decoder. No
code is public and no layer table was at hand, so every number and the following are readings of ours:

- Four halvings, two convolutions a scale with ELU and without norms, `width` channels at full size, doubled up to
  eight times that. The input is RGB in [-1, 1], 0 in the hole; the hole; and a plane for each painted class.
- The CIM is a stack of residual blocks with dilations 1, 2, 4 and 8 in turn. It replaces the cells that the hole
  touches, and leaves the encoder's features of the others.
- A scale predicts its classes first. Their probabilities guide its image and the next scale; classes that the user
  painted have the probability 1. Each scale adds its image to the enlarged one of the scale before; tanh bounds them.
- SWAP lies at 1/8 and 1/4 of the size, where it is affordable. Patches are compared in a quarter of the channels, by a
  learned 1 x 1 convolution; what is drawn is merged with the features by a 3 x 3 convolution and added in the hole.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.layers.attention.propagation import Propagated, propagate
from inpaint_studio.layers.label_planes import find_majority, paint_over, to_labels, to_planes
from inpaint_studio.layers.padded_conv import Convolution
from inpaint_studio.models.networks import Hints, Inpainter, NetworkOutput, Report

DEEPEST = 4  # halvings
PROPAGATED = (3, 2)  # the scales after which features are propagated, by their halvings
CELL = 2 ** PROPAGATED[-1]  # px of the image a side of a cell of the last propagation
_FACTORS = (1, 2, 4, 8, 8)  # channels of a scale as a multiple of the width
_DILATIONS = (1, 2, 4, 8)


class CoherenceOutput(NamedTuple):
    """What each scale draws, the coarsest (1/16) first, the full size last; and the last propagation."""

    images: list[Tensor]  # N x 3 x h x w RGB in [-1, 1], float32
    scores: list[Tensor]  # N x K x h x w scores of the classes before the softmax
    propagated: Propagated  # at a quarter of the size

    @property
    def image(self) -> Tensor:
        """The image at full size."""
        return self.images[-1]


class ContextInference(nn.Module):
    """The CIM: infers the features of cells that the hole touches from those around."""

    def __init__(self, channels: int, blocks: int) -> None:
        super().__init__()
        self.enter = Convolution(channels + 1, channels)
        pairs = [(_DILATIONS[number % 4], number) for number in range(blocks)]
        self.first = nn.ModuleList(Convolution(channels, channels, dilation=d) for d, _ in pairs)
        self.second = nn.ModuleList(Convolution(channels, channels, activation="none") for _ in pairs)

    def forward(self, features: Tensor, missing: Tensor) -> Tensor:
        """Infer. features: N x C x h x w; missing: N x 1 x h x w, 1 where the hole touches a cell."""
        inside = missing.to(features.dtype)
        x = self.enter(torch.cat([features, inside], 1))
        for first, second in zip(self.first, self.second, strict=True):
            x = x + second(first(x))
        return torch.where(missing > 0, x, features)


class SemanticPropagation(nn.Module):
    """SWAP: adds to missing cells what is drawn from cells of their class."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.match = Convolution(channels, max(1, channels // 4), 1, activation="none")
        self.merge = Convolution(2 * channels, channels, activation="none")

    def forward(
        self, x: Tensor, missing: Tensor, labels: Tensor, blocked: Tensor | None, memory: int, ranked: int
    ) -> tuple[Tensor, Propagated]:
        """Return the refined features, N x C x h x w, and what was propagated.

        `missing` and `labels` are N x 1 x h x w, `blocked` too or None; `memory` and `ranked` as for `propagate`.
        """
        shut = None if blocked is None else blocked[:, 0] > 0
        found = propagate(x, self.match(x), missing[:, 0] > 0, labels[:, 0], shut, memory, ranked)
        merged = self.merge(torch.cat([x, found.values], 1))
        return x + merged * missing.to(x.dtype), found


class Coherence(Inpainter):
    """`width` channels at full size, `blocks` in the CIM, `classes` that it tells apart.

    Where it is `diffused`, the images of all scales are added to those colours without tanh.
    """

    image_layers = tuple(f"image{scale}" for scale in range(DEEPEST, -1, -1))

    def __init__(self, width: int = 32, blocks: int = 8, classes: int = 8, *, diffused: bool = False) -> None:
        super().__init__()
        self.classes = classes
        channels = [factor * width for factor in _FACTORS]
        self.enter = Convolution(4 + classes, width, 5)
        for scale in range(1, DEEPEST + 1):
            self.add_module(f"down{scale}", Convolution(channels[scale - 1], channels[scale], stride=2))
            self.add_module(f"keep{scale}", Convolution(channels[scale], channels[scale]))
        self.infer = ContextInference(channels[DEEPEST], blocks)
        for scale in range(DEEPEST, -1, -1):
            here = channels[scale]
            self.add_module(f"labels{scale}", Convolution(here, classes, 1, activation="none"))
            self.add_module(f"image{scale}", Convolution(here + classes, 3, activation="none"))
            if scale in PROPAGATED:
                self.add_module(f"propagate{scale}", SemanticPropagation(here))
            if scale > 0:
                finer = channels[scale - 1]
                self.add_module(f"up{scale}", Convolution(here + classes, finer, up=True))
                self.add_module(f"join{scale - 1}", Convolution(2 * finer, finer))
        self.begin_diffused(diffused)

    def forward(
        self,
        image: Tensor,
        hole: Tensor,
        painted: Tensor | None = None,
        donors: Tensor | None = None,
        memory: int = 256 << 20,
        ranked: int = 0,
        report: Report | None = None,
    ) -> CoherenceOutput:
        """Fill `image` (N x 3 x H x W RGB in [-1, 1], sides multiples of 16) in `hole` (N x 1 x H x W, 1 inside).

        `painted` is a label map, N x 1 x H x W, 0 where nothing was painted; nothing is drawn from where `donors`
        (N x 1 x H x W) is above 0; `memory` limits a step of the propagation, bytes, which lists the `ranked` strongest
        sources.
        """
        notify = report or _ignore
        base = self.diffuse(image, hole)
        planes = to_planes(torch.zeros_like(hole) if painted is None else painted, self.classes)
        shown = image * (1 - hole) if base is None else base
        skips = self._encode(torch.cat([shown, hole, planes], 1))
        notify(0.2)
        x = self.infer(skips[-1], _touched(hole, skips[-1]))
        notify(0.4)
        images: list[Tensor] = []
        scores: list[Tensor] = []
        propagated: Propagated | None = None
        drawn: Tensor | None = None
        for scale in range(DEEPEST, -1, -1):
            scores.append(self.get_submodule(f"labels{scale}")(x).float())
            guide = planes if scale == 0 else to_planes(_reduce(planes, x), self.classes)
            odds = torch.where(guide.amax(1, keepdim=True) > 0, guide, torch.softmax(scores[-1], 1)).to(x.dtype)
            guided = torch.cat([x, odds], 1)
            added = self.get_submodule(f"image{scale}")(guided).float()
            drawn = added if drawn is None else _double(drawn) + added
            images.append(torch.tanh(drawn) if base is None else _shrink(base, drawn) + drawn)
            if scale in PROPAGATED:
                numbers = paint_over(to_labels(scores[-1]), _reduce(planes, x))
                blocked = None if donors is None else _touched(donors, x)
                step = self.get_submodule(f"propagate{scale}")
                x, propagated = step(x, _touched(hole, x), numbers, blocked, memory, ranked)
                guided = torch.cat([x, odds], 1)
            if scale > 0:
                x = self.get_submodule(f"up{scale}")(guided)
                x = self.get_submodule(f"join{scale - 1}")(torch.cat([x, skips[scale - 1]], 1))
            notify(0.5 + 0.1 * (DEEPEST - scale))
        assert propagated is not None
        return CoherenceOutput(images, scores, propagated)

    def _encode(self, x: Tensor) -> list[Tensor]:
        """Return the features of all scales, the full size first."""
        x = self.enter(x.to(self.dtype, memory_format=torch.channels_last))
        skips = [x]
        for scale in range(1, DEEPEST + 1):
            x = self.get_submodule(f"keep{scale}")(self.get_submodule(f"down{scale}")(x))
            skips.append(x)
        return skips

    def fill(self, image: Tensor, hole: Tensor, hints: Hints, report: Report) -> NetworkOutput:
        """See `Inpainter.fill`. Painted labels win over the predicted ones, inside the hole and outside.

        The labels come from the last scale, so `hints.only` saves nothing but the image.
        """
        report(0.0)
        painted = hints.labels
        if painted is not None:  # numbers of classes that it does not know count as nothing
            painted = torch.where(painted <= self.classes, painted, 0.0)
        made = self(2 * image - 1, hole, painted, hints.donors, hints.memory, hints.ranked, report)
        labels = paint_over(to_labels(made.scores[-1]), painted)
        report(1.0)
        if hints.only == "labels":
            return NetworkOutput(image, labels=labels)
        found = made.propagated
        ranked = found.ranked and found.ranked._replace(offsets=found.ranked.offsets * CELL)
        return NetworkOutput(
            (made.image + 1) / 2,
            labels=labels,
            sources=found.offsets[0] * CELL,
            weight=found.weight[0].clamp(0, 1),
            ranked=ranked,
        )

    def optimise(self) -> None:
        """Replace every convolution by its faster form for inference, with equal results."""
        for module in list(self.modules()):
            for name, layer in list(module.named_children()):
                if isinstance(layer, Convolution):
                    setattr(module, name, layer.for_inference())
        super().optimise()


def _touched(plane: Tensor, x: Tensor) -> Tensor:
    """Return N x 1 x h x w float32, the size of `x`: 1 in cells with any pixel of `plane` (N x 1 x H x W) above 0."""
    return (functional.adaptive_max_pool2d(plane, (x.shape[-2], x.shape[-1])) > 0).float()


def _reduce(planes: Tensor, x: Tensor) -> Tensor:
    """Return the label map of `planes` in the size of `x`, N x 1 x h x w."""
    return find_majority(planes, (x.shape[-2], x.shape[-1]))


def _shrink(image: Tensor, like: Tensor) -> Tensor:
    """Return `image` in the size of `like`, by the mean of the pixels of each cell."""
    return functional.adaptive_avg_pool2d(image, (like.shape[-2], like.shape[-1]))


def _double(image: Tensor) -> Tensor:
    """Return `image` with its sides doubled, smoothly."""
    return functional.interpolate(image, scale_factor=2.0, mode="bilinear", align_corners=False)


def _ignore(_fraction: float) -> None:
    pass
