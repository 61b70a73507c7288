"""How authors initialise the weights of a network that is trained from nothing.

DeepFill's layers do it themselves (`inpaint_studio.layers.padded_conv`).
"""

from __future__ import annotations

import torch
from torch import nn

from inpaint_studio.layers.partial import PartialConv2d

_LAYERS = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)


def glorot(module: nn.Module) -> None:
    """Give every convolution and linear layer of `module` Glorot's uniform weights and no bias, TensorFlow's default.

    The bound is the root of 6 / (inputs + outputs), each times the kernel's area (Glorot and Bengio 2010, eq. 16).
    """
    for layer in module.modules():
        if isinstance(layer, _LAYERS):
            nn.init.xavier_uniform_(layer.weight)
            _zero_bias(layer)


def normal(module: nn.Module, deviation: float = 0.02) -> None:
    """Give every layer of `module` normal weights and no bias; the factors of its batch norms are round 1.

    So do pathak22/context-encoder (train.lua, `weights_init`), Zhaoyi-Yan/Shift-Net_pytorch (models/networks.py,
    `init_weights`) and knazeri/edge-connect (src/networks.py, `init_weights`), all with 0.02, after DCGAN. Instance
    norms stay as they are, since none of them names these.
    """
    for layer in module.modules():
        if isinstance(layer, _LAYERS):
            nn.init.normal_(layer.weight, 0.0, deviation)
            _zero_bias(layer)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, deviation)
            _zero_bias(layer)


def kaiming(module: nn.Module) -> None:
    """Give every partial convolution of `module` the normal weights of He et al. (2015) and no bias.

    The deviation is the root of 2 / inputs, times the kernel's area (naoto0804/pytorch-inpainting-with-partial-conv,
    net.py, `weights_init`, which follows section 4.2 of the paper).
    """
    for layer in module.modules():
        if isinstance(layer, PartialConv2d):
            nn.init.kaiming_normal_(layer.weight)
            _zero_bias(layer)


@torch.no_grad()
def unit_filters(module: nn.Module) -> None:
    """Give every filter of the convolutions of `module` a random direction and length 1, and no bias (MI-GAN).

    Its authors normalise the filters in each step (`Conv2d.forward` of Picsart-AI-Research/MI-GAN,
    lib/model_zoo/migan.py), which keeps the variance from layer to layer; shorter filters would make it vanish.
    """
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d):
            weight = torch.randn_like(layer.weight)
            layer.weight.copy_(weight / weight.flatten(1).norm(dim=1).view(-1, 1, 1, 1))
            _zero_bias(layer)


def _zero_bias(layer: nn.Module) -> None:
    if isinstance(layer.bias, nn.Parameter):
        nn.init.zeros_(layer.bias)
