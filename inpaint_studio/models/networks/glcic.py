"""The completion network of Iizuka et al., Globally and Locally Consistent Image Completion (SIGGRAPH 2017), table 1.

Two variants of it were published, with different inputs. The authors' (satoshiiizuka/siggraph2017_inpainting)
normalises before the activation and gets RGB in [0, 1] minus the mean colour of its training set, 0 in the hole. The
port otenim/GLCIC-PyTorch normalises after the activation and gets plain RGB with the mean colour in the hole. Both add
the hole (1 inside) as a fourth channel and return RGB in [0, 1]. A third one, open-mmlab/mmagic's
(mmagic/models/editors/global_local), is built as the authors' but clips its output instead of bending it by a sigmoid.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.layers.fuse_norm import Clip, fold_into, fold_over_relu
from inpaint_studio.models.networks import Hints, Inpainter, NetworkOutput, Report

ORDERS = ("conv-bn-relu", "conv-relu-bn")
BOUNDS = ("sigmoid", "clip")


class GlcicLayer(NamedTuple):
    """A row of the paper's table 1; channels as a multiple of half the first layer's."""

    kind: str
    channels: int
    kernel: int
    stride: int = 1
    dilation: int = 1


LAYERS = (
    GlcicLayer("conv", 2, 5),
    GlcicLayer("conv", 4, 3, 2),
    GlcicLayer("conv", 4, 3),
    GlcicLayer("conv", 8, 3, 2),
    GlcicLayer("conv", 8, 3),
    GlcicLayer("conv", 8, 3),
    GlcicLayer("conv", 8, 3, dilation=2),
    GlcicLayer("conv", 8, 3, dilation=4),
    GlcicLayer("conv", 8, 3, dilation=8),
    GlcicLayer("conv", 8, 3, dilation=16),
    GlcicLayer("conv", 8, 3),
    GlcicLayer("conv", 8, 3),
    GlcicLayer("deconv", 4, 4, 2),
    GlcicLayer("conv", 4, 3),
    GlcicLayer("deconv", 2, 4, 2),
    GlcicLayer("conv", 1, 3),
)


class Glcic(Inpainter):
    """`width` is the number of channels of the first layer (64 in the paper, even); `order` is one of ORDERS, `bound`
    one of BOUNDS. Where it is `diffused`, what it draws is added to those colours without a bound."""

    image_layers = ("conv17",)

    mean: Tensor

    def __init__(
        self, width: int = 64, order: str = "conv-bn-relu", bound: str = "sigmoid", *, diffused: bool = False
    ) -> None:
        super().__init__()
        if width < 2 or width % 2 or order not in ORDERS or bound not in BOUNDS:
            raise ValueError(f"no such GLCIC: width {width}, order {order}, bound {bound}")
        self.order, self.bound = order, bound
        channels = 4
        for number, layer in enumerate(LAYERS, 1):
            out = layer.channels * width // 2
            self.add_module(f"{layer.kind}{number}", _convolution(layer, channels, out))
            self.add_module(f"bn{number}", nn.BatchNorm2d(out))
            channels = out
        self.conv17 = nn.Conv2d(channels, 3, 3, padding=1)
        # Places2's; every set of weights has its own, one that is trained here that of its photos.
        self.register_buffer("mean", torch.tensor((0.4560, 0.4472, 0.4155)))
        self.begin_diffused(diffused)

    def forward(self, image: Tensor, hole: Tensor, report: Report | None = None) -> Tensor:
        """Fill `image` (N x 3 x H x W RGB in [0, 1], sides a multiple of 4) in `hole` (N x 1 x H x W)."""
        base = self.diffuse(image, hole, 0.5)
        x = self._to_input(image, hole, base)
        for number, layer in enumerate(LAYERS, 1):
            convolution, norm = self.get_submodule(f"{layer.kind}{number}"), self.get_submodule(f"bn{number}")
            x = self._activate(convolution(x), norm)
            if report is not None:
                report(number / (len(LAYERS) + 1))
        x = self.conv17(x)
        if base is not None:
            return base.add(x.float())
        return torch.sigmoid(x) if self.bound == "sigmoid" else x.clamp(0, 1)

    def fill(self, image: Tensor, hole: Tensor, hints: Hints, report: Report) -> NetworkOutput:
        """See `Inpainter.fill`; it uses no hints."""
        del hints
        report(0.0)
        output = self(image, hole, report).float()
        report(1.0)
        return NetworkOutput(output)

    def optimise(self) -> None:
        """Fold the norms into the convolutions: fully before an activation, as a bound on their values after it."""
        for number, layer in enumerate(LAYERS, 1):
            convolution, norm = self.get_submodule(f"{layer.kind}{number}"), self.get_submodule(f"bn{number}")
            if isinstance(norm, nn.BatchNorm2d):
                fold = fold_into if self.order == "conv-bn-relu" else fold_over_relu
                self.add_module(f"bn{number}", fold(convolution, norm))
        super().optimise()

    def _to_input(self, image: Tensor, hole: Tensor, base: Tensor | None) -> Tensor:
        mean, known = self.mean.to(image.dtype).view(1, 3, 1, 1), 1 - hole
        if base is not None:
            image = base - mean if self.order == "conv-bn-relu" else base
        else:
            image = (image - mean) * known if self.order == "conv-bn-relu" else image * known + mean * hole
        return torch.cat([image, hole], 1).to(self.dtype, memory_format=torch.channels_last)

    def _activate(self, x: Tensor, norm: nn.Module) -> Tensor:
        in_place = not torch.is_grad_enabled()
        if self.order == "conv-bn-relu":
            return functional.relu(norm(x), inplace=in_place)
        activated: Tensor = norm(x if isinstance(norm, Clip) else functional.relu(x, inplace=in_place))
        return activated


def _convolution(layer: GlcicLayer, channels: int, out: int) -> nn.Module:
    if layer.kind == "deconv":
        return nn.ConvTranspose2d(channels, out, layer.kernel, layer.stride, padding=1)
    padding = layer.dilation * (layer.kernel // 2)
    return nn.Conv2d(channels, out, layer.kernel, layer.stride, padding, layer.dilation)
