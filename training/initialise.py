"""How authors initialise the weights of a network that is trained from nothing.

DeepFill's layers do it themselves (`inpaint_studio.layers.padded_conv`).
"""

from __future__ import annotations

import torch
from torch import nn

_LAYERS = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)
_NORMS = (nn.BatchNorm2d, nn.InstanceNorm2d)


def glorot(module: nn.Module) -> None:
    """Give every convolution and linear layer of `module` Glorot's uniform weights and no bias, TensorFlow's default.

    The bound is the root of 6 / (inputs + outputs), each times the kernel's area (Glorot and Bengio 2010, eq. 16).
    """
    for layer in module.modules():
        if isinstance(layer, _LAYERS):
            nn.init.xavier_uniform_(layer.weight)
            _zero_bias(layer)


def normal(module: nn.Module, deviation: float = 0.02) -> None:
    """Give every layer of `module` normal weights and no bias; the factors of its norms are round 1 (DCGAN, section 3).

    So do pathak22/context-encoder (train.lua, `weights_init`) and Zhaoyi-Yan/Shift-Net_pytorch (`init_net`, 0.02).
    """
    for layer in module.modules():
        # The program's own norms, which are no subclass of torch's, have the same names of parameters.
        is_norm = isinstance(layer, _NORMS) or type(layer).__name__ == "InstanceNorm"
        if isinstance(layer, _LAYERS):
            nn.init.normal_(layer.weight, 0.0, deviation)
            _zero_bias(layer)
        elif is_norm and isinstance(layer.weight, nn.Parameter):
            nn.init.normal_(layer.weight, 1.0, deviation)
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
