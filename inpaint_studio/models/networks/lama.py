"""LaMa (Suvorov et al., Resolution-robust Large Mask Inpainting with Fourier Convolutions, WACV 2022).

The generator of section 2.1 and of the authors' advimman/lama (saicinpainting/training/modules/ffc.py): three halvings,
residual blocks of fast Fourier convolutions, three doublings. Its input is RGB in [0, 1], 0 in the hole, and the hole
(1 inside) as a fourth channel (saicinpainting/training/trainers/default.py); it returns RGB in [0, 1] by a sigmoid.

The paper has no attention. A block of choice stands in the middle of the residual blocks, on both branches together,
and is added by a factor that starts at 0: a reading of ours.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from inpaint_studio.layers.attention.block import Attended
from inpaint_studio.layers.attention.names import NONE
from inpaint_studio.layers.attention.slot import AttentionSlot
from inpaint_studio.layers.cpu.conv import convolve_to_few, is_exporting
from inpaint_studio.layers.fourier import FourierConvolution, rectify
from inpaint_studio.layers.fuse_norm import fold_into
from inpaint_studio.layers.residual import reflect_pad
from inpaint_studio.models.networks import Hints, Inpainter, NetworkOutput, Report
from inpaint_studio.models.networks.attended import as_output


class Down(nn.Module):
    """A convolution with a mirrored border, norm and rectifier."""

    def __init__(self, channels: int, out: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, out, kernel, stride, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(out)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the layer. x: N x C x H x W; returns N x C', both sides divided by the stride."""
        return rectify(self.norm(self.conv(reflect_pad(x, self.conv.kernel_size[0] // 2))))

    def fold(self) -> None:
        """Fold the norm into the convolution, for inference."""
        if isinstance(self.norm, nn.BatchNorm2d):
            self.norm = fold_into(self.conv, self.norm)


class Up(nn.Module):
    """A transposed convolution to twice the size, norm and rectifier."""

    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.conv = nn.ConvTranspose2d(channels, out, 3, 2, padding=1, output_padding=1)
        self.norm: nn.Module = nn.BatchNorm2d(out)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the layer. x: N x C x H x W; returns N x C' x 2H x 2W."""
        return rectify(self.norm(self.conv(x)))

    def fold(self) -> None:
        """Fold the norm into the convolution, for inference."""
        if isinstance(self.norm, nn.BatchNorm2d):
            self.norm = fold_into(self.conv, self.norm)


class Block(nn.Module):
    """Both branches plus two Fourier convolutions of them; nothing after the sum."""

    def __init__(self, channels: tuple[int, int]) -> None:
        super().__init__()
        self.first = FourierConvolution(channels, channels)
        self.second = FourierConvolution(channels, channels)

    def forward(self, local: Tensor, wide: Tensor) -> tuple[Tensor, Tensor]:
        """Apply the block to both branches, N x C x H x W each; returns the same shapes."""
        near, far = self.second(*self.first(local, wide))
        if torch.is_grad_enabled():
            return local + near, wide + far
        return near.add_(local), far.add_(wide)


class Lama(Inpainter):
    """`width` channels at full size (64 in the paper), doubled with each of `halvings` (3), of which `wide` are then
    global (384 of 512), and `blocks` residual blocks (18 in Big LaMa, 9 in LaMa-Fourier).
    `attention` is one of `BLOCKS`, or "none". Where it is `diffused`, what it draws is added to those colours without a
    sigmoid."""

    image_layers = ("leave",)

    def __init__(
        self,
        width: int = 64,
        halvings: int = 3,
        blocks: int = 18,
        wide: int = 384,
        *,
        diffused: bool = False,
        attention: str = NONE,
    ) -> None:
        super().__init__()
        deepest = width << halvings
        if halvings < 1 or not 1 < wide < deepest:
            raise ValueError(f"no such LaMa: width {width}, {halvings} halvings, {wide} global channels")
        branches = (deepest - wide, wide)
        self.enter = Down(4, width, 7)
        self.downs = nn.ModuleList(Down(width << n, width << n + 1, 3, 2) for n in range(halvings - 1))
        self.split = FourierConvolution((deepest // 2, 0), branches, stride=2)
        self.blocks = nn.ModuleList(Block(branches) for _ in range(blocks))
        self.ups = nn.ModuleList(Up(width << n + 1, width << n) for n in reversed(range(halvings)))
        self.leave = nn.Conv2d(width, 3, 7)
        self.place, self.attention = 1 << halvings, attention  # px of the image per side of a place of the bottleneck
        self.slot = None if attention == NONE else AttentionSlot(attention, deepest)
        self.export_obstacle = "" if self.slot is None else self.slot.obstacle
        self.begin_diffused(diffused)

    def forward(self, image: Tensor, hole: Tensor) -> Tensor:
        """Fill `image` (N x 3 x H x W RGB in [0, 1]) in `hole` (N x 1 x H x W, 1 inside); RGB, float32.

        Sides are multiples of 2 ** halvings, and twice that at least.
        """
        return self._draw(image, hole, Hints(), None)[0]

    def fill(self, image: Tensor, hole: Tensor, hints: Hints, report: Report) -> NetworkOutput:
        """See `Inpainter.fill`; its block uses the donors and the limit of memory."""
        report(0.0)
        output, seen = self._draw(image, hole, hints, report)
        report(1.0)
        made = NetworkOutput(output)
        return made if seen is None else as_output(made, seen, self.attention, self.place)

    def _draw(self, image: Tensor, hole: Tensor, hints: Hints, report: Report | None) -> tuple[Tensor, Attended | None]:
        """As `forward`; also returns what the block attends to, where progress is reported."""
        base = self.diffuse(image, hole, 0.5)
        shown = image * (1 - hole) if base is None else base
        x = torch.cat([shown, hole], 1).to(self.dtype, memory_format=torch.channels_last)
        x = self.enter(x)
        for down in self.downs:
            x = down(x)
        local, wide = self.split(x)
        steps, seen = len(self.blocks) + len(self.ups) + 1, None
        for number, block in enumerate(self.blocks, 1):
            if report is not None:
                report(number / steps)
            local, wide = block(local, wide)
            if self.slot is not None and number == (len(self.blocks) + 1) // 2:
                local, wide, seen = self._attend(self.slot, local, wide, hole, hints, report is not None)
        x = torch.cat([local, wide], 1)
        for number, up in enumerate(self.ups, 1):
            if report is not None:
                report((len(self.blocks) + number) / steps)
            x = up(x)
        drawn = convolve_to_few(reflect_pad(x, 3), self.leave.weight, self.leave.bias).float()
        return torch.sigmoid(drawn) if base is None else base + drawn, seen

    def _attend(
        self, slot: AttentionSlot, local: Tensor, wide: Tensor, hole: Tensor, hints: Hints, looks: bool
    ) -> tuple[Tensor, Tensor, Attended | None]:
        """Return both branches after the block of choice, and where it `looks` what it attends to."""
        both = torch.cat([local, wide], 1)
        how: dict[str, Any] = {"donors": hints.donors, "memory": hints.memory}
        seen = slot.look(both, hole, **how) if looks and not is_exporting() else None
        near, far = slot(both, hole, **how).split([local.shape[1], wide.shape[1]], 1)
        return near, far, seen

    def optimise(self) -> None:
        """Fold every norm into its convolution."""
        for module in self.modules():
            if isinstance(module, Down | Up | FourierConvolution):
                module.fold()
        super().optimise()
