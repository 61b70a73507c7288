"""Critics: the networks that tell a filled picture from a true one, for training alone.

All give scores, not probabilities; the losses take their own view of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from inpaint_studio.layers.cpu.conv import convolve_by_twos

Norm = Literal["none", "batch", "instance"]


class _Convolution(nn.Conv2d):
    """A convolution whose stride is 1 or 2."""

    def forward(self, x: Tensor) -> Tensor:
        if self.stride == (2, 2):
            return convolve_by_twos(x, self.weight, self.bias, int(self.padding[0]))
        return super().forward(x)


class PatchCritic(nn.Module):
    """A stack of convolutions whose last layer scores overlapping patches.

    `widths` and `strides` are those of all layers but the last; the first has no norm, the last is one channel wide
    unless `scores` says otherwise, without activation. `features` gives what each inner layer shows.

    Serves as: SN-PatchGAN of DeepFill v2 (kernel 5, stride 2, widths 64, 128, 256, 256, 256 and scores 256, spectral),
    PatchGAN of pix2pix as in Shift-Net, EdgeConnect and LaMa (kernel 4, strides 2 but the last ones 1), and, with a
    last layer as large as what is left, the critic of the Context Encoder.
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
        """`last` is kernel, stride and padding of the last layer where they are not those of the others at stride 1."""
        super().__init__()
        layers: list[nn.Module] = []
        before = channels
        for number, (width, stride) in enumerate(zip(widths, strides, strict=True)):
            normed = norm if number else "none"
            convolution = _Convolution(before, width, kernel, stride, padding, bias=bias and normed != "batch")
            parts: list[nn.Module] = [spectral_norm(convolution) if spectral else convolution]
            if normed == "batch":
                parts.append(nn.BatchNorm2d(width))
            elif normed == "instance":
                parts.append(nn.InstanceNorm2d(width, affine=True))
            layers.append(nn.Sequential(*parts, nn.LeakyReLU(0.2)))
            before = width
        size, stride, pad = last or (kernel, 1, padding)
        final = _Convolution(before, scores, size, stride, pad, bias=bias)
        self.layers = nn.ModuleList(layers)
        self.score = spectral_norm(final) if spectral else final

    def features(self, picture: Tensor) -> list[Tensor]:
        """What each inner layer shows of `picture`, B x channels x H x W, then the scores."""
        shown = []
        for layer in self.layers:
            picture = layer(picture)
            shown.append(picture)
        return [*shown, self.score(picture)]

    def forward(self, picture: Tensor) -> Tensor:
        result: Tensor = self.features(picture)[-1]
        return result


class WholeCritic(nn.Module):
    """Convolutions of kernel 5 and stride 2, then one linear layer over all that is left, B x `out`.

    DeepFill v1's critics (widths 64, 128, 256, 256; no norm, as WGAN-GP wants) and the two halves of GLCIC's (with
    batch norm, 1024 numbers out) are of this make. `size` is the side of the pictures in px.
    """

    def __init__(
        self, channels: int, widths: Sequence[int], size: int, *, out: int = 1, norm: Norm = "none", slope: float = 0.2
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = channels
        for width in widths:
            layers.append(_Convolution(before, width, 5, 2, 2))
            if norm == "batch":
                layers.append(nn.BatchNorm2d(width))
            layers.append(nn.LeakyReLU(slope))
            before, size = width, -(-size // 2)
        self.body = nn.Sequential(*layers)
        self.linear = nn.Linear(before * size * size, out)

    def forward(self, picture: Tensor) -> Tensor:
        result: Tensor = self.linear(self.body(picture).flatten(1))
        return result


class GlobalLocalCritic(nn.Module):
    """GLCIC's context critic (Iizuka et al. 2017, section 3.3, table 2): one half sees the picture, one the hole's
    surroundings; what they say, 1024 numbers each, is weighed together, B x 1."""

    def __init__(self, size: int, local_size: int, width: int = 64, features: int = 1024) -> None:
        super().__init__()
        widths = [width, 2 * width, 4 * width, 8 * width, 8 * width]
        # The published network of 256 px pictures halves them once more than the 128 px surroundings.
        self.whole = WholeCritic(3, [*widths, 8 * width], size, out=features, norm="batch", slope=0.0)
        self.local = WholeCritic(3, widths, local_size, out=features, norm="batch", slope=0.0)
        self.judge = nn.Linear(2 * features, 1)

    def forward(self, picture: Tensor, local: Tensor) -> Tensor:
        said = torch.cat([self.whole(picture), self.local(local)], dim=1)
        result: Tensor = self.judge(torch.relu(said))
        return result


class ResidualCritic(nn.Module):
    """The critic of StyleGAN2 (Karras et al. 2020, section 4.1) as MI-GAN trains against: residual blocks that halve,
    the deviation over the batch as one more channel, then two linear layers; B x 1."""

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

    def forward(self, picture: Tensor) -> Tensor:
        shown = self.blocks(nn.functional.leaky_relu(self.enter(picture), 0.2))
        deviation = shown.float().var(dim=0, unbiased=False).add(1e-8).sqrt().mean().to(shown.dtype)
        spread = deviation.expand(shown.shape[0], 1, *shown.shape[2:])
        shown = nn.functional.leaky_relu(self.last(torch.cat([shown, spread], dim=1)), 0.2)
        result: Tensor = self.judge(shown.flatten(1))
        return result


class _Halving(nn.Module):
    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, before, 3, padding=1)
        self.second = nn.Conv2d(before, after, 3, padding=1)
        self.skip = nn.Conv2d(before, after, 1, bias=False)

    def forward(self, shown: Tensor) -> Tensor:
        inner = nn.functional.leaky_relu(self.first(shown), 0.2)
        inner = nn.functional.leaky_relu(nn.functional.avg_pool2d(self.second(inner), 2), 0.2)
        result: Tensor = (inner + self.skip(nn.functional.avg_pool2d(shown, 2))) * 0.5**0.5
        return result
