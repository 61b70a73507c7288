"""EdgeConnect as its authors' code computes it: plain NCHW operators, one after another.

A state dictionary under this program's own keys, the configuration, an image (1 x 3 x H x W RGB in [0, 1]) and a hole
(1 x 1 x H x W, 1 inside) give the edges the first generator predicts and the whole picture the second draws.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from skimage.color import rgb2gray
from skimage.feature import canny
from torch import Tensor

State = dict[str, Tensor]
Config = dict[str, Any]


def edge_connect(state: State, config: Config, image: Tensor, hole: Tensor) -> Tensor:
    return stages(state, config, image, hole)[1]


def stages(state: State, config: Config, image: Tensor, hole: Tensor) -> tuple[Tensor, Tensor]:
    """The first generator's edges and the second's picture."""
    pixels = (image[0] * 255).round().byte().permute(1, 2, 0).numpy()
    gray = rgb2gray(pixels)
    known = canny(gray, sigma=2, mask=hole[0, 0].numpy() == 0)
    gray_plane, known_plane = (torch.from_numpy(p.astype(np.float32))[None, None] for p in (gray, known))
    masked = torch.cat([gray_plane * (1 - hole) + hole, known_plane * (1 - hole), hole], 1)
    edges = torch.sigmoid(generator(state, "edge", config["blocks"], masked))
    used = edges * hole + known_plane * (1 - hole) if config.get("merge") else edges
    masked = torch.cat([image * (1 - hole) + hole, used], 1)
    return edges, (torch.tanh(generator(state, "inpaint", config["blocks"], masked)) + 1) / 2


def generator(state: State, name: str, blocks: int, x: Tensor) -> Tensor:
    def conv(layer: str, x: Tensor, mirror: int = 0, **how: Any) -> Tensor:
        x = F.pad(x, (mirror,) * 4, mode="reflect") if mirror else x
        return F.conv2d(x, state[f"{name}.{layer}.weight"], state.get(f"{name}.{layer}.bias"), **how)

    def grown(layer: str, x: Tensor) -> Tensor:
        return F.conv_transpose2d(x, state[f"{name}.{layer}.weight"], state[f"{name}.{layer}.bias"], 2, 1)

    x = F.relu_(F.instance_norm(conv("enter", x, 3)))
    x = F.relu_(F.instance_norm(conv("down1", x, stride=2, padding=1)))
    x = F.relu_(F.instance_norm(conv("down2", x, stride=2, padding=1)))
    for n in range(blocks):
        y = F.relu_(F.instance_norm(conv(f"blocks.{n}.conv1", x, 2, dilation=2)))
        x = x + F.instance_norm(conv(f"blocks.{n}.conv2", y, 1))
    x = F.relu_(F.instance_norm(grown("up1", x)))
    x = F.relu_(F.instance_norm(grown("up2", x)))
    return conv("leave", x, 3)
