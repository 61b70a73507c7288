"""Discriminators: networks that distinguish filled images from real ones. Only training uses them.

They return scores, not probabilities; the losses interpret them. WGAN's papers call a discriminator a critic, and so do
all settings, checkpoints and names of losses here, whatever the recipe: `critic_rate`, `modules["critic"]`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from inpaint_studio.layers.cpu.conv import convolve_stride2

Norm = Literal["none", "batch", "instance"]
Views = Literal["both", "global", "local"]  # what of an image a discriminator is shown
Initialise = Callable[[nn.Module], None]  # sets the weights of a layer


class _Convolution(nn.Conv2d):
    """A convolution whose stride is 1 or 2."""

    def forward(self, x: Tensor) -> Tensor:
        if self.stride == (2, 2):
            return convolve_stride2(x, self.weight, self.bias, int(self.padding[0]))
        return super().forward(x)


class _SameConvolution(_Convolution):
    """A convolution with stride 2 and an odd kernel, padded as by TensorFlow's SAME: of an even side, less before it.

    The windows of a mirrored image with half a kernel of zeros on each side lie the same way, so an even side is
    convolved mirrored; an odd one has half a kernel on each side anyway.
    """

    def forward(self, x: Tensor) -> Tensor:
        border = int(self.padding[0])
        mirrored = [axis for axis in (2, 3) if x.shape[axis] % 2 == 0]
        if not mirrored:
            return convolve_stride2(x, self.weight, self.bias, border)
        made = convolve_stride2(x.flip(mirrored), self.weight.flip(mirrored), self.bias, border)
        return made.flip(mirrored)


class PatchDiscriminator(nn.Module):
    """A stack of convolutions whose last layer scores overlapping patches.

    `widths` and `strides` are those of all layers but the last. The first layer has no norm; the last one has `scores`
    channels, and an activation only with `activate_scores`.

    Used for SN-PatchGAN of DeepFill v2 (kernel 5, stride 2, widths 64, 128, 256, 256, 256 and scores 256, spectral,
    `same`, and a LeakyReLU after the scores, too: `build_sn_patch_gan_discriminator` and `dis_conv` of
    JiahuiYu/generative_inpainting v2.0.0), for PatchGAN of pix2pix as in Shift-Net, EdgeConnect, LaMa and AOT-GAN
    (kernel 4, strides 2 but the last ones 1), and, with a last layer as large as its input, for the Context Encoder.
    """

    def __init__(
        self,
        channels: int,
        widths: Sequence[int],
        strides: Sequence[int],
        *,
        kernel: int = 4,
        padding: int = 1,
        norm: Norm = "none",
        spectral: bool = False,
        bias: bool = True,
        scores: int = 1,
        last: tuple[int, int, int] | None = None,
        same: bool = False,
        activate_scores: bool = False,
        plain_scores: bool = False,
        initialise: Initialise | None = None,
    ) -> None:
        """`last` is kernel, stride and padding of the last layer; None: those of the others, with stride 1. `same`:
        layers with stride 2 are padded as by TensorFlow. `plain_scores`: the last layer has no spectral norm, but a
        bias. `initialise` sets the weights of each layer."""
        super().__init__()

        def make(
            before: int, width: int, kernel: int, stride: int, padding: int, bias: bool, spectral: bool = spectral
        ) -> nn.Module:
            kind = _SameConvolution if same else _Convolution
            convolution = kind(before, width, kernel, stride, padding, bias=bias)
            if initialise is not None:  # before the spectral norm measures the weights
                initialise(convolution)
            return spectral_norm(convolution) if spectral else convolution

        layers: list[nn.Module] = []
        before = channels
        for number, (width, stride) in enumerate(zip(widths, strides, strict=True)):
            layer_norm = norm if number else "none"
            parts = [make(before, width, kernel, stride, padding, bias=bias and layer_norm != "batch")]
            if layer_norm == "batch":
                parts.append(nn.BatchNorm2d(width))
            elif layer_norm == "instance":
                parts.append(nn.InstanceNorm2d(width, affine=True))
            if initialise is not None and len(parts) == 2:
                initialise(parts[-1])
            layers.append(nn.Sequential(*parts, nn.LeakyReLU(0.2)))
            before = width
        size, stride, pad = last or (kernel, 1, padding)
        self.layers = nn.ModuleList(layers)
        self.score = make(before, scores, size, stride, pad, bias or plain_scores, spectral and not plain_scores)
        self.activate_scores = activate_scores

    def features(self, image: Tensor) -> list[Tensor]:
        """Return the output of each inner layer for `image`, B x channels x H x W, then the scores."""
        outputs = []
        for layer in self.layers:
            image = layer(image)
            outputs.append(image)
        scores: Tensor = self.score(image)
        return [*outputs, nn.functional.leaky_relu(scores, 0.2) if self.activate_scores else scores]

    def forward(self, image: Tensor) -> Tensor:
        """Score patches. image: B x channels x H x W; returns B x scores x H' x W'."""
        result: Tensor = self.features(image)[-1]
        return result


class ImageDiscriminator(nn.Module):
    """Convolutions of kernel 5 and stride 2, then one linear layer over the whole map: B x `out`.

    Used for DeepFill v1's discriminators (`same`; no norm, as WGAN-GP needs) and the two halves of GLCIC's (batch norm,
    1024 outputs). `size` is the side of the images in px; `negative` is the LeakyReLU's factor below 0. `same`: padded
    as by TensorFlow. `initialise` sets the weights of each layer.
    """

    def __init__(
        self,
        channels: int,
        widths: Sequence[int],
        size: int,
        *,
        out: int = 1,
        norm: Norm = "none",
        negative: float = 0.2,
        same: bool = False,
        initialise: Initialise | None = None,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = channels
        for width in widths:
            layers.append((_SameConvolution if same else _Convolution)(before, width, 5, 2, 2))
            if norm == "batch":
                layers.append(nn.BatchNorm2d(width))
            layers.append(nn.LeakyReLU(negative))
            before, size = width, -(-size // 2)
        self.body = nn.Sequential(*layers)
        self.linear = nn.Linear(before * size * size, out)
        if initialise is not None:
            initialise(self)

    def forward(self, image: Tensor) -> Tensor:
        """Score whole images. image: B x channels x `size` x `size`; returns B x `out`."""
        result: Tensor = self.linear(self.body(image).flatten(1))
        return result


class GlobalLocalDiscriminator(nn.Module):
    """GLCIC's context discriminator (Iizuka et al. 2017, section 3.3, table 2).

    One half takes the whole image, the other one a part of it. A linear layer joins their outputs of 1024 values each:
    B x 1. With `views` "global" or "local" there is only that half.
    """

    def __init__(
        self, size: int, local_size: int, width: int = 64, features: int = 1024, views: Views = "both"
    ) -> None:
        super().__init__()
        widths = [width, 2 * width, 4 * width, 8 * width, 8 * width]
        self.whole: nn.Module | None = None
        self.local: nn.Module | None = None
        if views != "local":
            # The published network halves the 256 px image once more than the 128 px part.
            self.whole = ImageDiscriminator(3, [*widths, 8 * width], size, out=features, norm="batch", negative=0.0)
        if views != "global":
            self.local = ImageDiscriminator(3, widths, local_size, out=features, norm="batch", negative=0.0)
        self.judge = nn.Linear((2 if views == "both" else 1) * features, 1)

    def forward(self, image: Tensor, local: Tensor) -> Tensor:
        """Score images. image: B x 3 x `size` x `size`, local: B x 3 x `local_size` x `local_size`; returns B x 1."""
        halves = ((self.whole, image), (self.local, local))
        joined = torch.cat([half(part) for half, part in halves if half is not None], dim=1)
        result: Tensor = self.judge(torch.relu(joined))
        return result


def crop_around_hole(image: Tensor, hole: Tensor, side: int) -> Tensor:
    """Cut out a square round each hole, for local discriminators.

    `image` is B x C x H x W and `hole` B x 1 x H x W; returns B x C x `side` x `side`. The square lies round the centre
    of the hole's bounding box, but is moved where it would reach beyond the image.
    """
    side = min(side, *image.shape[-2:])
    corners = find_squares(hole, side)
    return torch.stack([one[:, y : y + side, x : x + side] for one, (y, x) in zip(image, corners, strict=True)])


def find_squares(hole: Tensor, side: int) -> list[tuple[int, int]]:
    """Return the upper left corner (row, column) of the square of `side` px round each hole, B x 1 x H x W."""
    height, width = hole.shape[-2:]
    return [
        (
            _start(inside.any(1).nonzero().flatten(), height, side),
            _start(inside.any(0).nonzero().flatten(), width, side),
        )
        for inside in hole[:, 0]
    ]


def crop_anywhere(image: Tensor, side: int) -> Tensor:
    """Cut out a square of `side` px at a random place of each image, B x C x H x W.

    The places come from torch's generator of the processor, so a resumed training draws the same.
    """
    side = min(side, *image.shape[-2:])
    tops, lefts = (torch.randint(length - side + 1, (len(image),)).tolist() for length in image.shape[-2:])
    return torch.stack([one[:, y : y + side, x : x + side] for one, y, x in zip(image, tops, lefts, strict=True)])


def _start(covered: Tensor, length: int, side: int) -> int:
    """Return where a square of `side` begins along one axis; `covered` are the indices that the hole covers."""
    if not len(covered):
        return (length - side) // 2
    centre = (int(covered[0]) + int(covered[-1]) + 1) // 2
    return min(max(0, centre - side // 2), length - side)
