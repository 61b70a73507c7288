"""Discriminators: networks that distinguish filled images from real ones. Only training uses them.

They return scores, not probabilities; the losses interpret them. WGAN's papers call a discriminator a critic, and so do
all settings, checkpoints and names of losses here, whatever the recipe: `critic_rate`, `modules["critic"]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from inpaint_studio.layers.cpu.conv import convolve_stride2

Norm = Literal["none", "batch", "instance"]


class _Convolution(nn.Conv2d):
    """A convolution whose stride is 1 or 2."""

    def forward(self, x: Tensor) -> Tensor:
        if self.stride == (2, 2):
            return convolve_stride2(x, self.weight, self.bias, int(self.padding[0]))
        return super().forward(x)


class PatchDiscriminator(nn.Module):
    """A stack of convolutions whose last layer scores overlapping patches.

    `widths` and `strides` are those of all layers but the last. The first layer has no norm; the last one has `scores`
    channels and no activation.

    Used for SN-PatchGAN of DeepFill v2 (kernel 5, stride 2, widths 64, 128, 256, 256, 256 and scores 256, spectral),
    PatchGAN of pix2pix as in Shift-Net, EdgeConnect and LaMa (kernel 4, strides 2 but the last ones 1), and, with a
    last layer as large as its input, the discriminator of the Context Encoder.
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
    ) -> None:
        """`last` is kernel, stride and padding of the last layer; None: those of the others, with stride 1."""
        super().__init__()
        layers: list[nn.Module] = []
        before = channels
        for number, (width, stride) in enumerate(zip(widths, strides, strict=True)):
            layer_norm = norm if number else "none"
            convolution = _Convolution(before, width, kernel, stride, padding, bias=bias and layer_norm != "batch")
            parts: list[nn.Module] = [spectral_norm(convolution) if spectral else convolution]
            if layer_norm == "batch":
                parts.append(nn.BatchNorm2d(width))
            elif layer_norm == "instance":
                parts.append(nn.InstanceNorm2d(width, affine=True))
            layers.append(nn.Sequential(*parts, nn.LeakyReLU(0.2)))
            before = width
        size, stride, pad = last or (kernel, 1, padding)
        final = _Convolution(before, scores, size, stride, pad, bias=bias)
        self.layers = nn.ModuleList(layers)
        self.score = spectral_norm(final) if spectral else final

    def features(self, image: Tensor) -> list[Tensor]:
        """Return the output of each inner layer for `image`, B x channels x H x W, then the scores."""
        outputs = []
        for layer in self.layers:
            image = layer(image)
            outputs.append(image)
        return [*outputs, self.score(image)]

    def forward(self, image: Tensor) -> Tensor:
        """Score patches. image: B x channels x H x W; returns B x scores x H' x W'."""
        result: Tensor = self.features(image)[-1]
        return result


class ImageDiscriminator(nn.Module):
    """Convolutions of kernel 5 and stride 2, then one linear layer over the whole map: B x `out`.

    Used for DeepFill v1's discriminators (widths 64, 128, 256, 256; no norm, as WGAN-GP needs) and the two halves of
    GLCIC's (batch norm, 1024 outputs). `size` is the side of the images in px; `negative` is the LeakyReLU's factor
    below 0.
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
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = channels
        for width in widths:
            layers.append(_Convolution(before, width, 5, 2, 2))
            if norm == "batch":
                layers.append(nn.BatchNorm2d(width))
            layers.append(nn.LeakyReLU(negative))
            before, size = width, -(-size // 2)
        self.body = nn.Sequential(*layers)
        self.linear = nn.Linear(before * size * size, out)

    def forward(self, image: Tensor) -> Tensor:
        """Score whole images. image: B x channels x `size` x `size`; returns B x `out`."""
        result: Tensor = self.linear(self.body(image).flatten(1))
        return result


class GlobalLocalDiscriminator(nn.Module):
    """GLCIC's context discriminator (Iizuka et al. 2017, section 3.3, table 2).

    One half takes the whole image, the other one the surroundings of the hole. A linear layer joins their outputs of
    1024 values each: B x 1.
    """

    def __init__(self, size: int, local_size: int, width: int = 64, features: int = 1024) -> None:
        super().__init__()
        widths = [width, 2 * width, 4 * width, 8 * width, 8 * width]
        # The published network halves the 256 px image once more than the 128 px surroundings.
        self.whole = ImageDiscriminator(3, [*widths, 8 * width], size, out=features, norm="batch", negative=0.0)
        self.local = ImageDiscriminator(3, widths, local_size, out=features, norm="batch", negative=0.0)
        self.judge = nn.Linear(2 * features, 1)

    def forward(self, image: Tensor, local: Tensor) -> Tensor:
        """Score images. image: B x 3 x `size` x `size`, local: B x 3 x `local_size` x `local_size`; returns B x 1."""
        joined = torch.cat([self.whole(image), self.local(local)], dim=1)
        result: Tensor = self.judge(torch.relu(joined))
        return result


class ResidualDiscriminator(nn.Module):
    """The discriminator of StyleGAN2 (Karras et al. 2020, section 4.1), as MI-GAN uses it: B x 1.

    Residual blocks that halve the size; the standard deviation over the batch as one more channel; two linear layers.
    """

    def __init__(self, channels: int, size: int, base: int = 32768, most: int = 512) -> None:
        super().__init__()

        def width(side: int) -> int:
            return min(base // side, most)

        self.enter = nn.Conv2d(channels, width(size), 1)
        blocks = []
        while size > 4:
            blocks.append(_Halving(width(size), width(size // 2)))
            size //= 2
        self.blocks = nn.Sequential(*blocks)
        last = width(size)
        self.last = nn.Conv2d(last + 1, last, 3, padding=1)
        self.judge = nn.Sequential(nn.Linear(last * size * size, last), nn.LeakyReLU(0.2), nn.Linear(last, 1))

    def forward(self, image: Tensor) -> Tensor:
        """Score whole images. image: B x channels x `size` x `size`; returns B x 1."""
        features = self.blocks(nn.functional.leaky_relu(self.enter(image), 0.2))
        deviation = features.float().var(dim=0, unbiased=False).add(1e-8).sqrt().mean().to(features.dtype)
        spread = deviation.expand(features.shape[0], 1, *features.shape[2:])
        features = nn.functional.leaky_relu(self.last(torch.cat([features, spread], dim=1)), 0.2)
        result: Tensor = self.judge(features.flatten(1))
        return result


class _Halving(nn.Module):
    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, before, 3, padding=1)
        self.second = nn.Conv2d(before, after, 3, padding=1)
        self.skip = nn.Conv2d(before, after, 1, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        inner = nn.functional.leaky_relu(self.first(features), 0.2)
        inner = nn.functional.leaky_relu(nn.functional.avg_pool2d(self.second(inner), 2), 0.2)
        result: Tensor = (inner + self.skip(nn.functional.avg_pool2d(features, 2))) * 0.5**0.5
        return result


def crop_around_hole(image: Tensor, hole: Tensor, side: int) -> Tensor:
    """Cut out a square round each hole, for local discriminators.

    `image` is B x C x H x W and `hole` B x 1 x H x W; returns B x C x `side` x `side`. The square lies round the centre
    of the hole's bounding box, but is moved where it would reach beyond the image.
    """
    height, width = image.shape[-2:]
    side = min(side, height, width)
    parts = []
    for one, inside in zip(image, hole[:, 0], strict=True):
        rows, columns = inside.any(1).nonzero().flatten(), inside.any(0).nonzero().flatten()
        top = _start(rows, height, side)
        left = _start(columns, width, side)
        parts.append(one[:, top : top + side, left : left + side])
    return torch.stack(parts)


def _start(covered: Tensor, length: int, side: int) -> int:
    """Return where a square of `side` begins along one axis; `covered` are the indices that the hole covers."""
    if not len(covered):
        return (length - side) // 2
    centre = (int(covered[0]) + int(covered[-1]) + 1) // 2
    return min(max(0, centre - side // 2), length - side)
