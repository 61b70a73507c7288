"""The coherence priors as plain NCHW operators: whole matrices of scores, no steps, no folding, no selection of places.

The function takes a state dictionary under this program's own keys, the configuration, an image (1 x 3 x H x W RGB in
[0, 1]) and a hole (1 x 1 x H x W, 1 inside), and gives the whole picture the network draws, in [0, 1] by convention.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

State = dict[str, Tensor]


def _conv(state: State, name: str, x: Tensor, dilation: int = 1) -> Tensor:
    weight = state[f"{name}.weight"]
    return F.conv2d(x, weight, state[f"{name}.bias"], padding=dilation * (weight.shape[-1] // 2), dilation=dilation)


def _halve(state: State, name: str, x: Tensor) -> Tensor:
    return F.conv2d(F.pad(x, (0, 1, 0, 1)), state[f"{name}.weight"], state[f"{name}.bias"], 2)


def _reduced(hole: Tensor, scale: int) -> Tensor:
    return F.max_pool2d(hole, 2**scale)


def _infer(state: State, x: Tensor, hole: Tensor, blocks: int) -> Tensor:
    made = F.elu(_conv(state, "infer.enter", torch.cat([x, hole], 1)))
    for n in range(blocks):
        dilated = F.elu(_conv(state, f"infer.first.{n}", made, 2 ** (n % 4)))
        made = made + _conv(state, f"infer.second.{n}", dilated)
    return hole * made + (1 - hole) * x


def _propagate(state: State, name: str, x: Tensor, hole: Tensor, labels: Tensor) -> Tensor:
    """`labels` is 1 x h x w."""
    patches = F.unfold(_conv(state, f"{name}.match", x), 3, padding=1)[0].t()
    patches = patches / patches.norm(dim=1, keepdim=True).clamp_min(1e-4)
    scores = 10 * patches @ patches.t()
    known = hole.flatten() == 0
    alike = labels.flatten()[:, None] == labels.flatten()
    others = alike & ~torch.eye(len(known), dtype=torch.bool)
    candidates = alike & known
    for further in (others, known.expand_as(alike), torch.ones_like(alike)):
        candidates = torch.where(candidates.any(1, keepdim=True), candidates, further)
    weights = torch.softmax(torch.where(candidates, scores, -torch.inf), 1)
    drawn = (weights @ x[0].flatten(1).t()).t().view_as(x)
    return x + hole * _conv(state, f"{name}.merge", torch.cat([x, drawn * hole], 1))


def coherence(state: State, config: dict[str, Any], image: Tensor, hole: Tensor) -> Tensor:
    planes = torch.zeros(1, config["classes"], *hole.shape[2:])
    x = F.elu(_conv(state, "enter", torch.cat([(2 * image - 1) * (1 - hole), hole, planes], 1)))
    skips = [x]
    for scale in range(1, 5):
        x = F.elu(_halve(state, f"down{scale}", x))
        x = F.elu(_conv(state, f"keep{scale}", x))
        skips.append(x)
    x = _infer(state, x, _reduced(hole, 4), config["blocks"])
    drawn = torch.zeros(1, 3, *x.shape[2:])
    for scale in range(4, -1, -1):
        odds = torch.softmax(_conv(state, f"labels{scale}", x), 1)
        if scale < 4:
            drawn = F.interpolate(drawn, scale_factor=2, mode="bilinear")
        drawn = drawn + _conv(state, f"image{scale}", torch.cat([x, odds], 1))
        if scale in (3, 2):
            x = _propagate(state, f"propagate{scale}", x, _reduced(hole, scale), odds.argmax(1))
        if scale:
            x = F.interpolate(torch.cat([x, odds], 1), scale_factor=2, mode="nearest")
            x = F.elu(_conv(state, f"up{scale}", x))
            x = F.elu(_conv(state, f"join{scale - 1}", torch.cat([x, skips[scale - 1]], 1)))
    return (torch.tanh(drawn) + 1) / 2
