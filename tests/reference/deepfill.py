"""DeepFill v1 and v2 and their contextual attention, straight from the papers.

A gated convolution is one convolution whose result is split into halves; the attention convolves the features with
their own patches as kernels and pastes by a transposed convolution. Planes are in PyTorch's default memory format.
They take the state dictionary and configuration of the product's networks and have the same `fill`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.models.networks import Hints, NetworkOutput, Report

Config = Mapping[str, Any]


def reference_v1(state_dict: Mapping[str, Tensor], config: Config) -> nn.Module:
    return Reference(state_dict, config, gated=False)


def reference_v2(state_dict: Mapping[str, Tensor], config: Config) -> nn.Module:
    return Reference(state_dict, config, gated=True)


class Reference(nn.Module):
    def __init__(self, state_dict: Mapping[str, Tensor], config: Config, *, gated: bool) -> None:
        super().__init__()
        self.config, self.gated = config, gated
        for key, value in state_dict.items():
            name, field = key.split(".")
            self.register_buffer(f"{name}_{field}", value.clone(memory_format=torch.contiguous_format))

    def conv(self, x: Tensor, name: str, *, stride: int = 1, rate: int = 1, activation: str = "elu") -> Tensor:
        if name.endswith("upsample"):
            x = functional.interpolate(x, scale_factor=2, mode="nearest")
        weight, bias = (getattr(self, f"{name}_{field}") for field in ("weight", "bias"))
        x = padded(x, weight.shape[-1], stride, rate, self.config["padding"])
        x = functional.conv2d(x, weight, bias, stride, 0, rate)
        if activation == "none":
            if not self.config.get("gated_output"):
                return x
            features, gate = x.split(3, 1)
            return features * torch.sigmoid(gate)
        act = functional.elu if activation == "elu" else functional.relu
        if not self.gated:
            return act(x)
        features, gate = x.split(x.shape[1] // 2, 1)
        return act(features) * torch.sigmoid(gate)

    def encoder(self, x: Tensor, branch: str) -> Tensor:
        x = self.conv(x, f"{branch}conv1")
        x = self.conv(x, f"{branch}conv2_downsample", stride=2)
        x = self.conv(x, f"{branch}conv3")
        x = self.conv(x, f"{branch}conv4_downsample", stride=2)
        x = self.conv(x, f"{branch}conv5")
        return self.conv(x, f"{branch}conv6", activation=self.config["matching"] if branch == "pm" else "elu")

    def dilated(self, x: Tensor, branch: str) -> Tensor:
        for number, rate in ((7, 2), (8, 4), (9, 8), (10, 16)):
            x = self.conv(x, f"{branch}conv{number}_atrous", rate=rate)
        return x

    def decoder(self, x: Tensor, branch: str) -> Tensor:
        for name in ("conv11", "conv12", "conv13_upsample", "conv14", "conv15_upsample", "conv16"):
            x = self.conv(x, branch + name)
        x = self.conv(x, f"{branch}conv17", activation="none")
        return torch.tanh(x) if self.gated else x.clamp(-1, 1)

    def stages(self, image: Tensor, hole: Tensor, edges: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Coarse and fine picture, offsets in cells and weight; the picture in [-1, 1]."""
        image = image * (1 - hole)
        planes = [torch.ones_like(hole), hole]
        sketch = []
        if self.gated and self.config["sketch"]:
            sketch = [torch.zeros_like(hole) if edges is None else edges * hole]
        coarse = self.decoder(self.dilated(self.encoder(torch.cat([image, *sketch, *planes], 1), ""), ""), "")
        pasted = coarse * hole + image * (1 - hole)
        alone = self.gated and not self.config["planes"]
        variant = pasted if alone else torch.cat([pasted, *planes], 1)
        x = self.dilated(self.encoder(variant, "x"), "x")
        matched, offsets, weight = attention(self.encoder(variant, "pm"), hole, self.config)
        matched = self.conv(self.conv(matched, "pmconv9"), "pmconv10")
        return coarse, self.decoder(torch.cat([x, matched], 1), "all"), offsets, weight

    def fill(self, image: Tensor, hole: Tensor, _hints: Hints, _report: Report) -> NetworkOutput:
        coarse, fine, offsets, weight = self.stages(image * 2 - 1, hole)
        return NetworkOutput((fine + 1) / 2, (coarse + 1) / 2, sources=offsets * 8, weight=weight)


def padded(x: Tensor, kernel: int, stride: int, rate: int, style: str) -> Tensor:
    span = rate * (kernel - 1)
    if style != "same":
        return functional.pad(x, (span // 2,) * 4, mode="reflect" if style == "reflect" else "constant")
    rows, columns = (max((math.ceil(side / stride) - 1) * stride + span + 1 - side, 0) for side in x.shape[-2:])
    return functional.pad(x, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2))


def attention(features: Tensor, hole: Tensor, config: Config) -> tuple[Tensor, Tensor, Tensor]:
    """Contextual attention of one picture: values, offsets in cells (2 x h x w), weight (h x w)."""
    height, width = features.shape[-2:]
    h, w = height // 2, width // 2
    raw = functional.unfold(features, 4, padding=1, stride=2)[0].t().reshape(h * w, -1, 4, 4)
    small = nearest(features, h, w, config)
    patches = functional.unfold(small, 3, padding=1)[0].t().reshape(h * w, -1, 3, 3)
    if config["mask_steps"] == 2:
        hole = nearest(hole, height, width, config)
    windows = functional.unfold(nearest(hole, h, w, config), 3, padding=1)[0]
    known = (windows.mean(0) == 0).to(features).view(1, -1, 1, 1)

    if config["norm"] == "max":
        lengths = patches.square().sum((1, 2, 3), keepdim=True).sqrt().clamp_min(1e-4)
    else:
        lengths = (patches.square() + 1e-4).sum((1, 2, 3), keepdim=True).sqrt()
    scores = functional.conv2d(small, patches / lengths, padding=1)  # 1 x keys x h x w
    if config["fuse"]:
        diagonal = torch.eye(3).to(features).view(1, 1, 3, 3)
        scores = functional.conv2d(scores.view(1, 1, h * w, h * w), diagonal, padding=1)
        scores = scores.view(1, h, w, h, w).permute(0, 2, 1, 4, 3).reshape(1, 1, h * w, h * w)
        scores = functional.conv2d(scores, diagonal, padding=1)
        scores = scores.view(1, w, h, w, h).permute(0, 2, 1, 4, 3).reshape(1, h * w, h, w)
    scores = scores * known * 10
    if config["blocked"] == "excluded":
        scores = torch.where(known > 0, scores, -torch.inf)
    weights = torch.softmax(scores, 1) * known
    best = weights.argmax(1)
    rows, columns = torch.arange(h)[:, None].to(best), torch.arange(w).to(best)
    offsets = torch.cat([best // w - rows, best % w - columns])
    pasted = functional.conv_transpose2d(weights, raw, stride=2, padding=1)
    count = torch.full_like(pasted, 4)
    if config["overlap"] == "counted":
        ones = torch.ones(1, 1, 4, 4).to(pasted)
        count = functional.conv_transpose2d(torch.ones(1, 1, h, w).to(pasted), ones, stride=2, padding=1)
    return pasted / count, offsets, weights.amax(1)[0]


def nearest(x: Tensor, h: int, w: int, config: Config) -> Tensor:
    if config["nearest"] == "floor":
        return functional.interpolate(x, size=(h, w), mode="nearest")
    for axis, new in ((2, h), (3, w)):
        step = (x.shape[axis] - 1) / max(new - 1, 1) if new > 1 else 0.0
        index = (torch.arange(new).float() * step + 0.5).floor().long()
        x = x.index_select(axis, index.to(x.device))
    return x
