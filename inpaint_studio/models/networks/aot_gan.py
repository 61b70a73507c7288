"""AOT-GAN (Zeng et al., Aggregated Contextual Transformations for High-Resolution Image Inpainting, TVCG 2022).

The generator of section 3.1 and of the authors' researchmm/AOT-GAN-for-Inpainting (src/model/aotgan.py): two halvings,
blocks of dilated convolutions side by side (AOT blocks, section 3.2), two doublings. Its input is RGB in [-1, 1], white
in the hole (src/train: ``images * (1 - masks) + masks``), and the hole (1 inside) as a fourth channel; it returns RGB
in [-1, 1] by tanh.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.layers.cpu.conv import convolve3x3, convolve_to_few
from inpaint_studio.layers.residual import reflect_pad
from inpaint_studio.models.networks import Hints, Inpainter, NetworkOutput, Report

RATES = (1, 2, 4, 8)  # dilations of the convolutions in a block
EPSILON = 1e-9  # added to a deviation


class AotBlock(nn.Module):
    """Dilated convolutions side by side, fused, and mixed with the input as a gate says (section 3.2)."""

    def __init__(self, channels: int, rates: Sequence[int]) -> None:
        super().__init__()
        self.rates = tuple(rates)
        self.branches = nn.ModuleList(nn.Conv2d(channels, channels // len(rates), 3) for _ in rates)
        self.fuse = nn.Conv2d(channels, channels, 3)
        self.gate = nn.Conv2d(channels, channels, 3)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the block. x: N x C x H x W, both sides longer than the largest rate; returns the same shape."""
        in_place = not torch.is_grad_enabled()
        near = reflect_pad(x, 1)
        parts = []
        for rate, branch in zip(self.rates, self.branches, strict=True):
            padded = near if rate == 1 else reflect_pad(x, rate)
            parts.append(functional.relu(_convolve(padded, branch, rate), inplace=in_place))
        mixed = _convolve(reflect_pad(torch.cat(parts, 1), 1), self.fuse)
        gate = _normalise(_convolve(near, self.gate))
        return torch.lerp(x, mixed, gate)


class AotGan(Inpainter):
    """`width` channels at full size (64 in the paper), four times as many in the `blocks` (8) with these `rates`.

    Where it is `diffused`, what it draws is added to those colours without tanh.
    """

    image_layers = ("leave",)

    def __init__(
        self, width: int = 64, blocks: int = 8, rates: Sequence[int] = RATES, *, diffused: bool = False
    ) -> None:
        super().__init__()
        if not rates or 4 * width % len(rates):
            raise ValueError(f"no such AOT-GAN: width {width}, {len(rates)} rates")
        self.enter = nn.Conv2d(4, width, 7)
        self.down1 = nn.Conv2d(width, 2 * width, 4, 2, padding=1)
        self.down2 = nn.Conv2d(2 * width, 4 * width, 4, 2, padding=1)
        self.blocks = nn.ModuleList(AotBlock(4 * width, rates) for _ in range(blocks))
        self.up1 = nn.Conv2d(4 * width, 2 * width, 3)
        self.up2 = nn.Conv2d(2 * width, width, 3)
        self.leave = nn.Conv2d(width, 3, 3)
        self.begin_diffused(diffused)

    def forward(self, image: Tensor, hole: Tensor, report: Report | None = None) -> Tensor:
        """Fill `image` (N x 3 x H x W RGB in [-1, 1]) in `hole` (N x 1 x H x W, 1 inside); RGB in [-1, 1], float32.

        Sides are multiples of 4, and at a quarter of their length longer than the largest rate.
        """
        in_place = not torch.is_grad_enabled()
        base = self.diffuse(image, hole)
        shown = image * (1 - hole) + hole if base is None else base
        x = torch.cat([shown, hole], 1).to(self.dtype, memory_format=torch.channels_last)
        x = functional.relu(self.enter(reflect_pad(x, 3)), inplace=in_place)
        x = functional.relu(self.down1(x), inplace=in_place)
        x = functional.relu(self.down2(x), inplace=in_place)
        steps = len(self.blocks) + 3
        for number, block in enumerate(self.blocks, 1):
            if report is not None:
                report(number / steps)
            x = block(x)
        for number, up in enumerate((self.up1, self.up2), 1):
            if report is not None:
                report((len(self.blocks) + number) / steps)
            x = functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)
            x = functional.relu(_convolve(functional.pad(x, (1, 1, 1, 1)), up), inplace=in_place)
        x = functional.pad(x, (1, 1, 1, 1))
        drawn = convolve_to_few(x, self.leave.weight, self.leave.bias).float()
        return torch.tanh(drawn) if base is None else base + drawn

    def fill(self, image: Tensor, hole: Tensor, hints: Hints, report: Report) -> NetworkOutput:
        """See `Inpainter.fill`; it uses no hints."""
        del hints
        report(0.0)
        output = (self(2 * image - 1, hole, report) + 1) / 2
        report(1.0)
        return NetworkOutput(output)


def _convolve(x: Tensor, layer: nn.Module, dilation: int = 1) -> Tensor:
    """Convolve an image with a border of `dilation` px, which the result no longer has."""
    assert isinstance(layer, nn.Conv2d)
    return convolve3x3(x, layer.weight, layer.bias, dilation)


def _normalise(gate: Tensor) -> Tensor:
    """Return the gate in (0, 1): a sigmoid of values whose mean over the image is -5 and whose deviation 10.

    (`my_layer_norm` of the authors.) Computed in 32 bits, for a mean over many values.
    """
    with torch.autocast(gate.device.type, enabled=False):
        exact = gate if gate.dtype == torch.float64 else gate.float()
        deviation, mean = torch.std_mean(exact, (2, 3), keepdim=True)
        normal = (exact - mean) / (deviation + EPSILON)
        return torch.sigmoid(10 * normal - 5).to(gate.dtype)
