"""ESPA by plain operators: the authors' stage 1, and stage 2 as `inpaint_studio.models.networks.espa` describes it.

The function takes a state dictionary under this program's own keys, the configuration, an image (1 x 3 x H x W RGB in
[0, 1]), a hole (1 x 1 x H x W, 1 inside) and perhaps painted classes, and gives the picture that the network draws.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

State = dict[str, Tensor]


def espa(state: State, config: dict[str, Any], image: Tensor, hole: Tensor, painted: Tensor | None = None) -> Tensor:
    """The coarse image, or with two stages the fine one."""
    image = (2 * image - 1) * (1 - hole)
    x = F.elu(_conv(state, "conv1", torch.cat([image, torch.ones_like(hole), hole], 1), padding=2))
    for name, stride in (("conv2_downsample", 2), ("conv3", 1), ("conv4_downsample", 2), ("conv5", 1), ("conv6", 1)):
        x = F.elu(_conv(state, name, x, stride=stride, padding=1))
    added = _attention(state, x, image, hole)
    for number in range(4):
        x = F.elu(_conv(state, f"conv{7 + number}_atrous", x, padding=2 << number, dilation=2 << number))
    x = x + added
    for name in ("conv11", "conv12"):
        x = F.elu(_conv(state, name, x, padding=1))
    features = x
    for name in ("conv13_upsample", "conv14", "conv15_upsample", "conv16"):
        if name.endswith("upsample"):
            x = F.interpolate(x, scale_factor=2, mode="nearest")
        x = F.elu(_conv(state, name, x, padding=1))
    coarse = _conv(state, "conv17", x, padding=1).clamp(-1, 1)
    if config["stages"] == 1:
        return (coarse + 1) / 2
    planes = torch.softmax(_scores(state, features, coarse * hole + image), 1)
    inside = torch.zeros_like(hole)
    if painted is not None:
        inside = (painted > 0) & (hole > 0)
        own = F.one_hot((painted[:, 0].long() - 1).clamp_min(0), config["classes"]).permute(0, 3, 1, 2).float()
        planes = torch.where(inside, own, planes)
    planes = torch.cat([planes, inside.float()], 1)
    return (torch.tanh(_decode(state, config, features, torch.cat([planes, hole], 1))) + 1) / 2


def _conv(state: State, name: str, x: Tensor, **how: Any) -> Tensor:
    return F.conv2d(x, state[f"{name}.weight"], state.get(f"{name}.bias"), **how)


def _attention(state: State, features: Tensor, image: Tensor, hole: Tensor) -> Tensor:
    size = features.shape[-2:]
    around = _conv(state, "convc", F.interpolate(image, size, mode="bilinear"))
    inside = F.interpolate(hole, size, mode="nearest")
    x = features * inside + around * (1 - inside)
    x = F.layer_norm(
        x.permute(0, 2, 3, 1), x.shape[1:2], state["espa.norm.weight"], state["espa.norm.bias"]
    )  # N x H x W x C
    for axis, letters in (("k", "th,nhwc->ntwc"), ("v", "tw,nhwc->nhtc")):
        for number in (0, 2):
            matrix = state[f"espa.ex_{axis}.net.{number}.weight"][..., 0]
            tokens = size[0] if axis == "k" else size[1]
            if tokens != 64:
                matrix = _resized(matrix, number, tokens)
            x = torch.einsum(letters, matrix, x)
            x = F.gelu(x) if number == 0 else x
    return x.permute(0, 3, 1, 2) * inside + around * (1 - inside)


def _resized(matrix: Tensor, number: int, tokens: int) -> Tensor:
    """As the block's docstring says: linearly, the sums over tokens scaled."""
    wide = matrix if number == 0 else matrix.t()
    made = F.interpolate(wide[None, None], (wide.shape[0], tokens), mode="bilinear", antialias=True)[0, 0]
    return made * (64 / tokens) if number == 0 else made.t()


def _scores(state: State, features: Tensor, seen: Tensor) -> Tensor:
    wide = _conv(state, "labels.wide_scores", F.elu(_conv(state, "labels.wide", features, padding=1)))
    near = _conv(state, "labels.near_scores", F.elu(_conv(state, "labels.near", seen, padding=1)))
    return F.interpolate(wide, scale_factor=4, mode="bilinear") + near


def _decode(state: State, config: dict[str, Any], x: Tensor, planes: Tensor) -> Tensor:
    quarter, half = (F.interpolate(planes, scale_factor=1 / n, mode="nearest") for n in (4, 2))
    for number in range(config["blocks"]):
        x = _block(state, f"second.at_quarter.{number}", x, quarter, quarter)
    x = _block(state, "second.to_half", x, quarter, half)
    x = _block(state, "second.to_full", x, half, planes)
    return _conv(state, "second.draw", F.leaky_relu(x, 0.2), padding=1)


def _block(state: State, name: str, x: Tensor, planes: Tensor, finer: Tensor) -> Tensor:
    def double(x: Tensor) -> Tensor:
        return x if finer is planes else F.interpolate(x, scale_factor=2, mode="nearest")

    y = _conv(state, f"{name}.conv1", double(_norm(state, f"{name}.norm1", x, planes)), padding=1)
    y = _conv(state, f"{name}.conv2", _norm(state, f"{name}.norm2", y, finer), padding=1)
    over = _conv(state, f"{name}.skip", x) if f"{name}.skip.weight" in state else x
    return y + double(over)


def _norm(state: State, name: str, x: Tensor, planes: Tensor) -> Tensor:
    read = F.relu(_conv(state, f"{name}.read", planes, padding=1))
    scale, shift = _conv(state, f"{name}.change", read, padding=1).chunk(2, 1)
    return F.leaky_relu(F.instance_norm(x) * (1 + scale) + shift, 0.2)
