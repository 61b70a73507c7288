"""Spatially adaptive normalisation (SPADE): a map of classes scales and shifts normalised features at every place.

Park et al., Semantic Image Synthesis with Spatially-Adaptive Normalization (CVPR 2019), section 3 and figure 15, as in
NVlabs/SPADE (models/networks/normalization.py and architecture.py):

    a     = relu(conv3x3(map))
    norm  = instance_norm(x) (1 + conv3x3(a)) + conv3x3'(a)
    block = skip(x) + conv3x3(lrelu(norm2(conv3x3(lrelu(norm1(x))))))        lrelu: 0.2 below 0

The map is scaled to the size of x. The two convolutions of `a` are one here, with twice the channels. Differences from
their code: the normalisation has no parameters and no statistics of a training set (they have batch norm; instance norm
is one of their choices); the skip connection of a block that changes the number of channels is a 1 x 1 convolution
alone, where theirs normalises before it, so that the absolute colours of what comes in reach the end; a block doubles
its size between norm1 and the convolution after it, where theirs are doubled before the block, at four times the cost;
nothing has spectral norm.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.layers.cpu.conv import convolve1x1
from inpaint_studio.layers.padded_conv import Convolution
from inpaint_studio.layers.residual import instance_norm

LEAK = 0.2  # of the activation below 0 (architecture.py, `actvn`)


class SpadeNorm(nn.Module):
    """The line ``norm`` above; `planes` is the number of channels of the map, `hidden` that of ``a``."""

    def __init__(self, channels: int, planes: int, hidden: int) -> None:
        super().__init__()
        self.read = Convolution(planes, hidden, padding="symmetric", activation="relu")
        self.change = Convolution(hidden, 2 * channels, padding="symmetric", activation="none")

    def forward(self, x: Tensor, classes: Tensor) -> Tensor:
        """Normalise x, N x C x H x W, and change it by the map `classes`, N x `planes` x H x W; sides above 1."""
        scale: Tensor
        shift: Tensor
        scale, shift = self.change(self.read(classes)).chunk(2, 1)
        normal = instance_norm(x)
        if torch.is_grad_enabled():
            return normal * (1 + scale) + shift
        changed: Tensor = torch.addcmul(normal + shift, normal, scale)
        return changed


class SpadeBlock(nn.Module):
    """The line ``block`` above; with `up` what comes in is doubled by nearest neighbours after the first norm."""

    def __init__(self, inputs: int, outputs: int, planes: int, hidden: int, *, up: bool = False) -> None:
        super().__init__()
        middle = min(inputs, outputs)
        self.norm1, self.norm2 = SpadeNorm(inputs, planes, hidden), SpadeNorm(middle, planes, hidden)
        self.conv1 = Convolution(inputs, middle, padding="symmetric", activation="none", up=up)
        self.conv2 = Convolution(middle, outputs, padding="symmetric", activation="none")
        self.skip = nn.Conv2d(inputs, outputs, 1, bias=False) if inputs != outputs else None
        self.up = up

    def forward(self, x: Tensor, classes: Tensor, finer: Tensor | None = None) -> Tensor:
        """Map N x C x H x W to N x C' x H x W, or twice as large with `up`.

        `classes` is N x K x H x W; with `up` `finer` is the same map, N x K x 2H x 2W.
        """
        y = self.conv1(leak(self.norm1(x, classes)))
        y = self.conv2(leak(self.norm2(y, classes if finer is None else finer)))
        over = x if self.skip is None else convolve1x1(x, self.skip.weight)
        if self.up:
            over = functional.interpolate(over, scale_factor=2.0)
        both: Tensor = over + y if torch.is_grad_enabled() else y.add_(over)
        return both


def leak(x: Tensor) -> Tensor:
    """Apply the leaky ReLU; writes to `x` where no gradients are computed."""
    return functional.leaky_relu(x, LEAK, inplace=not torch.is_grad_enabled())
