"""LaMa as its authors' code computes it: plain NCHW operators, one after another, no norm folded.

A state dictionary under this program's own keys, the configuration, an image (1 x 3 x H x W RGB in [0, 1]) and a hole
(1 x 1 x H x W, 1 inside) give the whole picture the network draws.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

State = dict[str, Tensor]
Config = dict[str, Any]


def lama(state: State, config: Config, image: Tensor, hole: Tensor) -> Tensor:
    x = torch.cat([image * (1 - hole), hole], 1)
    x = _normed(state, "enter.norm", _conv(state, "enter.conv", x, 3))
    for n in range(config["halvings"] - 1):
        x = _normed(state, f"downs.{n}.norm", _conv(state, f"downs.{n}.conv", x, 1, stride=2))
    local, wide = _layer(state, "split", x, None)
    for n in range(config["blocks"]):
        near, far = _layer(state, f"blocks.{n}.second", *_layer(state, f"blocks.{n}.first", local, wide))
        local, wide = local + near, wide + far
    x = torch.cat([local, wide], 1)
    for n in range(config["halvings"]):
        weight, bias = state[f"ups.{n}.conv.weight"], state[f"ups.{n}.conv.bias"]
        x = _normed(state, f"ups.{n}.norm", F.conv_transpose2d(x, weight, bias, 2, 1, 1))
    return torch.sigmoid(_conv(state, "leave", x, 3))


def _conv(state: State, name: str, x: Tensor, mirror: int = 0, stride: int = 1) -> Tensor:
    x = F.pad(x, (mirror,) * 4, mode="reflect") if mirror else x
    return F.conv2d(x, state[f"{name}.weight"], state.get(f"{name}.bias"), stride)


def _normed(state: State, name: str, x: Tensor) -> Tensor:
    mean, variance, weight, bias = (state[f"{name}.{k}"] for k in ("running_mean", "running_var", "weight", "bias"))
    return F.relu_(F.batch_norm(x, mean, variance, weight, bias))


def _layer(state: State, name: str, local: Tensor, wide: Tensor | None) -> tuple[Tensor, Tensor]:
    stride = 1 if wide is not None else 2
    near = _conv(state, f"{name}.local_to_local", local, 1, stride)
    far = _conv(state, f"{name}.local_to_global", local, 1, stride)
    if wide is not None:
        near = near + _conv(state, f"{name}.global_to_local", wide, 1)
        far = far + _spectral(state, f"{name}.global_to_global", wide)
    return _normed(state, f"{name}.local_norm", near), _normed(state, f"{name}.global_norm", far)


def _spectral(state: State, name: str, x: Tensor) -> Tensor:
    x = _normed(state, f"{name}.norm", _conv(state, f"{name}.reduce", x))
    return _conv(state, f"{name}.expand", x + fourier_unit(state, f"{name}.fourier", x))


def fourier_unit(state: State, name: str, x: Tensor) -> Tensor:
    spectrum = torch.fft.rfftn(x, dim=(-2, -1), norm="ortho")
    stacked = torch.stack([spectrum.real, spectrum.imag], -1).permute(0, 1, 4, 2, 3)
    y = stacked.reshape(len(x), -1, *spectrum.shape[2:])
    y = _normed(state, f"{name}.norm", _conv(state, f"{name}.conv", y))
    y = y.view(len(x), -1, 2, *spectrum.shape[2:]).permute(0, 1, 3, 4, 2).contiguous()
    return torch.fft.irfftn(torch.view_as_complex(y), s=x.shape[-2:], dim=(-2, -1), norm="ortho")
