"""The network of Pathak et al., Context Encoders: Feature Learning by Inpainting (CVPR 2016), for a hole in the middle.

It takes RGB in [-1, 1] of 128 x 128 px and returns the 64 x 64 px in the middle in the same range. Of these, the
network is given a rim of 4 px, which it also draws; the unknown rest has one colour (pathak22/context-encoder,
demo.lua). The colour is a mean of ImageNet with its channels in the wrong order, a mistake of the authors' code that
the published weights depend on.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.errors import InputError
from inpaint_studio.layers.fuse_norm import fold_into
from inpaint_studio.models.networks import Hints, Inpainter, NetworkOutput, Report
from inpaint_studio.texts import tr

SIZE = 128
DRAWN = slice(32, 96)  # rows and columns of its output
HIDDEN = slice(36, 92)  # rows and columns that are hidden from it
COLOUR = (117 / 255, 104 / 255, 123 / 255)

_ENCODER = (1, 1, 2, 4, 8)  # channels of the layers as a multiple of the width; each halves the image
_DECODER = (8, 4, 2, 1)


class ContextEncoder(Inpainter):
    """`width` is the number of channels of the first layer (64 in the paper), `bottleneck` that of the code (4000).

    The authors' convolutions have a `bias`; those of BoyuanJiang/context_encoder_pytorch have none.
    Where it is `diffused`, what it draws is added to the middle of its input without tanh.
    """

    image_layers = ("out",)

    def __init__(self, width: int = 64, bottleneck: int = 4000, *, bias: bool = True, diffused: bool = False) -> None:
        super().__init__()
        channels = 3
        for number, factor in enumerate(_ENCODER, 1):
            self.add_module(f"enc{number}", nn.Conv2d(channels, factor * width, 4, 2, 1, bias=bias))
            channels = factor * width
            if number > 1:
                self.add_module(f"enc_norm{number}", nn.BatchNorm2d(channels))
        self.code = nn.Conv2d(channels, bottleneck, 4, bias=bias)
        self.code_norm = nn.BatchNorm2d(bottleneck)
        channels = bottleneck
        for number, factor in enumerate(_DECODER, 1):
            stride, padding = (1, 0) if number == 1 else (2, 1)
            layer = nn.ConvTranspose2d(channels, factor * width, 4, stride, padding, bias=bias)
            self.add_module(f"dec{number}", layer)
            channels = factor * width
            self.add_module(f"dec_norm{number}", nn.BatchNorm2d(channels))
        self.out = nn.ConvTranspose2d(channels, 3, 4, 2, 1, bias=bias)
        self.begin_diffused(diffused)

    def forward(self, image: Tensor, report: Report | None = None) -> Tensor:
        """Draw the middle (N x 3 x 64 x 64) of `image` (N x 3 x 128 x 128 RGB in [-1, 1]), which `hide` prepared."""
        notify = report or _ignore
        x = image.to(self.dtype)
        for number in range(1, len(_ENCODER) + 1):
            x = self.get_submodule(f"enc{number}")(x)
            x = _leaky(x if number == 1 else self.get_submodule(f"enc_norm{number}")(x))
            notify(0.05 * number)
        x = _leaky(self.code_norm(_to_code(self.code, x)))
        notify(0.5)
        for number in range(1, len(_DECODER) + 1):
            layer = self.get_submodule(f"dec{number}")
            x = _from_code(layer, x) if number == 1 else layer(x)
            x = self.get_submodule(f"dec_norm{number}")(x)
            x = functional.relu(x, inplace=not torch.is_grad_enabled())
            notify(0.5 + 0.1 * number)
        drawn = self.out(x)
        return image[..., DRAWN, DRAWN] + drawn.float() if self.diffused else torch.tanh(drawn)

    def fill(self, image: Tensor, hole: Tensor, hints: Hints, report: Report) -> NetworkOutput:
        """See `Inpainter.fill`; it uses no hints. Raises InputError unless the hole lies in the middle."""
        del hints
        report(0.0)
        if not torch.compiler.is_compiling():
            _check(image, hole)
        known = self.hide(image, hole)
        drawn = (self(2 * known - 1, report).float() + 1) / 2
        output = known.clone()
        output[..., DRAWN, DRAWN] = drawn
        report(1.0)
        return NetworkOutput(output)

    def hide(self, image: Tensor, hole: Tensor) -> Tensor:
        """Return `image` (N x 3 x 128 x 128 RGB in [0, 1]) without what the network must not see.

        That is its middle and the rest of the hole, which get COLOUR, or colours from around where it is `diffused`.
        """
        unseen = hole.clone()
        unseen[..., HIDDEN, HIDDEN] = 1
        base = self.diffuse(image, unseen, 0.5)
        return torch.where(unseen > 0, image.new_tensor(COLOUR).view(1, 3, 1, 1), image) if base is None else base

    def optimise(self) -> None:
        """Fold the norms into the convolutions. The memory layout stays: for such small maps another is not faster."""
        for name, module in list(self.named_children()):
            if isinstance(module, nn.BatchNorm2d):
                self.add_module(name, fold_into(self.get_submodule(name.replace("_norm", "")), module))


def _check(image: Tensor, hole: Tensor) -> None:
    if tuple(image.shape[2:]) != (SIZE, SIZE):
        raise InputError(tr("The context encoder takes only an image of {size} x {size} px.", size=SIZE))
    around = hole.clone()
    around[..., DRAWN, DRAWN] = 0
    if bool(around.any()):
        raise InputError(
            tr(
                "The context encoder fills only the middle of its image (a quarter of its area), and "
                "this hole reaches beyond; choose another model, or a smaller hole."
            )
        )


def _to_code(layer: nn.Conv2d, x: Tensor) -> Tensor:
    """Apply a layer to an image of its kernel's size, as a product of matrices: the kernel is not rearranged."""
    return functional.linear(x.flatten(1), layer.weight.flatten(1), layer.bias)[..., None, None]


def _from_code(layer: nn.Module, x: Tensor) -> Tensor:
    """Apply a transposed layer to a single pixel, as a product of matrices."""
    assert isinstance(layer, nn.ConvTranspose2d)
    made = (x.flatten(1) @ layer.weight.flatten(1)).view(x.shape[0], *layer.weight.shape[1:])
    return made if layer.bias is None else made + layer.bias.view(1, -1, 1, 1)


def _leaky(x: Tensor) -> Tensor:
    return functional.leaky_relu(x, 0.2, inplace=not torch.is_grad_enabled())


def _ignore(_fraction: float) -> None:
    pass
