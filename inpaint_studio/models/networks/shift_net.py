"""The U-Net of Yan et al., Shift-Net: Image Inpainting via Deep Feature Rearrangement (ECCV 2018), flipped too.

Its input is RGB in [-1, 1], 0 in the hole, with a fourth channel that is 1 where the image is known (some sets were
trained without it); it returns RGB in [-1, 1], which its authors show without compositing
(Zhaoyi-Yan/Shift-Net_pytorch, models/shift_net/shiftnet_model.py). The flip variant, made for faces, also copies from
the mirrored image.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.layers.attention.shift import ShiftOutput, shift
from inpaint_studio.layers.residual import InstanceNorm
from inpaint_studio.models.networks import Hints, Inpainter, NetworkOutput, Report

LEVELS = 8
SHIFTED = 3  # the level whose features are shifted, an eighth of the image's size
_FACTORS = (1, 2, 4, 8, 8, 8, 8, 8)  # channels of a level as a multiple of the width


class ShiftNetOutput(NamedTuple):
    """An image and the features that the guidance loss compares at the level of the shift (section 3.1 of the paper).

    Inside the hole, `decoded` should equal the `encoded` of the complete image.
    """

    image: Tensor  # N x 3 x H x W in [-1, 1]
    decoded: Tensor  # N x C x H/8 x W/8
    encoded: Tensor
    shifted: ShiftOutput


class ShiftNet(Inpainter):
    """`width` is the number of channels of the first level (64 in the paper). `flip` is the variant for faces;
    `quirks` copies as the code did that its published weights were trained with. `mask_channel`: see above.

    Where it is `diffused`, what it draws is added to those colours without tanh.
    """

    image_layers = ("up1",)

    def __init__(
        self,
        width: int = 64,
        *,
        flip: bool = False,
        quirks: bool = False,
        mask_channel: bool = True,
        diffused: bool = False,
    ) -> None:
        super().__init__()
        self.flip, self.quirks, self.mask_channel = flip, quirks, mask_channel
        channels = [4 if mask_channel else 3, *(factor * width for factor in _FACTORS)]
        for level in range(1, LEVELS + 1):
            above, here = channels[level - 1], channels[level]
            kernel = 6 if flip and level == SHIFTED else 4
            self.add_module(f"down{level}", nn.Conv2d(above, here, kernel, 2, kernel // 2 - 1))
            if 1 < level < LEVELS:
                self.add_module(f"down_norm{level}", InstanceNorm(here))
        for level in range(LEVELS, 0, -1):
            beside = 1 if level == LEVELS else 3 if level == SHIFTED else 2
            above = channels[level - 1] if level > 1 else 3
            self.add_module(f"up{level}", nn.ConvTranspose2d(beside * channels[level], above, 4, 2, 1))
            if level > 1:
                self.add_module(f"up_norm{level}", InstanceNorm(above))
        self.begin_diffused(diffused)

    def forward(self, image: Tensor, known: Tensor) -> Tensor:
        """Return the image of `draw`, N x 3 x H x W RGB in [-1, 1]; for training."""
        return self.draw(image, known).image

    def draw(
        self,
        image: Tensor,
        known: Tensor,
        *,
        blocked: Tensor | None = None,
        memory: int = 256 << 20,
        report: Report | None = None,
    ) -> ShiftNetOutput:
        """Fill from `image` (N x 3 x H x W RGB in [-1, 1]) and `known` (N x 1 x H x W, 1 where known).

        Sides are even, 256 or more. Nothing is copied from where `blocked` is 1. `memory` limits a search, bytes.
        """
        notify = report or _ignore
        base = self.diffuse(image, 1 - known)
        inputs = self.first_input(image * known if base is None else base, known)
        mirrored = self.encode(inputs.flip(3), SHIFTED)[-1] if self.flip else None
        notify(0.1)
        skips = self.encode(inputs, LEVELS)
        notify(0.4)
        x = skips.pop()
        for level in range(LEVELS, 1, -1):
            x = self.get_submodule(f"up_norm{level}")(self.get_submodule(f"up{level}")(x))
            skip = skips.pop()
            if x.shape[2:] != skip.shape[2:]:
                x = functional.interpolate(x, skip.shape[2:], mode="bilinear")
            x = functional.relu(x, inplace=not torch.is_grad_enabled())
            if level - 1 == SHIFTED:
                decoded, encoded = x, skip
                shifted = self._shift(decoded, encoded, mirrored, known, blocked, memory)
                x = torch.cat([decoded, encoded, shifted.features], 1)
            else:
                x = torch.cat([x, skip], 1)
            notify(0.4 + 0.55 * (LEVELS - level) / LEVELS)
        drawn = self.get_submodule("up1")(x)
        image = torch.tanh(drawn) if base is None else base + drawn.float()
        notify(1.0)
        return ShiftNetOutput(image, decoded, encoded, shifted)

    def first_input(self, image: Tensor, known: Tensor) -> Tensor:
        """Return the input of the first layer: the image as it is, and the mask if the network takes one."""
        x = torch.cat([image, known], 1) if self.mask_channel else image
        return x.to(self.dtype, memory_format=torch.channels_last)

    def encode(self, x: Tensor, deepest: int) -> list[Tensor]:
        """Return the features of the levels 1 to `deepest` after ReLU, as the decoder gets them."""
        kept = []
        for level in range(1, deepest + 1):
            x = self.get_submodule(f"down{level}")(x)
            if 1 < level < LEVELS:
                x = self.get_submodule(f"down_norm{level}")(x)
            below = functional.leaky_relu(x, 0.2) if level < deepest else x
            kept.append(functional.relu(x, inplace=not torch.is_grad_enabled()))
            x = below
        return kept

    def fill(self, image: Tensor, hole: Tensor, hints: Hints, report: Report) -> NetworkOutput:
        """See `Inpainter.fill`; nothing is copied from `hints.donors`."""
        report(0.0)
        drawn = self.draw(2 * image - 1, 1 - hole, blocked=hints.donors, memory=hints.memory, report=report)
        sources, weight = _sources(drawn.shifted, hole.shape[2], hole.shape[3])
        return NetworkOutput((drawn.image.float() + 1) / 2, sources=sources, weight=weight)

    def _shift(
        self,
        decoded: Tensor,
        encoded: Tensor,
        mirrored: Tensor | None,
        known: Tensor,
        blocked: Tensor | None,
        memory: int,
    ) -> ShiftOutput:
        """Shift. A cell is in the hole if its upper left pixel is; all cells with a pixel of the hole get a source."""
        size = encoded.shape[2:]
        hole = functional.interpolate(1 - known, size, mode="nearest")[:, 0] > 0
        return shift(
            decoded,
            encoded,
            hole,
            also_search=_to_cells(1 - known),
            blocked=None if blocked is None else _to_cells(blocked),
            mirrored=mirrored,
            published=self.quirks,
            memory=memory,
        )


def _to_cells(plane: Tensor) -> Tensor:
    """Reduce N x 1 x H x W to N x H/8 x W/8 bool: cells with any pixel above 0."""
    return functional.max_pool2d(plane, 2**SHIFTED)[:, 0] > 0


def _sources(shifted: ShiftOutput, height: int, width: int) -> tuple[Tensor, Tensor]:
    """Return offsets (2 x h x w) in px of the first image, of `height` x `width` px, and their similarity (h x w)."""
    rows, columns = shifted.source.shape[1:]
    there = shifted.source[0]
    own = torch.arange(rows * columns, device=there.device).view(rows, columns)
    offsets = torch.stack(
        [(there // columns - own // columns) * (height / rows), (there % columns - own % columns) * (width / columns)]
    )
    return offsets.round().long(), shifted.cosine[0].clamp(0, 1)


def _ignore(_fraction: float) -> None:
    pass
