"""The generator of Sargsyan et al., MI-GAN: A Simple Baseline for Image Inpainting on Mobile Devices (ICCV 2023).

Its input is (known - 0.5, R, G, B): the mask comes first, 0.5 where the image is known and -0.5 in the hole; RGB is
in [-1, 1] and 0 in the hole. It returns RGB of about [-1, 1], unbounded (Picsart-AI-Research/MI-GAN,
lib/model_zoo/migan_inference.py and scripts/demo.py). The size is fixed, as every level adds fixed noise of the level's
size, which is part of the weights.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.models.networks import Hints, Inpainter, NetworkOutput, Report

_TAPS = (1.0, 3.0, 3.0, 1.0)  # of the smooth filter with which StyleGAN and its successors resample
_GAIN = math.sqrt(2)
_LEAK = 0.2
_BOUND = 256.0  # the activations are clamped here, so that they fit 16 bits


class SeparableConv(nn.Module):
    """A 3 x 3 convolution of each channel alone, then a 1 x 1 one across them, each with its activation.

    `down`: halves the size between them; `up`: doubles it after the second. Noise of `noisy` px per side is added last.
    """

    def __init__(self, channels: int, out: int, *, down: bool = False, up: bool = False, noisy: int = 0) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 3, padding=1, groups=channels)
        self.pointwise = nn.Conv2d(channels, out, 1, bias=False)
        self.down, self.up = down, up
        self.gain = _GAIN
        self.noise: Tensor | None
        self.register_buffer("noise", torch.randn(noisy, noisy) if noisy else None)
        self.noise_strength = nn.Parameter(torch.zeros(())) if noisy else None

    def forward(self, x: Tensor) -> Tensor:
        """Apply the layer. x: N x C x H x W; returns N x C' x H' x W', sides halved, equal or doubled."""
        x = activate(self.depthwise(x), self.gain)
        x = self.pointwise(downsample(x) if self.down else x)
        if self.up:
            x = upsample(x)
        if self.noise is not None:
            noise = self.noise if self.noise_strength is None else self.noise * self.noise_strength
            x = x + noise.to(x.dtype) if torch.is_grad_enabled() or self.up else x.add_(noise.to(x.dtype))
        return activate(x, self.gain)

    def fold(self) -> None:
        """Fold the gain of the activations and the noise's strength into the weights."""
        for convolution in (self.depthwise, self.pointwise):
            scale(convolution, self.gain)
        if self.noise is not None and self.noise_strength is not None:
            self.noise = self.noise * (self.noise_strength.detach() * self.gain)
            self.noise_strength = None
        self.gain = 1.0


class EncoderBlock(nn.Module):
    """Two convolutions; the second changes to the size of the next block."""

    def __init__(self, channels: int, out: int, *, down: bool, first: bool) -> None:
        super().__init__()
        self.from_rgb = nn.Conv2d(4, channels, 1) if first else None
        self.conv1 = SeparableConv(channels, channels)
        self.conv2 = SeparableConv(channels, out, down=down)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the features for the next block, and those that the synthesis gets at this size."""
        if self.from_rgb is not None:
            x = activate(self.from_rgb(x), self.conv1.gain)
        kept = self.conv1(x)
        return self.conv2(kept), kept


class SynthesisBlock(nn.Module):
    """Two convolutions at one size and the image so far; the first doubles the size of the features before it."""

    def __init__(self, channels: int, out: int, size: int) -> None:
        super().__init__()
        first = size == 4
        noisy = 0 if first else size
        self.conv1 = SeparableConv(channels, out, up=not first, noisy=noisy)
        self.conv2 = SeparableConv(out, out, noisy=noisy)
        self.to_rgb = nn.Conv2d(out, 3, 1)

    def forward(self, x: Tensor, kept: Tensor, rgb: Tensor | None) -> tuple[Tensor, Tensor]:
        """Return the features and the image at this size, from those of the size before."""
        x = self.conv1(x)
        x = self.conv2(x + kept if torch.is_grad_enabled() else x.add_(kept))
        drawn = self.to_rgb(x)
        return x, drawn if rgb is None else upsample(rgb) + drawn


class MiGan(Inpainter):
    """`widths` are the channels at 4 px, 8 px, ... up to `resolution` (the paper: 32768 / size, 512 at most).

    Where it is `diffused`, the images that it draws at all sizes are added to those colours.
    """

    def __init__(self, resolution: int, widths: Sequence[int], *, diffused: bool = False) -> None:
        super().__init__()
        self.sizes = [4 << level for level in range(len(widths))]
        if not widths or self.sizes[-1] != resolution:
            raise ValueError(f"{len(widths)} levels do not make {resolution} px")
        self.encoder = nn.ModuleDict()
        self.synthesis = nn.ModuleDict()
        for level, size in enumerate(self.sizes):
            here, below = widths[level], widths[max(level - 1, 0)]
            self.encoder[f"b{size}"] = EncoderBlock(here, below, down=size > 4, first=size == resolution)
            self.synthesis[f"b{size}"] = SynthesisBlock(below, here, size)
        self.image_layers = tuple(f"synthesis.b{size}.to_rgb" for size in self.sizes)
        self.begin_diffused(diffused)

    def forward(self, image: Tensor, known: Tensor, report: Report | None = None) -> Tensor:
        """Draw N x 3 x H x W from `image` (RGB in [-1, 1]) and `known` (N x 1 x H x W, 1 where known)."""
        base = self.diffuse(image, 1 - known)
        shown = image * known if base is None else base
        x = torch.cat([known - 0.5, shown], 1).to(self.dtype, memory_format=torch.channels_last)
        kept: dict[int, Tensor] = {}
        for done, size in enumerate(reversed(self.sizes), 1):
            x, kept[size] = self.encoder[f"b{size}"](x)
            if report is not None:
                report(0.5 * done / len(self.sizes))
        rgb: Tensor | None = None
        for done, size in enumerate(self.sizes, 1):
            x, rgb = self.synthesis[f"b{size}"](x, kept.pop(size), rgb)
            if report is not None:
                report(0.5 + 0.5 * done / len(self.sizes))
        assert rgb is not None
        return rgb if base is None else base + rgb.float()

    def fill(self, image: Tensor, hole: Tensor, hints: Hints, report: Report) -> NetworkOutput:
        """See `Inpainter.fill`; it uses no hints, and takes only images of its own size."""
        del hints
        report(0.0)
        return NetworkOutput((self(2 * image - 1, 1 - hole, report).float() + 1) / 2)

    def optimise(self) -> None:
        """Fold the gain of all activations into the weights."""
        for module in self.modules():
            if isinstance(module, EncoderBlock) and module.from_rgb is not None and module.conv1.gain != 1:
                scale(module.from_rgb, module.conv1.gain)
        for module in self.modules():
            if isinstance(module, SeparableConv):
                module.fold()
        super().optimise()


def activate(x: Tensor, gain: float) -> Tensor:
    """Apply leaky ReLU, times `gain`, clamped; `x` of any shape."""
    if torch.is_grad_enabled():
        return (functional.leaky_relu(x, _LEAK) * gain).clamp(-_BOUND, _BOUND)
    x = functional.leaky_relu_(x, _LEAK)
    return (x if gain == 1 else x.mul_(gain)).clamp_(-_BOUND, _BOUND)


def scale(convolution: nn.Conv2d, gain: float) -> None:
    """Multiply the weights and the bias of a convolution by `gain`."""
    convolution.weight = nn.Parameter(convolution.weight.detach() * gain, requires_grad=False)
    if convolution.bias is not None:
        convolution.bias = nn.Parameter(convolution.bias.detach() * gain, requires_grad=False)


def upsample(x: Tensor) -> Tensor:
    """N x C x H x W with zeros put between the values, then filtered (gain 4): N x C x 2H x 2W.

    Between values the filter is bilinear interpolation; beyond the border it sees zeros.
    """
    x = functional.pad(x, (1, 1, 1, 1))
    return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)[..., 2:-2, 2:-2]


def downsample(x: Tensor) -> Tensor:
    """N x C x H x W filtered, every second value kept: N x C x H/2 x W/2; zeros beyond the border."""
    taps = torch.tensor(_TAPS, dtype=x.dtype, device=x.device)
    kernel = torch.outer(taps, taps) / taps.sum() ** 2
    channels = x.shape[1]
    return functional.conv2d(x, kernel.expand(channels, 1, 4, 4), stride=2, padding=1, groups=channels)
