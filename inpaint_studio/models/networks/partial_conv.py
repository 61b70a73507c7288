"""The U-Net of Liu et al., Image Inpainting for Irregular Holes Using Partial Convolutions (ECCV 2018), table 2.

Its input is RGB normalised by ImageNet's mean and deviation, 0 in the hole, with a mask that is 1 where the image is
known; its output is normalised in the same way, unbounded (naoto0804/pytorch-inpainting-with-partial-conv, opt.py and
evaluation.py). open-mmlab/mmagic (mmagic/models/editors/pconv) takes 1/2 for every mean and deviation, and its first
layer has a bias.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.layers.fuse_norm import scale_and_shift
from inpaint_studio.layers.partial import PartialConv2d
from inpaint_studio.models.networks import Hints, Inpainter, NetworkOutput, Report

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, RGB in [0, 1]
RANGES = {"imagenet": (MEAN, DEVIATION), "half": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))}  # what colours are normalised by
KERNELS = (7, 5, 5)  # of the first encoder stages; 3 from there on


class Stage(nn.Module):
    """A partial convolution, its norm unless it has a bias, and its activation (1: none). Values stay 0 where
    nothing is known."""

    def __init__(self, convolution: PartialConv2d, channels: int, leak: float, *, norm: bool) -> None:
        super().__init__()
        self.conv, self.leak = convolution, leak
        self.norm = nn.BatchNorm2d(channels) if norm else None

    def forward(self, x: Tensor, known: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """See `PartialConv2d.forward`."""
        x, seen = self.conv(x, known)
        in_place = not torch.is_grad_enabled()
        if self.norm is not None:
            x = self.norm(x)
        if self.leak == 0:
            x = functional.relu(x, inplace=in_place)
        elif self.leak < 1:
            x = functional.leaky_relu(x, self.leak, inplace=in_place)
        return (x if self.norm is None else x * seen.to(x.dtype)), seen

    def fold(self) -> None:
        """Fold the norm into the convolution, whose bias is added only where a value is known."""
        if self.norm is None:
            return
        scale, shift = (part.detach() for part in scale_and_shift(self.norm))
        self.conv.weight = nn.Parameter(self.conv.weight * scale.view(-1, 1, 1, 1), requires_grad=False)
        self.conv.bias = nn.Parameter(shift, requires_grad=False)
        self.norm = None


class PartialConvUNet(Inpainter):
    """`widths` are the channels of the encoder's stages, each of which halves the image (the paper: 64, 128, 256 and
    four or five of 512); `window` as in `PartialConv2d`; `colours` is one of RANGES; `bias`: of the first stage.

    Where it is `diffused`, the first stage has further channels for the colours in the hole, which count as known; so
    all is known to the stages after it. What the network draws is added to these colours.
    """

    image_layers = ("dec1",)

    def __init__(
        self,
        widths: Sequence[int] = (64, 128, 256, 512, 512, 512, 512),
        *,
        window: bool = True,
        colours: str = "imagenet",
        bias: bool = False,
        diffused: bool = False,
    ) -> None:
        super().__init__()
        self.depth, self.range = len(widths), RANGES[colours]
        channels = (3, *widths)
        for stage in range(1, self.depth + 1):
            above, below = channels[stage - 1], channels[stage]
            kernel = KERNELS[stage - 1] if stage <= len(KERNELS) else 3
            sources = [above, above] if diffused and stage == 1 else [above]
            down = PartialConv2d(sources, below, kernel, 2, bias=bias and stage == 1, window=window)
            self.add_module(f"enc{stage}", Stage(down, below, 0.0, norm=stage > 1))
        for stage in range(self.depth, 0, -1):
            above, below = channels[stage - 1], channels[stage]
            last = stage == 1
            up = PartialConv2d([below, above], above, 3, bias=last, window=window)
            self.add_module(f"dec{stage}", Stage(up, above, 1.0 if last else 0.2, norm=not last))
        self.begin_diffused(diffused)

    def forward(self, image: Tensor, known: Tensor, report: Report | None = None) -> Tensor:
        """Draw N x 3 x H x W from `image` (normalised) and `known` (N x 1 x H x W float32, 1 where known), whose sides
        are a multiple of 2 to the depth."""
        base = self.diffuse(image, 1 - known)
        x, masks = self._to_input(image * known), [known]
        skips = [(x, known)]
        if base is not None:
            hole = 1 - known
            x, masks = self._to_input(torch.cat([image * known, base * hole], 1)), [known, hole]
            skips = [(self._to_input(base), torch.ones_like(known))]
        for stage in range(1, self.depth + 1):
            x, known = self.get_submodule(f"enc{stage}")(x, masks if stage == 1 else [known])
            skips.append((x, known))
            if report is not None:
                report(0.5 * stage / self.depth)
        skips.pop()
        for stage in range(self.depth, 0, -1):
            skip, beside = skips.pop()
            x = torch.cat([functional.interpolate(x, scale_factor=2), skip], 1)
            known = functional.interpolate(known, scale_factor=2)
            x, known = self.get_submodule(f"dec{stage}")(x, [known, beside])
            if report is not None:
                report(1 - 0.5 * (stage - 1) / self.depth)
        return x if base is None else base + x.float()

    def fill(self, image: Tensor, hole: Tensor, hints: Hints, report: Report) -> NetworkOutput:
        """See `Inpainter.fill`; it uses no hints."""
        del hints
        report(0.0)
        drawn = self(self.normalise(image), 1 - hole, report).float()
        return NetworkOutput(self.to_colours(drawn))

    def _to_input(self, x: Tensor) -> Tensor:
        return x.to(self.dtype, memory_format=torch.channels_last)

    def normalise(self, image: Tensor) -> Tensor:
        """Return the values that `forward` takes for RGB in [0, 1], N x 3 x H x W."""
        mean, deviation = self._range(image)
        return (image - mean) / deviation

    def to_colours(self, drawn: Tensor) -> Tensor:
        """Return RGB, in [0, 1] by convention, for values that `forward` returned."""
        mean, deviation = self._range(drawn)
        return drawn * deviation + mean

    def _range(self, like: Tensor) -> list[Tensor]:
        return [like.new_tensor(part).view(1, 3, 1, 1) for part in self.range]

    def optimise(self) -> None:
        """Fold the norms into the convolutions."""
        for stage in self.children():
            if isinstance(stage, Stage):
                stage.fold()
        super().optimise()
